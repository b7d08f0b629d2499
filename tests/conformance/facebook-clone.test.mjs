// facebook-clone's clients: its frontend's browser connection, as the service's document shows it, and its REST by axios.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import axios from "axios";
import { browse } from "./fixture/browser.mjs";
import { backend, base, curl, running, sign, skipWithoutServer, socketBase, understand, user } from "./fixture/service.mjs";

const SERVICE = "facebook-clone";
const NO_ROOM = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

const jwt = ({ token }) => ({ authorization: `JWT ${token}` });

/** As the service's frontend makes it. */
const client = (who) =>
  axios.create({ baseURL: `${base(SERVICE)}/api/chat/`, headers: who ? jwt(who) : {}, validateStatus: () => true, proxy: false });

const socketOf = (token) => `${socketBase(SERVICE)}/api/chat/ws/chat/?token=${token}`;

/** Two friends, of whom the backend has told, and their room. */
async function friends() {
  const [alice, john] = [await user(SERVICE, "Alice"), await user(SERVICE, "John Doe")];
  const event = (type, subject, data) => ({ id: randomUUID(), type, time: new Date().toISOString(), subject, data });
  const created = ({ id, name }) => event("user.created", id, { name });
  const events = [created(alice), created(john), event("friend.created", alice.id, { friend: john.id })];
  await backend("POST", "/events", { events });
  const { status, data } = await client(alice).get("users/");
  assert.deepEqual([status, data.count, data.next, data.previous], [200, 1, null, null], JSON.stringify(data));
  return { alice, john, room: data.results[0].id };
}

function isUser(given, { id, name }) {
  assert.deepEqual([given.id, given.full_name], [id, name]);
  assert.match(given.bg_color, /^#[0-9a-f]{6}$/);
}

/** Says something as a member who has no such client, one after the other. */
async function say({ id }, room, ...texts) {
  const { items: [{ id: own }] } = await backend("GET", `/user?external_id=${encodeURIComponent(id)}`);
  const { token } = await backend("POST", `/auth/${own}`);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const url = `${running().http.replace(/\/$/, "")}/room/${room}/message/send`;
  for (const text_message of texts) {
    const { status } = await fetch(url, { method: "POST", headers, body: JSON.stringify({ text_message }) });
    assert.equal(status, 201);
  }
}

test("browsers of two friends: messages, typing, reading, who is there", async (t) => {
  if (skipWithoutServer(t)) return;
  const { open, origin } = await browse(t);
  await understand([origin]);
  const { alice, john, room } = await friends();
  const hers = await open(socketOf(alice.token));
  const his = await open(socketOf(john.token));
  const come = (await hers.expect("friend.online")).data;
  isUser(come.friend, john);
  assert.deepEqual([come.id, come.friend.is_online, come.unread_count, come.last_message, come.last_message_at],
    [room, true, 0, null, null]);

  await his.send({ type: "friend.typing.start", data: { room } });
  assert.deepEqual((await hers.expect("friend.typing.start")).data, { room, user: john.id });
  await his.send({ type: "friend.typing.stop", data: { room } });
  assert.deepEqual((await hers.expect("friend.typing.stop")).data, { room, user: john.id });

  await his.send({ type: "chat.message", data: { room, content: "Hello, how are you?" } });
  const { user: sender, id, created_at, ...said } = (await hers.expect("chat.message")).data;
  assert.deepEqual(said, { content: "Hello, how are you?", direction: "received", is_read: false, room });
  isUser(sender, john);
  assert.ok(id);
  assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

  await hers.send({ type: "chat.read", data: { room } });
  assert.deepEqual((await his.expect("chat.read")).data, { room, user: alice.id }, "and no message of one's own before it");

  const online = await client(alice).get("users/", { params: { filter: "online" } });
  assert.deepEqual([online.data.count, online.data.results[0].id, online.data.results[0].friend.is_online], [1, room, true]);
  await his.leave();
  const gone = (await hers.expect("friend.offline")).data;
  isUser(gone.friend, john);
  assert.deepEqual([gone.id, gone.friend.is_online, typeof gone.friend.last_seen], [room, false, "string"]);
});

test("a browser stays connected whatever it sends, and gets in only with a good token", async (t) => {
  if (skipWithoutServer(t)) return;
  const { open, opens, origin } = await browse(t);
  await understand([origin]);
  const { alice, john, room } = await friends();
  const refresh = await sign({ ...alice.claims, token_type: "refresh" });
  for (const [what, token] of Object.entries({ none: "", nonsense: "x.y.z", refresh })) {
    assert.equal(await opens(socketOf(token)), false, what);
  }
  const [hers, his] = [await open(socketOf(alice.token)), await open(socketOf(john.token))];
  await hers.expect("friend.online");
  for (const nothing of ["", "{", "[]", "null", '{"type":"chat.message","data":{"room":"no uuid","content":"x"}}']) {
    await his.raw(nothing);
  }
  await his.send({ type: "chat.read", data: { room: NO_ROOM } });
  await his.send({ type: "chat.message", data: { room, content: "still here" } });
  assert.equal((await hers.expect("chat.message")).data.content, "still here");
});

test("what a browser sends without waiting is said in that order", async (t) => {
  if (skipWithoutServer(t)) return;
  // API Gateway runs the frames of a connection as they come, each for itself.
  if (running().edge) return t.skip("behind API Gateway frames keep no order");
  const { open, origin } = await browse(t);
  await understand([origin]);
  const { alice, john, room } = await friends();
  const [hers, his] = [await open(socketOf(alice.token)), await open(socketOf(john.token))];
  const texts = Array.from({ length: 25 }, (_, number) => `message ${number}`);
  await his.send(...texts.map((content) => ({ type: "chat.message", data: { room, content } })));
  const heard = [];
  for (const _ of texts) heard.push((await hers.expect("chat.message")).data.content);
  // Told late is told later: the order is that of the room.
  assert.deepEqual(heard.sort(), [...texts].sort());
  const kept = [];
  for (const page of [1, 2, 3]) kept.push(...(await client(alice).get(`${room}/messages/`, { params: { page } })).data.results);
  assert.deepEqual(kept.map(({ content }) => content), texts.reverse());
});

test("rooms and messages by axios, in pages of ten", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const { alice, john, room } = await friends();
  await say(john, room, ...Array.from({ length: 11 }, (_, number) => `message ${number + 1}`));
  const hers = client(alice);
  const shown = (await hers.get(`users/${room}/`)).data;
  isUser(shown.friend, john);
  assert.deepEqual([shown.id, shown.unread_count, shown.last_message], [room, 11, "message 11"]);
  assert.deepEqual((await hers.get("users/")).data.results, [shown]);

  const first = (await hers.get(`${room}/messages/`)).data;
  assert.deepEqual([first.count, first.previous, first.results.length], [11, null, 10]);
  const { id, user: sender, created_at, ...newest } = first.results[0];
  assert.deepEqual(newest, { content: "message 11", direction: "received", is_read: false, room });
  isUser(sender, john);
  assert.ok(id && created_at);
  const second = (await hers.get(followed(first.next))).data;
  assert.deepEqual([second.next, second.results.map(({ content }) => content)], [null, ["message 1"]]);
  assert.deepEqual((await hers.get(followed(second.previous))).data, first);
  assert.deepEqual((await hers.get(`${room}/messages/`, { params: { page: "last" } })).data, second);
  const beyond = await hers.get(`${room}/messages/`, { params: { page: 3 } });
  assert.deepEqual([beyond.status, beyond.data], [404, { detail: "Invalid page." }]);

  const done = await hers.post(`${room}/messages/`, null, { params: { mark_read: true } });
  assert.deepEqual([done.status, done.data], [200, ""]);
  assert.equal((await hers.get(`users/${room}/`)).data.unread_count, 0);
  assert.deepEqual((await client(john).get(`${room}/messages/`)).data.results.map(({ is_read }) => is_read), Array(10).fill(true));
});

