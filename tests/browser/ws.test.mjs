// A running Parlour through REST and plain WebSockets, first frame by frame, then with the client.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import WebSocket from "ws";
import { ParlourClient } from "../../web/client.js";
import { range, record, until } from "./fixture/clients.mjs";
import { person, rest, roomOf, running, skipWithoutServer } from "./fixture/running.mjs";

test("two users: authenticate, make a room, join, send, receive, resume", async (t) => {
  if (skipWithoutServer(t)) return;
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const adas = await connect(t, await ticketUrl(ada));
  const graces = await connect(t, running().ws, ["parlour.v1", `parlour.token.${grace.token}`]);
  assert.equal(graces.socket.protocol, "parlour.v1");
  const joined = await adas.ask({ action: "join_room", room_id: room.id });
  assert.equal(joined.event, "ack");
  assert.equal(joined.data.verdict, "complete");
  assert.deepEqual(joined.data.items, []);
  await graces.ask({ action: "join_room", room_id: room.id });

  const base = joined.data.head_seq;
  const send = { action: "send_message", room_id: room.id, text_message: "hello", client_id: randomUUID(), after_seq: base };
  const sent = await adas.ask(send);
  assert.equal(sent.event, "ack");
  assert.equal(sent.data.text_message, "hello");
  assert.equal(sent.data.seq, base + 1);
  const heard = await graces.next(({ event }) => event === "new_message");
  assert.equal(heard.data.id, sent.data.id);
  assert.equal(heard.data.user.name, "Ada");

  const again = await adas.ask(send);
  assert.equal(again.data.id, sent.data.id);
  assert.equal(again.data.duplicate, true);

  graces.socket.terminate();
  const missed = [];
  for (const number of range(1, 3)) {
    const text_message = `missed ${number}`;
    missed.push((await adas.ask({ ...send, text_message, client_id: randomUUID(), after_seq: undefined })).data.seq);
  }
  const back = await connect(t, await ticketUrl(grace));
  const resumed = await back.ask({ action: "join_room", room_id: room.id, after_seq: heard.data.seq });
  assert.equal(resumed.data.verdict, "complete");
  assert.deepEqual(resumed.data.items.map(({ seq }) => seq), missed);
});

test("a form goes as JavaScript writes it, and comes back by a signed URL", async (t) => {
  if (skipWithoutServer(t)) return;
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const form = new FormData();
  form.append("text_message", "Grüße");
  form.append("client_id", randomUUID());
  form.append("files", new File(["one"], 'ü "1".txt', { type: "text/plain" }));
  form.append("files", new Blob([new Uint8Array(100_000)]), "zeros");
  const url = new URL(`/room/${room.id}/message/send`, running().http);
  const send = () => fetch(url, { method: "POST", headers: { authorization: `Bearer ${ada.token}` }, body: form });
  const sent = await send();
  assert.equal(sent.status, 201);
  const message = await sent.json();
  assert.equal(message.text_message, "Grüße");
  assert.deepEqual(
    message.attachments.map(({ content_type, size }) => [content_type, size]),
    [["text/plain", 3], ["application/octet-stream", 100_000]],
  );
  assert.equal(message.attachments[1].name, "zeros");
  const again = await (await send()).json();
  assert.deepEqual([again.id, again.duplicate], [message.id, true]);
  const path = `/room/${room.id}/attachment/${message.attachments[0].attachment_id}`;
  const link = await rest("GET", path, { token: grace.token });
  assert.equal(await (await fetch(link.url)).text(), "one");
});

