// Files on the page: an image goes from one window through the bucket to the other.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, openRoom, shows, waitFor } from "./fixture/browser.mjs";
import { until } from "./fixture/clients.mjs";
import { person, roomOf, skipWithoutServer } from "./fixture/running.mjs";

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("an image shows in the other window, and a file has its name", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const [adas, graces] = [await as(ada), await as(grace)];
  await openRoom(adas, room.id);
  await openRoom(graces, room.id);
  await adas.getByTestId("text").fill("still being written");
  await adas.getByTestId("file").setInputFiles({ name: "pixel.png", mimeType: "image/png", buffer: PIXEL });
  await waitFor(graces, '[data-testid="image"]');
  const shown = () => graces.getByTestId("image").evaluate((image) => image.complete && image.naturalWidth);
  await until(async () => (await shown()) === 1, "the image is loaded");
  assert.equal(await graces.getByTestId("image").getAttribute("alt"), "pixel.png");
  assert.equal(await adas.getByTestId("text").inputValue(), "still being written");

  await graces.getByTestId("file").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") });
  const links = () => adas.getByTestId("file-link").allTextContents();
  await until(async () => (await links()).includes("notes.txt"), "the file has its name");
  await adas.getByTestId("send").click();
  await shows(graces, ["still being written"]);
  soundly();
});

test("a file that the storage refuses leaves the chat where it is", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const adas = await as(ada);
  await openRoom(adas, room.id);
  await adas.getByTestId("file").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") });
  await waitFor(adas, '[data-testid="file-link"]:not([disabled])');
  await adas.getByTestId("text").fill("still being written");
  const refusal = { status: 403, contentType: "text/plain", body: "AccessDenied" };
  await adas.context().route("**/parlour-files/**", (route) => route.fulfill(refusal));
  const opening = adas.context().waitForEvent("page");
  await adas.getByTestId("file-link").click();
  const opened = await opening;
  await until(async () => (await opened.content()).includes("AccessDenied"), "the refusal is in a tab of its own");
  assert.equal(await opened.evaluate(() => window.opener), null);
  assert.equal(await adas.getByTestId("text").inputValue(), "still being written");
  soundly();
});
