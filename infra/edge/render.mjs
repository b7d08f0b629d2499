// template.yaml with router.js in it, its settings filled in, on standard output.
//
//   node render.mjs --stage prod --host chat.example.com=APP/go-chat --host socket.example.com=APP/callsewa > edge.yaml

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { configured, ROUTER } from "./load.mjs";

const PLACE = "      FunctionCode: ROUTER\n";

/** What CloudFront takes, in bytes. */
const LARGEST = 10 * 1024;

/** The template as it is deployed. Throws a RangeError where settings cannot be meant, or are too many for a function. */
export function rendered(settings) {
  const code = configured(ROUTER, settings);
  if (Buffer.byteLength(code) > LARGEST) throw new RangeError("too many host names: a function has 10 KB at most");
  const lines = code.split("\n").map((line) => (line === "" ? "" : `        ${line}`));
  const template = readFileSync(new URL("./template.yaml", import.meta.url), "utf8");
  if (template.split(PLACE).length !== 2) throw new Error(`template.yaml does not have once: ${PLACE}`);
  return template.replace(PLACE, () => `      FunctionCode: |\n${lines.join("\n").trimEnd()}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { stage: { type: "string" }, host: { type: "string", multiple: true, default: [] } },
  });
  const hosts = Object.fromEntries(values.host.map((pair) => pair.split("=", 2)));
  process.stdout.write(rendered({ stage: values.stage, hosts }));
}
