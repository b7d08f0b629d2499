// Who of the others in the open room is online.

/** The server watches so many users for one connection. */
const MOST_WATCHED = 100;

export class Presence {
  #watch;
  #known = new Map();

  /** `watch(userIds)` asks the server, whose answers come to `take`. */
  constructor(watch) {
    this.#watch = watch;
  }

  /** These are shown from now on. A failure leaves them without a mark. */
  show(userIds) {
    this.#known.clear();
    this.#watch(userIds.slice(0, MOST_WATCHED)).catch(() => {});
  }

  take({ user_id, online, last_seen_at }) {
    this.#known.set(user_id, { online, last_seen_at });
  }

  /** Without a connection nothing is known. */
  forget() {
    this.#known.clear();
  }

  /** `{online, last_seen_at}`, or undefined. */
  of(userId) {
    return this.#known.get(userId);
  }

  get online() {
    return new Set([...this.#known.keys()].filter((userId) => this.#known.get(userId).online));
  }
}
