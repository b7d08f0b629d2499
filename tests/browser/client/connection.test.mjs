// The connection: how it is opened, kept, noticed to be dead, renewed and ended.

import assert from "node:assert/strict";
import test from "node:test";
import { arrange, record, until } from "../fixture/clients.mjs";

const jwt = (exp) => `h.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.s`;

test("a ticket is preferred", async (t) => {
  const { server, client } = await arrange(t);
  await client("ada").connect();
  assert.deepEqual([...server.connections].map(({ via }) => via), ["ticket"]);
});

test("without tickets the token travels as a subprotocol", async (t) => {
  const { server, client } = await arrange(t);
  server.tickets = false;
  await client("ada").connect();
  assert.deepEqual([...server.connections].map(({ via, token }) => [via, token]), [["subprotocol", "ada"]]);
});

test("a refused token is renewed once", async (t) => {
  const { server, client } = await arrange(t);
  server.revoked.add("old");
  const wishes = [];
  const getToken = ({ refresh }) => {
    wishes.push(refresh);
    return refresh ? "new" : "old";
  };
  await client("ada", { getToken }).connect();
  assert.deepEqual(wishes, [false, true]);
});

test("a token that stays refused ends the attempts, until connect is called again", async (t) => {
  const { server, client } = await arrange(t);
  server.revoked.add("ada");
  const ada = client("ada");
  await assert.rejects(ada.connect(), { code: "unauthorized" });
  assert.equal(ada.state, "unauthorized");
  server.revoked.clear();
  await ada.connect();
  assert.equal(ada.state, "open");
});

test("a server that cannot be reached is unavailable, whatever the network calls it", async (t) => {
  const { client } = await arrange(t);
  const fetch = async () => {
    throw new DOMException("The operation timed out.", "TimeoutError");
  };
  const ada = client("ada", { fetch });
  const states = record(ada, "state");
  ada.connect().catch(() => {});
  await until(() => states.some(({ retry_in_ms }) => retry_in_ms !== undefined), "the first pause");
  assert.equal(states.find(({ retry_in_ms }) => retry_in_ms !== undefined).reason, "unavailable");
});

test("requests are answered by their own answers, and refusals are errors", async (t) => {
  const { server, client } = await arrange(t);
  server.room("r");
  const ada = client("ada");
  await ada.connect();
  const [history, refusal] = await Promise.allSettled([ada.history("r"), ada.request("dance")]);
  assert.deepEqual(history.value, { room_id: "r", items: [], next: null });
  assert.equal(refusal.reason.code, "unknown_action");
});

test("a request without an answer times out, and one without a socket fails at once", async (t) => {
  const { server, client } = await arrange(t);
  server.intercept = () => "drop";
  const ada = client("ada", { requestTimeoutMs: 500 });
  await assert.rejects(ada.request("history"), { code: "connection_lost", retryable: true });
  await ada.connect();
  await assert.rejects(ada.request("history", {}, { timeoutMs: 20 }), { code: "timeout", retryable: true });
});

test("a peer that no longer answers pings is left", async (t) => {
  const { server, client } = await arrange(t);
  server.intercept = (connection, { action }) => (action === "ping" && connection.number === 1 ? "drop" : undefined);
  const ada = client("ada", { heartbeatMs: 20, pongTimeoutMs: 30 });
  const states = record(ada, "state");
  await ada.connect();
  await until(() => server.opened >= 2 && ada.state === "open", "the second connection");
  assert.ok(states.some(({ reason }) => reason === "heartbeat"));
});

test("an unknown connection reconnects", async (t) => {
  const { server, client } = await arrange(t);
  const ada = client("ada");
  await ada.connect();
  for (const { push } of server.connections) push("error", { code: "unknown_connection", message: "gone", retryable: true });
  await until(() => server.opened === 2 && ada.state === "open", "the second connection");
});

test("a server that accepts and drops stays under backoff", async (t) => {
  const { server, client } = await arrange(t);
  const ada = client("ada", { backoff: { baseMs: 1, capMs: 1_000, random: () => 0.99 } });
  const delays = record(ada, "state");
  await ada.connect();
  while (server.opened < 6) {
    server.cut();
    const { opened } = server;
    await until(() => server.opened > opened, "the next connection");
  }
  const waits = delays.filter(({ retry_in_ms }) => retry_in_ms !== undefined).map(({ retry_in_ms }) => retry_in_ms);
  assert.deepEqual(waits.slice(0, 5), [0, 1, 3, 7, 15]);
});

test("the token is renewed on the open connection before it expires", async (t) => {
  const { server, client } = await arrange(t);
  // Every token is short-lived, counted from its making: however slow the machine, the next step is a renewal.
  const given = [];
  const getToken = () => {
    given.push(jwt(Date.now() / 1000 + 1 + given.length));
    return given.at(-1);
  };
  await client("ada", { getToken }).connect();
  await until(() => server.frames.some(({ frame }) => frame.action === "reauth"), "the renewal");
  const { connection, frame } = server.frames.find(({ frame: { action } }) => action === "reauth");
  assert.deepEqual([connection.user_id, frame.token], given);
  assert.equal(server.opened, 1);
});

test("what API Gateway itself says of a frame is reported", async (t) => {
  const { server, client } = await arrange(t);
  const ada = client("ada");
  const errors = record(ada, "error");
  await ada.connect();
  for (const { send } of server.connections) send({ message: "Too Many Requests", connectionId: "c=", requestId: "r=" });
  await until(() => errors.length === 1, "the report");
  assert.deepEqual([errors[0].code, errors[0].message], ["gateway", "Too Many Requests"]);
});

test("a frame that is not JSON is reported and does no harm", async (t) => {
  const { server, client } = await arrange(t);
  server.room("r");
  const ada = client("ada");
  const errors = record(ada, "error");
  await ada.connect();
  for (const { socket } of server.connections) for (const text of ["{", "null", "7"]) socket.send(text);
  await ada.history("r");
  assert.deepEqual(errors.map(({ code }) => code), ["bad_frame", "bad_frame", "bad_frame"]);
});

test("close is final and quiet", async (t) => {
  const { server, client } = await arrange(t);
  const ada = client("ada");
  await ada.connect();
  ada.close();
  await until(() => server.connections.size === 0, "the end of the connection");
  assert.equal(ada.state, "closed");
  await assert.rejects(ada.connect(), { code: "closed" });
});
