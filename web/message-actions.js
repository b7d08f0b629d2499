// What a person does to a message that is there: edit, delete, react, answer.

export class MessageActions {
  #client;
  #on;
  #underWay = new Set();

  /** `on`: `changed(message)` with the message as it is then, `problem(text)`. */
  constructor(client, on) {
    this.#client = client;
    this.#on = on;
  }

  async edit({ room_id, id }, text_message, client_id) {
    this.#on.changed(await this.#client.edit(room_id, id, { text_message }, { client_id }));
  }

  async remove({ room_id, id }, client_id) {
    this.#on.changed(await this.#client.delete(room_id, id, { client_id }));
  }

  /** Adds the own reaction, or takes it back. */
  async toggle({ room_id, id, reactions = [] }, reaction) {
    const key = `${id} ${reaction}`;
    if (this.#underWay.has(key)) return;
    this.#underWay.add(key);
    const own = reactions.some((known) => known.reaction === reaction && known.own);
    try {
      this.#on.changed(await (own ? this.#client.unreact(room_id, id, reaction) : this.#client.react(room_id, id, reaction)));
    } catch (error) {
      this.#on.problem(`The reaction was not saved: ${error.message}`);
    } finally {
      this.#underWay.delete(key);
    }
  }
}

/** How an answer names what it answers: a thread is one level deep, and the quote says to what in it. */
export function answerTo(message) {
  return message ? { parent_id: message.parent_id ?? message.id, quote_id: message.id } : {};
}