/** The URL of another page. The emulator's API is below a path that its functions are not told of: there only the query leads on. */
function followed(url) {
  const { edge } = running();
  if (!edge) return url;
  const { pathname, search } = new URL(url);
  const own = pathname.slice(pathname.indexOf("/api/chat/"));
  return base(SERVICE) + own + search;
}

test("the document's calls by curl and fetch", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const { alice, john, room } = await friends();
  const root = `${base(SERVICE)}/api/chat`;
  const as = ({ token }) => ["-H", `Authorization: JWT ${token}`, "-H", "Accept: application/json"];
  const rooms = await curl(...as(alice), `${root}/users/`);
  assert.deepEqual([rooms.status, rooms.json.results.map(({ id }) => id)], [200, [room]]);
  const one = await curl(...as(alice), `${root}/users/${room}/`);
  assert.deepEqual([one.status, one.json], [200, rooms.json.results[0]]);
  await say(john, room, "hello");
  const messages = await curl(...as(alice), `${root}/${room}/messages/`);
  assert.deepEqual([messages.status, messages.json.count, messages.json.results[0].content], [200, 1, "hello"]);
  const body = { user: { full_name: "string", is_online: true, last_seen: "2019-08-24T14:15:22Z" }, content: "string", is_read: true, room };
  const read = await curl(...as(alice), "-H", "Content-Type: application/json", "-d", JSON.stringify(body), `${root}/${room}/messages/`);
  assert.deepEqual([read.status, read.body], [200, ""]);
  assert.equal((await curl(...as(alice), `${root}/users/${room}/`)).json.unread_count, 0);

  const described = await (await fetch(`${root}/swagger/?format=openapi`)).json();
  assert.ok(described.paths, "the description");
  const none = await fetch(`${root}/users/`);
  const words = { detail: "You do not have permission to perform this action." };
  assert.deepEqual([none.status, await none.json()], [403, words]);
  const bad = await fetch(`${root}/users/`, { headers: { authorization: "JWT x.y.z" } });
  assert.deepEqual([bad.status, await bad.json()], [403, { detail: "Invalid token" }]);
  const unknown = await fetch(`${root}/users/${NO_ROOM}/`, { headers: jwt(alice) });
  assert.deepEqual([unknown.status, await unknown.json()], [404, { detail: "User not found" }]);
  const method = await fetch(`${root}/users/`, { method: "DELETE", headers: jwt(alice) });
  assert.deepEqual([method.status, await method.json()], [405, { detail: 'Method "DELETE" not allowed.' }]);
  // The emulator's links lead elsewhere: see `followed`.
  if (!running().edge) {
    const bare = await fetch(`${root}/users`, { headers: jwt(alice) });
    assert.deepEqual([bare.redirected, bare.status, (await bare.json()).count], [true, 200, 1]);
  }
});
