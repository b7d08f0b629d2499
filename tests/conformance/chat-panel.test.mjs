// chat-panel's clients: a backend that calls by axios, fetch and curl, and its users' apps with `socket.io-client`, as the service's
// document shows them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import axios from "axios";
import { base, curl, running, sign, skipWithoutServer, understand, user } from "./fixture/service.mjs";
import { Client, fateOf, hear, socketOf } from "./fixture/socket.mjs";

const SERVICE = "chat-panel";
const NO_ROOM = "76afed16-7e57-42a9-a9d8-520fbbb68a87";
const NOT_JOINED = "An error occured while joining the room";
const NOT_SENT = "An error occurred while processing your message";
const FORBIDDEN = { message: "Forbidden resource", error: "Forbidden", statusCode: 403 };

/** A picture of one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const bearer = ({ token }) => ({ Authorization: `Bearer ${token}` });

const key = (who) => ({ clientKey: who ? `${running().client_key}.${who.id}` : running().client_key });

/** REST by axios, which answers every status. */
const client = (headers) => axios.create({ baseURL: base(SERVICE), headers, validateStatus: () => true, proxy: false });

/** What stands in the envelope of an answer with this HTTP status, and in it this status and text. */
function content({ status, data }, expected) {
  assert.deepEqual([status, data.statusCode, data.message], [expected[0], expected[1], [expected[2]]], JSON.stringify(data));
  return data.content;
}

/** The HTTP status is that of the method alone. */
const sent = (answer) => content(answer, [201, 200, "Successfully sent message"]);

/** A user whom the backend makes, with a token as the document has it made: `{id, token}`. */
async function made(nickname) {
  const backend = client(key());
  const { id } = content(await backend.post("/user", { nickname }), [201, 201, "Successfully created user."]);
  const { token } = content(await backend.post(`/auth/${id}`), [201, 200, "Successfully authenticated!"]);
  return { id, nickname, token };
}

async function room(name, ...users) {
  const answer = await client(key()).post("/room", { name, users: users.map(({ id }) => id) });
  return content(answer, [201, 201, "Room successfully crated!"]);
}

/** Their app, connected. */
function connected(t, who) {
  return new Client(socketOf(t, SERVICE, { extraHeaders: bearer(who) })).connected();
}

/** The document's example. */
const example = (room_id, text_message = "r1") => JSON.stringify({ room_id, text_message });

/** Of joining nothing is said. */
const join = (who, { id }) => who.done("join_room", example(id));

test("as in the document: users, their tokens, a room, joining it, sending and hearing", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, bob] = [await made("ada"), await made("bob")];
  const tea = await room("Tea", ada, bob);
  assert.deepEqual([tea.name, tea.deleted_at], ["Tea", null]);
  assert.deepEqual(tea.users.map(({ user_id, room_id, unread_message_count, deleted_at }) =>
    [user_id, room_id, unread_message_count, deleted_at]), [[ada.id, tea.id, 0, null], [bob.id, tea.id, 0, null]]);

  const [hers, his] = [await connected(t, ada), await connected(t, bob)];
  for (const who of [hers, his]) await join(who, tea);
  hers.emit(["send_message", example(tea.id)]);
  const own = await hers.expect("new_message");
  assert.deepEqual(await his.expect("new_message"), own, "its sender hears of it as everyone does");
  const { id, created_at, ...said } = own;
  assert.deepEqual(said, { room_id: tea.id, user_id: ada.id, deleted_at: null, text_message: { content: "r1" } });
  assert.ok(id && !Number.isNaN(Date.parse(created_at)));
  his.emit(["send_message", example(tea.id, "héllo 👋 \u2028")]);
  const answer = await hers.expect("new_message");
  assert.deepEqual([answer.user_id, answer.text_message.content], [bob.id, "héllo 👋 \u2028"]);
  await his.expect("new_message");
  for (const who of [hers, his]) await who.expectNothing();

  const history = await client(bearer(bob)).get(`/room/${tea.id}/message`, { params: { page: 1, perPage: 10 } });
  assert.deepEqual(content(history, [200, 200, "Found all messages!"]), [answer, own], "newest first, and as it was told");
});

