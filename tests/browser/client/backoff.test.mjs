// The wait before a retry: bounded, growing, and spread over the whole interval.

import assert from "node:assert/strict";
import test from "node:test";
import { backoffDelay } from "../../../web/backoff.js";

test("the ceiling doubles with each attempt up to the cap", () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffDelay(attempt, { random: () => 1 }));
  assert.deepEqual(ceilings, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

test("the delay is a draw over the whole interval", () => {
  assert.equal(backoffDelay(3, { random: () => 0 }), 0);
  assert.equal(backoffDelay(3, { random: () => 0.25 }), 1000);
});

test("a very long outage stays at the cap", () => {
  assert.equal(backoffDelay(5000, { random: () => 1 }), 30000);
});
