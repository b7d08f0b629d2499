// What is done to a message that is there, and who is watched.

import assert from "node:assert/strict";
import test from "node:test";
import { MessageChanges } from "../../../web/message-changes.js";
import { arrange, record, until } from "../fixture/clients.mjs";

/** A room with one message of Ada's, and Ada and Bob in it. */
async function scene(t, options) {
  const { server, client } = await arrange(t);
  server.room("r");
  const [ada, bob] = [client("ada", options), client("bob")];
  for (const one of [ada, bob]) await one.connect();
  for (const one of [ada, bob]) await one.join("r");
  const message = await ada.send("r", "helo").sent;
  return { server, ada, bob, message };
}

const framesOf = (server, action) => server.frames.map(({ frame }) => frame).filter((frame) => frame.action === action);

test("an edit is answered with the message, and both hear its entry once", async (t) => {
  const { server, ada, bob, message } = await scene(t);
  const [hers, his] = [ada, bob].map((client) => record(client, "entry"));
  const now = await ada.edit("r", message.id, { text_message: "hello" });
  assert.equal(now.text_message, "hello");
  await until(() => his.some(({ type }) => type === "message_edited"), "Bob hears of it");
  assert.equal(hers.at(-1).type, "message_edited");
  assert.equal(framesOf(server, "join_room").length, 2, "nothing had to be repaired");
  assert.ok(framesOf(server, "edit_message")[0].client_id);
});

test("an edit whose answer was lost is made once when it is tried again", async (t) => {
  const { server, ada, message } = await scene(t, { requestTimeoutMs: 200 });
  const entries = record(ada, "entry");
  const write = server.actions.edit_message;
  server.actions.edit_message = (...given) => ({ ...write(...given), lost: true });
  const edit = () => ada.edit("r", message.id, { text_message: "hello" }, { client_id: "e-1" });
  await assert.rejects(edit(), { code: "timeout", retryable: true });
  server.actions.edit_message = write;
  assert.equal((await edit()).text_message, "hello");
  assert.equal(server.room("r").log.filter(({ type }) => type === "message_edited").length, 1);
  assert.equal(entries.filter(({ type }) => type === "message_edited").length, 1);
});

test("a deletion, a reaction and its end", async (t) => {
  const { server, ada, bob, message } = await scene(t);
  const his = record(bob, "entry");
  assert.equal((await ada.react("r", message.id, "👍")).reactions[0].count, 1);
  assert.deepEqual((await ada.unreact("r", message.id, "👍")).reactions, []);
  assert.ok((await ada.delete("r", message.id)).deleted_at);
  await until(() => his.at(-1)?.type === "message_deleted", "Bob hears of all");
  assert.deepEqual(his.slice(-3).map(({ type }) => type), ["reaction_added", "reaction_removed", "message_deleted"]);
  assert.ok(framesOf(server, "delete_message")[0].client_id);
});

test("what cannot be changed is refused as it is", async (t) => {
  const { ada } = await scene(t);
  await assert.rejects(ada.edit("r", "nothing", { text_message: "x" }), { code: "not_found", retryable: false });
});

test("an answer names what it answers, also when it is tried again", async (t) => {
  const { server, ada, bob, message } = await scene(t);
  const heard = record(bob, "message");
  server.intercept = (_, { action }) => (action === "send_message" ? { error: { code: "busy", retryable: true } } : undefined);
  const { sent } = ada.send("r", "yes", { parent_id: message.id, quote_id: message.id });
  await until(() => framesOf(server, "send_message").length > 2, "a second try");
  server.intercept = () => undefined;
  await sent;
  await until(() => heard.at(-1)?.text_message === "yes", "the answer");
  for (const frame of framesOf(server, "send_message").slice(1)) assert.equal(frame.parent_id, message.id);
  for (const frame of framesOf(server, "send_message").slice(1)) assert.equal(frame.quote_id, message.id);
});

