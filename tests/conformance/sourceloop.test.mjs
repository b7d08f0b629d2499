// sourceloop's clients: REST alone, by axios, fetch and curl.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import axios from "axios";
import { base, curl, sign, skipWithoutServer, understand, user } from "./fixture/service.mjs";

const SERVICE = "sourceloop";

/** By number where there is one, as older clients have them, else by name. */
const ALL = [
  ...["1", "2", "3", "4", "5", "6", "7", "8"],
  ...["CreateAttachmentFile", "ViewAttachmentFile", "UpdateAttachmentFile", "DeleteAttachmentFile"],
];

const bearer = ({ token }) => ({ authorization: `Bearer ${token}` });

const client = (who) =>
  axios.create({ baseURL: base(SERVICE), headers: who ? bearer(who) : {}, validateStatus: () => true, proxy: false });

/** Two users, whom the service's tokens have made known. */
async function users() {
  const all = [await user(SERVICE, "ann", { permissions: ALL }), await user(SERVICE, "bob", { permissions: ALL })];
  for (const one of all) assert.equal((await client(one).get("/messages")).status, 200);
  return all;
}

const ok = ({ status, data }) => {
  assert.equal(status, 200, JSON.stringify(data));
  return data;
};

test("messages, their answers and their recipients by axios", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ann, bob] = await users();
  const [hers, his] = [client(ann), client(bob)];
  const channelId = randomUUID();
  const said = ok(await hers.post("/messages", { body: "hi", channelId, channelType: "task", toUserId: bob.id }));
  const { id, createdOn } = said;
  assert.deepEqual(said, {
    deleted: false, createdOn, modifiedOn: createdOn, createdBy: ann.id, modifiedBy: ann.id,
    id, body: "hi", channelId, channelType: "task", status: 0, toUserId: bob.id,
  });
  assert.deepEqual(ok(await his.get(`/messages/${id}`)), said);
  const answer = ok(await his.post(`/messages/${id}/messages`, { body: "ho", channelId, channelType: "task" }));
  assert.deepEqual([answer.parentMessageId, answer.createdBy], [id, bob.id]);
  assert.deepEqual(ok(await hers.get(`/messages/${id}/messages`)), [answer]);
  assert.deepEqual(ok(await hers.get("/messages/count", { params: { where: JSON.stringify({ channelId }) } })), { count: 2 });

  const recipient = { channelId, recipientId: bob.id, messageId: id };
  const row = ok(await hers.post("/message-recipients", recipient));
  assert.deepEqual([row.recipientId, row.isRead, row.isFavorite, row.isForwarded], [bob.id, false, false, false]);
  assert.deepEqual(ok(await his.patch(`/messages/${id}/message-recipients`, { isRead: true })), { count: 1 });
  assert.equal(ok(await hers.get(`/message-recipients/${row.id}`)).isRead, true);
  assert.deepEqual(ok(await his.get(`/message-recipients/${row.id}/message`)).id, id);

  const changed = await hers.patch(`/messages/${id}`, { status: 1 });
  assert.deepEqual([changed.status, changed.data], [204, ""]);
  assert.equal(ok(await his.get(`/messages/${id}`)).status, 1);
  assert.equal((await hers.put(`/messages/${id}`, { body: "hello", channelId, channelType: "job" })).status, 204);
  const replaced = ok(await his.get(`/messages/${id}`));
  assert.deepEqual([replaced.body, replaced.channelType, replaced.status, replaced.createdBy], ["hello", "job", 0, ann.id]);
  assert.equal((await hers.delete(`/messages/${id}`)).status, 204);
  const gone = await his.get(`/messages/${id}`);
  assert.deepEqual([gone.status, gone.data.error.message], [404, "EntityNotFound"]);
  const again = await hers.delete(`/messages/${id}`);
  assert.deepEqual([again.status, again.data.error.code], [404, "ENTITY_NOT_FOUND"]);
});

test("the query language as axios, fetch and curl write it", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ann] = await users();
  const hers = client(ann);
  const channelId = randomUUID();
  for (const [body, status] of [["a", 1], ["b", 2], ["c", 3]]) {
    ok(await hers.post("/messages", { body, channelId, channelType: "task", status }));
  }
  const filter = { where: { channelId, status: { gte: 2 } }, order: ["status DESC"], fields: { body: true } };
  const expected = [{ body: "c" }, { body: "b" }];
  assert.deepEqual(ok(await hers.get("/messages", { params: { filter: JSON.stringify(filter) } })), expected);
  assert.deepEqual(ok(await hers.get("/messages/", { params: { filter } })), expected, "as axios writes an object: in brackets");
  const query = new URLSearchParams({ filter: JSON.stringify({ ...filter, limit: 1, skip: 1 }) });
  const fetched = await fetch(`${base(SERVICE)}/messages?${query}`, { headers: bearer(ann) });
  assert.deepEqual([fetched.status, await fetched.json()], [200, [{ body: "b" }]]);
  const curled = await curl("-G", "-H", `Authorization: Bearer ${ann.token}`, `${base(SERVICE)}/messages`,
    "--data-urlencode", `filter[where][channelId]=${channelId}`, "--data-urlencode", "filter[where][body][like]=%",
    "--data-urlencode", "filter[order]=createdOn ASC", "--data-urlencode", "filter[limit]=2");
  assert.deepEqual([curled.status, curled.json.map(({ body }) => body)], [200, ["a", "b"]]);
  const globoff = await curl("--globoff", "-H", `Authorization: Bearer ${ann.token}`,
    `${base(SERVICE)}/messages/count?where[channelId]=${channelId}&where[or][0][body]=a&where[or][1][body]=c`);
  assert.deepEqual([globoff.status, globoff.json], [200, { count: 2 }]);
  for (const wrong of [{ unknown: 1 }, { limit: 0 }, { where: { nothing: 1 } }, { include: ["everything"] }]) {
    const { status, data } = await hers.get("/messages", { params: { filter: JSON.stringify(wrong) } });
    assert.deepEqual([status, data.error.name, data.error.code], [400, "BadRequestError", "INVALID_PARAMETER_VALUE"]);
    assert.equal(data.error.details.length, 1);
  }
});

