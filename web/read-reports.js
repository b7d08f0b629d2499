// Reports of how far the person has read: only upwards, at most one per room and interval, none lost.

export class ReadReports {
  #port;
  #onRead;
  #rooms = new Map();

  /** `port`: `request`, `isOpen()`, `intervalMs`, `userId`; `onRead` hears what the server stored. */
  constructor(port, onRead) {
    this.#port = port;
    this.#onRead = onRead;
  }

  report(roomId, seq) {
    let room = this.#rooms.get(roomId);
    if (!room) this.#rooms.set(roomId, (room = { wanted: 0, stored: 0, timer: null, readyAt: 0 }));
    room.wanted = Math.max(room.wanted, seq);
    this.flush(roomId);
  }

  /** Sends what waits; called again when the room is back after a reconnect. */
  flush(roomId) {
    const room = this.#rooms.get(roomId);
    if (!room || room.timer !== null || room.wanted <= room.stored || !this.#port.isOpen()) return;
    const wait = Math.max(0, room.readyAt - Date.now());
    room.timer = setTimeout(() => void this.#send(roomId, room), wait);
  }

  /** The position was moved elsewhere, perhaps back: what was reported before it counts no more. */
  moved(roomId, seq) {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    if (seq < room.stored) room.wanted = seq;
    room.stored = seq;
  }

  stop() {
    for (const room of this.#rooms.values()) clearTimeout(room.timer);
    this.#rooms.clear();
  }

  async #send(roomId, room) {
    const seq = room.wanted;
    room.readyAt = Date.now() + this.#port.intervalMs;
    try {
      const read = await this.#port.request("mark_read", { room_id: roomId, seq });
      room.stored = Math.max(room.stored, seq);
      this.#onRead({ user_id: this.#port.userId, ...read });
    } catch (error) {
      // A refusal is final for this position; everything else is tried again.
      if (!error.retryable) room.stored = Math.max(room.stored, seq);
      else if (this.#port.isOpen()) room.readyAt = Date.now() + Math.max(error.retry_after_ms, this.#port.intervalMs);
    } finally {
      room.timer = null;
      this.flush(roomId);
    }
  }
}
