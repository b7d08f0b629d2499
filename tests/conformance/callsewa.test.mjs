// callsewa's clients: its users' apps with `socket.io-client`, in Node and in a browser, as the service's document shows them.

import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { browse } from "./fixture/browser.mjs";
import { SERVICE, ok, operator, rest, roomOf, shown, user } from "./fixture/callsewa.mjs";
import { running, skipWithoutServer, understand } from "./fixture/service.mjs";
import { Client, fateOf, hear, place, socketOf } from "./fixture/socket.mjs";

const LIBRARY = fileURLToPath(new URL("node_modules/socket.io-client/dist/socket.io.min.js", import.meta.url));

/** Who comes and goes is told at any time. */
const BY_THEMSELVES = ["info", "roomData"];

/** Texts come in base64 and are sent as they are. */
const base64 = (text) => Buffer.from(text).toString("base64");

/** Their app, connected as the document shows it: `https://chat.callsewa.com?token=xxxx`. */
function connected(t, { token }) {
  return new Client(socketOf(t, SERVICE, { query: `?token=${token}` }), BY_THEMSELVES).connected();
}

/** Joins; what that tells: `{room, data}`. */
async function join(who, { room }) {
  who.emit(["join", room]);
  await who.expect("info", (info) => info === "You have joined the room");
  const told = await who.expect("room_info");
  return { room: told, data: await who.expect("roomData") };
}

/** Two users, their room, and both in it. */
async function together(t) {
  const [ada, bob] = [await user("ada"), await user("bob")];
  const room = await roomOf(ada, bob);
  const [hers, his] = [await connected(t, ada), await connected(t, bob)];
  for (const who of [hers, his]) await join(who, room);
  return { ada, bob, room, hers, his };
}

const senders = ({ users }) => users.map(({ sender }) => sender).sort();

/** A page of what was said, newest first: texts and whose they are. */
async function page(who, which) {
  who.emit(["load_more", which]);
  return (await who.expect("load_more")).map(({ message, userId }) => [Buffer.from(message, "base64").toString(), userId]);
}

test("as in the document: an application, its users, their room, and chatting there", async (t) => {
  if (skipWithoutServer(t)) return;
  const [ada, bob] = [await user("ada"), await user("bob")];
  const room = await roomOf(ada, bob);
  const [hers, his] = [await connected(t, ada), await connected(t, bob)];
  const joined = await join(hers, room);
  const { users, ...bare } = joined.room;
  const { users: members, ...made } = room;
  assert.deepEqual(bare, made);
  const membership = ({ id, RoomUser: { userId, roomId } }) => [id, userId, roomId];
  assert.deepEqual(users.map(membership).sort(), members.map(membership).sort());
  assert.deepEqual(senders(joined.data), [ada.id]);
  await join(his, room);
  await hers.expect("info", (info) => info === `${bob.id} has joined!`);
  const both = await hers.expect("roomData", ({ users }) => users.length === 2);
  assert.deepEqual([both.room, senders(both)], [room.room, [ada.id, bob.id].sort()]);
  const { id: connection, ...one } = both.users.find(({ sender }) => sender === bob.id);
  assert.deepEqual(one, { appId: 1, room: room.room, roomId: room.id, sender: bob.id });
  assert.equal(typeof connection, "string");

  his.emit(["typing", true]);
  for (const who of [his, hers]) assert.deepEqual(await who.expect("is_typing"), { data: shown(bob), typing: true });
  his.emit(["send_message", "hello sumit"]);
  const message = await his.expect("message");
  assert.deepEqual(await hers.expect("message"), message, "its sender hears of it as everyone does");
  const { id, createdAt, ...said } = message;
  assert.deepEqual(said, {
    roomId: room.id, message: "aGVsbG8gc3VtaXQ=", userId: bob.id, updatedAt: createdAt, deletedAt: null, user: shown(bob),
  });
  assert.ok(Number.isInteger(id) && !Number.isNaN(Date.parse(createdAt)));
  hers.emit(["seen"]);
  for (const who of [hers, his]) assert.deepEqual(await who.expect("seen_by"), shown(ada));
  hers.emit(["send_message", "héllo 😀"]);
  for (const who of [hers, his]) assert.equal((await who.expect("message")).message, "aMOpbGxvIPCfmIA=");

  const texts = [["héllo 😀", ada.id], ["hello sumit", bob.id]];
  assert.deepEqual(await page(hers, { page: 1, limit: 20 }), texts);
  assert.deepEqual(await page(hers, {}), texts);
  assert.deepEqual(await page(hers, { page: 2, limit: 1 }), [texts[1]]);
  assert.deepEqual(await page(hers, { page: 2, limit: 20 }), []);
  his.emit(["load_more", { page: 2, limit: 1 }]);
  const { roomId, deletedAt, ...listed } = message;
  assert.deepEqual(await his.expect("load_more"), [listed]);
  for (const who of [hers, his]) await who.expectNothing();
});

