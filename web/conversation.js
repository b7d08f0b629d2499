// What is known of one room's messages, and the rows that show it. No DOM here.
// History pages and live messages overlap freely; `seq` decides place and identity.

import { dayOf, timeOf } from "./dom.js";
import { MessageChanges } from "./message-changes.js";

const GROUPING_MS = 5 * 60_000;

export class Conversation {
  /** Where older history goes on: undefined before the first page, null at the beginning. */
  cursor = undefined;
  /** Read positions of the others: user id → seq. */
  reads = new Map();
  /** Messages above this are shown as new; null where there is nothing to mark. */
  newAfter = null;
  #messages = new Map();
  #places = new Map();
  #gaps = [];
  #changes = new MessageChanges();
  /** Messages that are only quoted here, by id; null: not there, or not for this person. */
  #quoted = new Map();
  /** Ids of messages that must be read again, and of those that are asked for at the moment. */
  #stale = new Set();
  #asked = new Set();

  add(messages) {
    for (const message of messages) {
      this.#messages.set(message.seq, this.#changes.applied(message));
      this.#places.set(message.id, message.seq);
    }
  }

  /** Takes an entry of the log. Kinds that are not known here change nothing. */
  take(entry) {
    if (entry.type === "message") this.add([entry]);
    if (this.#changes.take(entry)) {
      if (entry.type === "messages_erased") this.#reapplyAll();
      else this.#reapply(entry.message_id);
    }
    // Where history begins with the joining, an edit does not say what the message says now.
    if (entry.content_omitted) this.#readAgain(entry.message_id);
    // The log tells who reacted, but not whether a page of history has counted it already.
    if (entry.type?.startsWith("reaction_")) this.#stale.add(entry.message_id);
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

  /** The message, null if it is not there, undefined while it is not known. */
  find(id) {
    const shown = this.#messages.get(this.#places.get(id));
    return shown ?? this.#quoted.get(id);
  }

  /**
   * The ids of messages that are shown and not known as they are now. Each is asked for once at a time: of two
   * answers the older one might come last.
   */
  takeStale() {
    const asked = [...this.#stale].filter((id) => this.#places.has(id) && !this.#asked.has(id));
    for (const message of this.#messages.values()) {
      const id = quotedBy(message);
      if (id && this.find(id) === undefined && !this.#asked.has(id) && !asked.includes(id)) asked.push(id);
    }
    for (const id of asked) {
      this.#stale.delete(id);
      this.#asked.add(id);
      if (!this.#places.has(id)) this.#quoted.set(id, { id });
    }
    return asked;
  }

  /** What was asked for; null where it is not there. */
  know(id, message) {
    this.#asked.delete(id);
    if (message && this.#places.has(id)) this.add([message]);
    else if (!this.#places.has(id)) this.#quoted.set(id, message && this.#changes.applied(message));
  }

  /** It could not be read now. */
  askAgain(id) {
    this.#asked.delete(id);
    if (this.#places.has(id)) this.#stale.add(id);
    else this.#quoted.delete(id);
  }

  /** The rows from old to new: `{key, kind, …}`. `pending` are the own messages that are not sent yet. */
  rows(me, people, pending) {
    const sent = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const delivered = new Set(sent.map((message) => message.client_id).filter(Boolean));
    const rows = this.cursor === null ? [{ key: "start", kind: "start" }] : [];
    const state = { me, people, day: null, previous: null, gaps: [...this.#gaps], marked: false };
    for (const message of sent) this.#place(rows, state, { ...message, mine: message.user_id === me.id });
    for (const item of pending.filter(({ client_id }) => !delivered.has(client_id))) {
      const created_at = new Date(item.created_at).toISOString();
      this.#place(rows, state, { ...item, user_id: me.id, mine: true, created_at, unsent: item.state });
    }
    this.#markStates(rows);
    return rows;
  }

  #readAgain(id) {
    this.#stale.add(id);
    // What is only quoted is asked for as if it had never been known.
    if (!this.#places.has(id)) this.#quoted.delete(id);
  }

  #reapply(id) {
    const shown = this.#messages.get(this.#places.get(id));
    const quoted = this.#quoted.get(id);
    if (shown) this.#messages.set(shown.seq, this.#changes.applied(shown));
    if (quoted) this.#quoted.set(id, this.#changes.applied(quoted));
  }

  #reapplyAll() {
    for (const [seq, shown] of this.#messages) {
      this.#messages.set(seq, this.#changes.applied(shown));
      // Whoever's messages were erased reacts no more either.
      if (shown.reactions?.length > 0) this.#stale.add(shown.id);
    }
    for (const [id, quoted] of this.#quoted) if (quoted) this.#quoted.set(id, this.#changes.applied(quoted));
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
    const author = authorOf(message, state.people);
    rows.push({ key, kind: "message", message, author, first, time: timeOf(at), quote: this.#quote(message, state) });
    state.day = day;
    state.previous = message;
  }

  /** What a message answers, as one line above it: `{author, text}`. */
  #quote(message, { me, people }) {
    const id = quotedBy(message);
    if (!id || message.deleted_at) return null;
    const found = this.find(id);
    if (found === null) return { author: "", text: "A message that cannot be shown" };
    if (!found?.created_at) return { author: "", text: "…" };
    const author = authorOf({ ...found, mine: found.user_id === me.id }, people);
    return { author, text: found.deleted_at ? "Deleted message" : lineOf(found) };
  }

  /** The last own message that was sent says how far it got; an older one would only repeat it. */
  #markStates(rows) {
    const last = rows.findLast((row) => row.kind === "message" && row.message.mine && !row.message.unsent);
    if (!last || last !== rows.findLast((row) => row.kind === "message" && !row.message.unsent)) return;
    last.readers = [...this.reads.values()].filter((seq) => seq >= last.message.seq).length;
    last.isLast = true;
  }
}

function firstLine(text = "") {
  return text.trim().split("\n", 1)[0];
}

/** A message in one line: what it says, or what it holds. */
export function lineOf({ text_message, attachments = [] }) {
  return firstLine(text_message) || attachments.map(({ name }) => name).join(", ");
}

function quotedBy({ quote_id, parent_id }) {
  return quote_id ?? parent_id;
}

/** Who wrote it, as the others see them; what the backend itself says has no author. */
function authorOf({ user_id, user, mine }, people) {
  if (mine) return "You";
  if (!user_id) return "Announcement";
  return user?.name || people.nameOf(user_id) || "Someone";
}
