// Who the client is: keeps the user token, renews it, and turns it into the address of a WebSocket.
// A ticket (short-lived, single use) is preferred, because an address may end up in a log; where the
// server has no tickets, the token travels as a subprotocol.

import { ParlourError } from "./errors.js";

const EXPIRY_SLACK_MS = 5_000;

/** The expiry in ms since the epoch that a JWT states, or null where the token is not one. */
function expiryOf(token) {
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const { exp } = JSON.parse(atob(payload));
    return Number.isFinite(exp) ? exp * 1000 : null;
  } catch {
    return null;
  }
}

export class Credentials {
  #getToken;
  #fetch;
  #ticketUrl;
  #timeoutMs;
  #token = null;
  #expiresAt = null;

  /**
   * `getToken({refresh})` answers a token, or `{token, expires_at}`; with `refresh: true` a new one is wanted.
   */
  constructor({ getToken, fetch, ticketUrl, timeoutMs }) {
    this.#getToken = getToken;
    this.#fetch = fetch;
    this.#ticketUrl = ticketUrl;
    this.#timeoutMs = timeoutMs;
  }

  /** The token as it is, expired or not. */
  get current() {
    return this.#token;
  }

  /** Expiry of the current token in ms since the epoch, or null where it is not known. */
  get expiresAt() {
    return this.#expiresAt;
  }

  /** Learns a better expiry, as the server states it in the answer to `reauth`. */
  set expiresAt(value) {
    this.#expiresAt = value;
  }

  async token({ refresh = false } = {}) {
    const expired = this.#expiresAt !== null && this.#expiresAt - Date.now() < EXPIRY_SLACK_MS;
    if (this.#token && !refresh && !expired) return this.#token;
    const given = await this.#getToken({ refresh: refresh || expired });
    const token = typeof given === "string" ? given : given?.token;
    if (!token) throw new ParlourError("unauthorized", "There is no user token.");
    const stated = typeof given === "object" ? Date.parse(given.expires_at) : Number.NaN;
    this.#token = token;
    this.#expiresAt = Number.isFinite(stated) ? stated : expiryOf(token);
    return token;
  }

  /** `{url, protocols}` for the next WebSocket. Throws `unauthorized` when a renewed token is refused too. */
  async socketAddress(wsUrl, { refresh = false } = {}) {
    let token = await this.token({ refresh });
    let reply = await this.#askTicket(token);
    if (reply.status === 401) {
      token = await this.token({ refresh: true });
      reply = await this.#askTicket(token);
    }
    if (reply.status === 401 || reply.status === 403) {
      throw new ParlourError("unauthorized", "The server refused the user token.");
    }
    if (reply.ok) {
      const url = new URL(wsUrl);
      url.searchParams.set("ticket", (await reply.json()).ticket);
      return { url: url.href, protocols: [] };
    }
    if ([404, 405, 501].includes(reply.status)) {
      return { url: wsUrl, protocols: ["parlour.v1", `parlour.token.${token}`] };
    }
    const seconds = Number(reply.headers.get("retry-after")) || 0;
    throw new ParlourError("unavailable", `No ticket: status ${reply.status}.`, {
      retryable: true,
      retry_after_ms: seconds * 1000,
    });
  }

  #askTicket(token) {
    return this.#fetch(this.#ticketUrl, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
  }
}