test("who is watched is watched again on the next socket", async (t) => {
  const { server, ada } = await scene(t);
  const seen = record(ada, "presence");
  assert.deepEqual(await ada.watchPresence(["bob"]), [{ user_id: "bob", online: true, last_seen_at: null }]);
  await until(() => seen.length === 1, "the first answer");
  for (const connection of server.connections) connection.push("presence", { user_id: "bob", online: false, last_seen_at: null });
  await until(() => seen.at(-1).online === false, "Bob has gone");
  server.cut();
  await until(() => framesOf(server, "watch_presence").length === 2, "the second watch");
  assert.deepEqual(framesOf(server, "watch_presence")[1].user_ids, ["bob"]);
  await ada.watchPresence([]);
  server.cut();
  await until(() => ada.state === "open" && server.opened >= 6, "the third socket");
  await ada.request("history", { room_id: "r" });
  assert.equal(framesOf(server, "watch_presence").length, 3, "nobody is watched any more");
});

test("a watch that is refused for now is tried again, and a new token renews it", async (t) => {
  const expires_at = new Date(Date.now() + 1_000).toISOString();
  let tokens = 0;
  const getToken = async ({ refresh }) => ({ token: refresh ? `ada-${(tokens += 1)}` : "ada", expires_at });
  const { server, client } = await arrange(t);
  let refusals = 2;
  server.intercept = (_, { action }) => {
    if (action !== "watch_presence" || refusals === 0) return undefined;
    refusals -= 1;
    return { error: { code: "busy", retryable: true } };
  };
  const ada = client("ada", { getToken });
  const seen = record(ada, "presence");
  await ada.connect();
  await assert.rejects(ada.watchPresence(["bob"]), { code: "busy" });
  await until(() => seen.length >= 1, "the watch");
  const before = framesOf(server, "reauth").length;
  await until(() => framesOf(server, "reauth").length > before, "a new token");
  await until(() => seen.length >= 2, "the renewed watch");
});

test("a position that was moved back elsewhere can be reported again", async (t) => {
  const { server, ada } = await scene(t, { readIntervalMs: 10 });
  const moved = record(ada, "unread_changed");
  const reports = () => framesOf(server, "mark_read").map(({ seq }) => seq);
  ada.markRead("r", 2);
  await until(() => reports().length === 1, "the first report");
  for (const connection of server.connections) connection.push("unread_changed", { room_id: "r", read_seq: 1 });
  await until(() => moved.length === 1, "the move");
  ada.markRead("r", 2);
  await until(() => reports().length === 2, "the second report");
});

test("a position that came from elsewhere takes no report away", async (t) => {
  const { server, ada } = await scene(t, { readIntervalMs: 300 });
  const reports = () => framesOf(server, "mark_read").map(({ seq }) => seq);
  ada.markRead("r", 1);
  await until(() => reports().length === 1, "the first report");
  ada.markRead("r", 9);
  for (const connection of server.connections) connection.push("unread_changed", { room_id: "r", read_seq: 5 });
  await until(() => reports().includes(9), "the report that waited");
});

test("changes and pages of history come together in any order", () => {
  const message = { id: "m", seq: 2, user_id: "ada", text_message: "one", created_at: "2026-01-01T00:00:00.000Z" };
  const edit = (seq, text_message, second) => ({
    type: "message_edited", message_id: "m", seq, text_message, created_at: `2026-01-01T00:00:0${second}.000Z`,
  });
  const changes = new MessageChanges();
  assert.equal(changes.take(edit(3, "two", 1)), true);
  assert.equal(changes.applied(message).text_message, "two");
  const newer = { ...message, text_message: "three", edited_at: edit(4, "three", 2).created_at };
  assert.equal(changes.applied(newer).text_message, "three");
  changes.take(edit(4, "three", 2));
  changes.take(edit(3, "two", 1));
  assert.equal(changes.applied(message).text_message, "three");
  changes.take({ type: "message_deleted", message_id: "m", seq: 5, user_id: "ada", created_at: "2026-01-01T00:00:03.000Z" });
  const left = changes.applied(newer);
  assert.deepEqual([left.text_message, left.deleted_by, left.seq], [undefined, "ada", 2]);
  assert.equal(changes.take({ type: "something_new", message_id: "m", seq: 6 }), false);
});
