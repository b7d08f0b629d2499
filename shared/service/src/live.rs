//! Tasks of the `fan_out` queue: who comes and goes, what larger rooms hear of together, and erasures, piece by piece
//! (`erasure.rs`). Telling takes reads, and the end of a connection a wait, that no handshake and no answer should pay for. A task
//! that is lost costs a hint, or time: what is true is in the leases, and what is left to erase in the tasks' rows.

mod arrived;
mod gathered;
mod gone;
mod watchers;

use parlour_domain::{AppId, ConnectionId, RoomId, RoomNumber, TaskId, Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::follow_rooms::follow_room;
use crate::{Error, Parlour, Session, erasure, tell_user};

/// Reads or rooms under way at once.
const PARALLEL: usize = 8;

/// What a user's connections hear who is a member of a room from here on.
pub(crate) const ADDED_TO_ROOM: &str = "added_to_room";

/// Something to find out and tell. Its JSON is not for clients: only versions of Parlour read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    app: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
enum What {
    /// A connection was made, or has joined these rooms.
    Arrived {
        user: String,
        connection: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rooms: Vec<u64>,
    },
    /// A connection has ended.
    Ended { user: String, connection: String },
    /// A connection has left a room.
    Left { user: String, room: u64 },
    /// A room is to hear of what was gathered for it.
    Gathered { room: u64 },
    /// A piece of an erasure is to be done.
    Erase { id: String },
    /// Users are to hear of something on all their connections.
    Tell {
        users: Vec<String>,
        event: String,
        data: Value,
    },
}

impl Task {
    /// Reads a message of the queue; `None`: it is none of ours.
    #[must_use]
    pub fn read(message: &str) -> Option<Self> {
        serde_json::from_str(message).ok()
    }
}

/// Does a task. Doing it again does no harm.
///
/// # Errors
/// [`Error::Store`]; doing it again may succeed.
pub async fn run(parlour: &Parlour, task: Task, now: Timestamp) -> Result<(), Error> {
    let Ok(app) = AppId::parse(&task.app) else {
        return Ok(());
    };
    match task.what {
        What::Arrived {
            user,
            connection,
            rooms,
        } => match (UserId::parse(&user), ConnectionId::parse(&connection)) {
            (Ok(user), Ok(connection)) => {
                let rooms: Vec<RoomNumber> = rooms.into_iter().filter_map(RoomNumber::new).collect();
                arrived::arrived(parlour, &app, user, &connection, &rooms, now).await
            }
            _ => Ok(()),
        },
        What::Ended { user, connection } => match (UserId::parse(&user), ConnectionId::parse(&connection)) {
            (Ok(user), Ok(connection)) => gone::ended(parlour, &app, user, &connection, now).await,
            _ => Ok(()),
        },
        What::Left { user, room } => match (UserId::parse(&user), RoomNumber::new(room)) {
            (Ok(user), Some(room)) => gone::gone_from(parlour, &app, user, &[room], now).await,
            _ => Ok(()),
        },
        What::Gathered { room } => match RoomNumber::new(room) {
            Some(room) => gathered::tell(parlour, &app, room, now).await,
            None => Ok(()),
        },
        What::Erase { id } => match TaskId::parse(&id) {
            Ok(id) => erasure::piece(parlour, &app, id, now).await,
            Err(_) => Ok(()),
        },
        What::Tell { users, event, data } => {
            let room = (event == ADDED_TO_ROOM).then(|| room_of(&app, &data)).flatten();
            for user in users.iter().filter_map(|user| UserId::parse(user).ok()) {
                tell_user(parlour, &app, user, (event.as_str(), &data), None, now).await;
                if let Some(room) = room {
                    follow_room(parlour, &app, user, room, now).await?;
                }
            }
            Ok(())
        }
    }
}

/// The room that an event is about.
fn room_of(app: &AppId, data: &Value) -> Option<RoomNumber> {
    RoomId::parse(data.get("room_id")?.as_str()?).ok()?.number(app).ok()
}

/// The user has a new connection, or it has joined these rooms: whoever is to hear of that will.
pub(crate) async fn arrived(parlour: &Parlour, session: &Session, rooms: &[RoomNumber]) {
    let what = What::Arrived {
        user: session.user.to_string(),
        connection: session.connection.to_string(),
        rooms: rooms.iter().map(|room| room.get()).collect(),
    };
    put(parlour, vec![message(&session.app, what)], 0).await;
}

/// A connection has ended; whoever is to hear of that will, unless its user comes back soon. If the queue does not take it,
/// `sweep` finds the connection.
pub(crate) async fn ended(parlour: &Parlour, app: &AppId, user: UserId, connection: &ConnectionId) {
    put(
        parlour,
        vec![end_of(app, user, connection)],
        limits::PRESENCE_GRACE_SECONDS,
    )
    .await;
}

/// These connections ended so long ago that nobody is waited for.
pub(crate) async fn ended_long_ago(parlour: &Parlour, connections: &[(AppId, UserId, ConnectionId)]) {
    let messages = connections.iter().map(|(app, user, id)| end_of(app, *user, id));
    put(parlour, messages.collect(), 0).await;
}

/// A connection has left a room; whoever is to hear of that will, unless its user comes back soon.
pub(crate) async fn left(parlour: &Parlour, session: &Session, room: RoomNumber) {
    let what = What::Left {
        user: session.user.to_string(),
        room: room.get(),
    };
    put(
        parlour,
        vec![message(&session.app, what)],
        limits::PRESENCE_GRACE_SECONDS,
    )
    .await;
}

/// Something is gathered for a room, which will hear of it and of what comes in the next seconds.
pub(crate) async fn gathered(parlour: &Parlour, app: &AppId, room: RoomNumber) {
    let what = What::Gathered { room: room.get() };
    put(parlour, vec![message(app, what)], limits::AGGREGATE_SECONDS).await;
}

/// A piece of an erasure is to be done: in a second, when the index of memberships has caught up. If the queue does not take it,
/// `sweep` does it later.
pub(crate) async fn erase(parlour: &Parlour, app: &AppId, task: TaskId) {
    let what = What::Erase { id: task.to_string() };
    put(parlour, vec![message(app, what)], 1).await;
}

/// Users are to hear of something on all their connections, when the one who did it has the answer.
pub(crate) async fn tell_users<T: Serialize>(
    parlour: &Parlour,
    app: &AppId,
    users: &[UserId],
    (event, data): (&str, &T),
) {
    // A view of ours always serialises.
    let data = serde_json::to_value(data).unwrap_or_default();
    let tasks = users.chunks(limits::MEMBERS_AT_CREATION).map(|users| {
        let what = What::Tell {
            users: users.iter().map(ToString::to_string).collect(),
            event: event.to_owned(),
            data: data.clone(),
        };
        message(app, what)
    });
    put(parlour, tasks.collect(), 0).await;
}

fn end_of(app: &AppId, user: UserId, connection: &ConnectionId) -> String {
    let what = What::Ended {
        user: user.to_string(),
        connection: connection.to_string(),
    };
    message(app, what)
}

fn message(app: &AppId, what: What) -> String {
    let task = Task {
        app: app.as_str().to_owned(),
        what,
    };
    serde_json::to_string(&task).unwrap_or_default()
}

async fn put(parlour: &Parlour, messages: Vec<String>, seconds: i64) {
    if messages.is_empty() {
        return;
    }
    let seconds = u16::try_from(seconds).unwrap_or_default();
    if let Err(error) = parlour.queue.put_later(messages, seconds).await {
        tracing::warn!(%error, "a task is not in the queue");
    }
}