test("what was said is changed and deleted", async (t) => {
  if (skipWithoutServer(t)) return;
  const { ada, hers, his } = await together(t);
  hers.emit(["send_message", "hullo"]);
  const { id, createdAt } = await hers.expect("message");
  await his.expect("message");
  his.emit(["update", { id, message: "not his" }]);
  assert.deepEqual(await his.expect("err"), {});
  hers.emit(["update", { id, message: "hello" }]);
  const changed = await hers.expect("message");
  assert.deepEqual([changed.id, changed.message, changed.userId, changed.createdAt], [id, base64("hello"), ada.id, createdAt]);
  assert.deepEqual(await his.expect("message"), changed);
  assert.deepEqual(await page(his, {}), [["hello", ada.id]]);
  his.emit(["delete", id]);
  assert.deepEqual(await his.expect("err"), {});
  await hers.done("delete", id);
  const gone = await his.expect("delete");
  assert.deepEqual([gone.id, gone.message, typeof gone.deletedAt], [id, "", "string"], "the others alone hear of it");
  assert.deepEqual(await page(hers, {}), []);
});

test("who leaves the room, or goes, is told to the others when it is sure", async (t) => {
  if (skipWithoutServer(t)) return;
  const { ada, bob, room, hers, his } = await together(t);
  const eve = await user("eve");
  const { app } = await operator();
  assert.deepEqual(ok(await rest().put("/room/add", { room: room.room, appId: app, users: [eve.appUserId] })), { message: "updated" });
  const third = await connected(t, eve);
  await join(third, room);
  his.emit(["leave"]);
  await his.expect("info", (info) => info === `${bob.id} has left`);
  await his.expect("roomData", (data) => `${senders(data)}` === `${[ada.id, eve.id].sort()}`);
  his.emit(["send_message", "still there?"]);
  assert.equal(await his.expect("err"), "No message or sender");
  third.socket.disconnect();
  const left = [];
  for (const _ of [bob, eve]) left.push(await hers.expect("info", (info) => info.endsWith(" has left")));
  assert.deepEqual(left.sort(), [bob, eve].map(({ id }) => `${id} has left`).sort());
  assert.deepEqual(senders(await hers.expect("roomData", ({ users }) => users.length === 1)), [ada.id]);
});

test("nothing that an app hears holds anybody's token, nor the application's id", async (t) => {
  if (skipWithoutServer(t)) return;
  const { app } = await operator();
  const { ada, bob, hers, his } = await together(t);
  for (const [name, tells, ...given] of [
    ["send_message", "message", "hello"], ["typing", "is_typing", "true"], ["seen", "seen_by"], ["load_more", "load_more", {}],
  ]) {
    his.emit([name, ...given]);
    await his.expect(tells);
    if (name !== "load_more") await hers.expect(tells);
  }
  for (const who of [hers, his]) {
    const names = new Set(who.heard.map(([name]) => name));
    for (const name of ["room_info", "roomData", "message", "is_typing", "seen_by"]) assert.ok(names.has(name), name);
    const heard = JSON.stringify(who.heard);
    for (const secret of [ada.token, bob.token, app]) assert.ok(!heard.includes(secret), heard);
    assert.ok(!/"token":[^n]/.test(heard), heard);
  }
});

