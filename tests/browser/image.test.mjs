// An image goes from a browser to the storage and from there to another person's browser, by signed URLs alone: on every target, so with
// nothing but REST. The pages are of a foreign origin, or, where `edge` says that the API behind it answers no preflight, of the API's own;
// the storage is foreign to them in any case but the gateway's.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";
import { chromium } from "playwright-core";
import { ARGUMENTS } from "./fixture/browser.mjs";
import { person, rest, roomOf, running, skipWithoutServer } from "./fixture/running.mjs";

/** A PNG of one pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A page of an origin of its own, which ends with the test. */
async function foreignPage(t) {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<!doctype html>"));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** In a browser: announces, uploads, confirms and sends a file. */
async function upload({ base, token, room, pixel }) {
  const bytes = Uint8Array.from(atob(pixel), (letter) => letter.charCodeAt(0));
  const call = async (path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const put = async ({ url, method, headers }) => (await fetch(url, { method, headers, body: bytes })).status;
  const announced = await call("/attachments", { name: "pixel.png", content_type: "image/png", size: bytes.length });
  const first = await put(announced.upload);
  const again = await put(announced.upload);
  const confirmed = await call(`/attachments/${announced.attachment_id}/confirm`);
  const message = await call(`/room/${room}/message/send`, { attachments: [announced.attachment_id] });
  return { first, again, confirmed, message };
}

/** In another one: finds the message's file and shows it. */
async function show({ base, token, room }) {
  const call = async (path) => {
    const answer = await fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
    return answer.ok ? answer.json() : { status: answer.status };
  };
  const { items, status } = await call(`/room/${room}/message`);
  if (status) return { status };
  const { url } = await call(`/room/${room}/attachment/${items[0].attachments[0].attachment_id}`);
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

test("an image goes from one browser through the storage to another", async (t) => {
  if (skipWithoutServer(t)) return;
  const { http: base, edge } = running();
  const page = edge ? `${edge}/health` : await foreignPage(t);
  const { origin } = new URL(page);
  await rest("PATCH", "/app", { body: { allowed_origins: [origin] } });
  const executablePath = process.env.PARLOUR_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  t.after(() => browser.close());
  const pageOf = async () => {
    const tab = await (await browser.newContext()).newPage();
    await tab.goto(page);
    return tab;
  };
  const [ada, grace, eve] = [await person("Ada"), await person("Grace"), await person("Eve")];
  const room = (await roomOf(ada, [grace])).id;

  const sent = await (await pageOf()).evaluate(upload, { base, token: ada.token, room, pixel: PIXEL });
  assert.equal(sent.first, 200);
  assert.equal(sent.again, 412, "a URL is good for one upload");
  assert.deepEqual([sent.confirmed.width, sent.confirmed.height], [1, 1]);
  assert.ok(!JSON.stringify(sent.message).includes("http"), "no URL stands in a message");

  const shown = await (await pageOf()).evaluate(show, { base, token: grace.token, room });
  assert.deepEqual(shown, { width: 1, height: 1 });
  const refused = await (await pageOf()).evaluate(show, { base, token: eve.token, room });
  assert.deepEqual(refused, { status: 404 });
});
