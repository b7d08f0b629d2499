// The proxy in front of a server that says what reached it: once as a whole process, else in this one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { options, start } from "./proxy.mjs";

const REASON = "no ".repeat(30_000);

/** A server that answers requests with what it saw, and after a handshake sends back every byte. */
async function target(t) {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    const body = [];
    for await (const part of request) body.push(part);
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    response.writeHead(201, { "X-Seen": request.url });
    response.end(Buffer.concat(body));
  });
  const sockets = new Set();
  server.on("upgrade", (request, socket, head) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    sockets.add(socket);
    socket.on("error", () => {});
    if (request.url.includes("token=bad")) return socket.end(`HTTP/1.1 401 Unauthorized\r\n\r\n${REASON}`);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.write(head);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${server.address().port}`, seen, sockets };
}

async function proxy(t, settings) {
  const proxy = await start(settings);
  t.after(() => proxy.close());
  return proxy.address;
}

function connect(t, address) {
  const [host, port] = address.split(":");
  const socket = net.connect(Number(port), host);
  t.after(() => socket.destroy());
  socket.text = "";
  socket.setEncoding("latin1");
  socket.on("data", (data) => (socket.text += data));
  return socket;
}

/** Until what came on a socket ends so. */
async function ending(socket, end) {
  while (!socket.text.endsWith(end)) await once(socket, "data");
  return socket.text;
}

function handshake(path, host) {
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer t\r\n\r\n"
  );
}

test("a handshake reaches the target at the stage, with its headers, and bytes pass both ways", async (t) => {
  const { address, seen } = await target(t);
  const front = await proxy(t, { target: `${address}/base`, hostHeader: "api.execute-api.localhost", stage: "dev" });
  const socket = connect(t, front);
  socket.write(`${handshake("/a/acme/chat-panel/socket.io/?EIO=4", "x")}\x81\x02hi`, "latin1");
  assert.match(await ending(socket, "\x81\x02hi"), /^HTTP\/1\.1 101 /);
  socket.write("\x00\xff\x80", "latin1");
  await ending(socket, "\x00\xff\x80");
  assert.equal(seen[0].url, "/base/dev?EIO=4&app=acme&dialect=chat-panel&path=/socket.io/");
  assert.equal(seen[0].headers.host, "api.execute-api.localhost");
  assert.equal(seen[0].headers.authorization, "Bearer t");
  assert.equal(seen[0].headers["sec-websocket-key"], "dGhlIHNhbXBsZSBub25jZQ==");
});

test("the end of either side ends the other", async (t) => {
  const { address, sockets } = await target(t);
  const front = await proxy(t, { target: address });
  for (const ends of [() => [...sockets].at(-1).destroy(), (socket) => socket.destroy()]) {
    const socket = connect(t, front);
    socket.write(handshake("/ws", front));
    await ending(socket, "\r\n\r\n");
    const closed = [once(socket, "close"), once([...sockets].at(-1), "close")];
    ends(socket);
    await Promise.all(closed);
  }
});

test("a refusal of the target's reaches the client whole", async (t) => {
  const { address } = await target(t);
  const socket = connect(t, await proxy(t, { target: address }));
  socket.write(handshake("/ws/chat/7?token=bad", "x"));
  await once(socket, "close");
  assert.equal(socket.text, `HTTP/1.1 401 Unauthorized\r\n\r\n${REASON}`);
});

test("a handshake that is nowhere is refused without a word to the target", async (t) => {
  const { address, seen } = await target(t);
  const socket = connect(t, await proxy(t, { target: address }));
  socket.write(handshake("/a/acme/unknown/", "x"));
  await once(socket, "end");
  assert.match(socket.text, /^HTTP\/1\.1 404 Not Found\r\n/);
  assert.match(socket.text, /"code":"not_found"/);
  assert.deepEqual(seen, []);
});

test("REST goes to its own address, a host name written as the prefix, its body and answer as they are", async (t) => {
  const { address, seen } = await target(t);
  const hosts = { "face.localhost": "acme/facebook-clone" };
  const settings = { target: "http://127.0.0.1:9", rest: `${address}/rest/$default`, restHostHeader: "rest.localhost", hosts };
  const [host, port] = (await proxy(t, settings)).split(":");
  const headers = { Host: `face.localhost:${port}`, Authorization: "JWT t" };
  const request = http.request({ host, port, method: "POST", path: "/api/chat/7/messages/?mark_read=1", headers });
  request.end("héllo");
  const [response] = await once(request, "response");
  const body = [];
  for await (const part of response) body.push(part);
  assert.equal(Buffer.concat(body).toString(), "héllo");
  assert.equal(response.statusCode, 201);
  assert.equal(response.headers["x-seen"], "/rest/$default/a/acme/facebook-clone/api/chat/7/messages/?mark_read=1");
  assert.deepEqual([seen[0].headers.host, seen[0].headers.authorization], ["rest.localhost", "JWT t"]);
});

test("a target that does not answer is 502 for REST and an end for a handshake", async (t) => {
  const free = net.createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  free.close();
  await once(free, "close");
  const front = await proxy(t, { target: `http://127.0.0.1:${port}` });
  assert.equal((await fetch(`http://${front}/health`)).status, 502);
  const socket = connect(t, front);
  socket.write(handshake("/ws", front));
  await once(socket, "close");
  assert.equal(socket.text, "");
});

test("as a program it says where it listens and ends with its process", async (t) => {
  const { address } = await target(t);
  const program = fileURLToPath(new URL("./proxy.mjs", import.meta.url));
  const args = [program, "--listen", "127.0.0.1:0", "--target", address, "--host", "go.localhost=acme/go-chat"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [line] = await once(child.stdout, "data");
  const { listening } = JSON.parse(line.toString());
  const response = await fetch(`http://${listening}/health`);
  assert.equal(response.headers.get("x-seen"), "/health");
});

test("what the command line says is what the proxy is given", () => {
  const args = "--target http://a --host-header b --rest http://c --rest-host-header d --stage e --host f=g/go-chat --host h=i/callsewa";
  assert.deepEqual(options(args.split(" ")), {
    listen: undefined,
    target: "http://a",
    hostHeader: "b",
    rest: "http://c",
    restHostHeader: "d",
    stage: "e",
    hosts: { f: "g/go-chat", h: "i/callsewa" },
  });
  assert.throws(() => options([]), RangeError);
});