test("what cannot be done is told, and nothing that an app emits ends its connection", async (t) => {
  if (skipWithoutServer(t)) return;
  const { bob, room, his } = await together(t);
  const strange = await connected(t, await user("eve"));
  for (const [named, why] of [
    [room.room, "Invalid room name"], ["no such room", "Invalid room name"], [5, "Invalid room name"], ["", "Input room name"],
  ]) {
    strange.emit(["join", named]);
    assert.equal(await strange.expect("err"), why, `${named}`);
  }
  strange.emit(["send_message", "hello"]);
  assert.equal(await strange.expect("err"), "No message or sender");
  await strange.expectNothing();
  for (const nothing of ["", 5, null, { message: "hi" }, ["hi"]]) {
    his.emit(["send_message", nothing]);
    assert.equal(await his.expect("err"), "No message or sender", JSON.stringify(nothing));
  }
  for (const [name, ...given] of [["dance", 5], ["seen"], ["typing", true]]) await his.done(name, ...given);
  assert.equal((await his.expect("is_typing")).typing, true, "and nothing to be seen");
  his.emit(["load_more"]);
  assert.deepEqual(await his.expect("load_more"), []);
  his.emit(["send_message", "still here"]);
  assert.equal((await his.expect("message")).userId, bob.id);
});

test("what an app emits without waiting is done in that order", async (t) => {
  if (skipWithoutServer(t)) return;
  // API Gateway runs the frames of a connection as they come, each for itself.
  if (running().edge) return t.skip("behind API Gateway frames keep no order");
  const [ada, bob] = [await user("ada"), await user("bob")];
  const room = await roomOf(ada, bob);
  const his = await connected(t, bob);
  await join(his, room);
  // Before it is connected, by polling and while it goes over to a WebSocket.
  const hers = new Client(socketOf(t, SERVICE, { query: `?token=${ada.token}` }), [...BY_THEMSELVES, "room_info"]);
  const texts = Array.from({ length: 25 }, (_, number) => `message ${number}`);
  hers.emit(["join", room.room], ...texts.map((text) => ["send_message", text]));
  for (const who of [hers, his]) {
    const heard = [];
    for (const _ of texts) heard.push((await who.expect("message")).message);
    // Told late is told later: the order is that of the room.
    assert.deepEqual(heard.sort(), texts.map(base64).sort());
  }
  assert.deepEqual((await page(his, { limit: 50 })).map(([text]) => text), texts.reverse());
});

test("an app without a token or with a wrong one is told so", async (t) => {
  if (skipWithoutServer(t)) return;
  const { token } = await user("ada");
  const none = "No token key found";
  for (const [options, why] of [
    [{}, none], [{ extraHeaders: { token } }, none], [{ auth: { token } }, none], [{ query: "?token=" }, none],
    [{ query: "?token=nonsense" }, "token key mismatch"],
  ]) {
    const socket = socketOf(t, SERVICE, options);
    const fate = fateOf(socket);
    await hear(socket, "connect_error", () => !socket.active);
    assert.deepEqual(fate, [["connect_error", why]], JSON.stringify(options));
  }
});

test("a page of the team's, in a browser", async (t) => {
  if (skipWithoutServer(t)) return;
  const { blank, origin } = await browse(t);
  const [ada, bob] = [await user("ada"), await user("bob")];
  const room = await roomOf(ada, bob);
  const his = await connected(t, bob);
  await join(his, room);
  await understand([origin]);
  const hers = await blank();
  await hers.addScriptTag({ path: LIBRARY });
  const { url, options } = place(SERVICE);
  const info = await hers.evaluate(([url, options, room]) => new Promise((joined, failed) => {
    window.heard = [];
    window.socket = window.io(url, options);
    window.socket.on("connect_error", ({ message }) => failed(new Error(message)));
    window.socket.on("message", ({ message }) => window.heard.push(atob(message)));
    window.socket.on("room_info", joined);
    window.socket.emit("join", room);
  }), [url, { ...options, query: { token: ada.token } }, room.room]);
  assert.equal(info.id, room.id);
  his.emit(["send_message", "hello page"]);
  await hers.waitForFunction(() => window.heard.includes("hello page"));
  await hers.evaluate(() => window.socket.emit("send_message", "hello app"));
  await his.expect("message", ({ message }) => message === base64("hello page"));
  assert.equal((await his.expect("message")).message, base64("hello app"));
  await hers.waitForFunction(() => window.heard.length === 2 && window.socket.io.engine.transport.name === "websocket");
  await hers.context().close();
});
