// The rooms of the person, as far as the page knows them: what the server lists, kept current by live entries.

import { Conversation } from "./conversation.js";

/** A connection may listen to 100 rooms, and the list shows no room that it cannot keep current. */
const MOST_ROOMS = 100;

export class RoomBook {
  #api;
  #me;
  #rooms = new Map();
  #loading = null;

  constructor(api, me) {
    this.#api = api;
    this.#me = me;
  }

  get(id) {
    return this.#rooms.get(id);
  }

  get all() {
    return [...this.#rooms.values()];
  }

  /**
   * Reads the list again; answers `{fresh, overtaken}`: the rooms that are new, and the ids of those for which a full list has no
   * place any more. Calls that overlap share one answer.
   */
  refresh() {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load() {
    const listed = await this.#api.all("/room", MOST_ROOMS);
    const fresh = [];
    for (const room of listed) {
      const known = this.#rooms.get(room.id);
      if (!known) {
        this.#rooms.set(room.id, { ...room, conversation: new Conversation(), draft: "" });
        fresh.push(this.#rooms.get(room.id));
      } else if ((room.head_seq ?? 0) >= (known.head_seq ?? 0)) {
        Object.assign(known, room);
      }
    }
    const still = new Set(listed.map((room) => room.id));
    const gone = [...this.#rooms.keys()].filter((id) => !still.has(id));
    for (const id of gone) this.#rooms.delete(id);
    // From a list that is not full a room goes with the membership, of whose end the client hears by itself.
    return { fresh, overtaken: listed.length < MOST_ROOMS ? [] : gone };
  }

  remove(id) {
    this.#rooms.delete(id);
  }

  /** Takes an entry of the log into the room: head, preview, unread count, messages. */
  take(entry) {
    const room = this.#rooms.get(entry.room_id);
    if (!room) return null;
    const isNew = entry.seq > (room.head_seq ?? 0);
    if (isNew) room.head_seq = entry.seq;
    room.conversation.take(entry);
    if (entry.type !== "message") {
      if (entry.message_id && entry.message_id === room.last_message?.id) this.#changeLast(room, entry);
      return room;
    }
    if (entry.seq >= (room.last_message?.seq ?? 0)) room.last_message = entry;
    if (isNew) room.keptUnread = false;
    if (isNew && entry.user_id !== this.#me.id && !entry.deleted_at && !room.unread?.more) {
      room.unread = { count: (room.unread?.count ?? 0) + 1, more: false };
    }
    return room;
  }

  /** Takes a read position; the own one changes the unread count. */
  takeRead({ room_id, user_id, read_seq }) {
    const room = this.#rooms.get(room_id);
    if (!room) return null;
    if (user_id !== this.#me.id) {
      room.conversation.setRead(user_id, read_seq);
      return room;
    }
    room.read_seq = Math.max(room.read_seq ?? 0, read_seq);
    this.#countRead(room);
    return room;
  }

  /** The own position was moved on another device, perhaps back. Answers false where only the list tells what is unread. */
  takePosition({ room_id, read_seq }) {
    const room = this.#rooms.get(room_id);
    if (!room) return true;
    // What the person wants unread is not read again by the window that happens to show it.
    room.keptUnread = read_seq < (room.read_seq ?? 0);
    room.read_seq = read_seq;
    return this.#countRead(room);
  }

  /** Where messages came meanwhile, the list tells how many. */
  #countRead(room) {
    const last = Math.max(room.last_message?.seq ?? 0, room.conversation.lastSeq);
    if (room.read_seq < last) return false;
    room.unread = { count: 0, more: false };
    return true;
  }

  /** The message that the list shows says something else now, or nothing. */
  #changeLast(room, { type, text_message, created_at, content_omitted }) {
    if (type === "message_edited" && !content_omitted) room.last_message = { ...room.last_message, text_message };
    if (type === "message_deleted") room.last_message = { ...room.last_message, text_message: undefined, deleted_at: created_at };
  }
}