test("what is sent by REST arrives: JSON as the document has it, and forms as axios makes them", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, bob] = [await made("ada"), await made("bob")];
  const tea = await room("Tea", ada, bob);
  const his = await connected(t, bob);
  await join(his, tea);
  const path = `/room/${tea.id}/message/send`;
  const arrives = async (answer, text) => {
    const message = sent(answer);
    assert.deepEqual([message.user_id, message.room_id, message.text_message], [ada.id, tea.id, { content: text }]);
    assert.deepEqual(await his.expect("new_message"), message);
  };
  await arrives(await client(bearer(ada)).post(path, { room_id: tea.id, text_message: "r1" }), "r1");
  await arrives(await client(key(ada)).post(path, { textMessage: "by the backend for her" }), "by the backend for her");

  const form = new FormData();
  form.append("textMessage", "a form");
  await arrives(await client(bearer(ada)).post(path, form), "a form");
  await arrives(await client(bearer(ada)).postForm(path, { textMessage: "another" }), "another");
  const curled = await curl("-H", `Authorization: Bearer ${ada.token}`, "-F", "textMessage=by curl", base(SERVICE) + path);
  await arrives({ status: curled.status, data: curled.json }, "by curl");
  // The emulator replaces bytes that are no UTF-8 before a function is called.
  if (!running().edge) {
    form.append("fileMessages", new Blob([PNG], { type: "image/png" }), "tea.png");
    await arrives(await client(bearer(ada)).post(path, form), "a form [tea.png]");
  }
  const text = new FormData();
  text.append("fileMessages", new Blob(["no picture"], { type: "text/plain" }), "tea.txt");
  const refused = await client(bearer(ada)).post(path, text);
  assert.deepEqual([refused.status, refused.data.message], [400, "Validation failed (expected type is jpeg|png)"]);
  const nothing = await client(bearer(ada)).post(path, { text_message: "" });
  assert.equal(content(nothing, [201, 400, "Message is emtpy!"]), undefined);
  await his.expectNothing();
});

test("who knows of a room joins it, by a token that the service's own secret signed", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, eve] = [await made("ada"), await user(SERVICE, "eve")];
  const tea = await room("Tea", ada);
  const [hers, strange] = [await connected(t, ada), await connected(t, eve)];
  await join(hers, tea);
  // Sending needs membership, and joining gives it.
  strange.emit(["send_message", example(tea.id)]);
  assert.equal(await strange.expect("error"), NOT_SENT);
  await join(strange, tea);
  strange.emit(["send_message", example(tea.id, "here I am")]);
  for (const who of [hers, strange]) {
    const { user_id, text_message } = await who.expect("new_message");
    assert.deepEqual([user_id, text_message.content], [eve.id, "here I am"]);
  }
  const members = content(await client(key()).get(`/room/${tea.id}`), [200, 200, "Successfully found the room!"]).users;
  assert.deepEqual(members.map(({ user: { id, nickname } }) => `${nickname}:${id}`).sort(),
    [ada, { nickname: "eve", ...eve }].map(({ id, nickname }) => `${nickname}:${id}`));
});

test("what cannot be done is an error, and an app stays connected whatever it emits", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, bob] = [await made("ada"), await made("bob")];
  const [tea, others] = [await room("Tea", ada), await room("Others", bob)];
  const hers = await connected(t, ada);
  for (const wrong of [example(NO_ROOM), example("no id"), "{}", "{", "null", 7, {}, null]) {
    hers.emit(["join_room", wrong]);
    assert.equal(await hers.expect("error"), NOT_JOINED, JSON.stringify(wrong));
  }
  for (const wrong of [example(NO_ROOM), example(others.id), JSON.stringify({ room_id: tea.id }), "{", 7, null]) {
    hers.emit(["send_message", wrong]);
    assert.equal(await hers.expect("error"), NOT_SENT, JSON.stringify(wrong));
  }
  hers.emit(["dance", example(tea.id)], ["join_room"], ["join_room", example(tea.id)]);
  assert.equal(await hers.expect("error"), NOT_JOINED);
  hers.emit(["send_message", { room_id: tea.id, text_message: "an object, which the service could not read" }]);
  assert.match((await hers.expect("new_message")).text_message.content, /^an object/);
  await hers.expectNothing();
});

test("a room is heard by those alone who have joined it", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ada, bob] = [await made("ada"), await made("bob")];
  const [tea, others] = [await room("Tea", ada, bob), await room("Others", bob)];
  const [hers, his] = [await connected(t, ada), await connected(t, bob)];
  await join(hers, tea);
  await join(his, others);
  hers.emit(["send_message", example(tea.id)]);
  await hers.expect("new_message");
  await his.expectNothing();
});

