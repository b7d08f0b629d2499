// callsewa's operators and a team's backend, by axios, fetch and curl.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { SERVICE, ok, operator, rest, roomOf, shown, user } from "./fixture/callsewa.mjs";
import { base, curl, skipWithoutServer } from "./fixture/service.mjs";

test("operators, users and rooms by axios, fetch and curl", async (t) => {
  if (skipWithoutServer(t)) return;
  const { token, app } = await operator();
  const [ada, bob] = [await user("ada"), await user("bob")];
  const room = await roomOf(ada, bob);
  const url = base(SERVICE);
  const named = { appId: app };
  // The three ways to send an operator's token.
  const ways = [["-H", `Authorization: ${token}`, `${url}/app`], [`${url}/app?token=${encodeURIComponent(token)}`]];
  for (const way of ways) assert.ok((await curl(...way)).json.some(({ applicationId }) => applicationId === app), way.at(-1));
  const name = `Shop ${randomUUID()}`;
  const shop = ok(await rest().post("/app", { name, token }));
  assert.deepEqual([shop.name, shop.deletedAt], [name, null]);
  // Another app's lists hold nothing of the suites'.
  const own = { appId: shop.applicationId };
  const hers = { ...own, appUserId: 7, firstName: "carol", lastName: "usr", token: randomUUID() };
  const carol = ok(await rest().post("/user", hers));
  assert.deepEqual([carol.appId, carol.token], [shop.id, hers.token]);
  assert.deepEqual(ok(await rest().get(`/user/${shop.applicationId}`)), [shown(carol)], "nobody's token");
  const tea = ok(await rest().post("/room", { ...own, room: room.room, users: [7] }));
  assert.deepEqual(ok(await rest(own).get("/room")).map(({ id }) => id), [tea.id]);
  assert.equal((await curl("-X", "DELETE", "-H", `Authorization: ${token}`, `${url}/app/${shop.id}`)).json.id, shop.id);

  const verified = async ({ token }) => (await fetch(`${url}/auth/verify`, { headers: { token } })).json();
  assert.deepEqual([await verified(ada), await verified({ token: "nonsense" })], [true, false]);
  const fresh = randomUUID();
  const { firstName, lastName, appUserId } = ada;
  const renewed = ok(await rest().post("/user", { appId: app, appUserId, firstName, lastName, token: fresh }));
  assert.deepEqual([renewed.id, renewed.token], [ada.id, fresh]);
  assert.deepEqual([await verified(ada), await verified({ token: fresh })], [false, true]);

  assert.equal(ok(await rest(named).get(`/room/${room.room}`)).users.length, 2);
  assert.deepEqual(ok(await rest({ token: bob.token }).get("/room/my_room")).map(({ id }) => id), [room.id]);
  const both = { ...named, users: [ada.appUserId, bob.appUserId] };
  assert.equal(ok(await rest().post("/room/check_room", both)).id, room.id);
  const removal = { ...named, room: room.room, users: [bob.appUserId] };
  assert.deepEqual(ok(await rest().put("/room/remove", removal)), { message: "updated" });
  const none = await rest().post("/room/check_room", both);
  assert.deepEqual([none.status, none.data], [404, { status: 404, message: "Room Not Found" }]);
  const gone = await curl("-X", "DELETE", "-H", `appId: ${app}`, `${url}/room/${room.id}`);
  assert.deepEqual([gone.status, gone.json.id, typeof gone.json.deletedAt], [200, room.id, "string"]);
  assert.equal(ok(await rest(named).delete(`/user/${bob.id}`)).id, bob.id);
  assert.equal(await verified(bob), false);
});

test("REST refuses in the service's words and with its statuses", async (t) => {
  if (skipWithoutServer(t)) return;
  const { app, email } = await operator();
  const said = ({ status, data }) => [status, data];
  const ada = await user("ada");
  const room = await roomOf(ada);
  const again = { room: room.room, appId: app, users: [ada.appUserId] };
  assert.deepEqual(said(await rest().post("/room", again)), [200, { status: 400, message: "Room Already Exists" }]);
  const unknown = { ...again, room: randomUUID(), users: [999] };
  assert.deepEqual(said(await rest().post("/room", unknown)), [200, { status: 400, message: "Users 999 not registered" }]);
  const wrong = await rest().post("/auth/login", { email, password: "guessed" });
  assert.deepEqual(said(wrong), [401, { name: "InvalidLogin", message: "Login failed" }]);
  assert.deepEqual(said(await rest().get("/app")), [401, { error: { status: 401, message: "No token provided" } }]);
  assert.deepEqual(said(await rest({ Authorization: "x" }).get("/app")), [400, { message: "jwt malformed" }]);
  assert.deepEqual(said(await rest().get(`/user/${randomUUID()}`)), [404, { error: { status: 404, message: "App Not Found" } }]);
  const missing = await curl("-H", "Content-Type: application/json", "-d", JSON.stringify({ appId: app }), `${base(SERVICE)}/user`);
  assert.equal(missing.status, 404);
  assert.match(missing.body, /<pre>Cannot POST \/user<\/pre>/);
  const nowhere = await curl(`${base(SERVICE)}/nothing`);
  assert.deepEqual([nowhere.status, nowhere.json], [404, { message: "Not Found" }]);
});
