// Reads what a conversation does not have: older pages, and single messages that are quoted or have changed.

const PARALLEL = 4;
const RETRY_MS = 10_000;

export class History {
  #api;
  #on;
  #loading = null;

  /** `on`: `busy(room, isBusy)`, `changed()`. */
  constructor(api, on) {
    this.#api = api;
    this.#on = on;
  }

  /** One page of older history, one at a time. Asked for again by scrolling where it failed. */
  async older(room) {
    if (!room || room.conversation.cursor === null || this.#loading === room.id) return;
    this.#loading = room.id;
    this.#on.busy(room, true);
    try {
      const { cursor } = room.conversation;
      const query = cursor === undefined ? "" : `&before_seq=${cursor}`;
      const page = await this.#api.get(`/room/${room.id}/message?limit=50${query}`);
      room.conversation.add(page.items);
      room.conversation.cursor = page.next ?? null;
      this.#loading = null;
      this.#on.changed();
    } catch {
      this.#loading = null;
    } finally {
      this.#on.busy(room, false);
    }
  }

  /** Reads the messages that are shown but not known as they are now. */
  async missing({ id: roomId, conversation }) {
    const queue = conversation.takeStale();
    const worker = async () => {
      for (let id = queue.shift(); id; id = queue.shift()) await this.#one(roomId, conversation, id);
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, queue.length) }, worker));
  }

  async #one(roomId, conversation, id) {
    try {
      conversation.know(id, await this.#api.get(`/room/${roomId}/message/${id}`));
    } catch (error) {
      // What the server refuses for good is not there for this person.
      if (error.retryable || !error.data?.status) return void setTimeout(() => this.#again(conversation, id), RETRY_MS);
      conversation.know(id, null);
    }
    return this.#on.changed();
  }

  #again(conversation, id) {
    conversation.askAgain(id);
    this.#on.changed();
  }
}