test("what an app emits without waiting is done in that order", async (t) => {
  if (skipWithoutServer(t)) return;
  // API Gateway runs the frames of a connection as they come, each for itself.
  if (running().edge) return t.skip("behind API Gateway frames keep no order");
  await understand();
  const [ada, bob] = [await made("ada"), await made("bob")];
  const tea = await room("Tea", ada, bob);
  const his = await connected(t, bob);
  await join(his, tea);
  // Before it is connected, by polling and while it goes over to a WebSocket.
  const hers = new Client(socketOf(t, SERVICE, { extraHeaders: bearer(ada) }));
  const texts = Array.from({ length: 25 }, (_, number) => `message ${number}`);
  hers.emit(["join_room", example(tea.id)], ...texts.map((text) => ["send_message", example(tea.id, text)]));
  for (const who of [hers, his]) {
    const heard = [];
    for (const _ of texts) heard.push((await who.expect("new_message")).text_message.content);
    // Told late is told later: the order is that of the room.
    assert.deepEqual(heard.sort(), [...texts].sort());
  }
  const history = await client(bearer(ada)).get(`/room/${tea.id}/message`, { params: { page: 1, perPage: 50 } });
  assert.deepEqual(history.data.content.map(({ text_message }) => text_message.content), texts.reverse());
});

test("an app connects, and without a good token is thrown out", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const known = await user(SERVICE, "ada");
  const ended = await sign(known.claims, { endsInSeconds: -3600 });
  const foreign = await sign(known.claims, { secret: "another secret of 0123456789 and 32 bytes" });
  const options = {
    none: {}, nonsense: { extraHeaders: bearer({ token: "x.y.z" }) }, ended: { extraHeaders: bearer({ token: ended }) },
    foreign: { extraHeaders: bearer({ token: foreign }) }, "elsewhere than in the header": { auth: { token: known.token } },
  };
  for (const [what, given] of Object.entries(options)) {
    const socket = socketOf(t, SERVICE, given);
    const fate = fateOf(socket);
    await hear(socket, "disconnect", () => !socket.active);
    assert.deepEqual(fate, [["connect"], ["disconnect", "io server disconnect"]], what);
  }
  await (await connected(t, known)).expectNothing();
});

test("users and rooms by axios, fetch and curl", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const backend = client(key());
  const [ada, bob] = [await made("ada"), await made("bob")];
  const init = await fetch(`${base(SERVICE)}/auth/init`, {
    method: "POST", headers: { ...key(), "content-type": "application/json" }, body: JSON.stringify({ user_id: ada.id }),
  });
  const { token } = content({ status: init.status, data: await init.json() }, [201, 200, "Successfully authenticated!"]);
  assert.equal((await client(bearer({ token })).get(`/user/${ada.id}`)).data.content.nickname, "ada");
  const renamed = content(await backend.patch(`/user/${ada.id}`, { nickname: "Ada" }), [200, 200, "Successfully updated user."]);
  assert.deepEqual([renamed.id, renamed.nickname, renamed.deleted_at], [ada.id, "Ada", null]);
  const users = await curl("-H", `clientKey: ${running().client_key}`, `${base(SERVICE)}/user?page=1&perPage=50`);
  const listed = content({ status: users.status, data: users.json }, [200, 200, "Successfully found all users."]);
  assert.equal(listed.currentPage, "1");
  assert.deepEqual(listed.data.filter(({ id }) => [ada.id, bob.id].includes(id)).map(({ nickname }) => nickname), ["bob", "Ada"]);

  const rooms = [];
  for (const name of ["one", "two", "three"]) rooms.push(await room(name, ada, bob));
  const page = async (page) => {
    const answer = await client(bearer(ada)).get("/room", { params: { page, perPage: 2 } });
    const { data, ...where } = content(answer, [200, 200, "Successfully found all rooms!"]);
    assert.deepEqual(where, { currentPage: String(page), totalPage: 2 });
    return data;
  };
  const pages = [...await page(1), ...await page(2)];
  assert.deepEqual(pages.map(({ name }) => name), ["three", "two", "one"]);
  assert.deepEqual(pages[0].users.map(({ user: { nickname } }) => nickname).sort(), ["Ada", "bob"]);
  const newest = await client(key()).get("/room", { params: { page: 1, perPage: 50 } });
  assert.ok(newest.data.content.data.some(({ id }) => id === rooms[2].id), "a backend sees all");

  const joined = content(await client(bearer(bob)).post(`/room/${rooms[0].id}/join`), [201, 200, "Successfully join room"]);
  assert.deepEqual([joined.users.length, joined.messages], [2, []]);
  for (const text_message of ["a", "b"]) sent(await client(bearer(bob)).post(`/room/${rooms[0].id}/message/send`, { text_message }));
  const shown = (await client(bearer(ada)).get(`/room/${rooms[0].id}`, { params: { messageCount: 10 } })).data.content;
  assert.deepEqual(shown.messages.map(({ user, text_message }) => [user, text_message.content]),
    ["b", "a"].map((text) => [{ id: bob.id, nickname: "bob" }, text]));
  const changed = content(await backend.patch(`/room/${rooms[0].id}`, { name: "first" }), [200, 200, "Successfully updated the room!"]);
  assert.equal(changed.name, "first");
  const gone = await curl("-X", "DELETE", "-H", `clientKey: ${running().client_key}`, `${base(SERVICE)}/room/${rooms[0].id}`);
  assert.deepEqual([gone.status, gone.json.id, typeof gone.json.deleted_at], [200, rooms[0].id, "string"], "without an envelope");
  assert.equal(content(await backend.get(`/room/${rooms[0].id}`), [200, 404, "Room not found!"]), undefined);
  const left = content(await backend.delete(`/user/${bob.id}`), [200, 200, "Successfully deleted user."]);
  assert.equal(typeof left.deleted_at, "string");
  assert.equal((await client(bearer(bob)).get("/room?page=1&perPage=10")).status, 403);
});

