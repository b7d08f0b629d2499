// What the log says became of messages: edits, deletions and erasures. Pure.
// A page of history may be older or newer than the changes that were heard; whatever comes first, the same stands at the end.

const SAID = ["text_message", "custom", "subject", "status", "mentions"];

export class MessageChanges {
  #edits = new Map();
  #deletions = new Map();
  #erasures = new Map();

  /** Takes an entry of the log. True where it changes what a message says. */
  take(entry) {
    if (entry.type === "messages_erased") {
      this.#erasures.set(entry.seq, entry);
      return true;
    }
    const kept = { message_edited: this.#edits, message_deleted: this.#deletions }[entry.type];
    if (!kept || entry.content_omitted) return false;
    const known = kept.get(entry.message_id);
    if (!known || known.seq < entry.seq) kept.set(entry.message_id, entry);
    return true;
  }

  /** The message as it is after all that was heard of it. */
  applied(message) {
    const deletion = this.#deletions.get(message.id) ?? [...this.#erasures.values()].find((erasure) => erases(erasure, message));
    if (deletion && !message.deleted_at) return tombstone(message, deletion);
    const edit = this.#edits.get(message.id);
    // Times never decrease along the log.
    if (!edit || message.deleted_at || message.edited_at > edit.created_at) return message;
    const now = { ...message, edited_at: edit.created_at };
    for (const field of SAID) now[field] = edit[field];
    return now;
  }
}

/** Whether nothing is left of a message since this entry: of the user's own, or of the user's words that others forwarded. */
function erases({ seq, member, until }, message) {
  if (message.seq >= seq) return false;
  const own = message.user_id === member?.user_id && (!until || message.created_at <= until);
  return own || message.forwarded?.user_id === member?.user_id;
}

function tombstone(message, { created_at, user_id }) {
  const left = { ...message, deleted_at: created_at, deleted_by: user_id ?? undefined };
  for (const field of [...SAID, "attachments", "quote_id", "reactions", "edited_at", "forwarded"]) delete left[field];
  return left;
}
