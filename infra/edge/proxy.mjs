// router.js in front of an emulator, whose CloudFront carries no WebSockets: for tests, never for production.
//
//   node proxy.mjs --listen 127.0.0.1:8090 --target http://127.0.0.1:4566 --host-header API.execute-api.localhost:4566 \
//     --rest http://127.0.0.1:4566/_aws/execute-api/API/$default --stage prod --host go.localhost=acme/go-chat
//
// Handshakes go to the target, all else to the address of REST (the target, if there is none); the path of either address goes
// before the path that router.js made. It prints `{"listening":"HOST:PORT"}` once it listens; port 0 takes a free one.

import http from "node:http";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { configured, eventOf, load, ROUTER, targetOf } from "./load.mjs";

const ANSWER_TIMEOUT_MS = 30_000;

/**
 * A proxy that listens. `target` and `rest` are http addresses; `hostHeader` and `restHostHeader` what they are told as
 * `Host`, else their own; `stage` and `hosts` as in `configured`. Answers with its `address` and `close()`.
 */
export async function start({ listen = "127.0.0.1:0", target, hostHeader, rest, restHostHeader, stage, hosts }) {
  const router = load(configured(ROUTER, { stage, hosts }));
  const origins = {
    websocket: origin(target, hostHeader),
    rest: rest === undefined ? origin(target, restHostHeader ?? hostHeader) : origin(rest, restHostHeader),
  };
  const sockets = new Set();
  const server = http.createServer((request, response) => forward(route(router, origins, request), request, response));
  server.on("upgrade", (request, socket, head) => tunnel(route(router, origins, request), request, socket, head, sockets));
  server.on("connection", (socket) => track(sockets, socket));
  const at = listen.lastIndexOf(":");
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(listen.slice(at + 1)), listen.slice(0, at), resolve);
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
  return { address: `${server.address().address}:${server.address().port}`, close };
}

function origin(address, hostHeader) {
  const url = new URL(address);
  if (url.protocol !== "http:") throw new RangeError(`not an http address: ${address}`);
  const path = url.pathname.replace(/\/$/, "");
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80), path, hostHeader: hostHeader ?? url.host };
}

/** An answer of the router's own, or the origin and the path there. */
function route(router, origins, request) {
  const event = eventOf({ method: request.method, target: request.url, headers: request.headers });
  const { origin: id, result } = router(event);
  if (result.statusCode !== undefined) return { answer: result };
  const to = origins[id];
  return { to, path: to.path + targetOf(result) };
}

/** The headers as they came, in their order and letters, but for the host. */
function headersFor(to, request) {
  const headers = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at];
    headers.push(name, name.toLowerCase() === "host" ? to.hostHeader : request.rawHeaders[at + 1]);
  }
  return headers;
}

function forward({ answer, to, path }, request, response) {
  if (answer !== undefined) return respond(answer, response);
  const { host, port } = to;
  const options = { host, port, path, method: request.method, headers: headersFor(to, request), timeout: ANSWER_TIMEOUT_MS };
  const outgoing = http.request(options, (incoming) => {
    response.writeHead(incoming.statusCode, incoming.statusMessage, incoming.rawHeaders);
    incoming.on("error", () => response.destroy()).pipe(response);
  });
  outgoing.on("timeout", () => outgoing.destroy());
  outgoing.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.on("close", () => outgoing.destroy());
  request.pipe(outgoing);
}

function respond({ statusCode, headers, body }, response) {
  const plain = Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
  response.writeHead(statusCode, plain).end(body);
}

/** Both sides' bytes as they are, behind a request line and a host that were changed. */
function tunnel({ answer, to, path }, request, socket, head, sockets) {
  socket.on("error", () => socket.destroy());
  if (answer !== undefined) return socket.end(refusal(answer));
  const upstream = track(sockets, net.connect(to.port, to.host));
  const headers = headersFor(to, request);
  const lines = [`${request.method} ${path} HTTP/1.1`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  upstream.write(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"));
  upstream.write(head);
  upstream.pipe(socket);
  socket.pipe(upstream);
  for (const [one, other] of [[socket, upstream], [upstream, socket]]) {
    one.setNoDelay(true);
    one.on("error", () => other.destroy());
    // What is on its way still arrives: a refusal comes with the end of the connection.
    one.on("close", () => other.destroySoon());
  }
}

function refusal({ statusCode, statusDescription, headers, body }) {
  const all = { ...headers, "content-length": { value: Buffer.byteLength(body) }, connection: { value: "close" } };
  const lines = Object.entries(all).map(([name, { value }]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${statusCode} ${statusDescription}\r\n${lines.join("")}\r\n${body}`;
}

function track(sockets, socket) {
  sockets.add(socket);
  return socket.once("close", () => sockets.delete(socket));
}

/** What the command line says, in the form that `start` takes. */
export function options(args) {
  const text = { type: "string" };
  const { values } = parseArgs({
    args,
    options: {
      listen: text,
      target: text,
      "host-header": text,
      rest: text,
      "rest-host-header": text,
      stage: text,
      host: { type: "string", multiple: true, default: [] },
    },
  });
  const { listen, target, rest, stage, host } = values;
  if (target === undefined) throw new RangeError("--target is missing");
  const hosts = Object.fromEntries(host.map((pair) => pair.split("=", 2)));
  return { listen, target, hostHeader: values["host-header"], rest, restHostHeader: values["rest-host-header"], stage, hosts };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await start(options(process.argv.slice(2)));
  process.stdout.write(`${JSON.stringify({ listening: address })}\n`);
}
