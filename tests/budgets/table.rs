//! The table of budgets: what each operation may use. Its numbers and formulas are the design's; where an operation is not in
//! the design's table, the row is a ceiling that shows growth.

mod by_action;
mod dialect;
mod erasure;
mod files;
mod membership;
mod presence;
mod room_write;
mod webhooks;

pub(crate) use dialect::Dialect;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    AuthorizerToken,
    AuthorizerTicket,
    AuthorizerForeign {
        known: bool,
    },
    Connect,
    Dialect(Dialect),
    Disconnect {
        rooms: usize,
    },
    UnknownAction,
    Send {
        how: How,
        connections: usize,
    },
    Change {
        what: Change,
        connections: usize,
    },
    Resume {
        rooms: usize,
    },
    Connections(usize),
    JoinRoom {
        backlog: usize,
        connections: usize,
    },
    Gathered {
        connections: usize,
    },
    LeaveRoom,
    MarkRead {
        connections: usize,
    },
    MarkUnread,
    MarkDelivered {
        connections: usize,
    },
    SetNotification,
    ReadPositions,
    MessageStatus,
    Unread {
        rooms: usize,
        unread: usize,
    },
    UnreadOf {
        users: usize,
        rooms: usize,
        unread: usize,
    },
    PinMessage {
        connections: usize,
    },
    ListPins(usize),
    StarMessage,
    ListStars(usize),
    AnnounceFile,
    ConfirmFile,
    SendFile {
        connections: usize,
    },
    SendForm {
        connections: usize,
    },
    GetFile,
    Typing {
        connections: usize,
    },
    Coming,
    Arrival {
        connections: usize,
    },
    End {
        connections: usize,
    },
    WatchPresence {
        users: usize,
    },
    Presence {
        users: usize,
    },
    Roster {
        connections: usize,
    },
    OnlineMembers,
    Ping {
        rooms: usize,
    },
    History(Log),
    RoomList {
        rooms: usize,
        unread: usize,
    },
    RoomListFiltered {
        rooms: usize,
    },
    RoomListOnline {
        connections: usize,
    },
    AppRoomList,
    PublicRoomList,
    FindRoom {
        rooms: usize,
    },
    MessageNumber(Log),
    AddMember,
    SetRole,
    SlowMode,
    RateLimited,
    Counted,
    FirstOfTheApp,
    TakeEvents {
        users: usize,
    },
    ListFriends(usize),
    RemoveMember {
        connections: usize,
    },
    LeaveGroup,
    StartErasure,
    ErasurePiece {
        messages: usize,
    },
    Export {
        messages: usize,
    },
    JoinPublicRoom,
    ExitRoom,
    BanUser,
    UpdateRoom,
    InviteUser,
    AcceptInvite,
    OwnInvites(usize),
    CreateRoom,
    ArchiveRoom,
    TruncateRoom,
    DeleteRoom,
    AddMembers,
    WithdrawInvite,
    UpdateProfile,
    /// What one action that only reads answers.
    ByAction(&'static str),
    UnreadInFrames {
        rooms: usize,
    },
    Heard {
        noted: bool,
    },
    Deliver {
        events: usize,
    },
}

/// How a send makes itself safe to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Not at all.
    Plain,
    /// By a client id and a base.
    Base,
    /// By a client id alone.
    Claim,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "no client id",
            Self::Base => "client id and base",
            Self::Claim => "client id only",
        }
    }
}

/// What is done to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Edit,
    Delete,
    AddReaction,
    Reply,
}

impl Change {
    /// The action that does it.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::Edit => "edit_message",
            Self::Delete => "delete_message",
            Self::AddReaction => "add_reaction",
            Self::Reply => "send_message",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Reply => "send_message, a reply",
            other => other.action(),
        }
    }
}

/// What a room's log is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// Messages only.
    Messages,
    /// Every third entry is no message.
    Mixed,
    /// 200 messages, then 1,800 other entries, then 200 messages.
    Gap,
    /// 200 messages, then 300 other entries.
    QuietEnd,
}

impl Log {
    fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages only",
            Self::Mixed => "every third entry no message",
            Self::Gap => "1,800 other entries in one place",
            Self::QuietEnd => "300 other entries at the end",
        }
    }
}

