// What the page knows of a room's messages, without a page: quotes, messages to be read again, entries of any kind.

import assert from "node:assert/strict";
import test from "node:test";
import { Conversation } from "../../../web/conversation.js";

const me = { id: "ada" };
const people = { nameOf: () => "Bob" };
const said = (seq, text_message, fields = {}) => ({
  type: "message", id: `m${seq}`, seq, user_id: "bob", text_message, created_at: `2026-01-01T00:00:${10 + seq}.000Z`, ...fields,
});
const told = (seq, type, target, fields = {}) => ({
  type, id: `e${seq}`, seq, user_id: "bob", message_id: target, created_at: `2026-01-01T00:00:${10 + seq}.000Z`, ...fields,
});
const shown = (conversation) => conversation.rows(me, people, []).filter(({ kind }) => kind === "message");

test("an answer shows the first line of what it answers, also where that is not loaded", () => {
  const conversation = new Conversation();
  conversation.add([said(8, "one\ntwo"), said(9, "yes", { quote_id: "m8", parent_id: "m1" }), said(10, "no", { parent_id: "m2" })]);
  assert.deepEqual(shown(conversation).map(({ quote }) => quote?.text), [undefined, "one", "…"]);
  assert.deepEqual(conversation.takeStale(), ["m2"]);
  assert.deepEqual(conversation.takeStale(), [], "it is asked for once");
  conversation.take(told(11, "message_edited", "m2", { text_message: "edited" }));
  conversation.know("m2", said(2, "older"));
  assert.equal(shown(conversation).at(-1).quote.text, "edited");
  conversation.take(told(12, "message_deleted", "m2"));
  assert.equal(shown(conversation).at(-1).quote.text, "Deleted message");
  assert.equal(shown(conversation).length, 3, "what is only quoted has no row");
});

test("what is quoted and cannot be read says so; what failed is asked for again", () => {
  const conversation = new Conversation();
  conversation.add([said(9, "yes", { quote_id: "m1" })]);
  assert.deepEqual(conversation.takeStale(), ["m1"]);
  conversation.askAgain("m1");
  assert.deepEqual(conversation.takeStale(), ["m1"]);
  conversation.know("m1", null);
  assert.equal(shown(conversation)[0].quote.text, "A message that cannot be shown");
  assert.deepEqual(conversation.takeStale(), []);
});

test("a message that is reacted to is read again, one read at a time and none too few", () => {
  const conversation = new Conversation();
  conversation.add([said(2, "hi")]);
  conversation.take(told(3, "reaction_added", "m2", { reaction: "👍" }));
  conversation.take(told(4, "reaction_added", "m1", { reaction: "👍" }));
  assert.deepEqual(conversation.takeStale(), ["m2"], "what is not shown is not read");
  conversation.take(told(5, "reaction_removed", "m2", { reaction: "👍" }));
  assert.deepEqual(conversation.takeStale(), [], "one answer is under way");
  conversation.know("m2", said(2, "hi", { reactions: [{ reaction: "👍", count: 1 }] }));
  assert.deepEqual(conversation.takeStale(), ["m2"], "it was older than the last reaction");
  conversation.know("m2", said(2, "hi"));
  assert.equal(shown(conversation)[0].message.reactions, undefined);
});

test("an edit that does not say what the message says now has it read again", () => {
  const conversation = new Conversation();
  conversation.add([said(8, "before"), said(9, "yes", { quote_id: "m2" })]);
  assert.deepEqual(conversation.takeStale(), ["m2"]);
  conversation.know("m2", said(2, "quoted"));
  for (const id of ["m8", "m2", "m1"]) conversation.take(told(10, "message_edited", id, { content_omitted: true }));
  assert.equal(shown(conversation)[0].message.text_message, "before", "until it is known");
  assert.deepEqual(conversation.takeStale(), ["m8", "m2"], "what is not shown is not read");
  conversation.know("m8", said(8, "after", { edited_at: "2026-01-01T00:00:20.000Z" }));
  conversation.know("m2", said(2, "quoted anew", { edited_at: "2026-01-01T00:00:20.000Z" }));
  const [edited, answer] = shown(conversation);
  assert.deepEqual([edited.message.text_message, answer.quote.text], ["after", "quoted anew"]);
});

test("entries of kinds that are not known change nothing", () => {
  const conversation = new Conversation();
  conversation.add([said(2, "hi")]);
  for (const type of ["message_pinned", "something_new", undefined]) conversation.take(told(3, type, "m2"));
  assert.deepEqual(shown(conversation).map(({ message }) => message.text_message), ["hi"]);
  assert.deepEqual(conversation.takeStale(), []);
});

test("an erasure leaves nothing of what a user said until then, and nothing of what was forwarded from there", () => {
  const conversation = new Conversation();
  const forwarded = { user_id: "eve", forwarded: { user_id: "bob" } };
  const reacted = { user_id: "eve", reactions: [{ reaction: "👍", count: 1 }] };
  conversation.add([said(2, "early"), said(3, "late"), said(4, "hers", reacted), said(5, "his", forwarded)]);
  const erased = { type: "messages_erased", id: "e6", seq: 6, user_id: null, member: { user_id: "bob" }, messages: 2 };
  conversation.take({ ...erased, created_at: "2026-01-01T00:00:16.000Z", until: "2026-01-01T00:00:12.000Z" });
  const texts = () => shown(conversation).map(({ message }) => message.text_message);
  assert.deepEqual(texts(), [undefined, "late", "hers", undefined]);
  assert.deepEqual(conversation.takeStale(), ["m4"], "of whose reactions some may be gone");
  conversation.add([said(1, "a page that was read before"), said(7, "after")]);
  assert.deepEqual(texts(), [undefined, undefined, "late", "hers", undefined, "after"]);
  conversation.take({ ...erased, seq: 8, created_at: "2026-01-01T00:00:18.000Z" });
  assert.deepEqual(texts(), [undefined, undefined, undefined, "hers", undefined, undefined]);
});
