//! Rooms. Those that are made here are public: whoever knows of one may join it, as in the service. One that was made elsewhere and
//! lets nobody in is not there.

use std::collections::HashSet;

use axum::Json;
use axum::body::Body;
use axum::response::IntoResponse;
use parlour_domain::access::Actor;
use parlour_domain::room::{History, RoomChange, RoomKind, RoomSettings};
use parlour_domain::text::DisplayName;
use parlour_domain::{Moment, RoomId, UserId, limits};
use parlour_protocol::dialect::People;
use parlour_protocol::dialect::chat_panel::rest::{
    Bare, ChangedRoom, Listed, NewPanelRoom, Occupant, Paging, Problem, Room, Row, message_count,
};
use parlour_protocol::request::NewRoom;
use parlour_protocol::view::{EntryView, RoomView};
use parlour_service::occupied_rooms::{self, Occupied};
use parlour_service::{Error, create_room, delete_room, enter_room, history, people, update_room};

use super::message::senders;
use super::{Answered, Asked, Refusal, read};

/// A room, who is in it, and what was said there last, newest first.
struct Found {
    occupied: Occupied,
    messages: Vec<EntryView>,
    people: People,
}

async fn found(asked: &Asked<'_>, actor: &Actor, room: RoomId, count: usize) -> Result<Found, Error> {
    let part = history::Numbered {
        newest_first: true,
        skip: 0,
        count,
    };
    let (occupied, part) = tokio::join!(
        occupied_rooms::get(asked.parlour(), actor, room),
        history::numbered(asked.parlour(), actor, room, part),
    );
    let (occupied, mut messages) = (occupied?, part?.items);
    messages.retain(|message| message.deleted_at.is_none());
    let users = occupied.members.iter().map(|member| member.user);
    let users = users.chain(senders(&messages));
    let people = people::many(asked.parlour(), actor.app(), users).await?;
    Ok(Found {
        occupied,
        messages,
        people,
    })
}

fn occupants(room: &Occupied, people: &People) -> Vec<Occupant> {
    let members = room.members.iter();
    let occupant = members.map(|member| {
        let seen = people.seen(&member.user.to_string());
        Occupant::new(seen, member.joined_at.to_string())
    });
    occupant.collect()
}

impl Found {
    fn bare(&self) -> Vec<Bare> {
        let messages = self.messages.iter();
        messages.map(|message| Bare::new(message, &self.people)).collect()
    }
}

fn name(text: &str) -> Result<DisplayName, Refusal> {
    let name = DisplayName::parse(text);
    Ok(name.map_err(|why| Problem::invalid(&[format!("name {why}")]))?)
}

/// No room is made with users of whom one is not there.
const NO_SUCH_USERS: Refusal = Refusal::Says("Failed to create room! Please confirm that you use valid user ids", 400);

pub(super) async fn create(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, body: Body) -> Answered {
    let body = read(body).await?;
    let NewPanelRoom { name: text, users } = NewPanelRoom::read(&body)?;
    let name = name(&text)?;
    let named = people::all_named(asked.parlour(), actor.app(), &users).await;
    let members = named.map_err(|error| match error {
        Error::NotFound => NO_SUCH_USERS,
        error => error.into(),
    })?;
    if members.iter().collect::<HashSet<_>>().len() < members.len() {
        return Err(NO_SUCH_USERS);
    }
    let new = NewRoom {
        kind: RoomKind::Group,
        name: Some(name),
        members: members.clone(),
        public: true,
        key: None,
        history: History::All,
        custom: None,
        settings: RoomSettings::default(),
    };
    let key = asked.key(&body)?;
    let made = create_room::create_room(asked.parlour(), moment, actor, new, key.as_ref()).await;
    let made = made.map_err(|error| match error {
        Error::Invalid(invalid) if invalid.field == "members" => NO_SUCH_USERS,
        error => error.into(),
    })?;
    let rows = rows_of_new(asked, actor, &made.value, members).await?;
    asked.says("Room successfully crated!", 201, Room::new(&made.value, rows))
}

