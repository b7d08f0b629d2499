//! The room features of the five services whose clients Parlour serves, and what they are called here.

/// A feature there.
#[derive(Debug)]
pub(crate) struct Seed {
    pub(crate) name: &'static str,
    /// Features of `table.rs`, or what `decided.rs` says of it.
    pub(crate) here: &'static [&'static str],
}

const fn seed(name: &'static str, here: &'static [&'static str]) -> Seed {
    Seed { name, here }
}

/// All of them.
pub(crate) const SEEDS: &[Seed] = &[
    seed(
        "Room create, list, get, delete",
        &["Make a room", "List one's rooms", "Get a room", "Delete a room"],
    ),
    seed("Room update", &["Change a room"]),
    seed("Room metadata `extra`", &["Make a room", "Change a room"]),
    seed(
        "Member add and remove by the backend",
        &["Add a member", "Remove a member"],
    ),
    seed(
        "Self join, by REST and WebSocket",
        &["Join a public room", "Hear of a room"],
    ),
    seed("Leave", &["Leave a room", "Hear no more of a room"]),
    seed("My rooms", &["List one's rooms"]),
    seed("Find a room by its members", &["Find the room of certain people"]),
    seed("1-1 chat, made by user id", &["Make a room"]),
    seed("Group chat", &["Make a room"]),
    seed("Send by REST and WebSocket", &["Send a message"]),
    seed("Live broadcast", &["Send a message"]),
    seed("Edit message", &["Edit a message"]),
    seed("Bulk update of messages", &["Edits of many messages"]),
    seed("Delete message", &["Delete a message"]),
    seed(
        "Soft delete, who changed what and when",
        &["Delete a message", "Edit history"],
    ),
    seed("Replies and threads", &["Reply in a thread"]),
    seed("Subject, status", &["Subject, priority, label, state"]),
    seed("Forward, favourite", &["Forward a message", "Star a message"]),
    seed(
        "Attachment metadata, file upload",
        &["Send files and show images", "Send files in one form"],
    ),
    seed("Base64 messages, encrypted at rest", &["Encryption"]),
    seed("History by REST and WebSocket", &["Read the history"]),
    seed("Counts", &["Totals"]),
    seed("Filters, orders and fields of any kind", &["Filters of a client's own"]),
    seed("Read receipts", &["Mark as read"]),
    seed("Mark read", &["Mark as read"]),
    seed(
        "Last-read pointer, seen by",
        &["Mark as read", "Read positions of all members", "Status of a message"],
    ),
    seed(
        "Unread count, preview of the last message",
        &["List one's rooms", "Unread counts and mentions"],
    ),
    seed("Typing indicator", &["Show who is typing"]),
    seed(
        "Presence events",
        &["Watch who is online", "Who is connected to a room"],
    ),
    seed("Roster of the room", &["Who is connected to a room"]),
    seed(
        "is_online, last_seen, online filter",
        &["Presence", "Who is connected to a room"],
    ),
    seed("Avatar colour", &["Profile"]),
    seed("Error event on the socket", &["Know the connection"]),
    seed(
        "User create, list, get, update, delete",
        &["Make a user", "Profile", "Delete a user", "Users of one's own system"],
    ),
    seed("Suspended user", &["Suspend a user"]),
    seed(
        "Users and friends from events",
        &["Events of one's own system: users", "Friends"],
    ),
];
