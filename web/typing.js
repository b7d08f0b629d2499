// Typing: tells the others in time and not too often, and knows who types at the moment.

const REPEAT_MS = 3_000;
const IDLE_MS = 4_000;
const SHOWN_MS = 6_000;
/** How long the server gathers what larger rooms hear of together. */
const GATHERED_MS = 5_000;

/** The own typing. `tell(roomId, typing)` is called at most every 3 s while typing, and once at the end. */
export class OwnTyping {
  #tell;
  #room = null;
  #toldAt = 0;
  #idle = null;

  constructor(tell) {
    this.#tell = tell;
  }

  typed(roomId) {
    if (this.#room !== roomId) this.stop();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    if (this.#room === roomId && Date.now() - this.#toldAt < REPEAT_MS) return;
    this.#room = roomId;
    this.#toldAt = Date.now();
    this.#tell(roomId, true);
  }

  /** `silently` where a message follows, which ends the typing by itself. */
  stop({ silently = false } = {}) {
    clearTimeout(this.#idle);
    if (this.#room !== null && !silently) this.#tell(this.#room, false);
    this.#room = null;
  }
}

/** Who types where. `changed(roomId)` is called when someone begins or ends, also by silence. */
export class OthersTyping {
  #changed;
  #timers = new Map();
  #wrote = new Map();

  constructor(changed) {
    this.#changed = changed;
  }

  /** A message ends the typing. */
  wrote(roomId, userId) {
    for (const [key, at] of this.#wrote) if (Date.now() - at > GATHERED_MS) this.#wrote.delete(key);
    this.#wrote.set(`${roomId} ${userId}`, Date.now());
    this.set(roomId, userId, false);
  }

  /** `aggregated`: it was so some seconds ago, perhaps before a message that came since, and is told again later than otherwise. */
  set(roomId, userId, typing, { aggregated = false } = {}) {
    const key = `${roomId} ${userId}`;
    if (typing && aggregated && Date.now() - (this.#wrote.get(key) ?? -Infinity) <= GATHERED_MS) return;
    clearTimeout(this.#timers.get(key));
    const was = this.#timers.delete(key);
    // The own clock decides: the server's times need not agree with it.
    if (typing) this.#timers.set(key, setTimeout(() => this.set(roomId, userId, false), SHOWN_MS + (aggregated ? GATHERED_MS : 0)));
    if (was !== typing) this.#changed(roomId);
  }

  /** The ids of those who type in a room. */
  in(roomId) {
    return [...this.#timers.keys()].filter((key) => key.startsWith(`${roomId} `)).map((key) => key.split(" ")[1]);
  }
}