test("the keys of files by fetch", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ann] = await users();
  const call = async (method, path, body) => {
    const headers = { ...bearer(ann), "content-type": "application/json" };
    const reply = await fetch(base(SERVICE) + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await reply.text();
    return { status: reply.status, data: text ? JSON.parse(text) : "" };
  };
  const message = ok(await call("POST", "/messages", { body: "hi", channelId: randomUUID(), channelType: "task" }));
  const file = ok(await call("POST", "/attach-files", { messageId: message.id, fileKey: "k", metaData: { size: 1 } }));
  assert.deepEqual([file.messageId, file.fileKey, file.metaData, file.createdBy], [message.id, "k", { size: 1 }, ann.id]);
  const bulk = ok(await call("POST", "/attach-files/bulk", { attachmentFiles: [{ messageId: message.id, fileKey: "l" }] }));
  assert.deepEqual(bulk.map(({ fileKey }) => fileKey), ["l"]);
  const where = encodeURIComponent(JSON.stringify({ messageId: message.id }));
  assert.deepEqual(ok(await call("GET", `/attach-files/count?where=${where}`)), { count: 2 });
  assert.equal((await call("PATCH", `/attach-files/${file.id}`, { fileKey: "m" })).status, 204);
  assert.equal(ok(await call("GET", `/attach-files/${file.id}`)).fileKey, "m");
  assert.equal((await call("DELETE", `/attach-files/${file.id}`)).status, 204);
  assert.equal((await call("GET", `/attach-files/${file.id}`)).status, 404);
});

test("who may not, or asks for nothing that there is, is told so by curl as by the service", async (t) => {
  if (skipWithoutServer(t)) return;
  await understand();
  const [ann, bob] = await users();
  const url = `${base(SERVICE)}/messages`;
  const error = ({ status, json }) => {
    assert.equal(json.error.statusCode, status);
    return [status, json.error.name, json.error.message];
  };
  assert.deepEqual(error(await curl(url)), [401, "UnauthorizedError", 'Bearer realm="Users"']);
  assert.deepEqual(error(await curl("-H", "Authorization: x.y.z", url)), [401, "UnauthorizedError", 400]);
  assert.deepEqual(error(await curl("-H", "Authorization: Bearer x.y.z", url)), [401, "UnauthorizedError", { message: "TokenExpired" }]);
  const issuer = await sign({ ...ann.claims, iss: "another" });
  assert.deepEqual(error(await curl("-H", `Authorization: Bearer ${issuer}`, url)), [401, "UnauthorizedError", { message: "TokenExpired" }]);
  const viewer = await user(SERVICE, "eve", { permissions: ["ViewMessage"] });
  const json = ["-H", "Content-Type: application/json"];
  const post = (token, body, ...more) => curl("-H", `Authorization: Bearer ${token}`, ...json, "-d", body, ...more, url);
  assert.deepEqual(error(await post(viewer.token, "{}")), [403, "ForbiddenError", "NotAllowedAccess"]);
  assert.deepEqual(error(await post(ann.token, "{")).slice(0, 2), [400, "SyntaxError"]);
  const invalid = await post(ann.token, '{"body":1,"id":"7"}');
  assert.deepEqual(error(invalid).slice(0, 2), [422, "UnprocessableEntityError"]);
  const codes = invalid.json.error.details.map(({ path, code }) => `${path}:${code}`).sort();
  assert.deepEqual(codes, ["/body:type", ":additionalProperties", ":required", ":required"]);
  const text = await curl("-H", `Authorization: Bearer ${ann.token}`, "-H", "Content-Type: text/plain", "-d", "hi", url);
  assert.deepEqual(error(text).slice(0, 2), [415, "UnsupportedMediaTypeError"]);
  const channel = JSON.stringify({ body: "hi", channelId: randomUUID(), channelType: "task" });
  const said = (await post(ann.token, channel)).json;
  const foreign = await curl("-H", `Authorization: Bearer ${bob.token}`, `${url}/${said.id}`);
  assert.deepEqual(error(foreign), [404, "NotFoundError", "EntityNotFound"], "a channel of others");
  assert.deepEqual(error(await curl("-H", `Authorization: Bearer ${ann.token}`, `${base(SERVICE)}/nothing`)),
    [404, "NotFoundError", "API not found !"]);
});
