// The one error type of the client: what the server refused, or what happened on the way to it.

export class ParlourError extends Error {
  /**
   * @param {string} code from the server's catalogue, or one of the client's own:
   *   `connection_lost`, `timeout`, `unauthorized`, `unavailable`, `too_large`, `outcome_unknown`, `closed`, `bad_frame`, `protocol`,
   *   `gateway`
   * @param {string} message
   * @param {{retryable?: boolean, retry_after_ms?: number}} [data] further members of the refusal
   */
  constructor(code, message, data = {}) {
    super(message);
    this.name = "ParlourError";
    this.code = code;
    this.retryable = data.retryable === true;
    this.retry_after_ms = data.retry_after_ms ?? 0;
    this.data = data;
  }
}
