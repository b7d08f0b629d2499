// Who types at the moment, by the notices of one and of many.

import assert from "node:assert/strict";
import test from "node:test";
import { OthersTyping } from "../../../web/typing.js";

const together = { aggregated: true };

test("a message ends the typing, also against an aggregate that is older than it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const changed = [];
  const others = new OthersTyping((roomId) => changed.push(roomId));
  others.set("r", "bob", true, together);
  assert.deepEqual(others.in("r"), ["bob"]);
  others.wrote("r", "bob");
  assert.deepEqual(others.in("r"), []);
  t.mock.timers.tick(4_000);
  others.set("r", "bob", true, together);
  assert.deepEqual(others.in("r"), [], "it was so before the message");
  others.set("r", "eve", true, together);
  assert.deepEqual(others.in("r"), ["eve"]);
  t.mock.timers.tick(2_000);
  others.set("r", "bob", true, together);
  assert.deepEqual(others.in("r"), ["eve", "bob"]);
  assert.deepEqual(changed, ["r", "r", "r", "r"]);
});

test("a notice ends by itself, one of an aggregate after the time in which the next one comes", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const others = new OthersTyping(() => {});
  others.set("r", "bob", true);
  others.set("r", "eve", true, together);
  t.mock.timers.tick(6_000);
  assert.deepEqual(others.in("r"), ["eve"]);
  t.mock.timers.tick(5_000);
  assert.deepEqual(others.in("r"), []);
});
