// The program that `docs/integrate.md` shows to verify a call of a webhook, beside the reference library of Standard Webhooks.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { Webhook } from "standardwebhooks";

const PAGE = new URL("../../../docs/integrate.md", import.meta.url);

/** What the page's one program exports. */
async function shown() {
  const programs = [...(await readFile(PAGE, "utf8")).matchAll(/^```js\n(.*?)^```$/gms)];
  assert.equal(programs.length, 1);
  return import(`data:text/javascript,${encodeURIComponent(programs[0][1])}`);
}

const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const stranger = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;
const body = JSON.stringify({ type: "message.created", data: { text_message: "Grüße 👋 <b>" } });

/** The headers of a call that these secrets sign, so many seconds ago. */
function headers(secrets, ago = 0) {
  const at = new Date(Math.floor(Date.now() / 1000 - ago) * 1000);
  return {
    "webhook-id": "m-1",
    "webhook-timestamp": String(at.getTime() / 1000),
    "webhook-signature": secrets.map((each) => new Webhook(each).sign("m-1", at, body)).join(" "),
  };
}

test("the page's program accepts what the reference library signs", async () => {
  const { verified } = await shown();
  assert.equal(verified(secret, headers([secret]), body), true);
  assert.equal(verified(secret, headers([secret]), Buffer.from(body)), true);
  assert.equal(verified(secret, headers([stranger, secret]), body), true, "while a secret is changed");
  assert.equal(verified(secret, headers([secret], 200), body), true);
});

test("the page's program refuses everything else", async () => {
  const { verified } = await shown();
  const good = headers([secret]);
  const refused = (changed, text = body) => assert.equal(verified(secret, { ...good, ...changed }, text), false);
  assert.equal(verified(secret, headers([stranger]), body), false);
  assert.equal(verified(secret, headers([secret], 400), body), false, "too old");
  assert.equal(verified(secret, headers([secret], -400), body), false, "of the future");
  refused({}, `${body} `);
  refused({ "webhook-id": "m-2" });
  refused({ "webhook-timestamp": String(Number(good["webhook-timestamp"]) - 1) });
  refused({ "webhook-timestamp": undefined });
  refused({ "webhook-timestamp": "soon" });
  refused({ "webhook-signature": undefined });
  refused({ "webhook-signature": "" });
  refused({ "webhook-signature": "v1," });
  refused({ "webhook-signature": good["webhook-signature"].replace("v1,", "v2,") });
  refused({ "webhook-signature": good["webhook-signature"].slice(0, -8) });
  assert.equal(verified(secret, {}, body), false);
});
