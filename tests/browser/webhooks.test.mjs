// What a receiver of webhooks is told by a running Parlour: verified by the reference library of Standard Webhooks, as a
// backend would.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { person, rest, roomOf, skipWithoutServer } from "./fixture/running.mjs";

/** A receiver: its calls, newest last, and what it answers. */
async function receiver(t) {
  const calls = [];
  const state = { status: 204, url: "", calls };
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(state.status).end();
    server.emit("called");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  state.url = `http://127.0.0.1:${server.address().port}/hook`;
  /** The calls about a room, once there are so many; others' rooms are told of too. */
  state.about = async (room, count) => {
    for (;;) {
      const found = calls.filter(({ body }) => JSON.parse(body).data.room_id === room);
      if (found.length >= count) return found;
      await once(server, "called");
    }
  };
  return state;
}

/** A webhook at this URL for the length of the test: `{id, secret}`. */
async function hookAt(t, url, events) {
  const hook = await rest("POST", "/webhook", { body: { url, events } });
  t.after(() => rest("DELETE", `/webhook/${hook.id}`));
  return hook;
}

const say = (user, room, text) =>
  rest("POST", `/room/${room.id}/message/send`, { token: user.token, body: { text_message: text } });

test("a call is verified by the reference library, and nothing else is", async (t) => {
  if (skipWithoutServer(t)) return;
  const told = await receiver(t);
  const hook = await hookAt(t, told.url, ["message.created"]);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const sent = await say(ada, room, "Grüße 👋 \u2028 <b>");
  const [{ headers, body }] = await told.about(room.id, 1);
  const event = new Webhook(hook.secret).verify(body, headers);
  assert.equal(event.type, "message.created");
  assert.equal(event.data.text_message, "Grüße 👋 \u2028 <b>");
  assert.equal(headers["webhook-id"], sent.id);

  const stranger = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const refused = (secret, text, changed) =>
    assert.throws(() => new Webhook(secret).verify(text, { ...headers, ...changed }), WebhookVerificationError);
  refused(stranger, body, {});
  refused(hook.secret, `${body} `, {});
  refused(hook.secret, body, { "webhook-id": `${sent.id}0` });
  refused(hook.secret, body, { "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) });
});

test("after a rotation both secrets verify", async (t) => {
  if (skipWithoutServer(t)) return;
  const told = await receiver(t);
  const hook = await hookAt(t, told.url, ["message.created"]);
  const { secret } = await rest("POST", `/webhook/${hook.id}/secret`);
  assert.notEqual(secret, hook.secret);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  await say(ada, room, "one");
  const [{ headers, body }] = await told.about(room.id, 1);
  for (const each of [hook.secret, secret]) {
    assert.equal(new Webhook(each).verify(body, headers).data.text_message, "one");
  }
});

test("a receiver that was down verifies the second call for the same event", async (t) => {
  if (skipWithoutServer(t)) return;
  const told = await receiver(t);
  const hook = await hookAt(t, told.url, ["message.created"]);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  told.status = 503;
  await say(ada, room, "while it is down");
  await told.about(room.id, 1);
  told.status = 200;
  const [first, second] = await told.about(room.id, 2);
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
  assert.equal(first.body, second.body);
  for (const { headers, body } of [first, second]) new Webhook(hook.secret).verify(body, headers);
});
