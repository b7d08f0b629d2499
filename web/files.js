// Files of messages: up to the bucket and back by signed URLs, which end after minutes and are kept nowhere else.

import { ParlourError } from "./errors.js";

const UPLOAD_TIMEOUT_MS = 4 * 60_000;
/** A URL works for five minutes; a picture that is asked for just before its end still has to arrive. */
const REUSED_MS = 4 * 60_000;

export class Files {
  #api;
  /** By room and file: `{url: promise, until}`. */
  #urls = new Map();

  constructor(api) {
    this.#api = api;
  }

  /** Uploads a file for a room and confirms it. Answers what `attachments` of a message takes. */
  async upload(file, room_id) {
    const content_type = file.type.split(";", 1)[0].trim().toLowerCase() || "application/octet-stream";
    const body = { name: file.name, content_type, size: file.size, room_id };
    const { attachment_id, upload } = await this.#api.post("/attachments", body);
    const signal = AbortSignal.timeout(UPLOAD_TIMEOUT_MS);
    const { url, method, headers } = upload;
    const reply = await fetch(url, { method, headers, body: file, signal, credentials: "omit" });
    if (!reply.ok) throw new ParlourError("upload_failed", `the upload was refused (${reply.status})`);
    return this.#api.post(`/attachments/${attachment_id}/confirm`);
  }

  /** A URL of a file, asked for once in a while however often it is shown. */
  url(roomId, attachmentId) {
    const key = `${roomId}/${attachmentId}`;
    const known = this.#urls.get(key);
    if (known && known.until > Date.now()) return known.url;
    const url = this.#api.get(`/room/${roomId}/attachment/${attachmentId}`).then((answer) => answer.url);
    this.#urls.set(key, { url, until: Date.now() + REUSED_MS });
    url.catch(() => this.#urls.delete(key));
    return url;
  }
}
