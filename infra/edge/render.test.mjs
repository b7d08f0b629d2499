// What is deployed: the template with the very function in it.

import assert from "node:assert/strict";
import test from "node:test";
import { configured, load, eventOf, ROUTER } from "./load.mjs";
import { rendered } from "./render.mjs";

test("the template holds the function as it runs, indented and nothing else", () => {
  const settings = { stage: "dev", hosts: { "go.example.com": "acme/go-chat" } };
  const [, after] = rendered(settings).split("      FunctionCode: |\n");
  const lines = after.split("\n");
  const end = lines.findIndex((line) => line !== "" && !line.startsWith("        "));
  const code = lines.slice(0, end).map((line) => line.slice(8)).join("\n");
  assert.equal(code.trim(), configured(ROUTER, settings).trim());
  const event = eventOf({ target: "/ws/chat/7", headers: { Host: "go.example.com", "Sec-WebSocket-Key": "AAAA" } });
  assert.equal(load(code)(event).result.uri, "/dev");
});

test("more host names than a function can hold are refused", () => {
  const names = Array.from({ length: 200 }, (_, n) => [`host-${n}.chat.example.com`, "acme/go-chat"]);
  assert.throws(() => rendered({ hosts: Object.fromEntries(names) }), RangeError);
});