/// What an operation may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) round_trips: u64,
    pub(crate) write_units: f64,
    pub(crate) read_units: f64,
    /// Round trips until a message is durable.
    pub(crate) durable: Option<u64>,
    /// Billable WebSocket messages, exactly.
    pub(crate) billable: Option<usize>,
}

/// Where a budget comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Design,
    Ceiling,
}

/// One row of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) operation: Operation,
    pub(crate) budget: Budget,
    pub(crate) source: Source,
}

fn design(name: impl Into<String>, operation: Operation, budget: Budget) -> Row {
    Row {
        name: name.into(),
        operation,
        budget,
        source: Source::Design,
    }
}

fn ceiling(name: impl Into<String>, operation: Operation, budget: Budget) -> Row {
    Row {
        source: Source::Ceiling,
        ..design(name, operation, budget)
    }
}

fn budget(round_trips: u64, write_units: f64, read_units: f64) -> Budget {
    Budget {
        round_trips,
        write_units,
        read_units,
        durable: None,
        billable: None,
    }
}

/// A room's connections: consistent, 40 rows a unit.
pub(crate) fn connections(count: usize) -> f64 {
    count.div_ceil(40) as f64
}

/// The same where no more than 20 are told: of a larger room only the first 40 are read.
fn few(count: usize) -> f64 {
    connections(count.min(40))
}

/// The same where no more than 100 are told, now or together: of a larger room only the first 200 are read.
fn some(count: usize) -> f64 {
    connections(count.min(200))
}

/// Of positions and typing rooms of this many connections are told together: one more write, after the others, which notes who
/// is to be told of. It is one unit as long as some thirty users are noted, two with seventy, three with a hundred.
fn noted(count: usize) -> (u64, f64, &'static str) {
    if matches!(count, 21..=100) {
        (1, 1.0, ", aggregated")
    } else {
        (0, 0.0, "")
    }
}

/// Short entries of a log in one consistent read, "by size": an entry of a line of chat has up to 360 bytes.
fn entries(count: usize) -> f64 {
    (count * 360).div_ceil(4_096) as f64
}

/// The list of a user's rooms, from the index: keys of up to 170 bytes, eventually consistent.
fn keys(count: usize) -> f64 {
    (count * 170).div_ceil(4_096) as f64 / 2.0
}

/// Rows of a room's members, "by size": up to 360 bytes each.
fn members(count: usize) -> f64 {
    (count * 360).div_ceil(4_096) as f64
}

/// The caller of a REST request, proven: app and user, in one round trip before the operation.
const CALLER: (u64, f64) = (1, 2.0);
/// A page of the room list.
const LISTED: usize = 20;
/// Reads of one request that are under way at once.
const AT_ONCE: usize = 64;

/// A page of the room list for a user of so many rooms: the list, the heads, the page. The heads are independent of each
/// other, but no more than 64 connections to the store are opened for them: each further 64 rooms are one more link of the
/// chain.
fn room_list(rooms: usize) -> Budget {
    let round_trips = CALLER.0 + 1 + rooms.div_ceil(AT_ONCE) as u64 + 1;
    let read_units = CALLER.1 + keys(rooms) + 0.5 * rooms as f64 + 2.0 * rooms.min(LISTED) as f64;
    budget(round_trips, 0.0, read_units)
}