test("refusals are in the words of the service and of its framework", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const url = base(SERVICE);
  const ada = await made("ada");
  for (const wrong of [[], ["-H", "clientKey: 12345"], ["-H", "Authorization: Bearer x.y.z"]]) {
    const { status, json } = await curl(...wrong, `${url}/user?page=1&perPage=10`);
    assert.deepEqual([status, json], [403, FORBIDDEN], wrong.join(" "));
  }
  const backend = client(key());
  const bad = (...message) => [400, { message, error: "Bad Request", statusCode: 400 }];
  const said = ({ status, data }) => [status, data];
  assert.deepEqual(said(await backend.get("/user")), bad("page must be a string", "perPage must be a string"));
  assert.deepEqual(said(await backend.post("/user", {})), bad("nickname must be a string"));
  assert.deepEqual(said(await backend.get("/nope")), [404, { message: "Cannot GET /nope", error: "Not Found", statusCode: 404 }]);
  const nonsense = await curl("-H", `clientKey: ${running().client_key}`, "-H", "Content-Type: application/json", "-d", "{", `${url}/user`);
  assert.deepEqual([nonsense.status, nonsense.json.statusCode], [400, 400]);
  const unknown = await backend.post("/room", { name: "Tea", users: [randomUUID()] });
  content(unknown, [201, 400, "Failed to create room! Please confirm that you use valid user ids"]);
  content(await backend.post(`/auth/${randomUUID()}`), [201, 404, "User not found!"]);
  content(await backend.get(`/user/${randomUUID()}`), [200, 404, "User not found"]);
  content(await client(bearer(ada)).post(`/room/${NO_ROOM}/join`), [201, 404, "Room not found!"]);
  const nobody = { statusCode: 400, message: "Invalid token or incomplete client key! Missing user info" };
  assert.deepEqual(said(await backend.post(`/room/${NO_ROOM}/join`)), [400, nobody]);
  const foreign = await client(bearer(ada)).post(`/room/${NO_ROOM}/message/send`, { text_message: "r1" });
  assert.deepEqual(said(foreign), [403, { statusCode: 403, message: "The room does not belong to the logged in user" }]);
  assert.deepEqual(said(await client(bearer(ada)).post(`/auth/${ada.id}`)), [403, FORBIDDEN], "a user makes no tokens");
  const health = await curl(`${url}/healthCheck`);
  assert.deepEqual([health.status, health.body], [200, "Chat Panel is healthy"]);
});
