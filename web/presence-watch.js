// Who is watched. A watch ends with its socket and with its token, so it is begun again after each of them.

import { backoffDelay } from "./backoff.js";

export class PresenceWatch {
  #port;
  #userIds = [];
  #timer = null;
  #failures = 0;

  /** `port`: `request`, `isOpen()`, `backoff`, and the listener `presence(item)`. */
  constructor(port) {
    this.#port = port;
  }

  /** Watches these instead of those before. Where this fails for a passing reason, they are watched later. */
  watch(userIds) {
    this.#userIds = [...userIds];
    this.#failures = 0;
    return this.#tell();
  }

  /** There is a new socket, or a new token. */
  renew() {
    if (this.#userIds.length > 0) this.#tell().catch(() => {});
  }

  stop() {
    clearTimeout(this.#timer);
    this.#userIds = [];
  }

  async #tell() {
    clearTimeout(this.#timer);
    const user_ids = this.#userIds;
    try {
      const { items } = await this.#port.request("watch_presence", { user_ids });
      // Meanwhile others may be watched.
      if (user_ids !== this.#userIds) return items;
      this.#failures = 0;
      for (const item of items) this.#port.presence(item);
      return items;
    } catch (error) {
      if (user_ids === this.#userIds && error.retryable && this.#port.isOpen()) this.#later(error);
      throw error;
    }
  }

  #later({ retry_after_ms }) {
    const delay = Math.max(retry_after_ms, backoffDelay(this.#failures, this.#port.backoff));
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.renew(), delay);
  }
}
