// What is known of one room's messages, and the rows that show it. No DOM here.
// History pages and live messages overlap freely; `seq` decides place and identity.

import { dayOf, timeOf } from "./dom.js";

const GROUPING_MS = 5 * 60_000;

export class Conversation {
  /** Where older history goes on: undefined before the first page, null at the beginning. */
  cursor = undefined;
  /** Read positions of the others: user id → seq. */
  reads = new Map();
  /** Messages above this are shown as new; null where there is nothing to mark. */
  newAfter = null;
  #messages = new Map();
  #gaps = [];

  add(messages) {
    for (const message of messages) this.#messages.set(message.seq, message);
  }

  addGap(after_seq) {
    this.#gaps.push(after_seq);
  }

  get lastSeq() {
    return Math.max(0, ...this.#messages.keys());
  }

  setRead(userId, seq) {
    this.reads.set(userId, Math.max(seq, this.reads.get(userId) ?? 0));
  }

  /** The rows from old to new: `{key, kind, …}`. `pending` are the own messages that are not sent yet. */
  rows(me, people, pending) {
    const sent = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const delivered = new Set(sent.map((message) => message.client_id).filter(Boolean));
    const rows = this.cursor === null ? [{ key: "start", kind: "start" }] : [];
    const state = { people, day: null, previous: null, gaps: [...this.#gaps], marked: false };
    for (const message of sent) this.#place(rows, state, { ...message, mine: message.user_id === me.id });
    for (const item of pending.filter(({ client_id }) => !delivered.has(client_id))) {
      const created_at = new Date(item.created_at).toISOString();
      this.#place(rows, state, { ...item, user_id: me.id, mine: true, created_at, unsent: item.state });
    }
    this.#markStates(rows);
    return rows;
  }

  #place(rows, state, message) {
    const at = new Date(message.created_at);
    const day = dayOf(at);
    if (state.gaps.length > 0 && message.seq > state.gaps[0]) {
      rows.push({ key: `gap-${state.gaps.shift()}`, kind: "gap" });
    }
    if (day !== state.day) rows.push({ key: `day-${at.toDateString()}`, kind: "day", text: day });
    const isNew = this.newAfter !== null && message.seq > this.newAfter && !message.mine && !state.marked;
    if (isNew) rows.push({ key: "new", kind: "new" });
    state.marked ||= isNew;
    const { previous } = state;
    const follows = previous && previous.user_id === message.user_id && day === state.day && !isNew;
    const first = !follows || at - new Date(previous.created_at) > GROUPING_MS;
    // An own message keeps its row from pending to sent.
    const key = message.mine && message.client_id ? message.client_id : `seq-${message.seq}`;
    rows.push({ key, kind: "message", message, author: authorOf(message, state.people), first, time: timeOf(at) });
    state.day = day;
    state.previous = message;
  }

  /** The last own message that was sent says how far it got; an older one would only repeat it. */
  #markStates(rows) {
    const last = rows.findLast((row) => row.kind === "message" && row.message.mine && !row.message.unsent);
    if (!last || last !== rows.findLast((row) => row.kind === "message" && !row.message.unsent)) return;
    last.readers = [...this.reads.values()].filter((seq) => seq >= last.message.seq).length;
    last.isLast = true;
  }
}

/** Who wrote it, as the others see them; what the backend itself says has no author. */
function authorOf({ user_id, user, mine }, people) {
  if (mine) return "You";
  if (!user_id) return "Announcement";
  return user?.name || people.nameOf(user_id) || "Someone";
}
