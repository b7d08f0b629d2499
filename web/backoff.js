// How long to wait before the next try.
// Full jitter: a uniform draw below an exponentially growing ceiling, so that the clients of a restarted
// server do not come back in waves.

/**
 * @param {number} attempt 0 for the first retry
 * @param {{baseMs?: number, capMs?: number, random?: () => number}} [options]
 * @returns {number} milliseconds, at least 0 and below the ceiling of this attempt
 */
export function backoffDelay(attempt, { baseMs = 500, capMs = 30_000, random = Math.random } = {}) {
  // The exponent is bounded so that a very long outage cannot overflow to Infinity.
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20));
  return Math.floor(random() * ceiling);
}
