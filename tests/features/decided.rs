//! What is built another way than one may expect, or not at all, and why.

/// What, and how it is decided.
pub(crate) const DECIDED: &[(&str, &str)] = &[
    (
        "Friends",
        "belong to the integrator's own system, which says by events who is whose. Here they are listed and may see each other's presence; they \
         give no right in any room, and no request of a user makes or ends one.",
    ),
    (
        "Guest users",
        "no kind of their own. The backend makes a user, issues a token, and deletes the user when the visit ends; every rule then holds for \
         guests as for anybody.",
    ),
    (
        "Edit window",
        "none. A message may be edited at any time, up to 50 times, and everybody sees that it was and what it said. A window would hide late \
         edits only from clients that do not ask.",
    ),
    (
        "Delete for me",
        "not built. It needs a row per user and message that every history, resume and unread count would have to read; a client can hide a \
         message by itself.",
    ),
    (
        "Direct rooms with a blocked user",
        "stay readable for both; nobody writes, edits, reacts, pins or types there while one has blocked the other (`blocked`). A new one is \
         not made. In groups both are heard, because others are there too: a moderator decides. An invite by whom one has blocked is refused.",
    ),
    (
        "Direct rooms with a deleted user",
        "stay, with their history under the deleted user's id; the other one can still read and write.",
    ),
    (
        "Direct rooms with a suspended user",
        "stay as they are: what is written waits until the suspension ends.",
    ),
    (
        "Read receipts that cannot be seen",
        "positions are visible to the members of the room, as in the services whose clients Parlour serves.",
    ),
    (
        "An HTTP API for operators",
        "not built: apps are made, listed and deleted by `parlour app`, next to the tables. Such an API would be one more key to everything, \
         reachable from everywhere. An app's own settings, tokens and quotas are its backend's (`PATCH /app`, `POST /app/token`).",
    ),
    (
        "A count of failed credentials",
        "not kept. Tokens are signed or at least 128 random bits, so there is nothing to guess; a counter would be a write for each attack, and a \
         way to lock others out. What a verification URL is asked is bounded for each app instead, and refusals are remembered.",
    ),
    (
        "Search",
        "not built. DynamoDB has no text index, and reading whole logs for it would cost what the reader cannot see. A product that needs search \
         feeds its own index.",
    ),
    (
        "Tickets over a socket",
        "not given out. A connection that a ticket opened could ask for the next ticket, and so go on for ever without the backend, which issues \
         the tokens that tickets come from.",
    ),
    (
        "Drafts",
        "not kept here: a draft is private to a device until it is sent.",
    ),
];