test("the client sends, receives and resumes without gap or repeat", async (t) => {
  if (skipWithoutServer(t)) return;
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const sockets = [];
  class Recorded extends WebSocket {
    constructor(...given) {
      super(...given);
      sockets.push(this);
    }
  }
  const [adas, graces] = [ada, grace].map(({ id, token }, index) => {
    const { http, ws } = running();
    const options = { baseUrl: http, wsUrl: ws, token, userId: id, backoff: { baseMs: 20, capMs: 500 } };
    return new ParlourClient({ ...options, WebSocket: index === 0 ? WebSocket : Recorded });
  });
  t.after(() => [adas, graces].forEach((client) => client.close()));
  await Promise.all([adas.connect(), graces.connect()]);
  const [{ head_seq }] = await Promise.all([adas.join(room.id), graces.join(room.id)]);
  const heard = record(graces, "message");
  for (const number of range(1, 30)) {
    if (number % 10 === 0) sockets.at(-1).terminate();
    await adas.send(room.id, `message ${number}`).sent;
  }
  await until(() => heard.length >= 30, "all messages");
  assert.deepEqual(heard.map(({ text_message }) => text_message), range(1, 30).map((number) => `message ${number}`));
  assert.deepEqual(heard.map(({ seq }) => seq), range(head_seq + 1, head_seq + 30));
  assert.ok(sockets.length >= 2, "the connection was lost at least once");
});

test("the client edits, deletes, reacts and watches, and the other one hears it in order", async (t) => {
  if (skipWithoutServer(t)) return;
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const [adas, graces] = [ada, grace].map(({ id, token }) => {
    const { http, ws } = running();
    return new ParlourClient({ baseUrl: http, wsUrl: ws, token, userId: id, WebSocket });
  });
  t.after(() => [adas, graces].forEach((client) => client.close()));
  await adas.connect();
  await adas.join(room.id);
  const presence = record(adas, "presence");
  const [before] = await adas.watchPresence([grace.id]);
  assert.deepEqual([before.user_id, before.online], [grace.id, false]);
  await graces.connect();
  await graces.join(room.id);
  await until(() => presence.at(-1)?.online, "Grace is there");

  const [hers, his] = [record(adas, "entry"), record(graces, "entry")];
  const { id } = await adas.send(room.id, "helo").sent;
  const answer = await graces.send(room.id, "hello?", { parent_id: id, quote_id: id }).sent;
  assert.deepEqual([answer.parent_id, answer.quote_id], [id, id]);
  const client_id = randomUUID();
  for (const _ of range(1, 2)) {
    const edited = await adas.edit(room.id, id, { text_message: "hello" }, { client_id });
    assert.deepEqual([edited.text_message, edited.edit_count], ["hello", 1]);
  }
  assert.deepEqual((await graces.react(room.id, id, "👍")).reactions, [{ reaction: "👍", count: 1, own: true }]);
  assert.equal((await graces.unreact(room.id, id, "👍")).reactions, undefined);
  assert.ok((await adas.delete(room.id, id)).deleted_at);
  await assert.rejects(adas.edit(room.id, id, { text_message: "back" }), { code: "message_deleted" });
  await assert.rejects(graces.edit(room.id, id, { text_message: "mine" }), { name: "ParlourError" });
  const kinds = ["message", "message", "message_edited", "reaction_added", "reaction_removed", "message_deleted"];
  for (const entries of [hers, his]) {
    await until(() => entries.length >= kinds.length, "all entries");
    assert.deepEqual(entries.map(({ type }) => type), kinds);
  }
});

async function ticketUrl({ token }) {
  const url = new URL(running().ws);
  url.searchParams.set("ticket", (await rest("POST", "/ticket", { token })).ticket);
  return url;
}

/** A plain socket that can ask (and wait for the answer) and wait for a frame. */
async function connect(t, url, protocols = []) {
  const socket = new WebSocket(url, protocols);
  t.after(() => socket.terminate());
  const frames = [];
  socket.on("message", (text) => frames.push(JSON.parse(text)));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const next = async (match) => {
    await until(() => frames.some(match), `a frame for ${match}`);
    return frames.splice(frames.findIndex(match), 1)[0];
  };
  const ask = (frame) => {
    const request_id = randomUUID();
    socket.send(JSON.stringify({ ...frame, request_id }));
    return next((reply) => reply.request_id === request_id);
  };
  return { socket, next, ask };
}
