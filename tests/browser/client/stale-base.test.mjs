// `stale_base`: the server cannot look back to the base of a send. The log decides; and where it does not show
// the message, it is sent anew only after a quiet time on a new socket, so that a late first try is seen.

import assert from "node:assert/strict";
import test from "node:test";
import { arrange, record, until } from "../fixture/clients.mjs";

const STALE = { error: { code: "stale_base", retryable: false } };
const sends = (server) => server.frames.filter(({ frame }) => frame.action === "send_message");
const texts = (server) => server.room("r").log.filter(({ type }) => type === "message").map((entry) => entry.text_message);

async function writing(t, quietMs) {
  const { server, client } = await arrange(t);
  server.room("r");
  const ada = client("ada", { quietMs, requestTimeoutMs: 200 });
  await ada.connect();
  await ada.join("r");
  return { server, ada };
}

test("a message that the log shows is the result", async (t) => {
  const { server, ada } = await writing(t, 60_000);
  server.pageSize = 2;
  server.mayPush = () => false;
  server.intercept = (connection, frame) => {
    if (frame.action !== "send_message") return undefined;
    if (texts(server).length === 0) {
      server.actions.send_message(connection, frame);
      for (const text of ["a", "b", "c", "d"]) server.say("r", text);
      return { lost: true };
    }
    return STALE;
  };
  const message = await ada.send("r", "first").sent;
  assert.equal(message.seq, 2);
  assert.deepEqual(texts(server), ["first", "a", "b", "c", "d"]);
  assert.equal(server.opened, 1);
});

test("otherwise it is sent on a new base, after the quiet time and on a new socket", async (t) => {
  const quietMs = 150;
  const { server, ada } = await writing(t, quietMs);
  const messages = record(ada, "message");
  let refusedAt;
  server.intercept = (connection, { action }) => {
    if (action !== "send_message" || connection.number > 1) return undefined;
    refusedAt = Date.now();
    server.say("r", "meanwhile");
    return STALE;
  };
  const { client_id, sent } = ada.send("r", "stale");
  const message = await sent;
  assert.ok(Date.now() - refusedAt >= quietMs, "the quiet time was kept");
  assert.equal(message.client_id, client_id);
  assert.deepEqual(sends(server).map(({ connection, frame }) => [connection.number, frame.after_seq]), [[1, 1], [2, 2]]);
  await until(() => messages.length === 2, "both messages");
  assert.deepEqual(messages.map((entry) => entry.text_message), ["meanwhile", "stale"]);
});

test("a first try that lands during the quiet time is not doubled", async (t) => {
  const { server, ada } = await writing(t, 300);
  server.mayPush = () => false;
  server.intercept = (connection, frame) => {
    if (frame.action !== "send_message") return undefined;
    if (sends(server).length > 1) return STALE;
    setTimeout(() => server.actions.send_message(connection, { ...frame, after_seq: undefined }), 320);
    return { lost: true };
  };
  const message = await ada.send("r", "late").sent;
  assert.equal(message.text_message, "late");
  assert.deepEqual(texts(server), ["late"]);
});

test("where the log no longer reaches back, the outcome is unknown and the person decides", async (t) => {
  const { server, ada } = await writing(t, 50);
  server.intercept = (_, { action }) => {
    if (action !== "send_message") return undefined;
    for (const text of ["a", "b", "c", "d"]) server.say("r", text);
    server.room("r").floor = 5;
    return STALE;
  };
  const { sent } = ada.send("r", "unknown");
  await assert.rejects(sent, { code: "outcome_unknown" });
  assert.equal(ada.pending("r")[0].state, "failed");
});
