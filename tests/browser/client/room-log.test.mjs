// The order of one room: whatever order entries arrive in, each comes out once, in order, without a hole.

import assert from "node:assert/strict";
import test from "node:test";
import { RoomLog } from "../../../web/room-log.js";

const entry = (seq) => ({ seq });
const seqs = (entries) => entries.map(({ seq }) => seq);

test("entries before the start is known wait for it", () => {
  const log = new RoomLog();
  assert.deepEqual(log.offer(entry(8)), []);
  assert.deepEqual(log.offer(entry(6)), []);
  assert.deepEqual(seqs(log.startAt(7)), [8]);
  assert.equal(log.hasGap, false);
});

test("a gap holds back what follows it", () => {
  const log = new RoomLog();
  log.startAt(1);
  assert.deepEqual(log.offer(entry(4)), []);
  assert.equal(log.hasGap, true);
  assert.deepEqual(seqs(log.offer(entry(2))), [2]);
  assert.deepEqual(seqs(log.offer(entry(3))), [3, 4]);
  assert.equal(log.hasGap, false);
});

test("every order of arrival, with repeats, gives the same log", () => {
  for (const order of permutations([1, 2, 3, 4, 5])) {
    const log = new RoomLog();
    log.startAt(0);
    const out = [...order, ...order].flatMap((seq) => seqs(log.offer(entry(seq))));
    assert.deepEqual(out, [1, 2, 3, 4, 5], `arrival ${order}`);
  }
});

test("a flood behind a gap is not kept, but never blocks the entry that closes it", () => {
  const log = new RoomLog();
  log.startAt(0);
  for (let seq = 3; seq < 5000; seq += 1) log.offer(entry(seq));
  assert.deepEqual(seqs(log.offer(entry(1))), [1]);
  assert.equal(log.offer(entry(2)).length, 1001);
  assert.equal(log.hasGap, false);
});

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
