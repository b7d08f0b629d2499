// go-chat's clients: a browser in a room, as the service's document shows it, and REST as its pages call it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import axios from "axios";
import { browse } from "./fixture/browser.mjs";
import { base, curl, running, sign, skipWithoutServer, socketBase, understand, user } from "./fixture/service.mjs";

const SERVICE = "go-chat";
const NO_ROOM = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

const bearer = ({ token }) => ({ authorization: `Bearer ${token}` });

/** REST by axios, which answers every status. */
const client = (who) =>
  axios.create({ baseURL: base(SERVICE), headers: who ? bearer(who) : {}, validateStatus: () => true, proxy: false });

/** REST by fetch: status and body. */
async function fetched(path, { who, method = "GET", body } = {}) {
  const headers = { ...(who ? bearer(who) : {}), ...(body ? { "content-type": "application/json" } : {}) };
  const reply = await fetch(base(SERVICE) + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

async function made(owner, name = `Room ${randomUUID()}`) {
  const { status, data } = await client(owner).post("/api/v1/rooms", { name, owner_id: owner.id });
  assert.equal(status, 200, JSON.stringify(data));
  return data.room;
}

const socketOf = (room, token) => `${socketBase(SERVICE)}/ws/chat/${room}?token=${token}`;

test("browsers in a room: messages, history, who comes and goes", async (t) => {
  if (skipWithoutServer(t)) return;
  const { open, origin } = await browse(t);
  await understand([origin]);
  const [ada, bob] = [await user(SERVICE, "ada"), await user(SERVICE, "bob")];
  const room = await made(ada);
  const hers = await open(socketOf(room.id, ada.token));
  const his = await open(socketOf(room.id, bob.token));
  const come = await hers.expect("user_connected");
  assert.deepEqual([come.data.user_id, come.user_id, come.room_id], [bob.id, bob.id, room.id]);
  assert.equal(typeof come.data.timestamp, "string");

  await his.send({ type: "message", content: "Hello, everyone!" });
  const [heard, own] = [await hers.expect("new_message"), await his.expect("new_message")];
  assert.deepEqual(heard, own, "its sender hears of it as everyone does");
  const { id, timestamp, ...said } = heard.data;
  assert.deepEqual(said, { room_id: room.id, user_id: bob.id, content: "Hello, everyone!" });
  assert.ok(id && !Number.isNaN(Date.parse(timestamp)));
  assert.deepEqual(heard.payload, heard.data, "both envelopes are in one object");
  assert.deepEqual([heard.user_id, heard.room_id, typeof heard.timestamp], [bob.id, room.id, "string"]);

  await hers.send({ type: "message", content: "Hi there!" });
  await Promise.all([hers, his].map((socket) => socket.expect("new_message")));
  await hers.send({ type: "get_history", limit: 50, offset: 0 });
  const history = await hers.expect("message_history");
  assert.deepEqual(history.data.map(({ content, user_id }) => [content, user_id]), [
    ["Hello, everyone!", bob.id], ["Hi there!", ada.id],
  ]);
  assert.deepEqual(history.data[0], heard.data, "history shows what was told");
  assert.deepEqual(history.payload, { messages: history.data, total: 2 });
  await hers.send({ type: "get_history", limit: 1, offset: 1 });
  assert.deepEqual((await hers.expect("message_history")).data, [history.data[1]]);

  await his.leave();
  const gone = await hers.expect("user_disconnected");
  assert.deepEqual([gone.data.user_id, gone.user_id], [bob.id, bob.id]);
});

test("a browser is told what could not be sent, and stays connected whatever it sends", async (t) => {
  if (skipWithoutServer(t)) return;
  const { open, origin } = await browse(t);
  await understand([origin]);
  const ada = await user(SERVICE, "ada");
  const room = await made(ada);
  const hers = await open(socketOf(room.id, ada.token));
  for (const nothing of ["", "{", "[]", "null", '{"type":"dance"}', '{"type":"message","content":5}', "\u0000\u001e"]) {
    await hers.raw(nothing);
  }
  await hers.send({ type: "message", content: "" });
  const { data, payload } = await hers.expect("error");
  assert.deepEqual([data, payload], [{ error: "Failed to send message" }, { error: "Failed to send message" }]);
  await hers.send({ type: "message", content: "still here 👋 \u2028" });
  assert.equal((await hers.expect("new_message")).data.content, "still here 👋 \u2028");
});

test("what a browser sends without waiting is said in that order", async (t) => {
  if (skipWithoutServer(t)) return;
  // API Gateway runs the frames of a connection as they come, each for itself.
  if (running().edge) return t.skip("behind API Gateway frames keep no order");
  const { open, origin } = await browse(t);
  await understand([origin]);
  const [ada, bob] = [await user(SERVICE, "ada"), await user(SERVICE, "bob")];
  const room = await made(ada);
  const [hers, his] = [await open(socketOf(room.id, ada.token)), await open(socketOf(room.id, bob.token))];
  const texts = Array.from({ length: 25 }, (_, number) => `message ${number}`);
  await hers.send(...texts.map((content) => ({ type: "message", content })));
  for (const socket of [hers, his]) {
    const heard = [];
    for (const _ of texts) heard.push((await socket.expect("new_message")).data.content);
    // Told late is told later: the order is that of the room.
    assert.deepEqual(heard.sort(), [...texts].sort());
  }
  await his.send({ type: "get_history" });
  assert.deepEqual((await his.expect("message_history")).data.map(({ content }) => content), texts);
});

test("a browser gets in nowhere without a good token or where there is no room", async (t) => {
  if (skipWithoutServer(t)) return;
  const { opens, origin } = await browse(t);
  await understand([origin]);
  const ada = await user(SERVICE, "ada");
  const room = await made(ada);
  const refresh = await sign({ ...ada.claims, token_type: "refresh" });
  const ended = await sign(ada.claims, { endsInSeconds: -3600 });
  const foreign = await sign(ada.claims, { secret: "another secret of 0123456789 and 32 bytes" });
  for (const [what, token] of Object.entries({ none: "", nonsense: "x.y.z", refresh, ended, foreign })) {
    assert.equal(await opens(socketOf(room.id, token)), false, what);
  }
  // API Gateway does not pass the status on: there it opens, tells so by an event and closes.
  if (!running().edge) assert.equal(await opens(socketOf(NO_ROOM, ada.token)), false, "no such room");
  assert.equal(await opens(socketOf(room.id, ada.token)), true);
});

test("rooms and users by axios, fetch and curl", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, bob] = [await user(SERVICE, "ada"), await user(SERVICE, "bob")];
  const name = `Tea ${randomUUID().slice(0, 8)}`;
  const room = await made(ada, name);
  assert.deepEqual([room.name, room.ownerId], [name, ada.id]);
  assert.ok(room.createdAt && room.updatedAt);

  for (const who of [ada, bob]) {
    const got = await client(who).get(`/api/v1/rooms/${room.id}`);
    assert.deepEqual([got.status, got.data.id, got.data.room], [200, room.id, room]);
  }
  const found = await fetched(`/api/v1/rooms/search?name=${encodeURIComponent(name)}`, { who: bob });
  assert.deepEqual(found, { status: 200, body: { rooms: [room] } });
  const listed = await client(bob).get("/api/v1/rooms", { params: { limit: 1, offset: 0 } });
  assert.deepEqual([listed.status, listed.data.rooms.length], [200, 1]);
  const own = await curl("-H", `Authorization: Bearer ${bob.token}`, `${base(SERVICE)}/api/v1/users/${ada.id}/rooms`);
  assert.deepEqual([own.status, own.json], [200, { rooms: [room] }]);
  const validated = await fetched("/api/v1/auth/validate", { method: "POST", body: { token: ada.token } });
  assert.equal(validated.status, 200);
  assert.ok(JSON.stringify(validated.body).includes(ada.id), JSON.stringify(validated.body));

  const refused = await client(bob).delete(`/api/v1/rooms/${room.id}`, { params: { owner_id: bob.id } });
  assert.ok([403, 404].includes(refused.status), `${refused.status}`);
  const url = `${base(SERVICE)}/api/v1/rooms/${room.id}?owner_id=${ada.id}`;
  const deleted = await curl("-X", "DELETE", "-H", `Authorization: Bearer ${ada.token}`, url);
  assert.equal(deleted.status, 200, deleted.body);
  assert.equal((await client(ada).get(`/api/v1/rooms/${room.id}`)).status, 404);
});

test("REST refuses in the service's words", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const ada = await user(SERVICE, "ada");
  const said = ({ data }) => [data.code, typeof data.message, data.details];
  const none = await client().get("/api/v1/rooms");
  assert.deepEqual([none.status, said(none)], [401, [16, "string", []]]);
  const bad = await client({ token: "x.y.z" }).get("/api/v1/rooms");
  assert.deepEqual([bad.status, said(bad)], [401, [16, "string", []]]);
  const unknown = await client(ada).get(`/api/v1/rooms/${NO_ROOM}`);
  assert.deepEqual([unknown.status, said(unknown)], [404, [5, "string", []]]);
  const short = await client(ada).post("/api/v1/rooms", { name: "ab", owner_id: ada.id });
  assert.deepEqual([short.status, short.data], [400, {
    code: 3, message: "room name must be between 3 and 50 characters", details: [],
  }]);
  const nonsense = await curl("-H", `Authorization: Bearer ${ada.token}`, "-H", "Content-Type: application/json", "-d", "{",
    `${base(SERVICE)}/api/v1/rooms`);
  assert.deepEqual([nonsense.status, nonsense.json.code], [400, 3]);
});
