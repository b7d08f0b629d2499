//! zawhtetnaing006/chat-panel (MySQL by Prisma): users, rooms, who is in them, messages and, in a table of their own, their texts. Both
//! tables of messages are sorted by message first. It never writes down what was read: everybody has read everything.

use parlour_domain::text::MessageText;
use parlour_domain::{ClientId, ExternalId, RoomKey};
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::facts::{Fact, MessageFact, Person, RoomFact};
use super::gather::{Gather, name, name_if_any};
use super::rows::{BadRow, Row, Table, may, must};
use super::spill::Spill;
use super::times::Micros;

/// Bytes of messages and texts in memory while they are brought together.
const HELD_BYTES: usize = 32 << 20;

const USERS: Table = Table {
    names: &["User", "users"],
    columns: &[must("id"), must("nickname"), may("created_at"), may("deleted_at")],
};

const ROOMS: Table = Table {
    names: &["Room", "rooms"],
    columns: &[must("id"), must("name"), may("created_at"), may("deleted_at")],
};

const MEMBERS: Table = Table {
    names: &["UserRoom", "user_rooms"],
    columns: &[must("user_id"), must("room_id"), may("deleted_at")],
};

const MESSAGES: Table = Table {
    names: &["Message", "messages"],
    columns: &[
        must("id"),
        must("room_id"),
        must("user_id"),
        must("created_at"),
        may("deleted_at"),
    ],
};

const TEXTS: Table = Table {
    names: &["TextMessage", "text_messages"],
    columns: &[must("message_id"), must("content")],
};

/// Half of a message, under its id; the first half comes first.
#[derive(Debug, Serialize, Deserialize)]
enum Half {
    Message {
        line: u64,
        room: String,
        micros: String,
        message: Box<MessageFact>,
    },
    Text(MessageText),
}

/// Reads the export.
pub(super) fn read(gather: &mut Gather) -> Result<(), Refusal> {
    gather.each(USERS, user)?;
    gather.each(ROOMS, room)?;
    (gather.all_people_known, gather.all_rooms_known) = (true, true);
    gather.each(MEMBERS, member)?;
    let mut halves = Spill::new(HELD_BYTES).map_err(Refusal::spill)?;
    let mut kept = Ok(());
    gather.each(MESSAGES, |gather, row| {
        if let Some((id, half)) = message(gather, row)? {
            keep(&mut halves, &mut kept, &id, &half);
        }
        Ok(())
    })?;
    gather.each(TEXTS, |_, row| {
        let half = Half::Text(row.parsed("content", MessageText::parse)?);
        let id = row.parsed("message_id", ClientId::parse)?;
        keep(&mut halves, &mut kept, id.as_str(), &half);
        Ok(())
    })?;
    kept.and_then(|()| bring_together(gather, halves))
        .map_err(Refusal::spill)
}

fn user(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let external_id = row.parsed("id", ExternalId::parse)?;
    let person = Person {
        name: name(&[row.get("nickname")], &external_id)?,
        external_id,
        created_at: row.time_if_any("created_at")?.map(Micros::timestamp),
        gone_since: row.time_if_any("deleted_at")?.map(Micros::timestamp),
    };
    gather.person(row.text("id")?, person);
    Ok(())
}

fn room(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let id = row.text("id")?;
    if row.time_if_any("deleted_at")?.is_some() {
        gather.pass_over(id);
        return Ok(());
    }
    let room = RoomFact {
        name: name_if_any(&[row.get("name")]),
        created_at: row.time_if_any("created_at")?.map(Micros::timestamp),
        ..RoomFact::of(row.parsed("id", RoomKey::parse)?)
    };
    gather.room(id, row.line, room)
}

fn member(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let user = gather.someone("user_id", row.text("user_id")?)?;
    let room = row.text("room_id")?;
    let left = row.time_if_any("deleted_at")?.is_some() || !gather.is_here(&user);
    if left {
        gather.pass_over_row();
    } else if gather.is_in(("room_id", room), row.line, RoomFact::of)? {
        gather.put(room, &Fact::Member(user), (None, row.line));
    }
    Ok(())
}

fn message(gather: &mut Gather, row: &Row) -> Result<Option<(String, Half)>, BadRow> {
    let (id, at) = (row.parsed("id", ClientId::parse)?, row.time("created_at")?);
    let deleted = row.time_if_any("deleted_at")?;
    let sender = gather.someone("user_id", row.text("user_id")?)?;
    let room = row.text("room_id")?;
    if !gather.is_in(("room_id", room), row.line, RoomFact::of)? {
        return Ok(None);
    }
    let message = MessageFact {
        deleted: deleted.map(|time| (time.timestamp(), None)),
        ..MessageFact::of(id.clone(), Some(sender), at.timestamp(), None)
    };
    let half = Half::Message {
        line: row.line,
        room: room.to_owned(),
        micros: row.text("created_at")?.to_owned(),
        message: Box::new(message),
    };
    Ok(Some((id.to_string(), half)))
}

fn keep(halves: &mut Spill, kept: &mut std::io::Result<()>, id: &str, half: &Half) {
    let mut key = id.as_bytes().to_vec();
    key.extend_from_slice(&[0, u8::from(matches!(half, Half::Text(_)))]);
    let pushed = halves.push(key, serde_json::to_vec(half).unwrap_or_default());
    if kept.is_ok() {
        *kept = pushed;
    }
}

