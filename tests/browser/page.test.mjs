// The page in a browser, against a running Parlour: two windows as two people.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, cutSockets, DESKTOP, fill, openRoom, PHONE, picture, say, shows, texts, waitFor } from "./fixture/browser.mjs";
import { range, until } from "./fixture/clients.mjs";
import { person, rest, roomOf, skipWithoutServer } from "./fixture/running.mjs";

/** `from` types until `to` shows it: a notice lasts seconds, which a busy machine may sleep through. */
const typingShows = (from, to, expected) =>
  until(async () => {
    await from.getByTestId("text").press("m");
    return (await to.getByTestId("typing").textContent()) === expected;
  }, `"${expected}" shows`);

test("a person is made and chosen, begins a conversation, and the other one answers", async (t) => {
  if (skipWithoutServer(t)) return;
  const { window, as, soundly } = await browse(t);
  const grace = await person("Grace Hopper");
  const adas = await window("/");
  await waitFor(adas, '[data-testid="people"] a');
  await picture(adas, "start");
  await adas.getByTestId("new-user-name").fill("Ada Lovelace");
  await adas.getByTestId("new-user-submit").click();
  await waitFor(adas, '[data-testid="connection"][data-state="open"]', "attached");
  assert.equal(await adas.getByTestId("me").textContent(), "Ada Lovelace");

  await adas.getByTestId("new-room").click();
  await adas.locator(`[data-testid="member"][data-user="${grace.id}"]`).check();
  await picture(adas, "new-room");
  await adas.getByTestId("new-room-submit").click();
  await waitFor(adas, '[data-testid="text"]');
  const graces = await as(grace);
  await say(adas, "Good morning, Grace!");
  await waitFor(graces, '[data-testid="unread"]');
  await graces.getByTestId("room").click();
  await shows(graces, ["Good morning, Grace!"]);
  await until(async () => (await graces.getByTestId("unread").count()) === 0, "the badge goes");
  await until(async () => (await adas.getByTestId("message-state").textContent()) === "Read", "Ada sees that it was read");

  await typingShows(graces, adas, "Grace Hopper is typing…");
  await say(graces, "Good morning, <b>Ada</b>!");
  await shows(adas, ["Good morning, Grace!", "Good morning, <b>Ada</b>!"]);
  await until(async () => (await adas.getByTestId("typing").textContent()) === "", "typing ends with the message");

  await adas.getByTestId("open-windows").click();
  const link = adas.locator(`[data-testid="window-link"][data-user="${grace.id}"]`);
  await link.waitFor();
  assert.equal(await link.getAttribute("href"), `/?user=${grace.id}`);
  soundly();
});

test("a reload shows the history, and scrolling up shows all of it", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const all = range(1, 120).map((number) => `message ${number}`);
  for (const text_message of all) await rest("POST", `/room/${room.id}/message/send`, { token: ada.token, body: { text_message } });
  const page = await as(grace);
  await openRoom(page, room.id);
  await until(async () => (await texts(page)).at(-1) === "message 120", "the newest messages");
  await page.reload();
  await until(async () => (await texts(page)).at(-1) === "message 120", "the newest messages again");
  await until(async () => {
    await page.getByTestId("log").evaluate((log) => log.scrollTo(0, 0));
    return (await texts(page)).length >= 120;
  }, "all messages");
  assert.deepEqual(await texts(page), all);
  soundly();
});

test("a lost network: what was written and missed meanwhile arrives once, in order", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const room = await roomOf(ada, [grace]);
  const [adas, graces] = [await as(ada), await as(grace)];
  await Promise.all([openRoom(adas, room.id), openRoom(graces, room.id)]);
  await say(adas, "before");
  await shows(graces, ["before"]);

  await graces.context().setOffline(true);
  await cutSockets(graces);
  await waitFor(graces, '[data-testid="connection"][data-state="reconnecting"]');
  const missed = range(1, 20).map((number) => `missed ${number}`);
  for (const text of missed) await say(adas, text);
  await shows(adas, ["before", ...missed]);
  await say(graces, "written offline");
  await waitFor(graces, '[data-testid="message"][data-state="pending"]');
  await picture(graces, "offline");

  await graces.context().setOffline(false);
  await shows(graces, ["before", ...missed, "written offline"]);
  await shows(adas, ["before", ...missed, "written offline"]);
  await waitFor(graces, '[data-testid="connection"][data-state="open"]', "attached");

  await graces.context().setOffline(true);
  await cutSockets(graces);
  await say(graces, "written before a reload");
  await graces.context().setOffline(false);
  await graces.reload();
  await shows(adas, ["before", ...missed, "written offline", "written before a reload"]);
  await shows(graces, ["before", ...missed, "written offline", "written before a reload"]);
  soundly();
});

