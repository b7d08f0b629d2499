//! Which codes a request can be refused with.
//!
//! What a credential is refused with, every operation of REST that takes one can be. All others are those that the end-to-end suite sees:
//! `refusals.txt` has a line for each operation, `cargo xtask test --only rust` holds it equal to what was seen, and with
//! `PARLOUR_WRITE_REFUSALS=1` writes it anew.
//!
//! An action of the WebSocket does what an operation does, and is refused with the same codes but for those of HTTP; `ACTIONS` says
//! which operation that is. That no other code is seen of an action is held by the same step.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::error::Code;

/// What was seen, by operation.
static SEEN: LazyLock<BTreeMap<&'static str, Vec<Code>>> = LazyLock::new(|| read(include_str!("refusals.txt")));

/// Decided before an operation of REST is looked at: where one can be refused so, all can.
const CREDENTIALS: [Code; 5] = [
    Code::Unauthenticated,
    Code::TokenExpired,
    Code::AmbiguousCredentials,
    Code::OriginNotAllowed,
    Code::UserSuspended,
];

/// What no test of a whole server provokes: it takes a thousand entries, ten thousand members, or a week.
const RARE: [(&str, Code); 6] = [
    ("send_message", Code::OutcomeUnknown),
    ("forward_message", Code::OutcomeUnknown),
    ("add_member", Code::RoomFull),
    ("add_members", Code::RoomFull),
    ("join_room", Code::RoomFull),
    ("accept_invite", Code::RoomFull),
];

/// Decided before an action is looked at, or of its very frame.
const EVERY_ACTION: [Code; 4] = [
    Code::InvalidInput,
    Code::PayloadTooLarge,
    Code::TokenExpired,
    Code::UnknownConnection,
];

/// Of HTTP: a connection has a user and one kind of frame, and a frame that is no JSON names no action.
const OF_HTTP: [Code; 3] = [Code::MalformedJson, Code::UnsupportedMediaType, Code::UserRequired];

/// An action that does what an operation does whose name is another, or does less or more of it.
struct Action {
    name: &'static str,
    /// The operation; empty: REST has none.
    operation: &'static str,
    /// What only the operation is refused with.
    without: &'static [Code],
    /// What only the action is refused with.
    with: &'static [Code],
}

const fn renamed(name: &'static str, operation: &'static str) -> Action {
    but(name, operation, &[])
}

const fn but(name: &'static str, operation: &'static str, without: &'static [Code]) -> Action {
    Action {
        name,
        operation,
        without,
        with: &[],
    }
}

const fn and(name: &'static str, operation: &'static str, with: &'static [Code]) -> Action {
    Action {
        name,
        operation,
        without: &[],
        with,
    }
}

const fn own(name: &'static str, with: &'static [Code]) -> Action {
    and(name, "", with)
}

/// All others are the operations of their names.
const ACTIONS: [Action; 22] = [
    own("join_room", &[Code::NotFound, Code::TooManyRooms]),
    own("resume", &[Code::TooManyRooms]),
    own("leave_room", &[Code::NotFound]),
    own("typing", &[Code::Blocked, Code::Forbidden, Code::Muted, Code::NotFound]),
    own("watch_presence", &[]),
    own("ping", &[]),
    own("reauth", &[Code::Unauthenticated, Code::UserSuspended]),
    // Over a socket these may carry a client's id; over REST they are the same however often they are sent.
    and("join_public_room", "join_room", &[Code::ClientIdConflict]),
    and("exit_room", "leave_room", &[Code::ClientIdConflict]),
    // Files come with a message over REST alone.
    but("send_message", "send_message", &[Code::FileMismatch]),
    // A key is for the backend.
    but("create_room", "create_room", &[Code::RoomKeyTaken]),
    // Of oneself alone.
    but("update_profile", "update_user", &[Code::Forbidden]),
    renamed("withdraw_invite", "revoke_invite"),
    renamed("history", "list_messages"),
    renamed("roster", "list_roster"),
    renamed("edit_history", "list_edits"),
    renamed("read_positions", "list_reads"),
    renamed("message_status", "get_status"),
    renamed("unread", "get_unread"),
    renamed("list_room_invites", "list_invites"),
    renamed("list_invites", "list_own_invites"),
    renamed("presence", "list_presence"),
];

/// The codes of the refusals of an operation of REST, by status and name. `secured`: it takes a credential.
#[must_use]
pub fn of_operation(operation: &str, secured: bool) -> Vec<Code> {
    let mut codes = own_of(operation);
    codes.extend(CREDENTIALS.iter().filter(|_| secured));
    sorted(codes)
}

/// The codes of the refusals of an action of the WebSocket, by status and name.
#[must_use]
pub fn of_action(action: &str) -> Vec<Code> {
    let other = ACTIONS.iter().find(|other| other.name == action);
    let (operation, without, with) = other.map_or((action, [].as_slice(), [].as_slice()), |other| {
        (other.operation, other.without, other.with)
    });
    let mut codes = own_of(operation);
    codes.retain(|code| !OF_HTTP.contains(code) && !without.contains(code));
    codes.extend(with);
    codes.extend(EVERY_ACTION);
    sorted(codes)
}

/// Those that not every operation has.
fn own_of(operation: &str) -> Vec<Code> {
    let rare = RARE.iter().filter(|(of, _)| *of == operation).map(|(_, code)| *code);
    let mut codes = SEEN.get(operation).cloned().unwrap_or_default();
    codes.extend(rare);
    codes
}

fn sorted(mut codes: Vec<Code>) -> Vec<Code> {
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes.dedup();
    codes
}

/// The codes, each with its sentence, as a list in Markdown.
#[must_use]
pub fn told(codes: &[Code]) -> String {
    let line = |code: &Code| format!("- {} `{}`: {}", code.status(), code.as_str(), code.title());
    codes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn read(text: &'static str) -> BTreeMap<&'static str, Vec<Code>> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let known = |name: &str| Code::ALL.iter().copied().find(|code| code.as_str() == name);
    lines
        .map(|(operation, codes)| (operation, codes.split_whitespace().filter_map(known).collect()))
        .collect()
}

/// The operations that have a line.
pub fn operations() -> impl Iterator<Item = &'static str> {
    SEEN.keys().copied()
}

#[cfg(test)]
mod tests;
