// The order of one room's log as a client sees it: every entry once, in order of `seq`, without a hole.
// Pure: entries in, deliverable entries out. What arrives too early waits here until the gap is repaired.

const MOST_WAITING = 1_000;

export class RoomLog {
  /** The last `seq` delivered, or null until the room's head is known. */
  last = null;
  #waiting = new Map();

  /** True while something waits for entries that are missing in front of it. */
  get hasGap() {
    return this.#waiting.size > 0;
  }

  /** Sets the place from which entries are wanted (exclusive). Answers what is deliverable now. */
  startAt(seq) {
    this.last = seq;
    for (const waiting of [...this.#waiting.keys()]) if (waiting <= seq) this.#waiting.delete(waiting);
    return this.#drain();
  }

  /** Takes one entry and answers those that are deliverable now, in order. */
  offer(entry) {
    if (this.last !== null && entry.seq <= this.last) return [];
    // A flood behind a gap needs no memory: the repair will bring what is not kept.
    if (this.#waiting.size < MOST_WAITING || entry.seq === this.last + 1) this.#waiting.set(entry.seq, entry);
    return this.last === null ? [] : this.#drain();
  }

  #drain() {
    const ready = [];
    for (let entry = this.#waiting.get(this.last + 1); entry; entry = this.#waiting.get(this.last + 1)) {
      this.#waiting.delete(entry.seq);
      this.last = entry.seq;
      ready.push(entry);
    }
    return ready;
  }
}
