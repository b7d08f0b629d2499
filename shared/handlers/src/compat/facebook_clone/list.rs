//! Lists, page by page.

use axum::Json;
use axum::response::{IntoResponse, Response};
use parlour_domain::Moment;
use parlour_domain::access::Actor;
use parlour_protocol::dialect::facebook_clone::rest::{PAGE, Page, Wanted, only_online};
use parlour_protocol::dialect::facebook_clone::{Message, Room, User, friend_in};
use parlour_protocol::view::RoomListItem;
use parlour_service::company::Company;
use parlour_service::friend_messages::{self, FriendMessages};
use parlour_service::friend_rooms::{self, FriendRooms};
use parlour_service::{Error, history, list_rooms};
use serde::Serialize;

use super::refusal::Refusal;
use super::{Asked, named};

/// Items of a page, for use-cases.
const COUNT: usize = PAGE as usize;

impl Asked<'_> {
    fn wanted(&self) -> Result<Wanted, Refusal> {
        Wanted::read(self.parameter("page")).ok_or_else(Refusal::no_page)
    }

    fn page<T: Serialize>(&self, total: u64, wanted: Wanted, results: Vec<T>) -> Result<Response, Refusal> {
        let number = wanted.of(total).ok_or_else(Refusal::no_page)?;
        let url = format!("{}{}", self.mounted.root, self.parts.uri.path());
        let query = self.parts.uri.query().unwrap_or_default();
        Ok(Json(Page::new(total, number, results, (&url, query))).into_response())
    }
}

/// How many items stand before the last page.
fn before_last(total: u64) -> u64 {
    Wanted::Last.of(total).map_or(0, |pages| (pages - 1) * PAGE)
}

/// The rooms of the user, the one with the latest activity first.
pub(super) async fn rooms(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor) -> Result<Response, Refusal> {
    let online = only_online(asked.parameter("filter")).map_err(|body| Refusal::new(400, body))?;
    let wanted = asked.wanted()?;
    let found = found_rooms(asked, moment, actor, (online, wanted)).await;
    let FriendRooms { items, company, total } = found.map_err(|error| asked.refused(error))?;
    let room = |item: &RoomListItem| Room::new(item, friend(item, &company, actor));
    asked.page(total, wanted, items.iter().map(room).collect())
}

async fn found_rooms(
    asked: &Asked<'_>,
    moment: &mut Moment,
    actor: &Actor,
    (online, wanted): (bool, Wanted),
) -> Result<FriendRooms, Error> {
    let parlour = &asked.rest.parlour;
    let part = list_rooms::Numbered {
        online_at: online.then_some(moment.now),
        skip: wanted.skip().unwrap_or_default(),
        count: if wanted == Wanted::Last { 0 } else { COUNT },
    };
    let found = friend_rooms::list(parlour, moment, actor, part).await?;
    if wanted != Wanted::Last {
        return Ok(found);
    }
    let last = list_rooms::Numbered {
        skip: before_last(found.total),
        count: COUNT,
        ..part
    };
    friend_rooms::list(parlour, moment, actor, last).await
}

/// Messages of a room, the newest first. Of a room that is none of the user's there are none.
pub(super) async fn messages(asked: &Asked<'_>, moment: &Moment, actor: &Actor) -> Result<Response, Refusal> {
    let wanted = asked.wanted()?;
    let found = found_messages(asked, moment, actor, wanted).await?;
    let Some(FriendMessages { items, company, total }) = found else {
        return asked.page(0, wanted, Vec::<Message>::new());
    };
    let own = actor.user().map(|user| user.to_string()).unwrap_or_default();
    let message = |(entry, is_read): &(_, bool)| {
        let entry: &parlour_protocol::view::EntryView = entry;
        let sender = user(&company, entry.user_id.as_deref().unwrap_or_default());
        Message::new(entry, sender, &own, *is_read)
    };
    asked.page(total, wanted, items.iter().map(message).collect())
}

async fn found_messages(
    asked: &Asked<'_>,
    moment: &Moment,
    actor: &Actor,
    wanted: Wanted,
) -> Result<Option<FriendMessages>, Refusal> {
    let Some(room) = named(asked, actor).await? else {
        return Ok(None);
    };
    let parlour = &asked.rest.parlour;
    let part = |skip, count| history::Numbered {
        newest_first: true,
        skip,
        count,
    };
    let skip = match wanted.skip() {
        Some(skip) => Ok(skip),
        None => history::numbered(parlour, actor, room, part(0, 0))
            .await
            .map(|all| before_last(all.total)),
    };
    let found = match skip {
        Ok(skip) => friend_messages::list(parlour, actor, room, part(skip, COUNT), moment.now).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(asked.refused(error)),
    }
}

/// The other one in a room.
pub(super) fn friend(item: &RoomListItem, company: &Company, actor: &Actor) -> Option<User> {
    let own = actor.user().map(|user| user.to_string()).unwrap_or_default();
    friend_in(item, &own).map(|id| user(company, id))
}

fn user(company: &Company, id: &str) -> User {
    let presence = company.presence(id);
    let is_online = presence.is_some_and(|presence| presence.online);
    let last_seen = presence.and_then(|presence| presence.last_seen_at.as_deref());
    User::new(company.seen(id), is_online, last_seen)
}
