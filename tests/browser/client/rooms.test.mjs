// Delivery: every entry of a joined room once and in order, through lost pushes, lost sockets and long absences.

import assert from "node:assert/strict";
import test from "node:test";
import { arrange, range, record, until } from "../fixture/clients.mjs";

const seqs = (entries) => entries.map(({ seq }) => seq);

async function listening(t, options) {
  const { server, client } = await arrange(t);
  server.room("r");
  const ada = client("ada", options);
  const entries = record(ada, "entry");
  await ada.connect();
  await ada.join("r");
  return { server, client, ada, entries };
}

test("messages arrive in order, and other entries only as entries", async (t) => {
  const { server, ada, entries } = await listening(t);
  const messages = record(ada, "message");
  server.say("r", "one");
  server.append("r", { type: "member_joined", user_id: "bob", member: { user_id: "bob", name: "Bob" } });
  server.append("r", { type: "something_new", user_id: null });
  server.say("r", "two");
  await until(() => entries.length === 4, "four entries");
  assert.deepEqual(messages.map((message) => message.text_message), ["one", "two"]);
});

test("a batch is taken apart", async (t) => {
  const { server, entries } = await listening(t);
  server.mayPush = () => false;
  const wrapped = [server.say("r", "a"), server.say("r", "b")].map((data) => ({ event: "new_message", data }));
  for (const { push } of server.connections) push("batch", wrapped);
  await until(() => entries.length === 2, "both messages");
  assert.equal(server.frames.filter(({ frame }) => frame.action === "join_room").length, 1);
});

test("a lost push is noticed at the next one and repaired over several pages", async (t) => {
  const { server, entries } = await listening(t);
  server.pageSize = 3;
  server.mayPush = (_, { seq }) => seq === 12;
  for (const number of range(2, 12)) server.say("r", `message ${number}`);
  await until(() => entries.length === 11, "all messages");
  assert.deepEqual(seqs(entries), range(2, 12));
});

test("a lost last message is found by the heartbeat", async (t) => {
  const { server, entries } = await listening(t, { heartbeatMs: 30 });
  server.mayPush = () => false;
  server.say("r", "the last word");
  await until(() => entries.length === 1, "the lost message");
});

test("a lost subscription is found by the heartbeat", async (t) => {
  const { server, entries } = await listening(t, { heartbeatMs: 30 });
  for (const connection of server.connections) connection.rooms.delete("r");
  server.say("r", "unheard");
  await until(() => entries.length === 1, "the unheard message");
  server.say("r", "heard");
  await until(() => entries.length === 2, "the next push");
});

test("doubled and late pushes are delivered once", async (t) => {
  const { server, entries } = await listening(t);
  const first = server.say("r", "one");
  server.say("r", "two");
  for (const { push } of server.connections) for (const _ of range(1, 3)) push("new_message", first);
  server.say("r", "three");
  await until(() => entries.length >= 3, "three messages");
  assert.deepEqual(seqs(entries), [2, 3, 4]);
});

test("after a lost connection the client resumes without a gap", async (t) => {
  const { server, ada, entries } = await listening(t);
  const states = record(ada, "state");
  server.pageSize = 4;
  for (const round of range(1, 5)) {
    server.cut();
    for (const number of range(1, 9)) server.say("r", `round ${round}, message ${number}`);
    await until(() => entries.length === round * 9, `round ${round}`);
  }
  assert.deepEqual(seqs(entries), range(2, 46));
  assert.deepEqual([...new Set(states.map(({ state }) => state))].toSorted(), ["open", "reconnecting"]);
});

test("entries under the floor are reported as a gap, and reading goes on above it", async (t) => {
  const { server, ada, entries } = await listening(t);
  const gaps = record(ada, "gap");
  server.mayPush = () => false;
  server.cut();
  for (const number of range(1, 9)) server.say("r", `message ${number}`);
  server.room("r").floor = 6;
  await until(() => entries.length === 5, "the readable rest");
  assert.deepEqual(seqs(entries), range(6, 10));
  assert.deepEqual(gaps, [{ room_id: "r", after_seq: 1, resumes_after: 5, reason: "below_floor" }]);
});

test("a room that may not be joined is dropped, and joining it fails", async (t) => {
  const { ada } = await listening(t);
  const dropped = record(ada, "dropped");
  await assert.rejects(ada.join("nowhere"), { code: "not_found" });
  assert.equal(dropped[0].room_id, "nowhere");
});

