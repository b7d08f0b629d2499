// Sending: each message once, in order, whatever is lost on the way, through reloads too.

import assert from "node:assert/strict";
import test from "node:test";
import { MemoryStorage } from "../../../web/outbox-store.js";
import { arrange, range, record, until } from "../fixture/clients.mjs";

const texts = (server) => server.room("r").log.filter(({ type }) => type === "message").map((entry) => entry.text_message);
const sends = (server) => server.frames.filter(({ frame }) => frame.action === "send_message").map(({ frame }) => frame);

async function writing(t, options = {}) {
  const { server, client } = await arrange(t);
  server.room("r");
  const storage = new MemoryStorage();
  const ada = client("ada", { storage, ...options });
  await ada.connect();
  await ada.join("r");
  return { server, client, ada, storage };
}

test("an own message comes from its ack as an entry, at its place", async (t) => {
  const { server, ada, storage } = await writing(t);
  const messages = record(ada, "message");
  const outbox = record(ada, "outbox");
  server.mayPush = (_, { user_id }) => user_id === "ada";
  server.say("r", "not pushed");
  const { client_id, sent } = ada.send("r", "mine");
  assert.deepEqual(ada.pending("r").map((item) => item.text_message), ["mine"]);
  assert.equal((await sent).seq, 3);
  await until(() => messages.length === 2, "the message before it");
  assert.deepEqual(messages.map((message) => message.text_message), ["not pushed", "mine"]);
  assert.deepEqual(outbox.map((item) => [item.client_id, item.state]), [[client_id, "pending"], [client_id, "sent"]]);
  assert.equal(storage.length, 0);
});

test("one send per room is in flight, and the order is kept", async (t) => {
  const { server, ada } = await writing(t);
  const results = range(1, 20).map((number) => ada.send("r", `message ${number}`).sent);
  await Promise.all(results);
  assert.deepEqual(texts(server), range(1, 20).map((number) => `message ${number}`));
  assert.deepEqual(sends(server).map((frame) => frame.after_seq), range(1, 20));
});

test("a lost ack is asked for again with the same id, base and text", async (t) => {
  const { server, ada } = await writing(t);
  const messages = record(ada, "message");
  server.intercept = (connection, frame) => {
    if (frame.action !== "send_message" || server.opened > 1) return undefined;
    server.actions.send_message(connection, frame);
    connection.socket.terminate();
    return { lost: true };
  };
  const message = await ada.send("r", "once").sent;
  await until(() => messages.length === 1, "the message");
  assert.equal(message.seq, 2);
  assert.deepEqual(texts(server), ["once"]);
});

test("a send whose ack was lost on a living connection is repeated unchanged", async (t) => {
  const { server, ada } = await writing(t, { requestTimeoutMs: 100 });
  let lost = false;
  server.intercept = (connection, frame) => {
    if (frame.action !== "send_message" || lost) return undefined;
    lost = true;
    server.actions.send_message(connection, frame);
    server.say("r", "meanwhile");
    return { lost: true };
  };
  const message = await ada.send("r", "once").sent;
  assert.equal(message.duplicate ?? false, sends(server).length > 1);
  const [first, ...rest] = sends(server).map(({ client_id, after_seq, text_message }) => ({ client_id, after_seq, text_message }));
  for (const repeat of rest) assert.deepEqual(repeat, first);
  assert.deepEqual(texts(server), ["once", "meanwhile"]);
});

test("what cannot be sent is failed, and the next goes on", async (t) => {
  const { server, ada } = await writing(t);
  server.intercept = (_, { text_message }) => text_message === "bad" ? { error: { code: "invalid_input", retryable: false } } : undefined;
  const bad = ada.send("r", "bad");
  const good = ada.send("r", "good");
  await assert.rejects(bad.sent, { code: "invalid_input" });
  await good.sent;
  assert.deepEqual(ada.pending("r").map(({ state, error }) => [state, error.code]), [["failed", "invalid_input"]]);
  server.intercept = () => undefined;
  const again = ada.retry(bad.client_id);
  assert.notEqual(again.client_id, bad.client_id);
  await again.sent;
  assert.deepEqual(texts(server), ["good", "bad"]);
  assert.deepEqual(ada.pending(), []);
});

