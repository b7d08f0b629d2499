//! go-chat: a connection is in the one room that its URL names; opening a public one is joining it.

use parlour_domain::Moment;
use parlour_protocol::dialect::go_chat::{Asked, decode, error, message_history, new_message};
use parlour_service::history::{Numbered, numbered};
use parlour_service::people::people;
use parlour_service::{Error, Parlour, connect as connections, enter_room, join_room, send_message};

use super::{PAGE_BYTES, Refusal, message, refused};
use crate::event::WsEvent;

/// The room of `/ws/chat/{room}`.
pub(super) fn room_in(path: &str) -> Option<&str> {
    let room = path.strip_prefix("/ws/chat/")?;
    (!room.is_empty() && !room.contains('/')).then_some(room)
}

pub(super) async fn connect(parlour: &Parlour, moment: &mut Moment, event: &WsEvent) -> Result<(), Refusal> {
    let session = &event.session;
    let (actor, name) = (session.actor(), event.room.as_deref().unwrap_or_default());
    let room = match enter_room::named(parlour, &actor, name).await {
        // As the service says it of what is no id at all.
        Err(Error::NotFound) if !is_uuid(name) => return Err(Refusal::Status(400)),
        room => room?,
    };
    enter_room::enter_room(parlour, moment, &actor, room).await?;
    connections::connect(parlour, session, moment.now).await?;
    match join_room::join_room(parlour, moment, session, room, None).await {
        Ok(_) => Ok(()),
        Err(error) => {
            // Who is not let in has no connection: nobody tells of its end.
            let ended =
                connections::disconnect(parlour, &session.app, session.user, &session.connection, moment.now).await;
            ended?;
            Err(error.into())
        }
    }
}

/// As strict as the service: lower and upper case, with hyphens.
fn is_uuid(text: &str) -> bool {
    let is_hyphen = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    let bytes = text.bytes().enumerate();
    text.len() == 36
        && bytes.into_iter().all(|(place, byte)| {
            if is_hyphen(place) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

pub(super) async fn act(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, text: &str) -> Vec<String> {
    let Some(asked) = decode(text) else { return Vec::new() };
    let (answer, why) = match asked {
        Asked::Message(content) => (send(parlour, moment, event, content).await, "Failed to send message"),
        Asked::History { offset, limit } => {
            let page = (offset, usize::try_from(limit).unwrap_or_default());
            (history(parlour, moment, event, page).await, "Failed to get history")
        }
    };
    let frame = match answer {
        Ok(frame) => frame,
        Err(refusal) => {
            refused(event, refusal);
            failure(parlour, moment, event, why).await
        }
    };
    vec![frame]
}

/// What a client is told that is not let into its room. Nobody is looked up for it: `connected` may read no table.
pub(super) fn not_found(moment: &Moment, event: &WsEvent) -> String {
    let room = event.room.as_deref().unwrap_or_default();
    let (user, now) = (event.session.user.to_string(), moment.now.to_string());
    error(room, (&user, &now), "Room not found")
}

async fn failure(parlour: &Parlour, moment: &Moment, event: &WsEvent, why: &str) -> String {
    let session = &event.session;
    // That something went wrong is told in any case.
    let people = people(parlour, &session.app, &[session.user]).await.unwrap_or_default();
    let own = people.seen(&session.user.to_string()).id;
    error(
        event.room.as_deref().unwrap_or_default(),
        (&own, &moment.now.to_string()),
        why,
    )
}

/// The sender gets its message as everyone does.
async fn send(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, content: String) -> Result<String, Error> {
    let (session, name) = (&event.session, event.room.as_deref().unwrap_or_default());
    let (actor, message) = (session.actor(), message(content)?);
    let room = enter_room::named(parlour, &actor, name).await?;
    let (from, own) = (Some(&session.connection), [session.user]);
    let (sent, people) = tokio::join!(
        send_message::send_message(parlour, moment, &actor, room, message, from),
        people(parlour, &session.app, &own),
    );
    Ok(new_message(&sent?.value, &people?))
}

async fn history(
    parlour: &Parlour,
    moment: &Moment,
    event: &WsEvent,
    (skip, count): (u64, usize),
) -> Result<String, Error> {
    let (session, name) = (&event.session, event.room.as_deref().unwrap_or_default());
    let actor = session.actor();
    let room = enter_room::named(parlour, &actor, name).await?;
    let part = Numbered {
        newest_first: false,
        skip,
        count,
    };
    let part = numbered(parlour, &actor, room, part).await?;
    let senders = part.items.iter().filter_map(|item| item.user_id.as_deref());
    let mut users: Vec<_> = senders
        .filter_map(|id| parlour_domain::UserId::parse(id).ok())
        .collect();
    users.push(session.user);
    users.sort_unstable();
    users.dedup();
    let people = people(parlour, &session.app, &users).await?;
    let own = people.seen(&session.user.to_string()).id;
    let asked = (own.as_str(), &*moment.now.to_string());
    Ok(message_history(
        &room.to_string(),
        asked,
        &part.items,
        &people,
        PAGE_BYTES,
    ))
}

#[cfg(test)]
mod tests {
    use super::{is_uuid, room_in};

    #[test]
    fn a_room_is_one_part_of_the_path() {
        assert_eq!(room_in("/ws/chat/x"), Some("x"));
        for path in [
            "",
            "/ws/chat",
            "/ws/chat/",
            "/ws/chat/x/",
            "/ws/chat/x/y",
            "/api/ws/chat/x",
        ] {
            assert_eq!(room_in(path), None, "{path}");
        }
    }

    #[test]
    fn a_uuid_has_its_form() {
        for good in [
            "497f6eca-6276-4993-bfeb-53cbbbba6f08",
            "497F6ECA-6276-4993-BFEB-53CBBBBA6F08",
        ] {
            assert!(is_uuid(good), "{good}");
        }
        for bad in [
            "",
            "room",
            "497f6eca-6276-4993-bfeb-53cbbbba6f0",
            "497f6eca062760499308bfeb053cbbbba6f08",
            "497f6eca-6276-4993-bfeb-53cbbbba6g08",
        ] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
