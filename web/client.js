// The Parlour client: connect, send, listen, and stay complete through lost networks, reloads and restarts.
// It works in browsers and in Node (20 or newer, with a WebSocket given), needs no packages and no build.
//
//   const client = new ParlourClient({ baseUrl: "https://chat.example", token, userId });
//   client.addEventListener("message", ({ detail }) => show(detail));
//   await client.connect();
//   await client.join(roomId);
//   await client.send(roomId, "hello").sent;

import { Connection } from "./connection.js";
import { Credentials } from "./credentials.js";
import { environment, watchEnvironment } from "./environment.js";
import { ParlourError } from "./errors.js";
import { noticesOf } from "./notices.js";
import { OutboxStore } from "./outbox-store.js";
import { Outbox } from "./outbox.js";
import { PresenceWatch } from "./presence-watch.js";
import { ReadReports } from "./read-reports.js";
import { Rooms } from "./rooms.js";

export { ParlourError };

const DEFAULTS = {
  heartbeatMs: 30_000,
  pongTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  reauthMarginMs: 60_000,
  readIntervalMs: 2_000,
  // After this time nothing of an old try can still be under way at the server.
  quietMs: 60_000,
  backoff: { baseMs: 500, capMs: 30_000, random: Math.random },
};

/**
 * Events, each a CustomEvent whose `detail` is:
 * - `message`: a message; each exactly once and in order per room. The answer to an own send comes here too.
 * - `entry`: every entry of a room's log, messages included; exactly once and in order per room.
 * - `state`: `{state, reason?, retry_in_ms?}`; state is `connecting`, `open`, `reconnecting`, `unauthorized`, `closed`
 * - `synced`: `{room_id}`: everything up to the server's head was delivered (after a join and each reconnect)
 * - `gap`: `{room_id, after_seq, resumes_after, reason}`: entries in between can no longer be read
 * - `outbox`: an own message that changed: `{client_id, room_id, text_message, state, error?, message?}`;
 *   state is `pending`, `sent`, `failed`, `discarded`
 * - `typing`: `{room_id, user_id, typing, expires_at, aggregated?}`; `read`: `{room_id, user_id, read_seq, aggregated?}`;
 *   `delivered`: `{room_id, user_id, delivered_seq, aggregated?}`; of rooms with many connections these come some seconds later,
 *   several at once, `aggregated`
 * - `presence`: `{user_id, online, last_seen_at}` of someone who is watched
 * - `user_connected`, `user_disconnected`: `{room_id, user_id}`: who comes and goes, in small rooms
 * - `unread_changed`: `{room_id, read_seq}`: the own position was moved elsewhere, perhaps back
 * - `added_to_room`, `removed_from_room`: `{room_id, user_id, …}`: the own membership began or ended
 * - `invited_to_room`: `{room_id, invited_by?, name?, expires_at, …}`: the user may become a member
 * - `notification_changed`, `message_starred`, `message_unstarred`: another connection of the user did so
 * - `hello`: what the connection is, where `wsUrl` asks for it by `hello=1`
 * - `dropped`: `{room_id, error}`: the room cannot be joined (any longer)
 * - `error`: a ParlourError that belongs to no request; code `gateway`: API Gateway did not pass a frame on, or got no answer
 */
export class ParlourClient extends EventTarget {
  #options;
  #connection;
  #rooms;
  #outbox;
  #reads;
  #presence;
  #environment = null;

