// The rooms a client listens to: joins them, joins them again after every reconnect, and repairs gaps.
// A repair is always the same: `join_room` with the last `seq` known, page after page, until `complete`.

import { backoffDelay } from "./backoff.js";
import { deferred } from "./deferred.js";
import { ParlourError } from "./errors.js";
import { RoomLog } from "./room-log.js";

const PARALLEL_JOINS = 4;

class Room {
  log = new RoomLog();
  syncedEpoch = -1;
  syncing = null;
  wanted = 0;
  failures = 0;
  retryTimer = null;
  joined = deferred();

  constructor(id) {
    this.id = id;
  }
}

export class Rooms {
  #rooms = new Map();
  #port;

  /** `port`: `request`, `isOpen()`, `epoch()`, `backoff`, and the listeners `entry`, `gap`, `dropped`, `synced`. */
  constructor(port) {
    this.#port = port;
  }

  /** Resolves with `{room_id, head_seq}` when the room is joined and complete; rejects where it cannot be. */
  join(roomId, { after_seq } = {}) {
    let room = this.#rooms.get(roomId);
    if (!room) {
      room = new Room(roomId);
      if (after_seq !== undefined) room.log.startAt(after_seq);
      this.#rooms.set(roomId, room);
      if (this.#port.isOpen()) void this.#sync(room);
    }
    return room.joined.promise;
  }

  leave(roomId) {
    this.#remove(roomId, new ParlourError("closed", "The room was left."));
  }

  /** The last `seq` delivered, or undefined where the room's head is not known yet. */
  base(roomId) {
    return this.#rooms.get(roomId)?.log.last ?? undefined;
  }

  /** True when the room is complete on the current socket. */
  isSynced(roomId) {
    const room = this.#rooms.get(roomId);
    return this.#port.isOpen() && room !== undefined && room.syncedEpoch === this.#port.epoch();
  }

  /** A new socket knows no room: join all of them again, a few at a time. */
  async opened() {
    const queue = [...this.#rooms.values()];
    const worker = async () => {
      for (let room = queue.shift(); room; room = queue.shift()) await this.#sync(room);
    };
    await Promise.all(Array.from({ length: PARALLEL_JOINS }, worker));
  }

  /** An entry that was pushed, or that came with an ack. */
  offer(entry) {
    const room = this.#rooms.get(entry.room_id);
    if (!room) return;
    this.#deliver(room.log.offer(entry));
    if (room.log.hasGap) void this.#sync(room);
  }

  /** Compares the heads of a `pong`; a room that is not among them lost its subscription. */
  heads(heads) {
    for (const room of this.#rooms.values()) {
      const head = heads[room.id];
      room.wanted = head ?? 0;
      if (head === undefined || room.log.last === null || head > room.log.last) void this.#sync(room);
    }
  }

  /** Reads the log after `afterSeq` to its end. Answers the first entry that `match`es, or undefined. */
  async find(roomId, afterSeq, match) {
    let found;
    let verdict = "more";
    for (let cursor = afterSeq; verdict === "more" && !found; ) {
      const reply = await this.#port.request("join_room", { room_id: roomId, after_seq: cursor });
      found = reply.items.find(match);
      verdict = reply.verdict;
      cursor = nextCursor(reply, cursor);
      for (const entry of reply.items) this.offer(entry);
    }
    if (!found && verdict === "limited") {
      throw new ParlourError("outcome_unknown", "The log no longer tells whether the message was sent.");
    }
    return found;
  }

  stop() {
    for (const id of [...this.#rooms.keys()]) this.leave(id);
  }

  #sync(room) {
    clearTimeout(room.retryTimer);
    room.syncing ??= this.#syncOnce(room).finally(() => {
      room.syncing = null;
    });
    return room.syncing;
  }

  async #syncOnce(room) {
    const epoch = this.#port.epoch();
    try {
      const head_seq = await this.#pull(room);
      if (!this.#isJoined(room)) return;
      // A push can overtake a read that was under way: then the gap is newer than the answer.
      const behind = room.log.hasGap || room.wanted > room.log.last;
      room.failures = behind ? room.failures + 1 : 0;
      room.syncedEpoch = epoch;
      room.joined.resolve({ room_id: room.id, head_seq });
      this.#port.synced(room.id);
      if (behind) this.#retryLater(room, 0);
    } catch (error) {
      this.#onFailure(room, error);
    }
  }

  async #pull(room) {
    let reply;
    let cursor = room.log.last ?? undefined;
    do {
      reply = await this.#port.request("join_room", { room_id: room.id, after_seq: cursor });
      if (!this.#isJoined(room)) return reply.head_seq;
      if (room.log.last === null) this.#deliver(room.log.startAt(reply.head_seq));
      for (const entry of reply.items) this.#deliver(room.log.offer(entry));
      if (reply.verdict === "limited") this.#jump(room, reply);
      // A jump leaves the tail above the floor to be read.
      cursor = reply.verdict === "limited" ? room.log.last : nextCursor(reply, cursor);
    } while (reply.verdict === "more" || (reply.verdict === "limited" && room.log.last < reply.head_seq));
    return reply.head_seq;
  }

  /** The log no longer has what was missed (or never had it): say so, and go on from where it can be read. */
  #jump(room, reply) {
    const after_seq = room.log.last;
    const from = reply.reason === "below_floor" ? reply.oldest_seq - 1 : reply.head_seq;
    if (!Number.isInteger(from) || (reply.reason === "below_floor" && from <= after_seq)) {
      throw new ParlourError("protocol", "The log names no place to go on from.");
    }
    this.#port.gap({ room_id: room.id, after_seq, resumes_after: from, reason: reply.reason });
    this.#deliver(room.log.startAt(from));
  }

  #onFailure(room, error) {
    if (!this.#isJoined(room)) return;
    // Without a socket the next `opened` takes over.
    if (error.code === "connection_lost" || !this.#port.isOpen()) return;
    if (error.retryable) {
      room.failures += 1;
      this.#retryLater(room, error.retry_after_ms);
      return;
    }
    this.#remove(room.id, error);
    this.#port.dropped(room.id, error);
  }

  #retryLater(room, floorMs) {
    const delay = backoffDelay(room.failures, this.#port.backoff);
    clearTimeout(room.retryTimer);
    room.retryTimer = setTimeout(
      () => {
        if (this.#port.isOpen() && this.#isJoined(room)) void this.#sync(room);
      },
      Math.max(floorMs, delay),
    );
  }

  /** Not left since, even if the same room was joined anew. */
  #isJoined(room) {
    return this.#rooms.get(room.id) === room;
  }

  #deliver(entries) {
    for (const entry of entries) this.#port.entry(entry);
  }

  #remove(roomId, error) {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    clearTimeout(room.retryTimer);
    this.#rooms.delete(roomId);
    room.joined.reject(error);
  }
}

function nextCursor(reply, cursor) {
  if (reply.verdict !== "more") return cursor;
  if (!(reply.next > (cursor ?? -1))) throw new ParlourError("protocol", "A page of the log did not advance.");
  return reply.next;
}
