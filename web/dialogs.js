// The dialogs: a new conversation, a message to delete, and (in development) windows as other people.

import { devUsers } from "./api.js";
import { lineOf } from "./conversation.js";
import { avatar, byId, h } from "./dom.js";
import { personLink } from "./session.js";

/** `create(body) → room` makes the room; `open(room)` goes there. */
export function prepareNewRoom({ me, dev, create, open }) {
  const dialog = byId("new-room");
  const form = byId("new-room-form");
  const kind = () => form.elements.kind.value;
  let people = [];

  const showMembers = () => {
    const type = kind() === "direct" ? "radio" : "checkbox";
    byId("member-choice").replaceChildren(...people.map((user) => memberChoice(user, type)));
    byId("room-name-field").hidden = kind() === "direct";
    byId("room-name").required = kind() === "group";
  };

  byId("open-new-room").addEventListener("click", async () => {
    form.reset();
    byId("new-room-problem").textContent = "";
    byId("member-field").hidden = !dev;
    byId("member-ids-field").hidden = dev;
    showMembers();
    dialog.showModal();
    if (!dev) return;
    people = (await devUsers().catch(() => [])).filter((user) => user.id !== me.id);
    showMembers();
  });
  byId("new-room-cancel").addEventListener("click", () => dialog.close());
  form.addEventListener("change", (event) => event.target.name === "kind" && showMembers());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = dev ? new FormData(form).getAll("member") : byId("member-ids").value.split(/[\s,]+/).filter(Boolean);
    try {
      const room = await create(newRoom(kind(), byId("room-name").value.trim(), chosen));
      dialog.close();
      open(room);
    } catch (error) {
      byId("new-room-problem").textContent = error.message;
    }
  });
}

function newRoom(kind, name, members) {
  if (kind === "direct" && members.length !== 1) throw new Error("Choose one person.");
  return kind === "direct" ? { kind, members } : { kind, name, members };
}

function memberChoice(user, type) {
  const input = h("input", { type, name: "member", value: user.id, data: { testid: "member", user: user.id } });
  const name = h("span", { class: "grow", dir: "auto" }, user.name);
  return h("li", {}, h("label", { class: "person" }, avatar(user.id, user.name), name, input));
}

/** The links that open a second window as someone else. */
export function prepareWindows(me) {
  const dialog = byId("windows");
  byId("open-windows").hidden = false;
  byId("open-windows").addEventListener("click", async () => {
    dialog.showModal();
    const users = (await devUsers().catch(() => [])).filter((user) => user.id !== me.id);
    const links = users.map((user) => personLink(user, { testid: "window-link", target: "_blank", note: "new window" }));
    byId("window-links").replaceChildren(...links);
  });
  byId("windows-close").addEventListener("click", () => dialog.close());
}

/** Asks before a message is deleted; `remove(message, client_id)` does it. Answers the function that opens the dialog. */
export function prepareDelete(remove) {
  const dialog = byId("delete-message");
  let wanted = null;
  byId("delete-cancel").addEventListener("click", () => dialog.close());
  byId("delete-confirm").addEventListener("click", async () => {
    const asked = wanted;
    try {
      await remove(asked.message, asked.client_id);
      if (wanted === asked) dialog.close();
    } catch (error) {
      if (wanted === asked) byId("delete-problem").textContent = `Not deleted: ${error.message}`;
    }
  });
  return (message) => {
    // Tried again, it is the same deletion.
    wanted = { message, client_id: crypto.randomUUID() };
    byId("delete-text").textContent = lineOf(message);
    byId("delete-problem").textContent = "";
    dialog.showModal();
  };
}
