// What the server says beside the entries of a log, as events of the client. Pure.

import { ParlourError } from "./errors.js";

/** These are passed on as they are. */
const TOLD = new Set([
  "typing",
  "read",
  "delivered",
  "presence",
  "user_connected",
  "user_disconnected",
  "added_to_room",
  "removed_from_room",
  "invited_to_room",
  "notification_changed",
  "message_starred",
  "message_unstarred",
  "hello",
]);

/** What a frame is to be told as, `[{type, detail}]`; null where it is something else. `userId`: who listens. */
export function noticesOf({ event, data, message }, userId) {
  if (TOLD.has(event)) return [{ type: event, detail: data }];
  if (event === "receipts") return [...apart("read", data, "read_seq", userId), ...apart("delivered", data, "delivered_seq", userId)];
  if (event === "typing_users") return apart("typing", data, "typing", userId);
  if (event === "error") return [{ type: "error", detail: new ParlourError(data?.code, data?.message, data) }];
  // What stands between says so in words of its own, which do not name the request; that one times out.
  if (event === undefined && message) return [{ type: "error", detail: new ParlourError("gateway", message) }];
  return null;
}

/**
 * The items that have this field. One frame goes to everyone: what is of the own user stands in it too, and is not as new as what
 * the own answers said.
 */
function apart(type, { room_id, items }, field, userId) {
  const others = items.filter((item) => item.user_id !== userId && item[field] !== undefined);
  return others.map((item) => ({ type, detail: { room_id, ...item, aggregated: true } }));
}
