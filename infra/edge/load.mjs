// router.js outside of CloudFront: its settings filled in, and the very text as a function.

import { readFileSync } from "node:fs";

const STAGE = "const STAGE = 'prod';";
const HOSTS = "const HOSTS = {};";
const IMPORT = "import cf from 'cloudfront';";

/** The text of router.js. */
export const ROUTER = readFileSync(new URL("./router.js", import.meta.url), "utf8");

/**
 * The text with its settings. `hosts` says by host name what it stands for, as `app/service`.
 * Throws a RangeError where one of them could not be what the function reads.
 */
export function configured(text, { stage = "prod", hosts = {} } = {}) {
  if (!/^[A-Za-z0-9_-]+$/.test(stage)) throw new RangeError(`not a stage: ${stage}`);
  for (const [name, meaning] of Object.entries(hosts)) {
    if (!/^[a-z0-9.-]+$/.test(name)) throw new RangeError(`not a host name in small letters, without a port: ${name}`);
    if (!/^[a-z0-9]{1,16}\/[a-z-]+$/.test(meaning)) throw new RangeError(`not an app and a service: ${meaning}`);
    if (!services(text).includes(meaning.split("/")[1])) throw new RangeError(`no such service: ${meaning}`);
  }
  return replaced(replaced(text, STAGE, `const STAGE = '${stage}';`), HOSTS, `const HOSTS = ${literal(hosts)};`);
}

/** What a deployed function would be: a function of an event that answers `{ origin, result }`. */
export function load(text) {
  const chosen = { origin: "rest" };
  const cf = { selectRequestOriginById: (id) => (chosen.origin = id) };
  const handler = new Function("cf", `"use strict";${replaced(text, IMPORT, "")};return handler;`)(cf);
  return (event) => {
    chosen.origin = "rest";
    const result = handler(event);
    return { origin: chosen.origin, result };
  };
}

/** An event as CloudFront makes one: names of headers in small letters, without those that it shows no function. */
export function eventOf({ method = "GET", target, headers = {}, requestId = "local" }) {
  const at = target.indexOf("?");
  const uri = at < 0 ? target : target.slice(0, at);
  const shown = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HIDDEN.includes(name.toLowerCase())) shown[name.toLowerCase()] = { value: String(value) };
  }
  const request = { method, uri, querystring: parsed(at < 0 ? "" : target.slice(at + 1)), headers: shown, cookies: {} };
  return { version: "1.0", context: { eventType: "viewer-request", requestId }, viewer: { ip: "127.0.0.1" }, request };
}

/** Where CloudFront would send a request: path and query. */
export function targetOf(request) {
  const pairs = [];
  for (const [name, parameter] of Object.entries(request.querystring)) {
    for (const { value } of parameter.multiValue ?? [parameter]) pairs.push(`${name}=${value}`);
  }
  return pairs.length === 0 ? request.uri : `${request.uri}?${pairs.join("&")}`;
}

// "Restrictions on all edge functions" in CloudFront's documentation: those that a client sends with a handshake.
const HIDDEN = ["connection", "expect", "keep-alive", "proxy-connection", "trailer", "upgrade"];

// Nothing is decoded, as in CloudFront; a name that comes again has all of its values.
function parsed(query) {
  const parameters = {};
  for (const pair of query.split("&").filter((pair) => pair !== "")) {
    const at = pair.indexOf("=");
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? "" : pair.slice(at + 1);
    const before = parameters[name];
    if (before === undefined) parameters[name] = { value };
    else before.multiValue = [...(before.multiValue ?? [{ value: before.value }]), { value }];
  }
  return parameters;
}

function services(text) {
  return [.../const SERVICES = \[(.*)\];/.exec(text)[1].matchAll(/'([a-z-]+)'/g)].map((found) => found[1]);
}

function literal(hosts) {
  const rows = Object.entries(hosts).map(([name, meaning]) => `  '${name}': '${meaning}',\n`);
  return rows.length === 0 ? "{}" : `{\n${rows.join("")}}`;
}

function replaced(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`router.js does not have once: ${from}`);
  return text.replace(from, () => to);
}
