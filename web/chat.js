// The page: signs the person in, connects, and ties the rooms, the open conversation and the client together.

import { Api } from "./api.js";
import { ParlourClient } from "./client.js";
import { ConversationView } from "./conversation-view.js";
import { prepareDelete, prepareNewRoom, prepareWindows } from "./dialogs.js";
import { byId } from "./dom.js";
import { Files } from "./files.js";
import { History } from "./history.js";
import { answerTo, MessageActions } from "./message-actions.js";
import { People } from "./people.js";
import { Presence } from "./presence.js";
import { RoomBook } from "./room-book.js";
import { headOf } from "./room-head.js";
import { renderRooms } from "./rooms-view.js";
import { signIn, signOut } from "./session.js";
import { showMe, showState } from "./status-view.js";
import { OthersTyping, OwnTyping } from "./typing.js";

const REFRESH_MS = 10_000;
/** Entries after which the list of rooms may look different. */
const OF_THE_ROOM = /^(room|member)_|^messages_erased$/;

class Page {
  #me;
  #api;
  #people;
  #book;
  #history;
  #presence = new Presence((userIds) => this.#client.watchPresence(userIds));
  #actions;
  #files;
  #client;
  #active = null;
  #rendering = null;
  #toEnd = false;
  #askDelete;
  #ownTyping = new OwnTyping((roomId, typing) => void this.#client.typing(roomId, typing));
  #othersTyping = new OthersTyping((roomId) => this.#onTypingChanged(roomId));
  #view = new ConversationView({
    send: (text, replyTo) => this.#send(text, replyTo),
    attach: (file) => this.#attach(file),
    fileUrl: (message, attachment) => this.#files.url(message.room_id, attachment.attachment_id),
    save: (message, text, client_id) => this.#actions.edit(message, text, client_id),
    remove: (message) => this.#askDelete(message),
    react: (message, reaction) => void this.#actions.toggle(message, reaction),
    input: (text) => text && this.#active && this.#ownTyping.typed(this.#active.id),
    older: () => void this.#history.older(this.#active),
    seen: () => this.#seen(),
    retry: (id) => this.#client.retry(id),
    discard: (id) => this.#client.discard(id),
    back: () => location.assign("#/"),
  });

  constructor({ user, dev, getToken }) {
    this.#me = user;
    this.#api = new Api(async (wish) => {
      const given = await getToken(wish);
      return given.token ?? given;
    });
    this.#files = new Files(this.#api);
    this.#people = new People(this.#api, () => this.#renderSoon());
    this.#people.learn(user.id, user.name);
    this.#book = new RoomBook(this.#api, user);
    this.#client = new ParlourClient({ baseUrl: location.origin, getToken, userId: user.id });
    this.#history = new History(this.#api, {
      busy: (room, isBusy) => room === this.#active && this.#view.busy(isBusy),
      changed: () => this.#renderSoon(),
    });
    this.#actions = new MessageActions(this.#client, {
      changed: (message) => this.#onChanged(message),
      problem: (text) => this.#view.problem(text),
    });
    showMe(user, { dev, leave: () => signOut() });
    this.#listen(dev);
    const create = (body) => this.#api.post("/room", body);
    prepareNewRoom({ me: user, dev, create, open: (room) => void this.#openCreated(room) });
    if (dev) prepareWindows(user);
    this.#askDelete = prepareDelete((message, client_id) => this.#actions.remove(message, client_id));
  }

  async start() {
    byId("chat").hidden = false;
    this.#client.connect().catch(() => {});
    await this.#refresh();
    this.#followAddress();
    window.addEventListener("hashchange", () => this.#followAddress());
    setInterval(() => document.visibilityState === "visible" && void this.#refresh(), REFRESH_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.#active) this.#active.keptUnread = false;
      void this.#refresh();
      this.#seen();
    });
  }

  #listen(dev) {
    const on = (type, listener) => this.#client.addEventListener(type, ({ detail }) => listener(detail));
    on("state", (detail) => this.#onState(detail, dev));
    on("entry", (entry) => this.#onEntry(entry));
    on("read", (read) => this.#onRead(read));
    on("unread_changed", (position) => this.#onPosition(position));
    on("presence", (presence) => this.#onPresence(presence));
    on("added_to_room", () => void this.#refresh());
    on("typing", (notice) => this.#onTyping(notice));
    on("gap", ({ room_id, resumes_after }) => this.#book.get(room_id)?.conversation.addGap(resumes_after));
    on("outbox", (item) => this.#onOutbox(item));
    on("dropped", ({ room_id }) => this.#onDropped(room_id));
  }

  /** A second window of the same person types too. */
  #onTyping({ room_id, user_id, name, typing, aggregated }) {
    this.#people.learn(user_id, name);
    if (user_id !== this.#me.id) this.#othersTyping.set(room_id, user_id, typing, { aggregated });
  }

  #onState({ state }, dev) {
    showState(state);
    if (state === "open") void this.#refresh();
    else this.#presence.forget();
    this.#renderSoon();
    if (state === "unauthorized" && !dev) signOut("Your session has ended. Enter with a new token.");
  }

  /** Reads the list of rooms and listens to those that it has. A failure waits for the next time. */
  async #refresh() {
    try {
      const { fresh, overtaken } = await this.#book.refresh();
      // First, because a connection listens to so many rooms and no more.
      await Promise.all(overtaken.map((id) => this.#client.leave(id).catch(() => {})));
      for (const room of fresh) {
        // From the listed head on, so that nothing falls between the list and the first push.
        this.#client.join(room.id, { after_seq: room.head_seq }).catch(() => {});
      }
    } catch {
      return;
    }
    if (this.#active && !this.#book.get(this.#active.id)) location.assign("#/");
    this.#renderSoon();
    if (!this.#active) return;
    // The first page may have failed while the network was away.
    if (this.#active.conversation.cursor === undefined) void this.#history.older(this.#active);
  }

  /** Shows what changed, once for all that changes now: a resume may bring hundreds of entries. */
  #renderSoon(toEnd = false) {
    this.#toEnd ||= toEnd;
    this.#rendering ??= Promise.resolve().then(() => {
      this.#rendering = null;
      if (this.#active) this.#renderOpen(this.#toEnd);
      this.#toEnd = false;
      this.#seen();
      this.#renderRooms();
    });
  }

  #renderRooms() {
    for (const room of this.#book.all) room.typing = this.#othersTyping.in(room.id).length > 0;
    renderRooms(this.#book.all, { me: this.#me, people: this.#people, activeId: this.#active?.id });
  }

  #onEntry(entry) {
    const room = this.#book.take(entry);
    if (!room) return;
    this.#people.learn(entry.user_id, entry.user?.name);
    if (/^member_/.test(entry.type) && room === this.#active) void this.#loadMembers(room);
    if (entry.type === "message") this.#othersTyping.wrote(room.id, entry.user_id);
    // What is deleted counts as unread no more.
    else if (OF_THE_ROOM.test(entry.type) || (entry.type === "message_deleted" && room.unread?.count > 0)) void this.#refresh();
    this.#renderSoon();
  }

  /** The answer to an own change is the message as it is, with the own reactions. */
  #onChanged(message) {
    this.#book.get(message.room_id)?.conversation.add([message]);
    this.#renderSoon();
  }

  #onOutbox({ room_id, state, message }) {
    // At its place at once: where entries before it are missing, the log brings it later.
    if (state === "sent") this.#book.get(room_id)?.conversation.add([message]);
    this.#renderSoon(state === "pending" && room_id === this.#active?.id);
  }

  #onRead(read) {
    this.#book.takeRead(read);
    this.#renderSoon();
  }

  #onPosition(position) {
    if (!this.#book.takePosition(position)) void this.#refresh();
    this.#renderSoon();
  }

  #onPresence(presence) {
    this.#presence.take(presence);
    this.#renderSoon();
  }

  #onDropped(roomId) {
    this.#book.remove(roomId);
    if (this.#active?.id === roomId) location.assign("#/");
    this.#renderRooms();
  }

  #onTypingChanged(roomId) {
    if (roomId === this.#active?.id) this.#renderTyping();
    this.#renderRooms();
  }

  async #openCreated(room) {
    await this.#refresh();
    // A list that was on its way already may be older than the room.
    if (!this.#book.get(room.id)) await this.#refresh();
    location.assign(`#/room/${room.id}`);
  }

  #followAddress() {
    const id = /^#\/room\/([\w-]+)$/.exec(location.hash)?.[1];
    const room = id && this.#book.get(id);
    if (room) this.#open(room);
    else this.#close();
  }

  #close() {
    this.#leaveOpen();
    this.#view.close();
    byId("chat").classList.remove("has-open-room");
    this.#renderRooms();
  }

  #leaveOpen() {
    if (!this.#active) return;
    this.#active.draft = this.#view.draft;
    this.#active.conversation.newAfter = null;
    this.#ownTyping.stop();
    this.#active = null;
  }

  #open(room) {
    if (room === this.#active) return;
    this.#leaveOpen();
    this.#active = room;
    room.keptUnread = false;
    this.#presence.forget();
    room.conversation.newAfter = (room.unread?.count ?? 0) > 0 ? (room.read_seq ?? 0) : null;
    byId("chat").classList.add("has-open-room");
    this.#view.open(room.draft);
    this.#renderOpen(true);
    this.#renderRooms();
    this.#view.focusComposer();
    this.#seen();
    void this.#loadMembers(room);
  }

  #renderOpen(toEnd = false) {
    const { id, kind, conversation } = this.#active;
    const rows = conversation.rows(this.#me, this.#people, this.#client.pending(id));
    this.#view.head(headOf(this.#active, { me: this.#me, people: this.#people, presence: this.#presence }));
    this.#renderTyping();
    this.#view.render(rows, { group: kind !== "direct", toEnd });
    this.#view.presence(this.#presence.online);
    void this.#history.missing(this.#active);
  }

  #renderTyping() {
    const names = this.#othersTyping.in(this.#active.id).map((id) => this.#people.nameOf(id) || "Someone");
    const verb = names.length === 1 ? "is" : "are";
    this.#view.typing(names.length > 0 ? `${names.join(" and ")} ${verb} typing…` : "");
  }

  /** How far the others have read, and who of them is here. */
  async #loadMembers(room) {
    try {
      const members = await this.#api.all(`/room/${room.id}/member`, 100);
      for (const { user_id, name, read_seq } of members) {
        this.#people.learn(user_id, name);
        if (user_id !== this.#me.id) room.conversation.setRead(user_id, read_seq);
      }
      if (room === this.#active) this.#presence.show(members.map(({ user_id }) => user_id).filter((id) => id !== this.#me.id));
      this.#renderSoon();
    } catch {
      // Without the read positions own messages say "Sent", which is true.
    }
  }

  /** Reports the read position when the end of the open conversation is really in view. */
  #seen() {
    const room = this.#active;
    if (!room || room.keptUnread || document.visibilityState !== "visible" || !this.#view.atEnd) return;
    const last = room.conversation.lastSeq;
    if (last <= (room.read_seq ?? 0)) return;
    room.unread = { count: 0, more: false };
    this.#client.markRead(room.id, last);
  }

  async #attach(file) {
    const room = this.#active;
    const attachment = await this.#files.upload(file, room.id);
    // A failure shows at the message itself.
    this.#client.send(room.id, "", { attachments: [attachment] }).sent.catch(() => {});
  }

  #send(text, replyTo) {
    this.#ownTyping.stop({ silently: true });
    this.#active.conversation.newAfter = null;
    this.#active.keptUnread = false;
    // A failure shows at the message itself.
    this.#client.send(this.#active.id, text, answerTo(replyTo)).sent.catch(() => {});
  }
}

const session = await signIn();
byId("start").hidden = true;
await new Page(session).start();
