// What becomes of messages, as two people see it on the page: edits, deletions, reactions, answers, presence.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, cutSockets, fill, openRoom, PHONE, picture, say, shows, waitFor } from "./fixture/browser.mjs";
import { until } from "./fixture/clients.mjs";
import { person, rest, roomOf, skipWithoutServer } from "./fixture/running.mjs";

test("two people edit, delete, react, answer, and see who is there", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  await fill(room, [[ada, "Good mornign"], [ada, "This was a mistake"], [grace, "What is the plan?\nI have none."]]);
  const [adas, graces] = [await as(ada), await as(grace)];
  for (const page of [adas, graces]) await openRoom(page, room.id);
  await shows(graces, ["Good mornign", "This was a mistake", "What is the plan?\nI have none."]);
  await until(async () => (await adas.getByTestId("room-subtitle").textContent()) === "Online", "Grace is online");
  assert.equal(await adas.getByTestId("room-online").isVisible(), true);

  // The menu by keyboard: it opens with the focus in it, and gives it back.
  await messageOf(adas, "Good mornign").getByTestId("more").press("Enter");
  await until(() => adas.evaluate(() => document.activeElement.dataset.testid === "add-reaction"), "the focus is in the menu");
  await picture(adas, "menu");
  await adas.keyboard.press("Escape");
  await until(() => adas.evaluate(() => document.activeElement.dataset.testid === "more"), "the focus is back");

  await choose(adas, "Good mornign", "edit");
  assert.equal(await adas.getByTestId("text").inputValue(), "Good mornign");
  await say(adas, "Good morning, Grace");
  await shows(graces, ["Good morning, Grace", "This was a mistake", "What is the plan?\nI have none."]);
  assert.equal(await messageOf(graces, "Good morning, Grace").getByTestId("message-edited").count(), 1);
  await until(async () => (await adas.getByTestId("text").inputValue()) === "", "the composer is free again");

  await messageOf(graces, "This was a mistake").getByTestId("more").click();
  assert.equal(await graces.getByTestId("delete").count(), 0, "what others wrote is not one's own to delete");
  await graces.keyboard.press("Escape");
  await choose(adas, "This was a mistake", "delete");
  await adas.getByTestId("delete-confirm").click();
  for (const page of [adas, graces]) await shows(page, ["Good morning, Grace", "What is the plan?\nI have none."]);
  assert.equal(await graces.getByTestId("tombstone").textContent(), "This message was deleted");
  assert.equal(await adas.getByTestId("tombstone").textContent(), "You deleted this message");

  await messageOf(graces, "Good morning, Grace").getByTestId("more").click();
  await graces.locator('[data-testid="add-reaction"][data-reaction="🎉"]').click();
  await reactionsAre(graces, [["🎉", "1", "true"]]);
  await reactionsAre(adas, [["🎉", "1", "false"]]);
  await adas.getByTestId("reaction").click();
  for (const page of [adas, graces]) await reactionsAre(page, [["🎉", "2", "true"]]);
  await graces.getByTestId("reaction").click();
  await reactionsAre(adas, [["🎉", "1", "true"]]);
  await reactionsAre(graces, [["🎉", "1", "false"]]);

  await choose(adas, "What is the plan?", "reply");
  await waitFor(adas, '[data-testid="mode"]');
  await picture(adas, "reply");
  await adas.keyboard.press("Escape");
  await waitFor(adas, '[data-testid="mode"]', "hidden");
  await choose(adas, "What is the plan?", "reply");
  await say(adas, "Relay 70 first");
  await until(async () => (await graces.getByTestId("quote").allTextContents()).join() === "YouWhat is the plan?", "the quote");
  await choose(graces, "What is the plan?", "edit");
  await say(graces, "Where do we begin?");
  await until(async () => (await adas.getByTestId("quote").textContent()) === "GraceWhere do we begin?", "the quote is edited too");

  // What the log has that the page does not know does no harm.
  const first = (await rest("GET", `/room/${room.id}/message`, { token: ada.token })).items.at(-1);
  await rest("PUT", `/room/${room.id}/message/${first.id}/pin`, { token: ada.token, body: {} });
  for (const page of [adas, graces]) {
    await page.reload();
    await shows(page, ["Good morning, Grace", "Where do we begin?", "Relay 70 first"]);
    await reactionsAre(page, [["🎉", "1", String(page === adas)]]);
    assert.equal(await page.getByTestId("tombstone").count(), 1);
    assert.equal(await page.getByTestId("quote").count(), 1);
  }

  await graces.context().close();
  await until(async () => /^Last seen/.test(await adas.getByTestId("room-subtitle").textContent()), "Grace has gone");
  soundly();
});

test("an edit that cannot be saved stays in the composer, and cancelling it gives the draft back", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  await fill(room, [[ada, "one"], [ada, "two"]]);
  const page = await as(ada);
  await openRoom(page, room.id);
  await shows(page, ["one", "two"]);
  await page.getByTestId("text").fill("a draft");
  await choose(page, "two", "edit");
  await page.context().setOffline(true);
  await cutSockets(page);
  await say(page, "three");
  await until(async () => /^Not saved/.test(await page.getByTestId("mode-problem").textContent()), "the problem");
  assert.equal(await page.getByTestId("text").inputValue(), "three");
  await page.context().setOffline(false);
  await waitFor(page, '[data-testid="connection"][data-state="open"]', "attached");
  await page.getByTestId("text").press("Enter");
  await shows(page, ["one", "three"]);
  await until(async () => (await page.getByTestId("text").inputValue()) === "a draft", "the draft");
  await choose(page, "one", "edit");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByTestId("text").inputValue(), "a draft");
  await shows(page, ["one", "three"]);
  soundly();
});

test("reading on another device takes the badge away here", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const [desktop, phone] = [await as(grace), await as(grace, { viewport: PHONE })];
  await fill(room, [[ada, "one"], [ada, "two"]]);
  const badge = (page, text) => until(async () => (await page.getByTestId("unread").allTextContents()).join() === text, `"${text}" unread`);
  for (const page of [desktop, phone]) await badge(page, "2");
  await openRoom(phone, room.id);
  await badge(desktop, "");
  await rest("POST", `/room/${room.id}/unread`, { token: grace.token, body: { seq: 3 } });
  await badge(desktop, "1");
  await openRoom(desktop, room.id);
  await badge(desktop, "");
  await until(async () => (await rest("GET", "/unread", { token: grace.token })).unread.count === 0, "it is read everywhere");
  soundly();
});

const messageOf = (page, text) => page.getByTestId("message").filter({ has: page.getByTestId("message-text").filter({ hasText: text }) });

/** Opens the menu of a message and takes what it offers. */
async function choose(page, text, action) {
  await messageOf(page, text).getByTestId("more").click();
  await page.getByTestId(action).click();
}

const reactionsAre = (page, expected) =>
  until(async () => {
    const shown = await page.getByTestId("reaction").evaluateAll((chips) =>
      chips.map((chip) => [chip.dataset.reaction, chip.lastElementChild.textContent, chip.getAttribute("aria-pressed")]),
    );
    return JSON.stringify(shown) === JSON.stringify(expected);
  }, `the reactions are ${JSON.stringify(expected)}`);
