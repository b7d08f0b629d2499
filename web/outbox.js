// Sends each message exactly once, whatever happens on the way.
// A message is stored before its first try; (client_id, after_seq, text) stay unchanged until an answer came.
// One send per room is in flight, so a person's messages keep their order.

import { backoffDelay } from "./backoff.js";
import { deferred } from "./deferred.js";
import { ParlourError } from "./errors.js";

/** What fits into one frame of the server with room for the envelope, in bytes. */
const LARGEST_FRAME_BYTES = 30_000;

export class Outbox {
  #port;
  #store;
  #items = new Map();
  #results = new Map();
  #busy = new Set();
  #timers = new Map();
  #closed = false;

  /**
   * `port`: `request`, `base(room)`, `isSynced(room)`, `find(room, after_seq, match)`, `epoch()`,
   * `reconnect`, `backoff`, `quietMs`, and the listeners `changed(item)`, `sent(message)`.
   */
  constructor(store, port) {
    this.#store = store;
    this.#port = port;
  }

  /** The messages of a room that are not sent yet, oldest first; without a room all of them. */
  pending(roomId) {
    return [...this.#items.values()].filter((item) => !roomId || item.room_id === roomId).map((item) => ({ ...item }));
  }

  /** Takes up what an earlier page left behind. */
  async adopt() {
    for (const item of await this.#store.adopt()) {
      // The page that tried last is gone with its socket; the server may still be at it.
      delete item.socket;
      if (item.stale) item.quiet_until = item.retry_at = Date.now() + this.#port.quietMs;
      this.#items.set(item.client_id, item);
      this.#changed(item);
      void this.pump(item.room_id);
    }
  }

  /** Stores the message and starts sending. Answers `{client_id, sent: Promise<message>}`. */
  add(room_id, text_message, { custom, parent_id, quote_id, attachments } = {}) {
    const item = { client_id: crypto.randomUUID(), room_id, text_message, custom, parent_id, quote_id, attachments };
    Object.assign(item, { created_at: Date.now(), tries: 0, state: "pending" });
    const result = deferred();
    this.#items.set(item.client_id, item);
    this.#results.set(item.client_id, result);
    this.#store.save(item);
    this.#changed(item);
    const bytes = new TextEncoder().encode(JSON.stringify(item)).length;
    // The server would cut the connection, and every retry would do so again.
    if (bytes > LARGEST_FRAME_BYTES) this.#fail(item, new ParlourError("too_large", "The message is too long."));
    else void this.pump(room_id);
    return { client_id: item.client_id, sent: result.promise };
  }

  /** Sends a failed message again, as a new one: its old outcome is settled, or given up by the person. */
  retry(clientId) {
    const item = this.#items.get(clientId);
    if (item?.state !== "failed") return null;
    this.discard(clientId);
    return this.add(item.room_id, item.text_message, item);
  }

  /** Forgets a failed message. */
  discard(clientId) {
    const item = this.#items.get(clientId);
    if (item?.state !== "failed") return;
    this.#forget(item);
    this.#changed({ ...item, state: "discarded" });
  }

  /** An entry of the log may be the answer that a lost ack was to bring. */
  observe(entry) {
    const item = entry.client_id && this.#items.get(entry.client_id);
    if (item && item.room_id === entry.room_id) this.#settle(item, entry);
  }

  /** Sends what a room has waiting, one after the other, until it must wait. */
  async pump(roomId) {
    if (this.#busy.has(roomId) || this.#closed) return;
    this.#busy.add(roomId);
    clearTimeout(this.#timers.get(roomId));
    try {
      for (let item = this.#next(roomId); item; item = this.#next(roomId)) {
        const wait = (item.retry_at ?? 0) - Date.now();
        if (wait > 0) {
          this.#pumpLater(roomId, wait);
          break;
        }
        if (!(item.stale ? await this.#resolveStale(item) : await this.#attempt(item))) break;
      }
    } finally {
      this.#busy.delete(roomId);
    }
  }

  /** The person may no longer write here: nothing of this room can be sent. */
  roomLost(roomId, error) {
    for (const item of this.#items.values()) {
      if (item.room_id === roomId && item.state === "pending") this.#fail(item, error);
    }
  }

  /** Unsent messages stay stored, for the next client of this person. */
  close() {
    this.#closed = true;
    const error = new ParlourError("closed", "The client was closed; the message is kept for the next one.");
    for (const result of this.#results.values()) result.reject(error);
    this.#results.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#store.close();
  }

  #next(roomId) {
    if (this.#closed || !this.#port.isSynced(roomId)) return undefined;
    return [...this.#items.values()].find((item) => item.room_id === roomId && item.state === "pending");
  }

  /** One try. True when the room may go on at once. */
  async #attempt(item) {
    item.after_seq ??= this.#port.base(item.room_id);
    item.tries += 1;
    item.socket = this.#port.epoch();
    delete item.retry_at;
    this.#store.save(item);
    const { room_id, text_message, client_id, after_seq, custom, parent_id, quote_id } = item;
    const attachments = item.attachments?.map(({ attachment_id }) => attachment_id);
    try {
      const fields = { room_id, text_message, client_id, after_seq, custom, parent_id, quote_id, attachments };
      const message = await this.#port.request("send_message", fields);
      if (!Number.isInteger(message?.seq)) throw new ParlourError("protocol", "The ack has no message.", { retryable: true });
      this.#settle(item, message);
      return true;
    } catch (error) {
      if (!this.#items.has(client_id)) return true;
      if (error.code === "stale_base") {
        item.stale = true;
        this.#store.save(item);
        return true;
      }
      if (!error.retryable) {
        this.#fail(item, error);
        return true;
      }
      if (error.code !== "connection_lost") {
        const delay = backoffDelay(item.tries - 1, this.#port.backoff);
        this.#retryAt(item, Date.now() + Math.max(error.retry_after_ms, delay));
      }
      return true;
    }
  }

  /**
   * The server could not look back as far as the base, and this try wrote nothing. An earlier one may have:
   * read the log from the base. If it is not there, close the socket that carried the tries, wait until
   * nothing of them can still be under way at the server, look once more, and only then send on a new base.
   */
  async #resolveStale(item) {
    const outcome = await this.#lookBack(item);
    if (outcome !== "absent") return outcome === "settled";
    if (!item.quiet_until || item.socket === this.#port.epoch()) {
      item.quiet_until = Date.now() + this.#port.quietMs;
      this.#retryAt(item, item.quiet_until);
      if (item.socket === this.#port.epoch()) this.#port.reconnect("stale_base");
      return false;
    }
    for (const settled of ["stale", "quiet_until", "after_seq"]) delete item[settled];
    return true;
  }

  async #lookBack(item) {
    try {
      const mine = (entry) => entry.client_id === item.client_id;
      const found = await this.#port.find(item.room_id, item.after_seq, mine);
      if (!found) return this.#items.has(item.client_id) ? "absent" : "settled";
      this.#settle(item, found);
      return "settled";
    } catch (error) {
      if (!error.retryable) {
        this.#fail(item, error);
        return "settled";
      }
      const delay = Math.max(error.retry_after_ms, backoffDelay(item.tries, this.#port.backoff));
      this.#retryAt(item, Math.max(Date.now() + delay, item.quiet_until ?? 0));
      return "unknown";
    }
  }

  #settle(item, message) {
    if (!this.#items.has(item.client_id)) return;
    this.#forget(item);
    this.#changed({ ...item, state: "sent", message });
    this.#port.sent(message);
    this.#take(item.client_id)?.resolve(message);
  }

  #fail(item, error) {
    item.state = "failed";
    item.error = { code: error.code, message: error.message };
    this.#store.save(item);
    this.#changed(item);
    this.#take(item.client_id)?.reject(error);
  }

  #forget(item) {
    this.#items.delete(item.client_id);
    this.#store.remove(item);
  }

  #take(clientId) {
    const result = this.#results.get(clientId);
    this.#results.delete(clientId);
    return result;
  }

  #changed(item) {
    this.#port.changed({ ...item });
  }

  #retryAt(item, at) {
    item.retry_at = at;
    this.#store.save(item);
    this.#pumpLater(item.room_id, at - Date.now());
  }

  #pumpLater(roomId, delay) {
    clearTimeout(this.#timers.get(roomId));
    this.#timers.set(roomId, setTimeout(() => void this.pump(roomId), delay));
  }
}
