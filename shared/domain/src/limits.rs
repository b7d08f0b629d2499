//! Every limit in one place. `GET /limits` serves this table; sizes are in bytes of UTF-8 unless the name says otherwise.

mod table;

pub use table::{LIMITS, Limits};

/// Longest message text.
pub const TEXT_MESSAGE_BYTES: usize = 8_000;
/// Custom data of a user, room or message, as JSON text.
pub const CUSTOM_BYTES: usize = 4_096;
/// Deepest nesting of custom data.
pub const CUSTOM_DEPTH: usize = 32;
/// Longest subject of a message, in characters.
pub const SUBJECT_CHARS: usize = 128;
/// Longest label or status of a message, in characters.
pub const LABEL_CHARS: usize = 32;
/// Longest reaction.
pub const REACTION_BYTES: usize = 64;
/// Different reactions to one message.
pub const REACTIONS: usize = 20;
/// Members that a message may name.
pub const MENTIONS: usize = 20;
/// Messages of one request of the backend.
pub const MESSAGES_PER_REQUEST: usize = 25;
/// Files of one message.
pub const ATTACHMENTS: usize = 10;
/// Largest file of a message.
pub const ATTACHMENT_BYTES: u64 = 25 * 1024 * 1024;
/// Longest name of a file, in characters.
pub const FILE_NAME_CHARS: usize = 128;
/// Longest media type of a file.
pub const CONTENT_TYPE_BYTES: usize = 100;
/// Megabytes that one user may announce within a day of the clock, each file by the megabytes that it begins: what no message takes is
/// kept for a day, so this is what somebody can leave lying around.
pub const UPLOAD_MEGABYTES_PER_DAY: u32 = 5 * 1024;
/// How long the URL of an upload can be used.
pub const UPLOAD_SECONDS: i64 = 5 * 60;
/// How long an upload that began in time may last on one machine. Before that has passed too, no file of a message is taken away:
/// a late upload would put it back.
pub const UPLOAD_LASTS_SECONDS: i64 = 10 * 60;
/// Largest message with its files in one form: all the files, and a megabyte for the rest. Deployments may have a lower one.
pub const FORM_BYTES: u64 = ATTACHMENTS as u64 * ATTACHMENT_BYTES + 1024 * 1024;
/// How long the URL of a download can be used.
pub const DOWNLOAD_SECONDS: i64 = 5 * 60;
/// How long a file waits for the message that takes it.
pub const UNBOUND_SECONDS: i64 = 24 * 3_600;
/// Users of one request of the backend.
pub const USERS_PER_REQUEST: usize = 50;
/// Events of one request of the backend.
pub const EVENTS_PER_REQUEST: usize = 100;
/// How far ahead of the clock the time of an event may be.
pub const EVENT_AHEAD_SECONDS: i64 = 5 * 60;
/// For so long is it kept that a user is gone, or that two are friends no more: an event that comes later than that is taken.
pub const TOMBSTONE_SECONDS: i64 = 90 * 24 * 3_600;
/// The longest time that a hook has to answer, in milliseconds.
pub const HOOK_MILLIS: u64 = 1_000;
/// The shortest time that a hook may be given, in milliseconds: no network is faster.
pub const HOOK_LEAST_MILLIS: u64 = 50;
/// The time that a hook has to answer if nothing else is said, in milliseconds.
pub const HOOK_DEFAULT_MILLIS: u64 = 500;
/// Secrets that the calls of a hook are signed with at once.
pub const HOOK_SECRETS: usize = 2;
/// The longest reason that a hook gives, in characters.
pub const HOOK_REASON_CHARS: usize = 200;
/// A member without a connection is told of as missing a message so long after it was sent.
pub const UNSEEN_SECONDS: i64 = 30;
/// Rooms of up to so many members have each of them looked at for that; of larger ones only those whom a message names.
pub const UNSEEN_MEMBERS: usize = 100;
/// Pinned messages of a room.
pub const PINS: usize = 50;
/// Edits of one message.
pub const MESSAGE_EDITS: usize = 50;
/// Largest request frame and largest reply frame.
pub const FRAME_BYTES: usize = 30_000;
/// Largest REST request body.
pub const REST_BODY_BYTES: usize = 64 * 1024;
/// Most items of a page.
pub const PAGE_ITEMS: usize = 50;
/// A page ends at this size even before [`PAGE_ITEMS`].
pub const PAGE_BYTES: usize = 28_000;
/// Longest display name or room name, in characters.
pub const NAME_CHARS: usize = 128;
/// Webhooks of an app.
pub const WEBHOOKS: usize = 20;
/// A call of a webhook has so many milliseconds.
pub const WEBHOOK_CALL_MILLIS: u64 = 5_000;
/// For so many seconds is it kept that a webhook was told of something.
pub const DELIVERY_KEPT_SECONDS: i64 = 3 * 24 * 3_600;
/// For so many seconds that it could not be told.
pub const DEAD_DELIVERY_KEPT_SECONDS: i64 = 30 * 24 * 3_600;
/// Longest URL of a webhook.
pub const WEBHOOK_URL_BYTES: usize = 512;
/// For so many seconds after a new secret the calls of a webhook are signed with the one before it too.
pub const WEBHOOK_SECRET_OVERLAP_SECONDS: i64 = 24 * 3_600;
/// Secrets that sign the calls of one webhook at the same time.
pub const WEBHOOK_SECRETS: usize = 5;
/// Longest avatar URL.
pub const AVATAR_URL_BYTES: usize = 2_048;
/// Longest client id (idempotency key), in characters.
pub const CLIENT_ID_CHARS: usize = 64;
/// Longest external id, in characters.
pub const EXTERNAL_ID_CHARS: usize = 128;
/// Longest key of a room, in characters.
pub const ROOM_KEY_CHARS: usize = 128;
/// Longest `request_id`, in characters.
pub const REQUEST_ID_CHARS: usize = 64;
/// Members named when a room is created.
pub const MEMBERS_AT_CREATION: usize = 40;
/// Members that one later call adds.
pub const MEMBERS_AT_ONCE: usize = 90;
/// Members of a room.
pub const MEMBERS: u64 = 10_000;
/// Longest time between two messages of a member in slow mode.
pub const SLOW_MODE_SECONDS: u32 = 6 * 3_600;
/// Largest limit of the messages of a room, or of a member, within a minute. Where more than [`SLOW_MODE_ENTRIES`] entries were written
/// within it, those before them are not counted.
pub const MESSAGES_PER_MINUTE: u32 = 600;
/// Largest quota of the messages of a user, or of an app, within a minute over all rooms: a counter is one row, which bears a thousand
/// writes a second.
pub const QUOTA_MESSAGES_PER_MINUTE: u32 = 60_000;
/// Longest retention of a room.
pub const RETENTION_DAYS: u32 = 3_650;
/// Entries below a room's floor are kept for so long after they were written: a write that is sent again may still look at them.
pub const KEPT_SECONDS: i64 = 3_600;
/// Entries that are looked at for the last message of a sender in slow mode: where more were written within the time, nothing
/// is refused.
pub const SLOW_MODE_ENTRIES: usize = ENTRIES_PER_READ * READS_PER_PAGE;
/// Rooms that one connection may have joined.
pub const ROOMS_PER_CONNECTION: usize = 100;
/// Rooms of a user that are sorted by activity; above, the list is in join order.
pub const ROOMS_SORTED: usize = 500;
/// Users, or rooms, of an app that are listed by number for clients of another service: the newest.
pub const LISTED_BY_NUMBER: usize = 5_000;
/// Rooms of a user among which the room of certain members is looked for.
pub const ROOMS_SEARCHED: usize = 500;
/// Rows of members that are read for that.
pub const MEMBERS_SEARCHED: usize = 2_000;
/// Rooms of certain members that are answered.
pub const ROOMS_FOUND: usize = 20;
/// Members shown in each room of a room list.
pub const MEMBERS_SHOWN: usize = 8;
/// Unread is exact up to here, above it is "100+".
pub const UNREAD_EXACT: u64 = 100;
/// Rooms of a user that are looked through at once for messages, those in which something happened last.
pub const ROOMS_LOOKED_THROUGH: usize = 100;
/// Messages that one request looks at over all rooms.
pub const MESSAGES_LOOKED_AT: usize = 1_000;
/// Members of all these rooms together that one request looks at.
pub const MEMBERS_LOOKED_AT: usize = 1_000;
/// Messages that one request of another service's client changes.
pub const MESSAGES_CHANGED: usize = 100;
/// Members whose receipts are counted for the status of a message.
pub const RECEIPTS_COUNTED: usize = 300;
/// Users whose unread messages the backend may ask for at once.
pub const UNREAD_USERS: usize = 100;
/// Rooms that are looked into for them; who comes after that is asked for again.
pub const UNREAD_ROOMS: usize = 1_000;
/// Entries read at most from a client's base to find an earlier attempt (or 1 MB, what comes first).
pub const BASE_ENTRIES: usize = 1_000;
/// Entries of one read of a log, of which an operation makes at most [`READS_PER_PAGE`].
pub const ENTRIES_PER_READ: usize = 300;
/// Reads of a log that one page may take.
pub const READS_PER_PAGE: usize = 4;
/// Longest life of an invite.
pub const INVITE_SECONDS: i64 = 30 * 24 * 3_600;
/// Life of a user token.
pub const USER_TOKEN_SECONDS: i64 = 3_600;
/// How long a task that is done can still be asked for.
pub const TASK_SECONDS: i64 = 30 * 24 * 3_600;
/// How long the reply of an idempotent write is kept.
pub const CLAIM_SECONDS: i64 = 7 * 24 * 3_600;
/// Lease of a connection, renewed by `ping`.
pub const CONNECTION_LEASE_SECONDS: i64 = 11 * 60;
/// A connection younger than this is not forgotten because of one 410.
pub const YOUNG_CONNECTION_SECONDS: i64 = 10;
/// API tokens that an app may have at once.
pub const API_TOKENS: usize = 2;
/// Origins that an app may have.
pub const ALLOWED_ORIGINS: usize = 16;
/// The longest origin.
pub const ORIGIN_BYTES: usize = 128;
/// The shortest shared secret: the width of the hash (RFC 7518 §3.2).
pub const SHARED_SECRET_MIN_BYTES: usize = 32;
/// The longest shared secret.
pub const SHARED_SECRET_MAX_BYTES: usize = 128;
/// Shared secrets that an app may have at once.
pub const SHARED_SECRETS: usize = 2;
/// Claims that an app may require of its tokens.
pub const REQUIRED_CLAIMS: usize = 8;
/// Permissions of a token that are looked at, for clients of a service whose tokens have some.
pub const PERMISSIONS: usize = 100;
/// The longest permission of a token.
pub const PERMISSION_BYTES: usize = 64;
/// The longest issuer or audience of a token.
pub const ISSUER_BYTES: usize = 256;
/// The longest name of a claim.
pub const CLAIM_NAME_BYTES: usize = 128;
/// How long the answer of a verification URL is believed.
pub const VERIFIED_SECONDS: i64 = 60;
/// How long a refusal of a verification URL is believed.
pub const REFUSED_SECONDS: i64 = 5;
/// How long a key set is believed.
pub const KEY_SET_SECONDS: i64 = 5 * 60;
/// A key set is asked for again because of a key that it does not have at most this often.
pub const KEY_SET_AGAIN_SECONDS: i64 = 30;
/// The longest life that is granted for a token that Parlour did not issue, whatever it says of itself.
pub const FOREIGN_TOKEN_SECONDS: i64 = 24 * 3_600;
/// Rooms of up to this many connections get read positions and typing at once.
pub const LIVE_CONNECTIONS: usize = 20;
/// Rooms of more than [`LIVE_CONNECTIONS`] and up to this many get them together, once in [`AGGREGATE_SECONDS`]; larger ones not at
/// all.
pub const AGGREGATED_CONNECTIONS: usize = 100;
/// How long read positions and typing are gathered before they are told together.
pub const AGGREGATE_SECONDS: i64 = 5;
/// Users who type that are told with their names where many do.
pub const TYPING_NAMES: usize = 20;
/// Rooms of up to this many connections are told before the sender is answered; larger ones by the `fan_out` function.
pub const INLINE_CONNECTIONS: usize = 50;
/// Connections of one user that hear of what is the user's own, whatever rooms they have joined.
pub const USER_CONNECTIONS: usize = 100;
/// A push that has waited longer is not made any more.
pub const PUSH_SECONDS: i64 = 30;
/// A typing notice expires by itself after this time.
pub const TYPING_SECONDS: i64 = 6;

/// Users that one connection watches, and users of one question about presence.
pub const PRESENCE_USERS: usize = 100;
/// Watchers that are told when a user comes or goes; the others ask.
pub const WATCHERS_TOLD: usize = 1_000;
/// Who comes back within this time after the last connection ended was never away.
pub const PRESENCE_GRACE_SECONDS: i64 = 10;
/// Connections of one user that presence looks at.
pub const CONNECTIONS_COUNTED: usize = 200;