  /**
   * @param {object} options
   * @param {string} options.baseUrl of the REST interface; the WebSocket is at `ws` below it
   * @param {string} [options.wsUrl] where the WebSocket is elsewhere
   * @param {string} [options.token] a user token; or
   * @param {(wish: {refresh: boolean}) => Promise<string | {token: string, expires_at: string}>} [options.getToken]
   * @param {string} [options.userId] keeps the outboxes of several people in one browser apart
   * @param {typeof WebSocket} [options.WebSocket] and `fetch`, `storage` (as localStorage), `locks` (as
   *   navigator.locks): what the environment does not have
   *
   * The times (`heartbeatMs`, `pongTimeoutMs`, `requestTimeoutMs`, `reauthMarginMs`, `readIntervalMs`,
   * `quietMs`) are milliseconds; `heartbeatMs` is 9 min at most, so that the server does not forget the connection. `backoff` is
   * `{baseMs, capMs, random}`.
   */
  constructor(options) {
    super();
    this.#options = { ...DEFAULTS, ...environment(), ...options };
    const { baseUrl, token, userId = "default", storage, locks } = this.#options;
    const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
    this.#options.wsUrl ??= new URL("ws", base).href.replace(/^http/, "ws");
    const credentials = new Credentials({
      getToken: this.#options.getToken ?? (() => token),
      fetch: this.#options.fetch,
      ticketUrl: new URL("ticket", base).href,
      timeoutMs: this.#options.requestTimeoutMs,
    });
    this.#connection = new Connection(credentials, this.#options, {
      onState: (detail) => this.#emit("state", detail),
      onOpen: () => void this.#onOpen(),
      onFrame: (frame) => this.#onFrame(frame),
      onReauth: () => this.#presence.renew(),
      onError: (error) => this.#emit("error", error),
    });
    const shared = {
      request: (action, fields) => this.#connection.request(action, fields),
      epoch: () => this.#connection.epoch,
      isOpen: () => this.#connection.isOpen,
      backoff: this.#options.backoff,
    };
    this.#rooms = new Rooms({
      ...shared,
      entry: (entry) => this.#onEntry(entry),
      gap: (detail) => this.#emit("gap", detail),
      synced: (room_id) => this.#onSynced(room_id),
      dropped: (room_id, error) => this.#onDropped(room_id, error),
    });
    this.#reads = new ReadReports({ ...shared, intervalMs: this.#options.readIntervalMs, userId }, (read) =>
      this.#emit("read", read),
    );
    this.#presence = new PresenceWatch({ ...shared, presence: (item) => this.#emit("presence", item) });
    this.#outbox = new Outbox(new OutboxStore({ storage, locks, scope: userId }), {
      ...shared,
      quietMs: this.#options.quietMs,
      base: (roomId) => this.#rooms.base(roomId),
      isSynced: (roomId) => this.#rooms.isSynced(roomId),
      find: (roomId, afterSeq, match) => this.#rooms.find(roomId, afterSeq, match),
      reconnect: (reason) => this.#connection.reconnect(reason),
      changed: (item) => this.#emit("outbox", item),
      sent: (message) => this.#rooms.offer(message),
    });
  }

  get state() {
    return this.#connection.state;
  }

  /** Resolves when connected for the first time; from then on the client reconnects by itself. */
  async connect() {
    if (this.state === "closed") throw new ParlourError("closed", "This client was closed; make a new one.");
    this.#environment ??= watchEnvironment(this.#connection);
    // Not awaited: another tab may hold the lock for a moment, and connecting does not depend on it.
    this.#outbox.adopt().catch((error) => this.#emit("error", error));
    await this.#connection.connect();
  }

  /** Ends everything for good. Unsent messages stay in the storage. */
  close() {
    this.#environment?.();
    this.#outbox.close();
    this.#rooms.stop();
    this.#reads.stop();
    this.#presence.stop();
    this.#connection.close();
  }

  /** One action; resolves with the `data` of its ack, rejects with a ParlourError. */
  request(action, fields, options) {
    return this.#connection.request(action, fields, options);
  }

  /**
   * Listens to a room, now and after each reconnect. Entries are delivered after `after_seq`, or, without it,
   * from now on. Resolves with `{room_id, head_seq}` once complete.
   */
  join(roomId, { after_seq } = {}) {
    return this.#rooms.join(roomId, { after_seq });
  }

  /** Stops listening; membership stays. Unsent messages of the room wait until it is joined again. */
  async leave(roomId) {
    this.#rooms.leave(roomId);
    if (this.#connection.isOpen) await this.request("leave_room", { room_id: roomId });
  }

  /**
   * Puts a message into the outbox, from where it is sent exactly once, as soon as the room is joined and
   * complete. Answers at once with `{client_id, sent}`; `sent` resolves with the message or rejects when it
   * cannot be sent. `parent_id` is the message in whose thread it is, `quote_id` the one that it quotes, and
   * `attachments` are its files, as confirming them answered.
   */
  send(roomId, text, { custom, parent_id, quote_id, attachments } = {}) {
    return this.#outbox.add(roomId, text, { custom, parent_id, quote_id, attachments });
  }

  /** The own messages that are not sent: `[{client_id, room_id, text_message, state, error?}]`. */
  pending(roomId) {
    return this.#outbox.pending(roomId);
  }

  /** Sends a failed message again, as a new one. Answers like `send`, or null if it is not there. */
  retry(clientId) {
    return this.#outbox.retry(clientId);
  }

  /** Forgets a failed message. */
  discard(clientId) {
    this.#outbox.discard(clientId);
  }

  /**
   * Changes what an own message says: `change` has `text_message` and further fields of `edit_message`. Resolves
   * with the message as it is now. After a failure that is `retryable` the same call with the same `client_id`
   * does it once.
   */
  edit(roomId, messageId, change, { client_id = crypto.randomUUID() } = {}) {
    return this.#change("edit_message", { room_id: roomId, message_id: messageId, ...change, client_id });
  }

  /** Deletes a message; `hard`: nothing of what it said is kept. Resolves with its tombstone. Repeated as `edit`. */
  delete(roomId, messageId, { hard, client_id = crypto.randomUUID() } = {}) {
    return this.#change("delete_message", { room_id: roomId, message_id: messageId, hard, client_id });
  }

  /** Adds the own reaction, an emoji or a word. Resolves with the message; what is so already stays so. */
  react(roomId, messageId, reaction) {
    return this.#change("add_reaction", { room_id: roomId, message_id: messageId, reaction });
  }

  /** Takes the own reaction back. */
  unreact(roomId, messageId, reaction) {
    return this.#change("remove_reaction", { room_id: roomId, message_id: messageId, reaction });
  }

  /**
   * Watches who of these users (at most 100, instead of those before) is online, also on later sockets.
   * Resolves with `[{user_id, online, last_seen_at}]`; these and every change come as `presence`.
   */
  watchPresence(userIds) {
    return this.#presence.watch(userIds);
  }

  /** A page of messages: `{room_id, items, next}`; options `before_seq` or `after_seq`, and `limit`. */
  history(roomId, { before_seq, after_seq, limit } = {}) {
    return this.request("history", { room_id: roomId, before_seq, after_seq, limit });
  }

  /** Reports how far the person has read: only upwards, and at most once per `readIntervalMs` and room. */
  markRead(roomId, seq) {
    this.#reads.report(roomId, seq);
  }

  /** Tells the others that the person types. Lost without harm where there is no connection. */
  async typing(roomId, typing) {
    if (!this.#rooms.isSynced(roomId)) return;
    await this.request("typing", { room_id: roomId, typing }).catch(() => {});
  }

  async #onOpen() {
    await this.#outbox.adopt().catch((error) => this.#emit("error", error));
    this.#presence.renew();
    await this.#rooms.opened();
  }

  /** The entry of an own change is not pushed to the connection that made it: it comes with the answer. */
  async #change(action, fields) {
    const { entry, message } = await this.request(action, fields);
    if (entry) this.#rooms.offer(entry);
    return message;
  }

  #onFrame(frame) {
    const { event, data } = frame;
    const notices = noticesOf(frame, this.#options.userId);
    if (notices) for (const { type, detail } of notices) this.#emit(type, detail);
    else if (event === "batch") for (const inner of data) this.#onFrame(inner);
    else if (event === "pong") this.#rooms.heads(data?.rooms ?? frame.rooms ?? {});
    else if (event === "unread_changed") this.#onUnreadChanged(data);
    // Entries of a kind that this client does not know yet have a place in the log all the same.
    else if (Number.isInteger(data?.seq) && data.room_id) this.#rooms.offer(data);
  }

  #onUnreadChanged(data) {
    this.#reads.moved(data.room_id, data.read_seq);
    this.#emit("unread_changed", data);
  }

  #onEntry(entry) {
    this.#outbox.observe(entry);
    this.#emit("entry", entry);
    if (entry.type === "message") this.#emit("message", entry);
  }

  #onSynced(room_id) {
    this.#emit("synced", { room_id });
    this.#reads.flush(room_id);
    void this.#outbox.pump(room_id);
  }

  #onDropped(room_id, error) {
    this.#outbox.roomLost(room_id, error);
    this.#emit("dropped", { room_id, error });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