/// All rows.
pub(crate) fn table() -> Vec<Row> {
    use Operation as O;
    let mut rows = vec![
        design("authorizer, token", O::AuthorizerToken, budget(1, 0.0, 2.0)),
        // A ticket works once, so using it up is a write.
        design("authorizer, ticket", O::AuthorizerTicket, budget(2, 1.0, 2.0)),
        // One round trip more than a token of ours: app and external id, then the user.
        design(
            "authorizer, a token of the integrator's own",
            O::AuthorizerForeign { known: true },
            budget(2, 0.0, 3.0),
        ),
        // Whether an event said that the user is gone; then two rows in one transaction, the user's in an index too.
        ceiling(
            "authorizer, the same of a user who is made at first sight",
            O::AuthorizerForeign { known: false },
            budget(3, 8.0, 4.0),
        ),
        design("$connect", O::Connect, budget(1, 2.0, 0.0)),
        design("identity of a frame's sender", O::UnknownAction, budget(0, 0.0, 0.0)),
    ];
    rows.extend(dialect::rows());
    for n in [2, 10, 100] {
        rows.extend(of_a_room(n));
    }
    // Three writes of a transaction: the check of the member, the subscription, the connection's row.
    for (n, backlog) in [(2, 0), (2, 50), (100, 50)] {
        let name = format!("join_room, {n} connections, backlog of {backlog}");
        let senders = if backlog > 0 { 0.5 } else { 0.0 };
        let read = 3.0 + some(n) + entries(backlog) + senders;
        rows.push(design(
            name,
            O::JoinRoom {
                backlog,
                connections: n,
            },
            budget(3, 4.0 + 2.0, read),
        ));
    }
    // Room, member and the senders; some entries more than messages are read, because some may be none.
    let page = 2.0 + entries(57) + 0.5;
    rows.push(design(
        "history, page of 50",
        O::History(Log::Messages),
        budget(2, 0.0, page),
    ));
    rows.push(design(
        "history, page of 50, mixed log",
        O::History(Log::Mixed),
        budget(2, 0.0, page),
    ));
    rows.push(ceiling(
        "history, 300 entries without a message",
        O::History(Log::QuietEnd),
        budget(3, 0.0, page + entries(300)),
    ));
    for rooms in [20, 200, 500] {
        let name = format!("room list by activity, {rooms} rooms (REST)");
        rows.push(design(name, O::RoomList { rooms, unread: 5 }, room_list(rooms)));
    }
    rows.push(ceiling(
        "room list, 50 unread in each of 20 (REST)",
        O::RoomList {
            rooms: LISTED,
            unread: 50,
        },
        Budget {
            round_trips: room_list(LISTED).round_trips + 1,
            read_units: room_list(LISTED).read_units + LISTED as f64 * entries(50),
            ..room_list(LISTED)
        },
    ));
    // To tell which rooms are meant, room and member are read of every one.
    rows.push(ceiling(
        "room list of what is unread, 200 rooms (REST)",
        O::RoomListFiltered { rooms: 200 },
        Budget {
            read_units: room_list(200).read_units + 200.0,
            ..room_list(200)
        },
    ));
    // The leases of those who are shown, seven others at most for each room, whatever its size; and when they were last seen.
    rows.push(ceiling(
        "room list of who is online, a room of 10 connections (REST)",
        O::RoomListOnline { connections: 10 },
        Budget {
            round_trips: room_list(1).round_trips + 1,
            read_units: room_list(1).read_units + 7.0 * 1.5,
            ..room_list(1)
        },
    ));
    rows.extend(of_reading());
    rows.extend(of_what_is_kept());
    rows.extend(files::rows());
    rows.extend(webhooks::rows());
    // The token's row and the list, then the rooms; half a unit for each of them.
    rows.push(ceiling(
        "the app's rooms by name, page of 50 of 60 (REST)",
        O::AppRoomList,
        budget(3, 0.0, 2.0 + keys(50) + 0.5 * 50.0),
    ));
    rows.push(ceiling(
        "public rooms by name, page of 50 of 60 (REST)",
        O::PublicRoomList,
        budget(3, 0.0, 2.0 + keys(50) + 0.5 * 50.0),
    ));
    // The list; half a unit for each room, and for each member of those that have as many; what is found again, consistently.
    rows.push(ceiling(
        "find a room of 3, 200 rooms of which 20 have 3 members (REST)",
        O::FindRoom { rooms: 200 },
        budget(CALLER.0 + 4, 0.0, CALLER.1 + keys(200) + 100.0 + 30.0 + 2.0),
    ));
    // Of each room: its row and the member's, the check of the member (double, in a transaction), head and backlog; and the subscription.
    for (n, round_trips) in [(10, 4), (100, 8)] {
        let of_rooms = n as f64;
        let budget = budget(round_trips, 6.0 + 4.0 * of_rooms, 1.0 + 5.0 * of_rooms);
        rows.push(ceiling(
            format!("resume, {n} rooms (nothing new)"),
            O::Resume { rooms: n },
            budget,
        ));
    }
    for log in [Log::Messages, Log::Mixed, Log::Gap] {
        let name = format!("page by number, {}", log.name());
        rows.push(design(name, O::MessageNumber(log), budget(8, 0.0, 8.0)));
    }
    rows.extend([
        ceiling("leave_room", O::LeaveRoom, budget(2, 2.0, 0.0)),
        ceiling("ping, 10 rooms", O::Ping { rooms: 10 }, budget(2, 3.0, 20.0)),
        ceiling(
            "$disconnect, 10 rooms",
            O::Disconnect { rooms: 10 },
            budget(2, 12.0, 0.0),
        ),
        // The entry, the member with the index, and the check of the owner; room, both members and the user are read.
        ceiling("set_role, 10 connections", O::SetRole, budget(5, 10.0, 7.0)),
        // Others wrote since the sender's last message: one more read.
        ceiling(
            "send_message in slow mode, 10 connections",
            O::SlowMode,
            budget(4, 1.0, 8.0),
        ),
        // Somebody wrote within the last minute: one more read.
        ceiling(
            "send_message with limits per minute, 10 connections",
            O::RateLimited,
            budget(4, 1.0, 8.0),
        ),
        // A counter of the user's messages and one of the app's.
        ceiling(
            "send_message in an app with quotas, 10 connections",
            O::Counted,
            budget(5, 3.0, 5.0),
        ),
        // The app's row, read at once with the others.
        ceiling(
            "send_message, the first of its app in 10 s, 10 connections",
            O::FirstOfTheApp,
            budget(3, 1.0, 5.0 + connections(10)),
        ),
        // The token. Each: the last event and the external id; then three rows in one transaction, the user's in an index too. Sixteen
        // at once.
        ceiling(
            "events that make 16 users (REST)",
            O::TakeEvents { users: 16 },
            budget(4, 16.0 * 10.0, 1.0 + 16.0 * 2.0),
        ),
        // The list, then half a unit for the external id and for the row of each.
        ceiling(
            "friends, page of 50 (REST)",
            O::ListFriends(50),
            budget(CALLER.0 + 4, 0.0, CALLER.1 + 1.0 + keys(50) + 50.0),
        ),
        ceiling("add member (REST)", O::AddMember, budget(6, 7.0, 8.0)),
        // An invite from before goes with the member, and it is noted where the user was. and a row stays that says where a user was.
        ceiling("leave a group (REST)", O::LeaveGroup, budget(9, 16.0, 8.0)),
    ]);
    rows.extend(erasure::rows());
    rows.extend(presence::rows());
    // By the queue: the row that is taken out, then the connections, the rows of those it names, and the names of those who type.
    rows.push(ceiling(
        "what 10 users report in a room of 100",
        O::Gathered { connections: 100 },
        budget(2, 1.0, some(100) + 10.0 + 0.5 * 10.0),
    ));
    rows.extend(membership::rows());
    rows.extend(room_write::rows());
    rows.extend(by_action::rows());
    rows
}

