// A running Parlour as the unmodified library meets it: `io(url)` polls first and goes on by a WebSocket.

import assert from "node:assert/strict";
import test, { before } from "node:test";
import { at, callsewa, chatPanel, connect, hear, skipWithoutServer, token, understand, upgraded } from "./fixture/running.mjs";

before(async () => {
  if (process.env.PARLOUR_READY_FILE) await understand();
});

for (const [service, client] of [["callsewa", callsewa], ["chat-panel", chatPanel]]) {
  test(`${service}: a client with the library's defaults connects by polling and is upgraded`, async (t) => {
    if (skipWithoutServer(t)) return;
    const socket = client(t, await token("Ada"));
    assert.equal(socket.io.engine.transport.name, "polling");
    await hear(socket, "connect");
    assert.ok(socket.id);
    await upgraded(socket);
    assert.ok(socket.connected);
  });

  test(`${service}: the prefix of app and service stands in the option path`, async (t) => {
    if (skipWithoutServer(t)) return;
    const socket = client(t, await token("Ada"), at(service));
    await hear(socket, "connect");
    await upgraded(socket);
  });

  for (const transport of ["polling", "websocket"]) {
    test(`${service}: one transport alone carries it (${transport})`, async (t) => {
      if (skipWithoutServer(t)) return;
      const socket = client(t, await token("Ada"), { transports: [transport] });
      await hear(socket, "connect");
      assert.equal(socket.io.engine.transport.name, transport);
      socket.disconnect();
      assert.ok(socket.disconnected);
    });
  }

  test(`${service}: a client that lost its connection comes back`, async (t) => {
    if (skipWithoutServer(t)) return;
    const socket = client(t, await token("Ada"));
    await hear(socket, "connect");
    const first = socket.id;
    await upgraded(socket);
    for (const how of ["by a WebSocket", "as soon as it is back"]) {
      const [gone, back] = [hear(socket, "disconnect"), hear(socket, "connect")];
      socket.io.engine.close();
      await gone;
      await back;
      assert.ok(socket.connected, how);
    }
    assert.notEqual(socket.id, first);
  });
}

test("callsewa: who has no token or a wrong one is told so", async (t) => {
  if (skipWithoutServer(t)) return;
  for (const [given, message] of [[undefined, "No token key found"], ["nonsense", "token key mismatch"]]) {
    const refused = await hear(callsewa(t, given, at("callsewa")), "connect_error");
    assert.equal(refused.message, message);
  }
});

test("a client at a path that is nobody's is refused", async (t) => {
  if (skipWithoutServer(t)) return;
  const socket = connect(t, "", { path: "/a/nobody/dance/socket.io/", reconnection: false });
  await hear(socket, "connect_error");
});

test("many clients at once", async (t) => {
  if (skipWithoutServer(t)) return;
  const given = await token("Ada");
  const sockets = Array.from({ length: 20 }, () => callsewa(t, given));
  await Promise.all(sockets.map((socket) => hear(socket, "connect")));
  await Promise.all(sockets.map(upgraded));
  assert.equal(new Set(sockets.map(({ id }) => id)).size, sockets.length);
});
