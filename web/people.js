// Who is who: names by user id. What the server sends along is kept; a name that is missing is asked for.

/** After a failure the same name is asked for again at the earliest after this time. */
const RETRY_MS = 10_000;
const PARALLEL = 4;

export class People {
  #api;
  #changed;
  #names = new Map();
  #asked = new Set();
  #queue = [];
  #running = 0;

  /** `changed()` is called when a name that was asked for is there. */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /** The name, `""` for a user who is gone, or undefined while it is not known; then it is asked for. */
  nameOf(userId) {
    if (!this.#names.has(userId)) this.#ask(userId);
    return this.#names.get(userId);
  }

  learn(userId, name) {
    if (userId && name) this.#names.set(userId, name);
  }

  #ask(userId) {
    if (this.#asked.has(userId)) return;
    this.#asked.add(userId);
    this.#queue.push(userId);
    if (this.#running < PARALLEL) void this.#work();
  }

  async #work() {
    this.#running += 1;
    for (let userId = this.#queue.shift(); userId !== undefined; userId = this.#queue.shift()) await this.#load(userId);
    this.#running -= 1;
  }

  async #load(userId) {
    try {
      const user = await this.#api.get(`/user/${encodeURIComponent(userId)}`);
      this.#names.set(userId, user.name);
    } catch (error) {
      if (error.data?.status !== 404) {
        setTimeout(() => this.#asked.delete(userId), RETRY_MS);
        return;
      }
      this.#names.set(userId, "");
    }
    this.#changed();
  }
}