test("a throttled join is tried again", async (t) => {
  const { server, client } = await arrange(t);
  server.room("r");
  let refusals = 3;
  server.intercept = (_, { action }) => {
    if (action !== "join_room" || refusals === 0) return undefined;
    refusals -= 1;
    return { error: { code: "too_many_requests", retryable: true, retry_after_ms: 10 } };
  };
  const ada = client("ada");
  await ada.connect();
  assert.deepEqual(await ada.join("r"), { room_id: "r", head_seq: 1 });
});

test("a room that was left is silent", async (t) => {
  const { server, ada, entries } = await listening(t);
  await ada.leave("r");
  server.say("r", "after");
  await ada.request("history", { room_id: "r" });
  assert.deepEqual(entries, []);
});

test("a room that was left and joined again meanwhile is heard once", async (t) => {
  const { server, client } = await arrange(t);
  server.room("r");
  const ada = client("ada");
  const entries = record(ada, "entry");
  await ada.connect();
  let late;
  server.intercept = (connection, { action, request_id, ...fields }) => {
    if (action !== "join_room" || late) return undefined;
    late = () => connection.send({ event: "ack", request_id, ...server.actions.join_room(connection, fields) });
    return "drop";
  };
  ada.join("r", { after_seq: 0 }).catch(() => {});
  await until(() => late, "the first join is under way");
  await ada.leave("r");
  await ada.join("r", { after_seq: 0 });
  late();
  server.say("r", "afterwards");
  await until(() => entries.some(({ seq }) => seq === 2), "the message");
  await ada.request("history", { room_id: "r" });
  assert.deepEqual(seqs(entries), [1, 2]);
});

test("typing and read positions arrive; own reports are few and only upwards", async (t) => {
  const { server, client, ada } = await listening(t);
  const bob = client("bob", { readIntervalMs: 50 });
  await bob.connect();
  await bob.join("r");
  const typing = record(ada, "typing");
  const read = record(ada, "read");
  await bob.typing("r", true);
  for (const seq of [1, 5, 3, 7]) bob.markRead("r", seq);
  await until(() => read.some(({ read_seq }) => read_seq === 7), "the last position");
  assert.equal(typing[0].user_id, "bob");
  const reports = server.frames.filter(({ frame }) => frame.action === "mark_read").map(({ frame }) => frame.seq);
  assert.ok(reports.length <= 2, `${reports} are more reports than needed`);
});

test("what larger rooms hear of together arrives as if it came alone, without the own part", async (t) => {
  const { server, ada } = await listening(t);
  const [typing, read, delivered] = ["typing", "read", "delivered"].map((type) => record(ada, type));
  const until_then = { expires_at: new Date(Date.now() + 11_000).toISOString() };
  const receipts = ["ada", "bob", "eve"].map((user_id) => ({ user_id, read_seq: 3 }));
  receipts.push({ user_id: "kim", delivered_seq: 4 });
  const typists = ["ada", "bob"].map((user_id) => ({ user_id, name: user_id, typing: true, ...until_then }));
  for (const { push } of server.connections) {
    push("receipts", { room_id: "r", items: receipts });
    push("typing_users", { room_id: "r", items: typists });
  }
  await until(() => typing.length > 0, "the typing");
  const of = (user_id, fields) => ({ room_id: "r", user_id, ...fields, aggregated: true });
  assert.deepEqual(read, [of("bob", { read_seq: 3 }), of("eve", { read_seq: 3 })]);
  assert.deepEqual(delivered, [of("kim", { delivered_seq: 4 })]);
  assert.deepEqual(typing, [of("bob", { name: "bob", typing: true, ...until_then })]);
});

test("what is no entry of a log is passed on as it is", async (t) => {
  const { server, ada } = await listening(t);
  const told = {
    delivered: { room_id: "r", user_id: "bob", delivered_seq: 1 },
    user_connected: { room_id: "r", user_id: "bob" },
    user_disconnected: { room_id: "r", user_id: "bob" },
    notification_changed: { room_id: "r", notification: "none" },
    message_starred: { room_id: "r", message_id: "m", starred_at: "2027-01-15T08:00:00.000Z" },
    message_unstarred: { room_id: "r", message_id: "m" },
    hello: { user_id: "ada" },
  };
  const heard = Object.keys(told).map((type) => [type, record(ada, type)]);
  for (const { push } of server.connections) for (const [type, data] of Object.entries(told)) push(type, data);
  await until(() => heard.at(-1)[1].length === 1, "the last one");
  for (const [type, [detail, ...more]] of heard) assert.deepEqual([detail, more], [told[type], []], type);
});