/// Positions, receipts and what is unread.
fn of_reading() -> Vec<Row> {
    use Operation as O;
    // A user's own connections, to be told: few rows.
    let own = 1.0;
    // The list, then half a unit for the end of each log and for each row of the user, then for the row of each room that has
    // something unread, then the tails.
    let unread = CALLER.1 + keys(20) + 20.0 + 20.0 * 0.5 + 20.0 * entries(5) / 2.0;
    let lists = 20.0 * keys(5);
    let unread_of = lists + 5.0 * 0.5 + 100.0 * 0.5 + 5.0 * 0.5 + 100.0 * entries(5) / 2.0;
    vec![
        ceiling("mark_unread", O::MarkUnread, budget(3, 2.0, 3.0 + own)),
        ceiling(
            "mark_delivered, 10 connections",
            O::MarkDelivered { connections: 10 },
            budget(2, 1.0, 1.0 + some(10)),
        ),
        ceiling("set_notification", O::SetNotification, budget(2, 1.0, own)),
        ceiling(
            "read positions, 50 members (REST)",
            O::ReadPositions,
            budget(CALLER.0 + 1, 0.0, CALLER.1 + 2.0 + members(50)),
        ),
        ceiling(
            "message status, 50 members (REST)",
            O::MessageStatus,
            budget(CALLER.0 + 3, 0.0, CALLER.1 + 5.0 + members(50)),
        ),
        ceiling(
            "unread, 5 in each of 20 rooms (REST)",
            O::Unread { rooms: 20, unread: 5 },
            budget(CALLER.0 + 4, 0.0, unread),
        ),
        // Lists of 16 users at once; 100 tails, 64 at once. The ends of the logs are read once for all users.
        ceiling(
            "unread of 20 users, 5 in each of 5 rooms",
            O::UnreadOf {
                users: 20,
                rooms: 5,
                unread: 5,
            },
            budget(2 + 1 + 1 + 2, 0.0, unread_of),
        ),
    ]
}

