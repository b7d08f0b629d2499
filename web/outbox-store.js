// Where unsent messages survive a reload: one storage key per message, and who is responsible for it.
// Several tabs of one person share the storage. Each tab owns what it wrote, and adopts the messages of
// tabs that are gone, which it sees by their Web Lock. Where there are no locks (Node, plain HTTP on a LAN
// address) or none may be had, everything found is adopted, so there one client per person and storage is assumed.

/** A stand-in for `localStorage`: as long as the page or process lives. */
export class MemoryStorage {
  #values = new Map();
  get length() {
    return this.#values.size;
  }
  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#values.get(key) ?? null;
  }
  setItem(key, value) {
    this.#values.set(key, String(value));
  }
  removeItem(key) {
    this.#values.delete(key);
  }
}

export class OutboxStore {
  #storage;
  #locks;
  #prefix;
  #owner = crypto.randomUUID();
  #held = null;
  #release = null;

  /** `scope` names the person: two people in one browser never send each other's messages. */
  constructor({ storage, locks, scope }) {
    this.#storage = storage;
    this.#locks = locks;
    this.#prefix = `parlour.outbox.${scope}.`;
  }

  /** Answers the messages that are now ours and were not before, oldest first. */
  async adopt() {
    if (!this.#locks || !(await this.#holdsOwnLock())) return this.#take(() => true);
    return this.#locks.request(`${this.#prefix}adopt`, async () => {
      const { held } = await this.#locks.query();
      const alive = new Set(held.map((lock) => lock.name));
      return this.#take((owner) => !alive.has(this.#prefix + owner));
    });
  }

  /** Keeps the message. Where the storage is full or forbidden it lives in memory alone. */
  save(item) {
    try {
      this.#storage.setItem(this.#prefix + item.client_id, JSON.stringify({ ...item, owner: this.#owner }));
    } catch {
      // A message that would not survive a reload is still better than one that cannot be sent.
    }
  }

  remove(item) {
    this.#storage.removeItem(this.#prefix + item.client_id);
  }

  /** Gives up the ownership; what is left belongs to the next client. */
  close() {
    this.#release?.();
  }

  #take(mayTake) {
    const taken = [];
    for (const key of this.#keys()) {
      const item = parse(this.#storage.getItem(key));
      if (!item || item.owner === this.#owner || !mayTake(item.owner)) continue;
      this.save(item);
      taken.push(item);
    }
    return taken.sort((a, b) => a.created_at - b.created_at);
  }

  #keys() {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index));
    return keys.filter((key) => key?.startsWith(this.#prefix));
  }

  /** False where the browser forbids locks, as it does with the storage in a frame of another site. */
  #holdsOwnLock() {
    this.#held ??= new Promise((answer) => {
      const hold = () => {
        answer(true);
        return new Promise((release) => {
          this.#release = release;
        });
      };
      this.#locks.request(this.#prefix + this.#owner, hold).catch(() => answer(false));
    });
    return this.#held;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