/// Gives each message its text. A text without a message is one of a room that is passed over.
fn bring_together(gather: &mut Gather, halves: Spill) -> std::io::Result<()> {
    let mut sorted = halves.sorted()?;
    let mut waiting: Option<(Vec<u8>, Half)> = None;
    while let Some((mut key, value)) = sorted.next()? {
        key.pop();
        match (serde_json::from_slice(&value)?, &mut waiting) {
            (Half::Text(text), Some((id, Half::Message { message, .. }))) if *id == key => {
                message.text = Some(text).filter(|_| message.deleted.is_none());
            }
            (Half::Text(_), _) => {}
            (half, waiting) => {
                if let Some((_, before)) = waiting.replace((key, half)) {
                    tell(gather, before);
                }
            }
        }
    }
    if let Some((_, last)) = waiting {
        tell(gather, last);
    }
    Ok(())
}

fn tell(gather: &mut Gather, half: Half) {
    let Half::Message {
        line,
        room,
        micros,
        message,
    } = half
    else {
        return;
    };
    if message.text.is_none() && message.deleted.is_none() {
        let bad = BadRow::at("id", "has no text in TextMessage");
        gather.is_bad("Message", line, &bad);
        return;
    }
    gather.put(&room, &Fact::Message(*message), (Micros::parse(&micros), line));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Service;
    use crate::import::gather::Ruled;
    use crate::import::gather::tests::read;

    const USERS: (&str, &str) = (
        "User.csv",
        "id,nickname,created_at,updated_at,deleted_at\n\
         u1,Ada,2024-01-01 00:00:00.000,2024-01-01 00:00:00.000,\n\
         u2,Bob,2024-01-01 00:00:00.000,2024-01-01 00:00:00.000,2024-02-01 00:00:00.000\n",
    );
    const ROOMS: (&str, &str) = (
        "Room.csv",
        "id,name,created_at,deleted_at\nr1,Lunch,2024-01-01 00:00:00.000,\nr2,Old,2024-01-01 00:00:00.000,2024-02-01 00:00:00.000\n",
    );
    const MEMBERS: (&str, &str) = ("UserRoom.csv", "user_id,room_id,deleted_at\nu1,r1,\nu2,r1,\nu1,r2,\n");
    const MESSAGES: (&str, &str) = (
        "Message.csv",
        "id,room_id,user_id,created_at,deleted_at\n\
         m2,r1,u2,2024-01-01 00:00:02.000,\n\
         m1,r1,u1,2024-01-01 00:00:01.000,\n\
         m3,r2,u1,2024-01-01 00:00:01.000,\n\
         m4,r1,u1,2024-01-01 00:00:03.000,2024-01-02 00:00:00.000\n",
    );

    fn texts(text: &'static str) -> [(&'static str, &'static str); 5] {
        [USERS, ROOMS, MEMBERS, MESSAGES, ("TextMessage.jsonl", text)]
    }

    const TEXTS: &str = "{\"message_id\":\"m1\",\"content\":\"one\"}\n{\"message_id\":\"m2\",\"content\":\"two\"}\n\
        {\"message_id\":\"m3\",\"content\":\"three\"}\n";

    #[test]
    fn messages_and_their_texts_come_together() {
        let (gathered, facts) = read(Service::ChatPanel, &texts(TEXTS), Ruled::default()).unwrap();
        assert_eq!((gathered.rooms, gathered.messages), (1, 3));
        assert!(gathered.people["u2"].gone_since.is_some());
        let said: Vec<_> = facts
            .iter()
            .filter_map(|(_, fact)| match fact {
                Fact::Message(message) => Some((message.id.as_str(), message.text.as_ref().map(MessageText::as_str))),
                _ => None,
            })
            .collect();
        assert_eq!(said, [("m1", Some("one")), ("m2", Some("two")), ("m4", None)]);
        let members = facts.iter().filter(|(_, fact)| matches!(fact, Fact::Member(_))).count();
        assert_eq!(members, 1, "who is deleted is no member");
        assert!(
            matches!(&facts[0].1, Fact::Room(room) if room.name.as_ref().unwrap().as_str() == "Lunch" && !room.public)
        );
    }

    #[test]
    fn a_message_without_a_text_is_bad() {
        let text = "{\"message_id\":\"m1\",\"content\":\"one\"}\n";
        let refusal = read(Service::ChatPanel, &texts(text), Ruled::default())
            .unwrap_err()
            .to_string();
        assert!(
            refusal.contains("Message, line 2, column `id`: has no text in TextMessage"),
            "{refusal}"
        );
    }

    #[test]
    fn who_and_what_is_in_no_table_is_bad() {
        for members in ["user_id,room_id\nu9,r1\n", "user_id,room_id\nu1,r9\n"] {
            let files = [
                USERS,
                ROOMS,
                ("UserRoom.csv", members),
                MESSAGES,
                ("TextMessage.jsonl", TEXTS),
            ];
            let refusal = read(Service::ChatPanel, &files, Ruled::default())
                .unwrap_err()
                .to_string();
            assert!(refusal.contains("UserRoom.csv, line 2, column"), "{refusal}");
        }
    }
}
