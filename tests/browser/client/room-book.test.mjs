// The list of rooms as the page knows it.

import assert from "node:assert/strict";
import test from "node:test";
import { RoomBook } from "../../../web/room-book.js";
import { range } from "../fixture/clients.mjs";

const room = (id) => ({ id, head_seq: 1, created_at: "2027-01-15T08:00:00.000Z" });

/** What each of these lists, read one after the other, says: `[fresh, overtaken]`. */
async function read(...lists) {
  const book = new RoomBook({ all: async () => lists.shift().map(room) }, { id: "ada" });
  const answers = [];
  while (lists.length > 0) {
    const { fresh, overtaken } = await book.refresh();
    answers.push([fresh.map(({ id }) => id), overtaken]);
  }
  return answers;
}

test("a room that a full list has no place for any more is told, so that nobody listens to it any longer", async () => {
  const ids = range(1, 102).map(String);
  const answers = await read(ids.slice(0, 100), ids.slice(2), ids.slice(0, 100));
  assert.deepEqual(answers.slice(1), [[["101", "102"], ["1", "2"]], [["1", "2"], ["101", "102"]]]);
});

test("of the end of a membership the client hears by itself", async () => {
  assert.deepEqual(await read(["a", "b"], ["b", "c"]), [[["a", "b"], []], [["c"], []]]);
});
