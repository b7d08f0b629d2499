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
         reachable from everywhere. An app's own settings, tokens and quotas are its backend's (`PATCH /app`, `POST /app/token`). \
         Where an app understands callsewa's clients, the operators that its backend registers make apps below it, at most 100, and reach no others.",
    ),
    (
        "A count of failed credentials",
        "not kept. Tokens are signed or at least 128 random bits, so there is nothing to guess; a counter would be a write for each attack, and a \
         way to lock others out. What a verification URL is asked is bounded for each app instead, and refusals are remembered. \
         Passwords can be guessed, and there are some in one place, callsewa's operators': ten tries a minute are looked at.",
    ),
    (
        "Search",
        "not built. DynamoDB has no text index, and reading whole logs for it would cost what the reader cannot see. A product that needs search \
         feeds its own index.",
    ),
    (
        "File gallery",
        "not built. It would be one more row, and one more write, for every file, for what a client gathers from the history that it shows: each \
         message says the names, types, sizes and dimensions of its files.",
    ),
    (
        "Edits of many messages",
        "not made by one request: each is an entry of its own, with its own conditions and its own answer. The backend sends many messages at \
         once, and a task erases all that a user said.",
    ),
    (
        "Totals",
        "kept for members, replies and reactions, and told for what is unread, up to 100 in a room. A list does not say how long it is: it would \
         have to read what it counts.",
    ),
    (
        "Filters of a client's own",
        "not built. A filter or an order that a client makes up is a scan that the app pays for; each list has its own, within its budget.",
    ),
    (
        "Encryption",
        "at rest, by what things are stored on: on AWS the tables and the bucket are encrypted, on one machine it is the disk's matter. Text is \
         kept as it came, so what clients encrypt for each other stays so.",
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
    (
        "Edits of what some may not see",
        "where history begins with the joining, the event of an edit says which message changed, not to what; who shows the message reads it \
         again. Telling apart who may see it would be a read for each member at each edit; an answer, which has one reader, says it to whom it \
         may.",
    ),
    (
        "Typing where one may not send",
        "refused where the member's own row says so: while muted (`muted`), for read-only members (`forbidden`), between two of whom one has \
         blocked the other. Whether only moderators may send, or the room is archived, stands in the room's row, which a hint does not read; \
         clients know both.",
    ),
    (
        "Presence and blocks",
        "who has blocked a user is shown to them neither by a question nor by a watch, also one from before the block. Who is connected to a room \
         they are both in stays visible to its members, as everything else of a room.",
    ),
    (
        "message.unseen",
        "tells of members of whom no connection has joined the room, also where one is open elsewhere: a socket hears of the rooms that it has \
         joined and of no others, so a client that shows another room would learn nothing, and a push is all that reaches the person. A client \
         that is to count as there joins the room.",
    ),
];
