//! The chat of apexkv/facebook-clone (PostgreSQL by Django): friends, a room for each two of them, messages that are read or not.

use parlour_domain::text::MessageText;
use parlour_domain::{ClientId, ExternalId, RoomKey};

use super::Refusal;
use super::facts::{Fact, MessageFact, Person, RoomFact};
use super::gather::{Gather, name};
use super::rows::{BadRow, Row, Table, must};

const USERS: Table = Table {
    names: &["base_user", "user", "users"],
    columns: &[must("id"), must("full_name")],
};

const ROOMS: Table = Table {
    names: &["base_room", "room", "rooms"],
    columns: &[must("id")],
};

const MEMBERS: Table = Table {
    names: &["base_room_users", "room_users"],
    columns: &[must("room_id"), must("user_id")],
};

const MESSAGES: Table = Table {
    names: &["base_message", "message", "messages"],
    columns: &[
        must("id"),
        must("room_id"),
        must("user_id"),
        must("content"),
        must("created_at"),
        must("is_read"),
    ],
};

/// Reads the export.
pub(super) fn read(gather: &mut Gather) -> Result<(), Refusal> {
    gather.each(USERS, |gather, row| {
        let external_id = row.parsed("id", ExternalId::parse)?;
        let person = Person {
            name: name(&[row.get("full_name")], &external_id)?,
            external_id,
            created_at: None,
            gone_since: None,
        };
        gather.person(row.text("id")?, person);
        Ok(())
    })?;
    gather.each(ROOMS, |gather, row| {
        let room = RoomFact {
            direct: true,
            ..RoomFact::of(row.parsed("id", RoomKey::parse)?)
        };
        gather.room(row.text("id")?, row.line, room)
    })?;
    (gather.all_people_known, gather.all_rooms_known) = (true, true);
    gather.each(MEMBERS, |gather, row| {
        let user = gather.someone("user_id", row.text("user_id")?)?;
        let room = row.text("room_id")?;
        if gather.is_in(("room_id", room), row.line, RoomFact::of)? {
            gather.put(room, &Fact::Member(user), (None, row.line));
        }
        Ok(())
    })?;
    gather.each(MESSAGES, message)
}

fn message(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let (id, at) = (row.parsed("id", ClientId::parse)?, row.time("created_at")?);
    let text = row.parsed("content", MessageText::parse)?;
    let sender = row.get("user_id").filter(|id| !id.is_empty());
    let sender = sender.map(|id| gather.someone("user_id", id)).transpose()?;
    let message = MessageFact {
        read: Some(row.flag("is_read")?),
        ..MessageFact::of(id, sender, at.timestamp(), Some(text))
    };
    let room = row.text("room_id")?;
    if gather.is_in(("room_id", room), row.line, RoomFact::of)? {
        gather.put(room, &Fact::Message(message), (Some(at), row.line));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Service;
    use crate::import::gather::Ruled;
    use crate::import::gather::tests::read;

    #[test]
    fn two_friends_have_a_room_and_messages_are_read_or_not() {
        let files = [
            (
                "base_user.csv",
                "id,full_name,is_online,last_seen\nu1,Ada Lovelace,t,\nu2,Bob,f,\n",
            ),
            ("base_room.csv", "id,last_message_at\nr1,\n"),
            ("base_room_users.csv", "id,room_id,user_id\n1,r1,u1\n2,r1,u2\n"),
            (
                "base_message.csv",
                "id,content,created_at,is_read,room_id,user_id\n\
                 m1,hello,2024-01-01 00:00:01+00,t,r1,u1\n\
                 m2,anyone?,2024-01-01 00:00:02+00,f,r1,\n",
            ),
        ];
        let (gathered, facts) = read(Service::FacebookClone, &files, Ruled::default()).unwrap();
        assert_eq!((gathered.users(), gathered.rooms, gathered.messages), (2, 1, 2));
        assert_eq!(gathered.people["u1"].name.as_str(), "Ada Lovelace");
        assert!(matches!(&facts[0].1, Fact::Room(room) if room.direct));
        let read: Vec<_> = facts
            .iter()
            .filter_map(|(_, fact)| match fact {
                Fact::Message(message) => Some((message.sender.as_deref(), message.read)),
                _ => None,
            })
            .collect();
        assert_eq!(read, [(Some("u1"), Some(true)), (None, Some(false))]);
    }
}
