//! What callsewa tells of: users, rooms, messages and connections, their fields in the order of its document. Times are as Sequelize
//! writes them, which is as Parlour does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlour_domain::{RoomNumber, Seq, integer_id};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::{People, Roster, said};
use super::app_number;
use crate::view::{EntryView, MemberView, RoomView};

/// Nobody's id, of whom the service has no number: the backend, and who is deleted.
const NOBODY: u64 = 0;

/// A user. The service showed everyone's token to everyone, and the app's credential: here nobody sees any.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    id: u64,
    app_id: u64,
    first_name: String,
    /// `null`: the integrator's own system calls them something that is no number.
    app_user_id: Option<i64>,
    last_name: String,
    middle_name: Option<String>,
    token: Option<String>,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
}

impl User {
    /// The user of this id of Parlour's; `None`: they are deleted.
    #[must_use]
    pub fn new(people: &People, id: &str) -> Option<Self> {
        let known = people.known(id)?;
        let names = known.names.clone();
        Some(Self {
            id: known.seen.number?,
            app_id: app_number(),
            first_name: names.first,
            app_user_id: app_user_id(&known.seen.id),
            last_name: names.last,
            middle_name: names.middle,
            token: None,
            created_at: known.created_at.to_string(),
            updated_at: known.updated_at.to_string(),
            deleted_at: None,
        })
    }
}

fn app_user_id(id: &str) -> Option<i64> {
    let number: i64 = id.parse().ok()?;
    // `007` and `7` are two users.
    (number.to_string() == id).then_some(number)
}

fn number(people: &People, id: Option<&str>) -> u64 {
    id.and_then(|id| people.seen(id).number).unwrap_or(NOBODY)
}

/// The id of the message at this place; 0: it has none that fits, which takes a log of two thousand million entries.
fn message_id(room: RoomNumber, seq: u64) -> u64 {
    let id = Seq::new(seq).and_then(|seq| integer_id::of_message(room, seq));
    id.unwrap_or_default()
}

/// A text as the service tells it, which a client sends as it is.
fn encoded(text: &str) -> String {
    STANDARD.encode(text)
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    id: u64,
    room_id: u64,
    message: String,
    user_id: u64,
    updated_at: String,
    created_at: String,
    deleted_at: Option<String>,
    /// The document leaves it out, the service does not.
    user: Option<User>,
}

impl Chat {
    /// A message of this room. What it said that is deleted is not said again.
    #[must_use]
    pub fn new(room: RoomNumber, entry: &EntryView, people: &People) -> Self {
        let sender = entry.user_id.as_deref();
        let changed = entry.deleted_at.as_ref().or(entry.edited_at.as_ref());
        Self {
            id: message_id(room, entry.seq),
            room_id: room.get(),
            message: encoded(&said(entry).unwrap_or_default()),
            user_id: number(people, sender),
            updated_at: changed.unwrap_or(&entry.created_at).clone(),
            created_at: entry.created_at.clone(),
            deleted_at: entry.deleted_at.clone(),
            user: sender.and_then(|id| User::new(people, id)),
        }
    }
}

/// A message in a page of history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    id: u64,
    message: String,
    user_id: u64,
    created_at: String,
    updated_at: String,
    user: Option<User>,
}

impl From<Chat> for Listed {
    fn from(chat: Chat) -> Self {
        Self {
            id: chat.id,
            message: chat.message,
            user_id: chat.user_id,
            created_at: chat.created_at,
            updated_at: chat.updated_at,
            user: chat.user,
        }
    }
}

/// A room with its members.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    id: u64,
    app_id: u64,
    room: String,
    extra: Map<String, Value>,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
    users: Vec<Member>,
}

impl Room {
    /// A room, with as many of its members as fit into about `most` bytes.
    #[must_use]
    pub fn new(number: RoomNumber, room: &RoomView, members: &[MemberView], people: &People, most: usize) -> Self {
        let members = members.iter().filter_map(|member| Member::new(number, member, people));
        Self {
            id: number.get(),
            app_id: app_number(),
            room: name(room).to_owned(),
            extra: room.custom.clone().unwrap_or_default(),
            created_at: room.created_at.clone(),
            updated_at: room.updated_at.clone(),
            deleted_at: None,
            users: fitting(members, most),
        }
    }
}

/// What a room is called: its name in the integrator's own system, where it has one.
#[must_use]
pub fn name(room: &RoomView) -> &str {
    room.key.as_deref().unwrap_or(&room.id)
}

/// A user as a member of a room.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Member {
    #[serde(flatten)]
    user: User,
    #[serde(rename = "RoomUser")]
    membership: Membership,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    user_id: u64,
    room_id: u64,
    /// The last message that they have seen.
    chat_id: Option<u64>,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
}

impl Member {
    fn new(room: RoomNumber, member: &MemberView, people: &People) -> Option<Self> {
        let user = User::new(people, &member.user_id)?;
        let seen = Some(member.read_seq).filter(|seq| *seq > 0);
        let membership = Membership {
            user_id: user.id,
            room_id: room.get(),
            chat_id: seen.map(|seq| message_id(room, seq)),
            created_at: member.joined_at.clone(),
            updated_at: member.joined_at.clone(),
            deleted_at: None,
        };
        Some(Self { user, membership })
    }
}

/// Who is connected to a room.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoomData {
    room: String,
    users: Vec<Connected>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Connected {
    app_id: u64,
    room: String,
    room_id: u64,
    sender: u64,
    /// The connection's, as its client knows it.
    id: String,
}

impl RoomData {
    /// The connections of one room, of one app. The service listed those of all rooms of all apps.
    #[must_use]
    pub fn new(roster: &Roster, people: &People) -> Self {
        let connected = roster.connections.iter().map(|(user, connection)| Connected {
            app_id: app_number(),
            room: roster.room.clone(),
            room_id: roster.number.get(),
            sender: number(people, Some(&user.to_string())),
            id: connection.to_string(),
        });
        Self {
            room: roster.room.clone(),
            users: connected.collect(),
        }
    }
}

/// The first of these, as many as fit into `most` bytes, but one at least.
pub(super) fn fitting<T: Serialize>(items: impl IntoIterator<Item = T>, most: usize) -> Vec<T> {
    let mut size = 0;
    let mut fitting = Vec::new();
    for item in items {
        size += serde_json::to_string(&item).map_or(0, |text| text.len() + 1);
        if size > most && !fitting.is_empty() {
            break;
        }
        fitting.push(item);
    }
    fitting
}
