// One WebSocket, kept alive: opens it, matches answers to requests, notices a dead peer by heartbeat,
// renews the token before it expires and reconnects with backoff until `close()`.
// It knows nothing of rooms; frames that answer no request go to `onFrame`.

import { backoffDelay } from "./backoff.js";
import { deferred } from "./deferred.js";
import { ParlourError } from "./errors.js";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class Connection {
  /** Counts the sockets that were opened; two equal values mean the same socket. */
  epoch = 0;
  state = "idle";
  #options;
  #credentials;
  #callbacks;
  #socket = null;
  #drop = null;
  #pending = new Map();
  #nextId = 1;
  #running = false;
  #generation = 0;
  #everOpen = false;
  #failures = 0;
  #refresh = false;
  #wake = null;
  #skipDelay = false;
  #heartbeat = null;
  #pongDeadline = null;
  #reauthTimer = null;
  #opened = null;

  constructor(credentials, options, callbacks) {
    this.#credentials = credentials;
    this.#options = options;
    this.#callbacks = callbacks;
  }

  get isOpen() {
    return this.state === "open";
  }

  /** Resolves at the first open socket; rejects when the server refuses the user, or on `close()`. */
  connect() {
    if (!this.#running) {
      this.#running = true;
      this.#opened = deferred();
      this.#generation += 1;
      void this.#run(this.#generation);
    }
    return this.#opened.promise;
  }

  close() {
    if (!this.#running) return;
    this.#stop("closed", new ParlourError("closed", "The client was closed."));
  }

  /** Gives up the current socket and opens another at once. */
  reconnect(reason) {
    this.#skipDelay = true;
    if (this.#drop) this.#drop(reason);
    else this.#wake?.();
  }

  /** The network went away: whatever the socket still says, nothing will come. */
  networkLost() {
    this.#drop?.("offline");
  }

  /** The network or the person came back: try at once, or prove that the socket still lives. */
  nudge() {
    if (this.isOpen) this.#ping();
    else if (this.#wake) this.reconnect("nudge");
  }

  /** Sends one action and answers with the `data` of its ack. Fails at once where there is no open socket. */
  request(action, fields = {}, { timeoutMs = this.#options.requestTimeoutMs } = {}) {
    if (!this.isOpen) return Promise.reject(lost("There is no connection."));
    const request_id = `r${this.#nextId++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(request_id);
        reject(new ParlourError("timeout", `No answer to ${action}.`, { retryable: true }));
      }, timeoutMs);
      this.#pending.set(request_id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ action, ...fields, request_id }));
    });
  }

  async #run(generation) {
    // A `close()` followed by a `connect()` starts a new loop; the old one must not come back to life.
    const alive = () => this.#running && generation === this.#generation;
    while (alive()) {
      let floorMs = 0;
      let reason = "";
      this.#setState(!this.#everOpen ? "connecting" : "reconnecting");
      try {
        reason = await this.#live(alive);
      } catch (error) {
        if (!alive()) return;
        if (error.code === "unauthorized") {
          this.#stop("unauthorized", error);
          return;
        }
        // What the network itself says has codes of its own.
        const isOurs = error instanceof ParlourError;
        floorMs = isOurs ? error.retry_after_ms : 0;
        reason = isOurs ? error.code : "unavailable";
      }
      if (alive()) await this.#pause(floorMs, reason);
    }
  }

  async #pause(floorMs, reason) {
    const delay = this.#skipDelay ? 0 : Math.max(floorMs, backoffDelay(this.#failures, this.#options.backoff));
    // A person who keeps switching windows must not defeat the backoff for good: the count goes on.
    this.#failures += 1;
    this.#skipDelay = false;
    this.#setState("reconnecting", { retry_in_ms: delay, reason });
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    this.#skipDelay = false;
  }

  /** Opens a socket and resolves with the reason when it is gone. */
  async #live(alive) {
    const { url, protocols } = await this.#credentials.socketAddress(this.#options.wsUrl, { refresh: this.#refresh });
    if (!alive()) return "closed";
    // Browsers hide the status of a refused handshake, so after a failure the token is suspected.
    this.#refresh = protocols.length > 0;
    const socket = new this.#options.WebSocket(url, protocols);
    this.#socket = socket;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#drop?.("open_timeout"), this.#options.requestTimeoutMs);
      const finish = (reason) => {
        if (this.#socket !== socket) return;
        clearTimeout(timer);
        this.#release(reason);
        resolve(reason);
        // Not awaited: on a dead network the closing handshake may take minutes.
        socket.close();
      };
      this.#drop = finish;
      socket.addEventListener("open", () => {
        if (this.#socket !== socket) return;
        clearTimeout(timer);
        this.#onOpen();
      });
      socket.addEventListener("message", (event) => {
        if (this.#socket === socket) this.#receive(event.data);
      });
      socket.addEventListener("error", () => finish("socket_error"));
      socket.addEventListener("close", (event) => finish(`close_${event.code}`));
    });
  }

  #onOpen() {
    this.epoch += 1;
    this.#everOpen = true;
    this.#refresh = false;
    this.#setState("open");
    this.#opened.resolve();
    this.#heartbeat = setInterval(() => this.#ping(), this.#options.heartbeatMs);
    this.#scheduleReauth();
    this.#callbacks.onOpen();
  }

  #release(reason) {
    this.#socket = null;
    this.#drop = null;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#pongDeadline);
    clearTimeout(this.#reauthTimer);
    this.#pongDeadline = null;
    if (this.#running) this.#setState("reconnecting", { reason });
    for (const [id, request] of this.#pending) {
      clearTimeout(request.timer);
      this.#pending.delete(id);
      request.reject(lost("The connection was lost before the answer came."));
    }
  }

  #receive(text) {
    const frame = parse(text);
    if (!frame) return this.#callbacks.onError(new ParlourError("bad_frame", "The server sent a frame that is no object."));
    // Only a working conversation clears the count: a server that accepts and drops stays under backoff.
    if (frame.event === "ack" || frame.event === "pong") this.#failures = 0;
    if (frame.event === "pong") {
      clearTimeout(this.#pongDeadline);
      this.#pongDeadline = null;
    }
    if (frame.event === "error" && frame.data?.code === "unknown_connection") this.reconnect("unknown_connection");
    const request = this.#pending.get(frame.request_id);
    if (!request) return this.#callbacks.onFrame(frame);
    clearTimeout(request.timer);
    this.#pending.delete(frame.request_id);
    if (frame.event !== "error") return request.resolve(frame.data);
    const { code = "internal", message = "The server refused.", ...rest } = frame.data ?? {};
    return request.reject(new ParlourError(code, message, rest));
  }

  #ping() {
    if (!this.isOpen || this.#pongDeadline !== null) return;
    this.#pongDeadline = setTimeout(() => this.#drop?.("heartbeat"), this.#options.pongTimeoutMs);
    this.#socket.send(JSON.stringify({ action: "ping" }));
  }

  #scheduleReauth() {
    clearTimeout(this.#reauthTimer);
    const { expiresAt } = this.#credentials;
    if (expiresAt === null) return;
    const left = expiresAt - Date.now();
    const delay = Math.max(0, left - Math.min(this.#options.reauthMarginMs, left / 5));
    this.#reauthTimer = setTimeout(() => void this.#reauth(), Math.min(delay, LONGEST_TIMER_MS));
  }

  async #reauth() {
    try {
      const before = this.#credentials.current;
      const token = await this.#credentials.token({ refresh: true });
      // The same token again extends nothing; the server will close the socket at its expiry.
      if (token === before) return;
      const { expires_at } = await this.request("reauth", { token });
      if (Number.isFinite(Date.parse(expires_at))) this.#credentials.expiresAt = Date.parse(expires_at);
      this.#scheduleReauth();
      this.#callbacks.onReauth();
    } catch (error) {
      this.#callbacks.onError(error);
    }
  }

  #stop(state, error) {
    this.#running = false;
    this.#drop?.(state);
    this.#wake?.();
    this.#opened.reject(error);
    this.#everOpen = false;
    this.#setState(state, { reason: error.code });
  }

  #setState(state, detail = {}) {
    this.state = state;
    this.#callbacks.onState({ state, ...detail });
  }
}

function lost(message) {
  return new ParlourError("connection_lost", message, { retryable: true });
}

/** The frame as an object, or null. */
function parse(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame === "object" ? frame : null;
  } catch {
    return null;
  }
}
