// The menu of one message: reactions, reply, and for own messages edit and delete.

import { byId, h } from "./dom.js";

const REACTIONS = { "👍": "Thumbs up", "❤️": "Heart", "😂": "Laughing", "😮": "Surprised", "😢": "Sad", "🎉": "Celebrate" };
const WIDTH_PX = 268;
const MARGIN_PX = 8;

export class MessageMenu {
  #menu = byId("message-menu");
  #on;

  /** `on`: `react(message, reaction)`, `reply(message, author)`, `edit(message)`, `remove(message)`. */
  constructor(on) {
    this.#on = on;
  }

  /** The button that opens it. */
  button(message, author) {
    const label = { "aria-label": `Actions for the message of ${author}`, "aria-haspopup": "dialog" };
    const button = h("button", { class: "more", type: "button", data: { testid: "more", focus: "more" }, attrs: label }, "⋯");
    button.popoverTargetElement = this.#menu;
    // The browser opens and closes it after this; all there is to do is to fill it.
    button.addEventListener("click", () => this.#fill(button, message, author));
    return button;
  }

  close() {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover();
  }

  #fill(button, message, author) {
    const own = new Set(message.reactions?.filter((reaction) => reaction.own).map(({ reaction }) => reaction));
    const reactions = Object.entries(REACTIONS).map(([reaction, name]) =>
      this.#item(reaction, () => this.#on.react(message, reaction), {
        data: { testid: "add-reaction", reaction },
        attrs: { "aria-label": name, "aria-pressed": String(own.has(reaction)) },
      }),
    );
    const actions = [this.#item("Reply", () => this.#on.reply(message, author), { data: { testid: "reply" } })];
    if (message.mine) {
      actions.push(this.#item("Edit", () => this.#on.edit(message), { data: { testid: "edit" } }));
      actions.push(this.#item("Delete", () => this.#on.remove(message), { class: "danger", data: { testid: "delete" } }));
    }
    reactions[0].autofocus = true;
    this.#menu.replaceChildren(h("div", { class: "menu-reactions" }, reactions), ...actions);
    this.#placeAt(button.getBoundingClientRect(), message.mine);
  }

  #item(text, act, props) {
    const choose = () => {
      this.close();
      act();
    };
    return h("button", { type: "button", ...props, on: { click: choose } }, text);
  }

  #placeAt({ top, bottom, left, right }, mine) {
    const { style } = this.#menu;
    const wanted = mine ? right - WIDTH_PX : left;
    style.left = `${Math.max(MARGIN_PX, Math.min(wanted, innerWidth - WIDTH_PX - MARGIN_PX))}px`;
    const above = top > innerHeight / 2;
    style.top = above ? "auto" : `${bottom + MARGIN_PX / 2}px`;
    style.bottom = above ? `${innerHeight - top + MARGIN_PX / 2}px` : "auto";
  }
}
