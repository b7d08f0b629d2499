// What stands above an open conversation.

import { dayOf, timeOf } from "./dom.js";
import { otherOf, roomHue, roomTitle } from "./rooms-view.js";

export function headOf(room, { me, people, presence }) {
  const other = room.kind === "direct" ? otherOf(room, me) : undefined;
  const subtitle = room.kind === "direct" ? directLine(other && presence.of(other)) : groupLine(room, presence);
  return { title: roomTitle(room, me, people), subtitle, hue: roomHue(room, me), other };
}

function directLine({ online, last_seen_at } = {}) {
  if (online) return "Online";
  if (!last_seen_at) return "Direct conversation";
  const at = new Date(last_seen_at);
  const day = dayOf(at);
  return `Last seen ${day === "Today" ? "" : `${day}, `}${timeOf(at)}`;
}

function groupLine({ member_count: count }, presence) {
  const others = presence.online.size;
  return `${count} ${count === 1 ? "person" : "people"}${others > 0 ? `, ${others + 1} online` : ""}`;
}
