// One open conversation on the screen: its head, its messages, scrolling.
// It shows what it is given and reports what the person does; it knows nothing of the connection.

import { Composer } from "./composer.js";
import { byId, hueOf, initials, reconcile } from "./dom.js";
import { MessageMenu } from "./message-menu.js";
import { makeRow, versionOf } from "./message-view.js";

/** How near to the end still counts as reading along, in pixels. */
const END_SLACK_PX = 60;
/** How near to the top older messages are asked for, in pixels. */
const OLDER_SLACK_PX = 240;

export class ConversationView {
  #log = byId("log");
  #on;
  #rowOn;
  #menu;
  #composer;

  /**
   * `on`: `send(text, replyTo)`, `attach(file)`, `fileUrl(message, attachment) → promise`, `save(message, text, client_id)`, `remove(message)`, `react(message, reaction)`,
   * `input(text)`, `older()`, `seen()`, `retry(client_id)`, `discard(client_id)`, `back()`.
   */
  constructor(on) {
    this.#on = on;
    this.#composer = new Composer(on);
    this.#menu = new MessageMenu({
      react: on.react,
      remove: on.remove,
      reply: (message, author) => this.#composer.reply(message, author),
      edit: (message) => this.#composer.edit(message),
    });
    this.#rowOn = { ...on, more: (message, author) => this.#menu.button(message, author) };
    this.#log.addEventListener("scroll", () => this.#onScroll());
    byId("to-end").addEventListener("click", () => this.toEnd());
    byId("back").addEventListener("click", () => on.back());
    // A smaller window (the keyboard of a phone) must not hide the last message.
    new ResizeObserver(() => this.#wasAtEnd && this.toEnd()).observe(this.#log);
  }

  #wasAtEnd = true;

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < END_SLACK_PX;
  }

  open(draft) {
    byId("nothing-open").hidden = true;
    byId("open-room").hidden = false;
    byId("to-end").hidden = true;
    this.#log.replaceChildren();
    this.#wasAtEnd = true;
    this.#composer.open(draft);
  }

  close() {
    this.#menu.close();
    byId("nothing-open").hidden = false;
    byId("open-room").hidden = true;
  }

  get draft() {
    return this.#composer.draft;
  }

  focusComposer() {
    // On a touch screen the keyboard would cover half of what the person came to read.
    if (matchMedia("(hover: hover)").matches) this.#composer.focus();
    else byId("room-title").focus();
  }

  /** Marks those who are online, without making their messages anew. */
  presence(online) {
    for (const dot of byId("open-room").querySelectorAll(".dot")) dot.hidden = !online.has(dot.dataset.user);
  }

  head({ title, subtitle, hue, other }) {
    byId("room-online").dataset.user = other ?? "";
    byId("room-title").textContent = title;
    byId("room-subtitle").textContent = subtitle;
    byId("room-avatar").className = `avatar ${hueOf(hue)}`;
    byId("room-avatar").textContent = initials(title);
    byId("text").placeholder = `Message ${title}`;
  }

  typing(text) {
    byId("typing").textContent = text;
  }

  problem(text) {
    this.#composer.problem(text);
  }

  busy(isBusy) {
    this.#log.setAttribute("aria-busy", String(isBusy));
  }

  /** Shows the rows; keeps the place where the person reads, or stays at the end. */
  render(rows, { group, toEnd = false }) {
    const log = this.#log;
    const stay = this.#wasAtEnd || toEnd;
    const anchor = stay ? null : this.#anchor();
    const before = log.lastElementChild?.dataset.key;
    reconcile(log, rows.map((row) => ({ key: row.key, version: versionOf(row, group), make: () => makeRow(row, group, this.#rowOn) })));
    if (stay) this.toEnd();
    else if (anchor?.element.isConnected) log.scrollTop += anchor.element.offsetTop - anchor.top;
    if (!stay && log.lastElementChild?.dataset.key !== before) byId("to-end").hidden = false;
    // Near the top without a scroll event: also where the first page does not fill the screen.
    if (log.scrollTop < OLDER_SLACK_PX) this.#on.older();
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#wasAtEnd = true;
    byId("to-end").hidden = true;
  }

  #anchor() {
    // A day's divider would not do: it moves up to the first message of its day.
    const element = [...this.#log.querySelectorAll(".message")].find((child) => child.offsetTop >= this.#log.scrollTop);
    return element && { element, top: element.offsetTop };
  }

  #onScroll() {
    this.#wasAtEnd = this.atEnd;
    if (this.#wasAtEnd) {
      byId("to-end").hidden = true;
      this.#on.seen();
    }
    if (this.#log.scrollTop < OLDER_SLACK_PX) this.#on.older();
  }
}