test("without the development endpoints the page asks for a user token", async (t) => {
  if (skipWithoutServer(t)) return;
  const { window, soundly } = await browse(t);
  const [ada, grace] = [await person("Ada"), await person("Grace")];
  const page = await window("/", { development: false });
  await waitFor(page, '[data-testid="token-form"]');
  await page.getByTestId("token").fill("not-a-token");
  await page.getByTestId("token-submit").click();
  await until(async () => /does not accept/.test(await page.getByTestId("start-problem").textContent()), "the refusal");
  await picture(page, "token");
  await page.getByTestId("token").fill(ada.token);
  await page.getByTestId("token-submit").click();
  await waitFor(page, '[data-testid="connection"][data-state="open"]', "attached");
  await page.getByTestId("new-room").click();
  await page.getByTestId("member-ids").fill(grace.id);
  await page.getByTestId("new-room-submit").click();
  await until(async () => (await page.getByTestId("room-title").textContent()) === "Grace", "the conversation");
  await page.reload();
  await waitFor(page, '[data-testid="connection"][data-state="open"]', "attached");
  await page.getByTestId("sign-out").click();
  await waitFor(page, '[data-testid="token-form"]');
  soundly();
});

test("names are known without being told: of rooms, of authors, of those who type", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace, alan] = [await person("Ada"), await person("Grace"), await person("Alan")];
  const group = await roomOf(ada, [grace, alan], { kind: "group", name: "Engines" });
  const direct = await roomOf(ada, [alan]);
  const gone = await roomOf(ada, [grace]);
  await fill(group, [[grace, "It was a moth."]]);
  await fill(direct, [[alan, "Will it stop?"]]);
  await rest("DELETE", `/user/${grace.id}`);
  const page = await as(ada);
  const row = (room, part) => page.locator(`[data-room="${room.id}"] [data-testid="room-${part}"]`).textContent();
  const reads = (room, part, text) => until(async () => (await row(room, part)) === text, `the ${part} is ${text}`);
  await reads(direct, "name", "Alan");
  await reads(direct, "preview", "Will it stop?");
  await reads(gone, "name", "Deleted user");
  await reads(group, "preview", "It was a moth.");
  await fill(group, [[alan, "How do you know?"]]);
  await reads(group, "preview", "Alan: How do you know?");
  await page.reload();
  await reads(group, "preview", "Alan: How do you know?");

  const second = await as(ada);
  await openRoom(page, group.id);
  await openRoom(second, group.id);
  const alans = await as(alan);
  await openRoom(alans, group.id);
  await typingShows(second, alans, "Ada is typing…");
  // Ada's own typing in the second window is no news in the first.
  await typingShows(alans, page, "Alan is typing…");
  soundly();
});

test("more people than one page of them can be chosen from", async (t) => {
  if (skipWithoutServer(t)) return;
  const { window, soundly } = await browse(t);
  // A server that was used before has enough of them.
  while ((await rest("GET", "/user?limit=50")).next === null) for (const number of range(1, 10)) await person(`Person ${number}`);
  const last = await person("Zoe");
  const page = await window("/");
  await page.locator(`[data-testid="person"][data-user="${last.id}"]`).click({ timeout: 30_000 });
  await until(async () => (await page.getByTestId("me").textContent()) === "Zoe", "Zoe is signed in");
  soundly();
});

test("the reference shows the operations and can call them", async (t) => {
  if (skipWithoutServer(t)) return;
  const { window, soundly } = await browse(t);
  const page = await window("/docs/");
  const health = page.locator(".opblock", { has: page.locator('[data-path="/health"]') });
  await health.locator(".opblock-summary-control").click({ timeout: 30_000 });
  await health.locator(".try-out__btn").click();
  await health.locator(".execute").click();
  await health.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor({ timeout: 30_000 });
  await picture(page, "docs");
  soundly();
});

test("desktop and phone, light and dark", async (t) => {
  if (skipWithoutServer(t)) return;
  const { as, soundly } = await browse(t);
  const [ada, grace, alan] = [await person("Ada Lovelace"), await person("Grace Hopper"), await person("Alan Turing")];
  const group = await roomOf(ada, [grace, alan], { kind: "group", name: "Analytical engine" });
  const direct = await roomOf(grace, [ada]);
  await fill(group, [
    [ada, "The engine weaves algebraic patterns just as the loom weaves flowers and leaves."],
    [grace, "I found the bug. It was a moth, between the contacts of relay 70."],
    [grace, "It is taped into the log book"],
    [alan, "How do you know that it will stop?"],
    [ada, "It stops when the last card has passed."],
  ]);
  await fill(direct, [[grace, "Are you coming to the demonstration on Friday?"], [grace, "It begins at ten."]]);
  for (const colorScheme of ["light", "dark"]) {
    const desktop = await as(ada, { viewport: DESKTOP, colorScheme });
    await openRoom(desktop, group.id);
    await until(async () => (await texts(desktop)).length === 5, "the messages");
    await picture(desktop, `desktop-${colorScheme}`);
    const phone = await as(ada, { viewport: PHONE, colorScheme });
    await waitFor(phone, '[data-testid="room"]');
    await picture(phone, `phone-rooms-${colorScheme}`);
    await openRoom(phone, group.id);
    await until(async () => (await texts(phone)).length === 5, "the messages");
    await picture(phone, `phone-${colorScheme}`);
    const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px wider than the phone`);
    await phone.getByTestId("back").click();
    await waitFor(phone, '[data-testid="rooms"]');
  }
  soundly();
});