test("a message that fits into no frame is refused before it cuts the connection", async (t) => {
  const { server, ada } = await writing(t);
  const huge = ada.send("r", "x".repeat(40_000));
  await assert.rejects(huge.sent, { code: "too_large" });
  ada.discard(huge.client_id);
  assert.deepEqual(ada.pending(), []);
  assert.equal(sends(server).length, 0);
});

test("a retryable refusal waits and tries again", async (t) => {
  const { server, ada } = await writing(t);
  let refusals = 4;
  server.intercept = (_, { action }) => {
    if (action !== "send_message" || refusals === 0) return undefined;
    refusals -= 1;
    return { error: { code: "room_busy", retryable: true, retry_after_ms: 5 } };
  };
  await ada.send("r", "patient").sent;
  assert.equal(sends(server).length, 5);
  assert.equal(new Set(sends(server).map(({ client_id }) => client_id)).size, 1);
});

test("messages written offline survive a reload, in order, and never reach another person", async (t) => {
  const { server, client, ada, storage } = await writing(t);
  server.intercept = (_, { action }) => (action === "send_message" ? "drop" : undefined);
  const left = range(1, 3).map((number) => ada.send("r", `message ${number}`).sent);
  await until(() => sends(server).length === 1, "the first try");
  ada.close();
  for (const result of await Promise.allSettled(left)) assert.equal(result.reason.code, "closed");
  server.intercept = () => undefined;
  const grace = client("grace", { storage });
  await grace.connect();
  assert.deepEqual(grace.pending(), []);
  const reloaded = client("ada", { storage });
  await reloaded.connect();
  await reloaded.join("r");
  await until(() => texts(server).length === 3, "all messages");
  assert.deepEqual(texts(server), range(1, 3).map((number) => `message ${number}`));
  const [first, second] = sends(server);
  assert.deepEqual([second.client_id, second.after_seq], [first.client_id, first.after_seq]);
});

test("tabs of one person share the storage: only a message whose tab is gone is adopted", async (t) => {
  const { server, client, storage } = await writing(t);
  const locks = fakeLocks();
  server.intercept = (_, { action }) => (action === "send_message" ? "drop" : undefined);
  const first = client("ada", { storage, locks });
  await first.connect();
  await first.join("r");
  first.send("r", "of the first tab").sent.catch(() => {});
  await until(() => sends(server).length === 1, "the first try");
  const second = client("ada", { storage, locks });
  await second.connect();
  await second.join("r");
  assert.deepEqual(second.pending(), []);
  server.intercept = () => undefined;
  first.close();
  const third = client("ada", { storage, locks });
  await third.connect();
  await third.join("r");
  await until(() => texts(server).length === 1, "the message of the tab that is gone");
});

test("where locks are forbidden the client works without them", async (t) => {
  const { server, client } = await arrange(t);
  server.room("r");
  const forbidden = async () => {
    throw new DOMException("denied", "SecurityError");
  };
  const ada = client("ada", { storage: new MemoryStorage(), locks: { query: forbidden, request: forbidden } });
  const errors = record(ada, "error");
  await ada.connect();
  await ada.join("r");
  await ada.send("r", "all the same").sent;
  assert.deepEqual(texts(server), ["all the same"]);
  assert.deepEqual(errors, []);
});

/** As much of navigator.locks as the outbox asks for. */
function fakeLocks() {
  const held = new Map();
  return {
    query: async () => ({ held: [...held.keys()].map((name) => ({ name })) }),
    request: async (name, work) => {
      while (held.has(name)) await held.get(name);
      const running = (async () => work())();
      held.set(name, running);
      return running.finally(() => held.delete(name));
    },
  };
}