/// Those who are in a room that was just made: the users who were named, and the one who made it, if it was one.
async fn rows_of_new(
    asked: &Asked<'_>,
    actor: &Actor,
    room: &RoomView,
    mut members: Vec<UserId>,
) -> Result<Vec<Row>, Refusal> {
    let maker = actor.user().filter(|maker| !members.contains(maker));
    members.extend(maker);
    let people = people::many(asked.parlour(), actor.app(), members.iter().copied()).await?;
    let row = |user: &UserId| {
        let seen = people.seen(&user.to_string());
        Row::new(seen.id, &room.id, room.created_at.clone())
    };
    Ok(members.iter().map(row).collect())
}

pub(super) async fn list(asked: &Asked<'_>, actor: &Actor) -> Answered {
    let paging = Paging::read(&asked.query)?;
    let found = occupied_rooms::list(asked.parlour(), actor, (paging.skip, paging.count)).await?;
    let room = |item: &Occupied| Room::<Occupant>::new(&item.room, occupants(item, &found.people));
    let rooms = found.items.iter().map(room).collect();
    asked.says("Successfully found all rooms!", 200, paging.of(found.total, rooms))
}

pub(super) async fn get(asked: &Asked<'_>, actor: &Actor, id: &str) -> Answered {
    let count = message_count(&asked.query)?;
    let room = asked.room(actor, id).await.map_err(Refusal::no_room)?;
    let found = found(asked, actor, room, count).await.map_err(Refusal::no_room)?;
    let messages = found.messages.iter();
    let messages = messages.map(|message| Listed::new(message, &found.people)).collect();
    let room = Room::new(&found.occupied.room, occupants(&found.occupied, &found.people));
    asked.says("Successfully found the room!", 200, room.with::<Listed>(messages))
}

pub(super) async fn update(
    asked: &Asked<'_>,
    moment: &mut Moment,
    actor: &Actor,
    (id, body): (&str, Body),
) -> Answered {
    let body = read(body).await?;
    let text = ChangedRoom::read(&body)?.name;
    let change = RoomChange {
        name: text.as_deref().map(name).transpose()?.map(Some),
        ..RoomChange::default()
    };
    let room = asked.room(actor, id).await.map_err(Refusal::no_room)?;
    let key = asked.key(&body)?;
    let changed = update_room::update_room(asked.parlour(), moment, actor, room, change, key.as_ref()).await;
    let changed = changed.map_err(Refusal::no_room)?.value;
    let occupied = occupied_rooms::get(asked.parlour(), actor, room).await;
    let occupied = occupied.map_err(Refusal::no_room)?;
    let users = occupied.members.iter().map(|member| member.user);
    let people = people::many(asked.parlour(), actor.app(), users).await?;
    let room = Room::<Occupant>::new(&changed, occupants(&occupied, &people));
    asked.says("Successfully updated the room!", 200, room)
}

/// The one answer without an envelope, as in the service.
pub(super) async fn delete(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, id: &str) -> Answered {
    let room = asked.room(actor, id).await.map_err(Refusal::no_room)?;
    let found = found(asked, actor, room, limits::PAGE_ITEMS).await;
    let found = found.map_err(Refusal::no_room)?;
    let key = asked.key(b"")?;
    let done = delete_room::delete_room(asked.parlour(), moment, actor, room, key.as_ref()).await;
    done.map_err(Refusal::no_room)?;
    let room = Room::new(&found.occupied.room, occupants(&found.occupied, &found.people));
    let room = room.with::<Bare>(found.bare()).deleted(moment.now.to_string());
    Ok((asked.success(), Json(room)).into_response())
}

pub(super) async fn join(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, id: &str) -> Answered {
    if actor.user().is_none() {
        return Err(Problem::no_user().into());
    }
    let room = asked.room(actor, id).await.map_err(Refusal::no_room)?;
    let entered = enter_room::enter_room(asked.parlour(), moment, actor, room).await;
    entered.map_err(Refusal::no_room)?;
    let found = found(asked, actor, room, limits::PAGE_ITEMS).await;
    let found = found.map_err(Refusal::no_room)?;
    let members = found.occupied.members.iter();
    let row = members.map(|member| {
        let seen = found.people.seen(&member.user.to_string());
        Row::new(seen.id, &found.occupied.room.id, member.joined_at.to_string())
    });
    let room = Room::new(&found.occupied.room, row.collect());
    asked.says("Successfully join room", 200, room.with::<Bare>(found.bare()))
}