/// Pins and stars.
fn of_what_is_kept() -> Vec<Row> {
    use Operation as O;
    vec![
        // Of a transaction, each row twice: the entry, the pins, and the check that the message is not deleted.
        ceiling(
            "pin_message by the backend, 10 connections",
            O::PinMessage { connections: 10 },
            budget(6, 6.0, 5.0 + connections(10)),
        ),
        ceiling(
            "a room's pins, 10 (REST)",
            O::ListPins(10),
            budget(CALLER.0 + 3, 0.0, CALLER.1 + 3.0 + 10.0 + 0.5),
        ),
        ceiling("star_message", O::StarMessage, budget(4, 2.0, 5.0 + 1.0)),
        // The list, then room and member of each room, consistently, and the messages, then the senders.
        ceiling(
            "a page of 20 stars in 20 rooms (REST)",
            O::ListStars(20),
            budget(CALLER.0 + 3, 0.0, CALLER.1 + keys(30) + 40.0 + 10.0 + 0.5),
        ),
    ]
}

/// The rows whose cost depends on how many connections a room has.
fn of_a_room(n: usize) -> Vec<Row> {
    use Operation as O;
    let send = |how: How, round_trips, write_units| {
        let name = format!("send_message, {}, {n} connections", how.name());
        let budget = Budget {
            durable: Some(round_trips - 1),
            // The request, then the acknowledgement, which is the sender's copy, and one post for each other connection.
            billable: Some(1 + n),
            ..budget(round_trips, write_units, 4.0 + connections(n))
        };
        design(name, O::Send { how, connections: n }, budget)
    };
    let change = |what: Change, round_trips, write_units, read_units| {
        let name = format!("{}, {n} connections", what.name());
        let budget = Budget {
            billable: Some(1 + n),
            ..budget(round_trips, write_units, read_units + connections(n))
        };
        ceiling(name, O::Change { what, connections: n }, budget)
    };
    let (note, unit, together) = noted(n);
    let mut rows = vec![
        // Each is a transaction, which doubles its units, with a check that its author is a member at that moment.
        change(Change::Edit, 4, 6.0, 6.0),
        change(Change::Delete, 4, 6.0, 6.0),
        change(Change::AddReaction, 4, 8.0, 6.0),
        change(Change::Reply, 3, 5.0, 6.0),
        send(How::Plain, 3, 1.0),
        send(How::Base, 3, 1.0),
        send(How::Claim, 4, 2.0),
        design(
            format!("a room's {n} connections"),
            O::Connections(n),
            budget(1, 0.0, connections(n)),
        ),
        design(
            format!("mark_read, {n} connections{together}"),
            O::MarkRead { connections: n },
            budget(2 + note, 1.0 + unit, 1.5 + some(n)),
        ),
        design(
            format!("typing, {n} connections{together}"),
            O::Typing { connections: n },
            budget(2, unit, 1.0 + some(n)),
        ),
        ceiling(
            format!("remove member, {n} connections (REST)"),
            O::RemoveMember { connections: n },
            budget(9, 16.0, 7.0 + connections(n)),
        ),
    ];
    rows.extend(presence::of_a_room(n));
    rows
}
