// Where messages are written: new ones, answers to one, and what an own one is to say from here on.

import { lineOf } from "./conversation.js";
import { byId } from "./dom.js";

const LINE_LIMIT_PX = 160;

export class Composer {
  #text = byId("text");
  #on;
  /** `{replyTo}` or `{editing, kept, tried?, client_id?, saving?}`, where there is one. */
  #mode = null;

  /** `on`: `send(text, replyTo)`, `attach(file) → promise`, `save(message, text, client_id) → promise`, `input(text)`. */
  constructor(on) {
    this.#on = on;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("composer").addEventListener("keydown", (event) => {
      // While an input method composes, these keys choose a word.
      if (event.isComposing) return;
      if (event.key === "Escape" && this.#mode) this.#leave({ focus: true });
      if (event.key !== "Enter" || event.shiftKey || event.target !== this.#text) return;
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("input", () => {
      this.#fit();
      this.problem("");
      // An edit is no news to come.
      if (!this.#mode?.editing) on.input(this.#text.value);
    });
    byId("attach").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", () => void this.#attach());
    byId("mode-cancel").addEventListener("click", () => this.#leave({ focus: true }));
  }

  /** What was written and not sent, without an edit. */
  get draft() {
    return this.#mode?.editing ? this.#mode.kept : this.#text.value;
  }

  open(draft) {
    this.#enter(null);
    this.#write(draft);
  }

  focus() {
    this.#text.focus();
  }

  reply(message, author) {
    this.#leave();
    this.#enter({ replyTo: message }, `Reply to ${author === "You" ? "yourself" : author}`, lineOf(message));
    this.focus();
  }

  edit(message) {
    this.#leave();
    this.#enter({ editing: message, kept: this.#text.value }, "Edit message", lineOf(message));
    this.#write(message.text_message ?? "");
    this.focus();
  }

  #submit() {
    const value = this.#text.value.trim();
    if (!value) return;
    if (this.#mode?.editing) return void this.#save(this.#mode, value);
    const replyTo = this.#mode?.replyTo ?? null;
    this.#enter(null);
    this.#write("");
    this.focus();
    this.#on.send(value, replyTo);
  }

  /** A file is a message of its own; what is being written stays. */
  async #attach() {
    const [file] = byId("file").files;
    byId("file").value = "";
    if (!file) return;
    byId("attach").disabled = true;
    this.problem("");
    try {
      await this.#on.attach(file);
    } catch (error) {
      this.problem(`${file.name} was not sent: ${error.message}`);
    } finally {
      byId("attach").disabled = false;
    }
  }

  async #save(mode, value) {
    if (mode.saving) return;
    if (value === mode.editing.text_message) return this.#leave({ focus: true });
    // The same change tried again is one change.
    if (mode.tried !== value) Object.assign(mode, { tried: value, client_id: crypto.randomUUID() });
    mode.saving = true;
    try {
      await this.#on.save(mode.editing, value, mode.client_id);
      if (this.#mode === mode) this.#leave({ focus: true });
    } catch (error) {
      if (this.#mode === mode) this.problem(`Not saved: ${error.message}`);
    } finally {
      mode.saving = false;
    }
  }

  #leave({ focus = false } = {}) {
    if (!this.#mode) return;
    const { kept } = this.#mode;
    this.#enter(null);
    if (kept !== undefined) this.#write(kept);
    if (focus) this.focus();
  }

  #enter(mode, title = "", text = "") {
    this.#mode = mode;
    byId("mode").hidden = mode === null;
    byId("mode-title").textContent = title;
    byId("mode-text").textContent = text;
    this.problem("");
    const label = mode?.editing ? "Save" : "Send";
    byId("send").setAttribute("aria-label", label);
    byId("send").title = label;
  }

  /** What did not work; until the person writes on. */
  problem(text) {
    byId("mode-problem").textContent = text;
  }

  #write(text) {
    this.#text.value = text;
    this.#fit();
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, LINE_LIMIT_PX)}px`;
  }
}
