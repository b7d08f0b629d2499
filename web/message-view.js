// One row of a conversation: a message with all that belongs to it, or a divider.

import { avatar, h, hueOf } from "./dom.js";

const FAILURES = {
  too_large: "too long",
  outcome_unknown: "it may have arrived already",
  not_found: "you are not in this conversation any more",
};

/** `on`: `retry(client_id)`, `discard(client_id)`, `react(message, reaction)`, `fileUrl(message, attachment) → promise`; `more(message, author)` makes the menu's button. */
export function makeRow(row, group, on) {
  if (row.kind === "message") return messageRow(row, group, on);
  const text = {
    day: row.text,
    new: "New messages",
    start: "This is the beginning of the conversation.",
    gap: "Some messages in between are no longer kept.",
  }[row.kind];
  return h("div", { class: `divider is-${row.kind}`, data: { testid: `divider-${row.kind}` } }, h("span", {}, text));
}

/** Two rows with the same version look the same. */
export function versionOf(row, group) {
  const { message, author } = row;
  if (!message) return row.text ?? "";
  const { seq, text_message, attachments, unsent, error, edited_at, deleted_at, deleted_by, reactions } = message;
  return JSON.stringify([
    seq, author, text_message, attachments, unsent, error?.code, row.first, row.isLast, row.readers, group, row.quote, edited_at,
    deleted_at, deleted_by, reactions,
  ]);
}

function messageRow({ message, author, first, time, isLast, readers, quote }, group, on) {
  const { mine, unsent } = message;
  const state = message.deleted_at ? "deleted" : (unsent ?? "sent");
  const data = { testid: "message", state, client: message.client_id ?? "" };
  if (message.seq) data.seq = String(message.seq);
  const named = group && !mine && first;
  const edited = message.edited_at && h("span", { class: "edited", data: { testid: "message-edited" } }, "edited ");
  return h(
    "article",
    { class: `message${mine ? " is-mine" : ""}${first ? " is-first" : ""} is-${state}`, data },
    group && !mine && (first ? avatar(message.user_id, author, "small") : h("span", { class: "avatar-space" })),
    h(
      "div",
      { class: "bubble" },
      named && authorLine(message, author),
      !named && h("span", { class: "hidden-label" }, `${author}: `),
      quote && quoteLine(quote),
      said(message),
      !message.deleted_at && message.attachments?.map((attachment) => fileOf(message, attachment, on)),
      h("time", { class: "time", dateTime: message.created_at }, edited, time),
    ),
    !unsent && !message.deleted_at && on.more(message, author),
    message.reactions?.length > 0 && reactionLine(message, group && !mine, on),
    below(message, { isLast, readers, group }, on),
  );
}

function authorLine(message, author) {
  const name = h("strong", { class: `author ${hueOf(message.user_id)}`, dir: "auto" }, author);
  return h("div", { class: "by" }, name, presenceDot(message.user_id));
}

/** A dot that shows while the person is online. */
function presenceDot(userId) {
  const props = { class: "dot", hidden: true, data: { testid: "online", user: userId ?? "" } };
  return h("span", { ...props, attrs: { role: "img", "aria-label": "online" } });
}

function quoteLine({ author, text }) {
  const name = author && h("strong", { dir: "auto" }, author);
  return h("div", { class: "quote", data: { testid: "quote" } }, name, h("span", { dir: "auto" }, text));
}

function said({ deleted_at, deleted_by, user_id, text_message, attachments, mine }) {
  if (!deleted_at && !text_message && attachments?.length) return null;
  if (!deleted_at) return h("span", { class: "text", dir: "auto", data: { testid: "message-text" } }, text_message ?? "");
  const byAuthor = deleted_by && deleted_by === user_id;
  const text = byAuthor && mine ? "You deleted this message" : "This message was deleted";
  return h("em", { class: "tombstone", data: { testid: "tombstone" } }, text);
}

/**
 * An image shows itself; any other file is saved when its name is chosen. The URL is asked for when it is needed, and ends soon: what
 * the storage says to one that has ended takes a tab of its own, and not the place of the chat.
 */
function fileOf(message, attachment, on) {
  const { name, content_type, width, height } = attachment;
  if (message.unsent || !content_type.startsWith("image/") || !width) {
    const save = async () => window.open(await on.fileUrl(message, attachment), "_blank", "noopener");
    const data = { testid: "file-link", focus: `file ${attachment.attachment_id}` };
    const props = { class: "file", type: "button", disabled: Boolean(message.unsent), data };
    return h("button", { ...props, on: { click: () => void save().catch(() => {}) } }, name);
  }
  const image = h("img", { class: "image", alt: name, width, height, data: { testid: "image" } });
  const show = (url) => (image.src = url);
  on.fileUrl(message, attachment).then(show, () => image.replaceWith(h("em", {}, `${name} cannot be shown`)));
  return image;
}

function reactionLine(message, indented, on) {
  const chips = message.reactions.map(({ reaction, count, own = false }) => {
    const label = `${reaction} ${count}${own ? ", one of them yours" : ""}`;
    const data = { testid: "reaction", reaction, focus: `reaction ${reaction}` };
    const attrs = { "aria-pressed": String(own), "aria-label": label };
    const click = () => on.react(message, reaction);
    const props = { class: "reaction", type: "button", data, attrs, on: { click } };
    return h("button", props, h("span", { class: "reaction-sign" }, reaction), h("span", {}, String(count)));
  });
  return h("div", { class: `reactions${indented ? " is-indented" : ""}`, attrs: { role: "group", "aria-label": "Reactions" } }, chips);
}

function below(message, { isLast, readers, group }, on) {
  const props = { class: "below", data: { testid: "message-state" } };
  if (message.unsent === "pending") return h("p", props, "Sending…");
  if (message.unsent === "failed") {
    const why = FAILURES[message.error?.code] ?? message.error?.message ?? "refused";
    const again = { type: "button", data: { testid: "retry" }, on: { click: () => on.retry(message.client_id) } };
    const away = { type: "button", data: { testid: "discard" }, on: { click: () => on.discard(message.client_id) } };
    return h("p", props, `Not sent: ${why} `, h("button", again, "Try again"), h("button", away, "Discard"));
  }
  if (!isLast || message.deleted_at) return null;
  if (!readers) return h("p", props, "Sent");
  return h("p", props, group ? `Read by ${readers}` : "Read");
}
