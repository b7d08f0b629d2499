// The list of conversations: names, previews, unread badges.

import { lineOf } from "./conversation.js";
import { avatar, byId, dayOf, h, reconcile, timeOf } from "./dom.js";

/** What a room is called while the name of the other person is on its way. */
const UNKNOWN = "…";

/** The name under which a person sees a room: a direct room has the name of the other one. */
export function roomTitle(room, me, people) {
  if (room.name) return room.name;
  if (room.kind !== "direct") return "Group";
  const other = otherOf(room, me);
  return other ? (people.nameOf(other) ?? UNKNOWN) || "Deleted user" : "Direct conversation";
}

/** Whose colour a room has: in a direct room the other person's. */
export function roomHue(room, me) {
  return otherOf(room, me) ?? room.id;
}

/** The other one of a direct room. */
export function otherOf(room, me) {
  return room.user_ids?.find((id) => id !== me.id);
}

/** Latest activity first. */
function byActivity(a, b) {
  return activityOf(b).localeCompare(activityOf(a));
}

function activityOf(room) {
  return room.last_message?.created_at ?? room.created_at;
}

function unreadText({ count = 0, more = false } = {}) {
  if (more) return `${count}+`;
  return count > 0 ? String(count) : "";
}

export function renderRooms(rooms, { me, people, activeId }) {
  const rows = [...rooms].sort(byActivity).map((room) => {
    const shown = {
      title: roomTitle(room, me, people),
      preview: preview(room, me, people),
      unread: unreadText(room.unread),
      day: dayOf(new Date(activityOf(room))),
      typing: room.typing,
      active: room.id === activeId,
    };
    const version = JSON.stringify([shown, room.last_message?.id]);
    return { key: room.id, version, make: () => roomRow(room, roomHue(room, me), shown) };
  });
  reconcile(byId("rooms"), rows);
  byId("no-rooms").hidden = rows.length > 0;
  const total = rooms.reduce((sum, room) => sum + (room.unread?.count ?? 0), 0);
  document.title = total > 0 ? `(${total}) Parlour` : "Parlour";
}

function roomRow(room, hue, { title, preview: text, unread, day, typing, active }) {
  const at = new Date(activityOf(room));
  const link = h(
    "a",
    { class: "room", href: `#/room/${room.id}`, data: { testid: "room", room: room.id } },
    avatar(hue, title),
    h("span", { class: "room-name", dir: "auto", data: { testid: "room-name" } }, title),
    h("time", { class: "room-time", dateTime: at.toISOString() }, day === "Today" ? timeOf(at) : day),
    h("span", { class: `room-preview${typing ? " is-typing" : ""}`, data: { testid: "room-preview" } }, text),
  );
  if (active) link.setAttribute("aria-current", "true");
  if (unread) {
    const label = { "aria-label": `${unread} unread` };
    link.append(h("span", { class: "badge", data: { testid: "unread" }, attrs: { role: "img", ...label } }, unread));
  }
  return h("li", {}, link);
}

function preview(room, me, people) {
  if (room.typing) return "typing…";
  const last = room.last_message;
  if (!last) return "No messages yet";
  const text = last.deleted_at ? "Deleted message" : lineOf(last);
  if (last.user_id === me.id) return `You: ${text}`;
  // In a direct room only the other one can be meant, and the backend has no name.
  const author = room.kind !== "direct" && last.user_id && people.nameOf(last.user_id);
  return author ? `${author}: ${text}` : text;
}
