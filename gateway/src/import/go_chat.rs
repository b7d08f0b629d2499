//! HexArchy/go-chat (PostgreSQL): messages and participants by UUIDs. Users and rooms are in the databases of its other services, whose
//! tables are read if they are there. Whoever knew a room's id could enter it, so the rooms are public.

use parlour_domain::text::MessageText;
use parlour_domain::{ClientId, ExternalId, RoomKey};

use super::Refusal;
use super::facts::{Fact, MessageFact, Person, RoomFact};
use super::gather::{Gather, name, name_if_any};
use super::rows::{BadRow, Row, Table, may, must};

/// Users of a service that does not keep them itself: of whatever table its other services have.
pub(super) const USERS: Table = Table {
    names: &["users"],
    columns: &[
        must("id"),
        may("name"),
        may("full_name"),
        may("first_name"),
        may("middle_name"),
        may("last_name"),
        may("nickname"),
        may("username"),
        may("created_at"),
        may("created_on"),
    ],
};

const ROOMS: Table = Table {
    names: &["rooms", "chat_rooms"],
    columns: &[must("id"), may("name"), may("created_at")],
};

const PARTICIPANTS: Table = Table {
    names: &["chat_room_participants"],
    columns: &[must("room_id"), must("user_id")],
};

const MESSAGES: Table = Table {
    names: &["chat_messages"],
    columns: &[
        must("id"),
        must("room_id"),
        must("user_id"),
        must("content"),
        must("created_at"),
    ],
};

/// Reads the export.
pub(super) fn read(gather: &mut Gather) -> Result<(), Refusal> {
    gather.each_if_any(USERS, user)?;
    gather.each_if_any(ROOMS, |gather, row| {
        let room = RoomFact {
            name: name_if_any(&[row.get("name")]),
            created_at: row.time_if_any("created_at")?.map(|time| time.timestamp()),
            ..room(row.parsed("id", RoomKey::parse)?)
        };
        gather.room(row.text("id")?, row.line, room)
    })?;
    gather.each(PARTICIPANTS, |gather, row| {
        let user = gather.someone("user_id", row.text("user_id")?)?;
        let id = row.text("room_id")?;
        if gather.is_in(("room_id", id), row.line, room)? {
            gather.put(id, &Fact::Member(user), (None, row.line));
        }
        Ok(())
    })?;
    gather.each(MESSAGES, |gather, row| {
        let (id, at) = (row.parsed("id", ClientId::parse)?, row.time("created_at")?);
        let text = row.parsed("content", MessageText::parse)?;
        let user = gather.someone("user_id", row.text("user_id")?)?;
        let message = MessageFact::of(id, Some(user), at.timestamp(), Some(text));
        let id = row.text("room_id")?;
        if gather.is_in(("room_id", id), row.line, room)? {
            gather.put(id, &Fact::Message(message), (Some(at), row.line));
        }
        Ok(())
    })
}

fn room(key: RoomKey) -> RoomFact {
    RoomFact {
        public: true,
        ..RoomFact::of(key)
    }
}

/// A row of [`USERS`].
pub(super) fn user(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let external_id = row.parsed("id", ExternalId::parse)?;
    let created_at = row.time_if_any("created_at")?.or(row.time_if_any("created_on")?);
    let whole = [row.get("name"), row.get("full_name"), row.get("nickname")];
    let whole = whole.into_iter().flatten().find(|name| !name.trim().is_empty());
    let parts = [row.get("first_name"), row.get("middle_name"), row.get("last_name")];
    let words = match whole {
        Some(whole) => vec![Some(whole)],
        None if name_if_any(&parts).is_some() => parts.to_vec(),
        None => vec![row.get("username")],
    };
    let person = Person {
        name: name(&words, &external_id)?,
        external_id,
        created_at: created_at.map(|time| time.timestamp()),
        gone_since: None,
    };
    gather.person(row.text("id")?, person);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Service;
    use crate::import::gather::Ruled;
    use crate::import::gather::tests::read;

    #[test]
    fn a_room_has_who_took_part_and_what_was_said_by_time() {
        let files = [
            (
                "chat_room_participants.csv",
                "room_id,user_id,created_at\nr1,u1,x\nr1,u2,x\n",
            ),
            (
                "chat_messages.csv",
                "id,room_id,user_id,content,created_at\n\
                 m2,r1,u3,second,2024-01-01 00:00:02+00\n\
                 m1,r1,u1,\"first, really\",2024-01-01 00:00:01+00\n\
                 m3,r2,u1,elsewhere,2024-01-01 00:00:01+00\n",
            ),
            (
                "users.jsonl",
                "{\"id\":\"u1\",\"username\":\"ada\",\"first_name\":\"Ada\",\"last_name\":\"L\",\"password\":\"x\"}",
            ),
        ];
        let (gathered, facts) = read(Service::GoChat, &files, Ruled::default()).unwrap();
        let name = |id: &str| gathered.people[id].name.as_str().to_owned();
        assert_eq!([name("u1"), name("u2"), name("u3")], ["Ada L", "u2", "u3"]);
        assert_eq!((gathered.rooms, gathered.messages), (2, 3));
        let said: Vec<_> = facts
            .iter()
            .filter_map(|(room, fact)| match fact {
                Fact::Message(message) => Some((
                    room.as_str(),
                    message.text.as_ref()?.as_str(),
                    message.sender.as_deref()?,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            said,
            [
                ("r1", "first, really", "u1"),
                ("r1", "second", "u3"),
                ("r2", "elsewhere", "u1")
            ]
        );
        assert!(matches!(&facts[0].1, Fact::Room(room) if room.public && room.key.as_str() == "r1"));
        assert_eq!(facts[1].1, Fact::Member("u1".to_owned()));
    }
}
