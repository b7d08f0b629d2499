// router.js, the very text that is deployed, held to the table that the Rust code is held to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { configured, eventOf, load, ROUTER, targetOf } from "./load.mjs";

const table = JSON.parse(readFileSync(new URL("./vectors.json", import.meta.url), "utf8"));
const router = load(configured(ROUTER, table));

/** What becomes of a request: a status, or where it is sent and to which origin. */
function sent({ host = "plain.example.com", target, upgrade = false }) {
  const headers = { Host: host };
  if (upgrade) Object.assign(headers, { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "AAAA" });
  const { origin, result } = router(eventOf({ target, headers }));
  return result.statusCode === undefined ? { origin, target: targetOf(result) } : { status: result.statusCode };
}

/** What the edge tells of a handshake, as its reader decodes it. */
function told(target) {
  const query = new URLSearchParams(target.slice(target.indexOf("?")));
  return [query.get("app"), query.get("dialect"), query.get("path")];
}

test("every vector is sent where the table says", () => {
  assert.ok(table.vectors.length > 100);
  for (const vector of table.vectors) {
    const target = vector.query === undefined ? vector.path : `${vector.path}?${vector.query}`;
    const found = sent({ host: vector.host, target, upgrade: vector.upgrade });
    const origin = vector.upgrade ? "websocket" : "rest";
    const expected = vector.sent === 404 ? { status: 404 } : { origin, target: vector.sent };
    assert.deepEqual(found, expected, JSON.stringify(vector));
    assert.equal(vector.place === "nowhere", vector.sent === 404 && vector.place !== "native", JSON.stringify(vector));
  }
});

test("a handshake says app, service and path as the table has them, whether or not the vector is one", () => {
  for (const { host, path, place } of table.vectors) {
    const { status, target } = sent({ host, target: path, upgrade: true });
    if (Array.isArray(place)) {
      assert.equal(target.split("?")[0], `/${table.stage}`);
      assert.deepEqual(told(target), place, path);
    } else {
      assert.ok(status === 404 || (place === "native" && target === `/${table.stage}`), path);
    }
  }
});

test("every path of every service is its own, by prefix and by host name", () => {
  for (const [service, templates] of Object.entries(table.services)) {
    const host = Object.keys(table.hosts).find((name) => table.hosts[name] === `acme/${service}`);
    for (const path of templates.map((template) => template.replaceAll("{}", "7"))) {
      const prefixed = `/a/acme/${service}${path}`;
      for (const request of [{ target: prefixed }, { target: path, host }, { target: prefixed, host }]) {
        assert.deepEqual(sent(request), { origin: "rest", target: prefixed });
        assert.deepEqual(told(sent({ ...request, upgrade: true }).target), ["acme", service, path]);
      }
    }
  }
});

test("a path that two have is native without prefix and host, but for Socket.IO's", () => {
  for (const { path } of table.collisions) {
    const target = path.replaceAll("{}", "7");
    assert.deepEqual(sent({ target }), { origin: "rest", target });
    const handshake = sent({ target, upgrade: true });
    if (path === "/socket.io/") assert.deepEqual(told(handshake.target), [null, "socket.io", "/socket.io/"]);
    else assert.deepEqual(handshake, { status: 404 });
  }
});

test("what is nowhere is answered with a problem document", () => {
  const { result } = router(eventOf({ target: "/a/acme/unknown/", headers: {}, requestId: "r-1" }));
  const problem = JSON.parse(result.body);
  assert.equal(result.headers["content-type"].value, "application/problem+json");
  assert.deepEqual([problem.status, problem.code, problem.request_id], [404, "not_found", "r-1"]);
});

test("the text is within what CloudFront takes", () => {
  assert.ok(Buffer.byteLength(ROUTER) < 8 * 1024, "10 KB, of which some is for host names");
  const code = ROUTER.replaceAll(/\/\/.*$/gm, "");
  for (const absent of [/\bfor \(.* of /, /\bclass\b/, /\.\.\./, /\?\?/, /\?\./, /\bfunction\*/, /\brequire\(/, /\bfetch\(/]) {
    assert.doesNotMatch(code, absent);
  }
});

test("settings that the function could not read are refused", () => {
  const refused = [
    { stage: "a'b" },
    { stage: "" },
    { hosts: { "Chat.example.com": "acme/go-chat" } },
    { hosts: { "chat.example.com:443": "acme/go-chat" } },
    { hosts: { "chat.example.com": "acme" } },
    { hosts: { "chat.example.com": "acme/unknown" } },
    { hosts: { "chat.example.com": "ac'me/go-chat" } },
  ];
  for (const settings of refused) assert.throws(() => configured(ROUTER, settings), RangeError);
});
