// One open conversation on the screen: messages, scrolling, the composer.
// It shows what it is given and reports what the person does; it knows nothing of the connection.

import { avatar, byId, h, hueOf, initials, reconcile } from "./dom.js";

/** How near to the end still counts as reading along, in pixels. */
const END_SLACK_PX = 60;
/** How near to the top older messages are asked for, in pixels. */
const OLDER_SLACK_PX = 240;
const LINE_LIMIT_PX = 160;

const FAILURES = {
  too_large: "too long",
  outcome_unknown: "it may have arrived already",
  not_found: "you are not in this conversation any more",
};

export class ConversationView {
  #log = byId("log");
  #on;

  /** `on`: `send(text)`, `input(text)`, `older()`, `seen()`, `retry(client_id)`, `discard(client_id)`, `back()`. */
  constructor(on) {
    this.#on = on;
    this.#log.addEventListener("scroll", () => this.#onScroll());
    byId("to-end").addEventListener("click", () => this.toEnd());
    byId("back").addEventListener("click", () => on.back());
    const text = byId("text");
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    text.addEventListener("keydown", (event) => {
      // While an input method composes, Enter chooses a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    text.addEventListener("input", () => {
      this.#fit();
      on.input(text.value);
    });
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
    byId("text").value = draft;
    this.#fit();
  }

  close() {
    byId("nothing-open").hidden = false;
    byId("open-room").hidden = true;
  }

  get draft() {
    return byId("text").value;
  }

  focusComposer() {
    // On a touch screen the keyboard would cover half of what the person came to read.
    if (matchMedia("(hover: hover)").matches) byId("text").focus();
    else byId("room-title").focus();
  }

  head({ title, subtitle, hue }) {
    byId("room-title").textContent = title;
    byId("room-subtitle").textContent = subtitle;
    byId("room-avatar").className = `avatar ${hueOf(hue)}`;
    byId("room-avatar").textContent = initials(title);
    byId("text").placeholder = `Message ${title}`;
  }

  typing(text) {
    byId("typing").textContent = text;
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
    reconcile(log, rows.map((row) => ({ key: row.key, version: versionOf(row, group), make: () => this.#row(row, group) })));
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

  #submit() {
    const text = byId("text");
    if (!text.value.trim()) return;
    const { value } = text;
    text.value = "";
    this.#fit();
    text.focus();
    this.#on.send(value.trim());
  }

  #fit() {
    const text = byId("text");
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, LINE_LIMIT_PX)}px`;
  }

  #row(row, group) {
    if (row.kind === "message") return this.#message(row, group);
    const text = {
      day: row.text,
      new: "New messages",
      start: "This is the beginning of the conversation.",
      gap: "Some messages in between are no longer kept.",
    }[row.kind];
    return h("div", { class: `divider is-${row.kind}`, data: { testid: `divider-${row.kind}` } }, h("span", {}, text));
  }

  #message({ message, author, first, time, isLast, readers }, group) {
    const { mine, unsent } = message;
    const state = unsent ?? "sent";
    const data = { testid: "message", state, client: message.client_id ?? "" };
    if (message.seq) data.seq = String(message.seq);
    const line = h(
      "article",
      { class: `message${mine ? " is-mine" : ""}${first ? " is-first" : ""} is-${state}`, data },
      group && !mine && (first ? avatar(message.user_id, author, "small") : h("span", { class: "avatar-space" })),
      h(
        "div",
        { class: "bubble" },
        group && !mine && first && h("strong", { class: `author ${hueOf(message.user_id)}`, dir: "auto" }, author),
        !(group && !mine && first) && h("span", { class: "hidden-label" }, `${author}: `),
        h("span", { class: "text", dir: "auto", data: { testid: "message-text" } }, message.text_message),
        h("time", { class: "time", dateTime: message.created_at }, time),
      ),
    );
    const below = this.#below(message, { isLast, readers, group });
    if (below) line.append(below);
    return line;
  }

  #below(message, { isLast, readers, group }) {
    const props = { class: "below", data: { testid: "message-state" } };
    if (message.unsent === "pending") return h("p", props, "Sending…");
    if (message.unsent === "failed") {
      const why = FAILURES[message.error?.code] ?? message.error?.message ?? "refused";
      const again = { type: "button", data: { testid: "retry" }, on: { click: () => this.#on.retry(message.client_id) } };
      const away = { type: "button", data: { testid: "discard" }, on: { click: () => this.#on.discard(message.client_id) } };
      return h("p", props, `Not sent: ${why} `, h("button", again, "Try again"), h("button", away, "Discard"));
    }
    if (!isLast) return null;
    if (!readers) return h("p", props, "Sent");
    return h("p", props, group ? `Read by ${readers}` : "Read");
  }
}

function versionOf(row, group) {
  const { message, author } = row;
  if (!message) return row.text ?? "";
  return JSON.stringify([
    message.seq, author, message.text_message, message.unsent, message.error?.code, row.first, row.isLast, row.readers, group,
  ]);
}
