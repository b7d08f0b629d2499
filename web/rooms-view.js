// The list of conversations: names, previews, unread badges.

import { avatar, byId, dayOf, h, reconcile, timeOf } from "./dom.js";

/** The name under which a person sees a room: a direct room has the name of the other one. */
export function roomTitle(room, me) {
  if (room.name) return room.name;
  const others = (room.members ?? []).filter((member) => member.user_id !== me.id).map((member) => member.name);
  if (others.length > 0) return others.join(", ");
  return room.kind === "direct" ? "Direct conversation" : "Group";
}

/** Whose colour a room has: in a direct room the other person's. */
export function roomHue(room, me) {
  if (room.kind !== "direct") return room.id;
  return (room.members ?? []).find((member) => member.user_id !== me.id)?.user_id ?? room.id;
}

/** Latest activity first. */
export function byActivity(a, b) {
  return activityOf(b).localeCompare(activityOf(a));
}

function activityOf(room) {
  return room.last_message?.created_at ?? room.created_at;
}

export function unreadText({ count = 0, more = false } = {}) {
  if (more) return `${count}+`;
  return count > 0 ? String(count) : "";
}

export function renderRooms(rooms, me, activeId) {
  const rows = [...rooms].sort(byActivity).map((room) => ({
    key: room.id,
    version: versionOf(room, me, activeId),
    make: () => roomRow(room, me, room.id === activeId),
  }));
  reconcile(byId("rooms"), rows);
  byId("no-rooms").hidden = rows.length > 0;
  const total = rooms.reduce((sum, room) => sum + (room.unread?.count ?? 0), 0);
  document.title = total > 0 ? `(${total}) Parlour` : "Parlour";
}

function versionOf(room, me, activeId) {
  const { last_message: last } = room;
  return JSON.stringify([
    roomTitle(room, me),
    last?.id,
    room.typing,
    unreadText(room.unread),
    room.id === activeId,
    dayOf(new Date(activityOf(room))),
  ]);
}

function roomRow(room, me, active) {
  const title = roomTitle(room, me);
  const unread = unreadText(room.unread);
  const at = new Date(activityOf(room));
  const day = dayOf(at);
  const link = h(
    "a",
    { class: "room", href: `#/room/${room.id}`, data: { testid: "room", room: room.id } },
    avatar(roomHue(room, me), title),
    h("span", { class: "room-name", dir: "auto", data: { testid: "room-name" } }, title),
    h("time", { class: "room-time", dateTime: at.toISOString() }, day === "Today" ? timeOf(at) : day),
    h("span", { class: `room-preview${room.typing ? " is-typing" : ""}`, data: { testid: "room-preview" } }, preview(room, me)),
  );
  if (active) link.setAttribute("aria-current", "true");
  if (unread) {
    const label = { "aria-label": `${unread} unread` };
    link.append(h("span", { class: "badge", data: { testid: "unread" }, attrs: { role: "img", ...label } }, unread));
  }
  return h("li", {}, link);
}

function preview(room, me) {
  if (room.typing) return "typing…";
  const last = room.last_message;
  if (!last) return "No messages yet";
  if (last.user_id === me.id) return `You: ${last.text_message}`;
  if (room.kind === "direct" || !last.user?.name) return last.text_message;
  return `${last.user.name}: ${last.text_message}`;
}
