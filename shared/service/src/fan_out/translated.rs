//! What the connections of other services' clients get of an event: one read of the users whom it names, for all of them, and only
//! where there is such a connection.

use std::collections::HashMap;

use bytes::Bytes;
use parlour_domain::dialect::Service;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};
use parlour_protocol::dialect::{self, Beside, Event, People, Recipient};
use parlour_protocol::view::{EntryView, RoomListItem};
use parlour_store::Subscriber;

use super::text::Text;
use crate::{Error, Parlour, list_rooms, people, room_info};

/// An event, and what is known of those whom it names.
#[derive(Debug)]
pub(super) struct Translated {
    event: Event,
    people: People,
    rooms: HashMap<UserId, RoomListItem>,
    beside: Beside,
    now: Timestamp,
}

/// Reads what is needed to tell these subscribers. `None`: none of them needs it, or it cannot be read, so they are not told.
pub(super) async fn translated(
    parlour: &Parlour,
    (app, room): (&AppId, Option<RoomNumber>),
    text: Text<'_>,
    subscribers: &[Subscriber],
    now: Timestamp,
) -> Option<Translated> {
    if subscribers.iter().all(|subscriber| subscriber.dialect.is_none()) {
        return None;
    }
    let event = Event::read(text.frame)?;
    match read(parlour, (app, room), &event, subscribers, now).await {
        Ok((people, rooms, beside)) => Some(Translated {
            event,
            people,
            rooms,
            beside,
            now,
        }),
        Err(error) => {
            tracing::warn!(%error, "what clients of other services are told cannot be read");
            None
        }
    }
}

async fn read(
    parlour: &Parlour,
    (app, room): (&AppId, Option<RoomNumber>),
    event: &Event,
    subscribers: &[Subscriber],
    now: Timestamp,
) -> Result<(People, HashMap<UserId, RoomListItem>, Beside), Error> {
    let beside = beside(parlour, (app, room), event, subscribers, now).await?;
    let mut named = event.users();
    named.extend(beside.users());
    named.sort_unstable();
    named.dedup();
    let wants = |subscriber: &&Subscriber| {
        let service = subscriber.dialect;
        service.is_some_and(|service| dialect::needs_room(service, &event.name))
    };
    let rooms = async {
        let mut rooms = HashMap::new();
        let Some(room) = room else { return Ok(rooms) };
        for user in subscribers.iter().filter(wants).map(|subscriber| subscriber.user) {
            if rooms.contains_key(&user) {
                continue;
            }
            let Some(item) = list_rooms::one(parlour, (app, user), room).await? else {
                continue;
            };
            let is_of_two = item.room.member_count == 2;
            rooms.insert(user, item);
            // Of larger rooms nothing is said that needs more.
            if !is_of_two {
                break;
            }
        }
        Ok::<_, Error>(rooms)
    };
    let numbered = subscribers.iter().filter_map(|subscriber| subscriber.dialect);
    let numbered = numbered.into_iter().any(Service::needs_numbers);
    let people = async {
        match numbered {
            true => people::numbered(parlour, app, &named).await,
            false => people::people(parlour, app, &named).await,
        }
    };
    let (people, rooms) = tokio::join!(people, rooms);
    Ok((people?, rooms?, beside))
}

/// What else the protocols of these subscribers say with the event, once for all of them.
async fn beside(
    parlour: &Parlour,
    (app, room): (&AppId, Option<RoomNumber>),
    event: &Event,
    subscribers: &[Subscriber],
    now: Timestamp,
) -> Result<Beside, Error> {
    let Some(number) = room else {
        return Ok(Beside::default());
    };
    let services = || subscribers.iter().filter_map(|subscriber| subscriber.dialect);
    let message = async {
        let about = event.data.get("message_seq").and_then(serde_json::Value::as_u64);
        let about = about.filter(|_| services().any(|service| dialect::needs_message(service, &event.name)));
        let Some(seq) = about.and_then(Seq::new) else {
            return Ok(None);
        };
        let entry = parlour.store.entry(app, number, seq).await?;
        Ok::<_, Error>(entry.map(|entry| EntryView::new(app, number, &entry, None)))
    };
    let roster = async {
        if !services().any(|service| dialect::needs_roster(service, &event.name)) {
            return Ok(None);
        }
        Ok::<_, Error>(room_info::roster_to_tell(parlour, app, number, now).await?)
    };
    let (message, roster) = tokio::join!(message, roster);
    Ok(Beside {
        room,
        message: message?,
        roster: roster?,
    })
}

impl Translated {
    /// The frames that a connection of this service's client gets of the event.
    pub(super) fn frames(&self, service: Service, user: UserId, text: Text<'_>) -> Vec<Bytes> {
        let own;
        let event = match text.of(user) {
            None => return Vec::new(),
            Some(std::borrow::Cow::Borrowed(_)) => &self.event,
            Some(std::borrow::Cow::Owned(text)) => match Event::read(&text) {
                Some(event) => {
                    own = event;
                    &own
                }
                None => return Vec::new(),
            },
        };
        let to = Recipient {
            user,
            people: &self.people,
            room: self.rooms.get(&user),
            now: self.now,
        };
        dialect::encode(service, event, to, &self.beside)
            .into_iter()
            .map(Bytes::from)
            .collect()
    }
}
