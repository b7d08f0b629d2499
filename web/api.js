// REST calls of the page. Refusals are problem documents and become ParlourErrors.

import { ParlourError } from "./errors.js";

const TIMEOUT_MS = 15_000;

export class Api {
  #token;

  /** `token({refresh})` answers the user token; without it only the development endpoints can be called. */
  constructor(token = null) {
    this.#token = token;
  }

  async call(method, path, body) {
    const headers = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    // A repeat by the browser or a proxy must not make a second room.
    if (method === "POST") headers["idempotency-key"] = crypto.randomUUID();
    const send = async (refresh) => {
      if (this.#token) headers.authorization = `Bearer ${await this.#token({ refresh })}`;
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return fetch(path, { method, headers, body: JSON.stringify(body), signal, cache: "no-store" });
    };
    let reply = await send(false);
    if (reply.status === 401 && this.#token) reply = await send(true);
    if (reply.status === 204) return null;
    const answer = await reply.json().catch(() => ({}));
    if (reply.ok) return answer;
    throw new ParlourError(answer.code ?? `status_${reply.status}`, answer.detail ?? answer.title ?? reply.statusText, {
      ...answer,
      status: reply.status,
    });
  }

  get(path) {
    return this.call("GET", path);
  }

  post(path, body) {
    return this.call("POST", path, body);
  }

  /** All items of a paged list, up to `most`. */
  async all(path, most) {
    const items = [];
    for (let next = ""; next !== null && items.length < most; ) {
      const page = await this.get(`${path}?limit=50${next && `&after=${encodeURIComponent(next)}`}`);
      items.push(...page.items);
      next = page.next ?? null;
    }
    return items;
  }
}

/** Whether the server offers the development endpoints to this page. */
export async function isDevelopment() {
  try {
    return (await new Api().get("/dev")).dev === true;
  } catch {
    return false;
  }
}

/** The people of a development server, oldest first; more than this nobody looks through. */
const MOST_DEV_USERS = 2_000;

export const devUsers = () => new Api().all("/dev/user", MOST_DEV_USERS);
export const createDevUser = (name) => new Api().post("/dev/user", { name });
export const devSession = (user_id) => new Api().post("/dev/session", { user_id });
