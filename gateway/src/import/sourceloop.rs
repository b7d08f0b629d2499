//! @sourceloop/chat-service (PostgreSQL or MySQL): messages of channels and who was to read them. It keeps no rooms and no users: a channel
//! is what messages name, and its members are who wrote, who was written to and who was told. `deleted_on` is set in live rows too,
//! so `deleted` alone says whether a row is.

use parlour_domain::text::{Label, MessageText, Subject};
use parlour_domain::{ClientId, RoomKey};

use super::Refusal;
use super::facts::{Fact, MessageFact, RoomFact};
use super::gather::Gather;
use super::go_chat::{USERS, user};
use super::rows::{BadRow, Row, Table, may, must};

const MESSAGES: Table = Table {
    names: &["messages", "message"],
    columns: &[
        must("id"),
        must("body"),
        must("channel_id"),
        must("created_by"),
        must("created_on"),
        may("channel_type"),
        may("status"),
        may("subject"),
        may("to_user_id"),
        may("parent_message_id"),
        may("deleted"),
        may("deleted_on"),
        may("deleted_by"),
    ],
};

const RECIPIENTS: Table = Table {
    names: &["message_recipients", "message_recipient"],
    columns: &[
        must("channel_id"),
        must("recipient_id"),
        must("message_id"),
        must("is_read"),
        may("deleted"),
    ],
};

/// Reads the export.
pub(super) fn read(gather: &mut Gather) -> Result<(), Refusal> {
    gather.each_if_any(USERS, user)?;
    gather.each(MESSAGES, message)?;
    gather.each_if_any(RECIPIENTS, recipient)?;
    Ok(())
}

fn message(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let (sent, deleted) = (row.time("created_on")?, row.flag("deleted")?);
    let text = if deleted {
        None
    } else {
        Some(row.parsed("body", MessageText::parse)?)
    };
    let mut message = MessageFact {
        subject: row.parsed_if_any("subject", Subject::parse)?,
        // A word of the integrator's: where it is none of ours, the message comes without.
        label: row.get("channel_type").and_then(|word| Label::parse(word).ok()),
        status: row
            .get("status")
            .filter(|status| *status != "0")
            .and_then(|word| Label::parse(word).ok()),
        parent: row.parsed_if_any("parent_message_id", ClientId::parse)?,
        ..MessageFact::of(row.parsed("id", ClientId::parse)?, None, sent.timestamp(), text)
    };
    if deleted {
        let at = row.time_if_any("deleted_on")?.unwrap_or(sent).timestamp();
        message.deleted = Some((at, person(gather, row, "deleted_by")?));
    }
    message.sender = person(gather, row, "created_by")?;
    let addressee = person(gather, row, "to_user_id")?;
    let members: Vec<String> = message.sender.iter().cloned().chain(addressee).collect();
    let room = row.text("channel_id")?;
    if gather.is_in(("channel_id", room), row.line, room_of)? {
        for member in members {
            gather.put(room, &Fact::Member(member), (None, row.line));
        }
        gather.put(room, &Fact::Message(message), (Some(sent), row.line));
    }
    Ok(())
}

fn person(gather: &mut Gather, row: &Row, column: &'static str) -> Result<Option<String>, BadRow> {
    let id = row.get(column).filter(|id| !id.is_empty());
    id.map(|id| gather.someone(column, id)).transpose()
}

fn recipient(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    if row.flag("deleted")? {
        gather.pass_over_row();
        return Ok(());
    }
    let message = row.parsed("message_id", ClientId::parse)?;
    let read = row.flag("is_read")?.then_some(message);
    let member = gather.someone("recipient_id", row.text("recipient_id")?)?;
    let room = row.text("channel_id")?;
    if gather.is_in(("channel_id", room), row.line, room_of)? {
        gather.put(room, &Fact::Member(member.clone()), (None, row.line));
        gather.put(room, &Fact::Read(member, read), (None, row.line));
    }
    Ok(())
}

const fn room_of(key: RoomKey) -> RoomFact {
    RoomFact::of(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Service;
    use crate::import::gather::Ruled;
    use crate::import::gather::tests::read;

    const MESSAGES: &str = "id,body,subject,channel_id,channel_type,status,to_user_id,parent_message_id,deleted,deleted_on,deleted_by,created_on,created_by\n\
        m1,hello,Hi,c1,chat,0,u2,,f,2024-01-01 00:00:00+00,,2024-01-01 00:00:00+00,u1\n\
        m2,an answer,,c1,chat,3,,m1,f,2024-01-01 00:00:00+00,,2024-01-01 00:00:01+00,u2\n\
        m3,gone,,c1,two words,0,,,t,2024-01-02 00:00:00+00,u1,2024-01-01 00:00:02+00,u1\n";
    const RECIPIENTS: &str = "id,channel_id,recipient_id,message_id,is_read,deleted\n\
        1,c1,u2,m1,t,f\n2,c1,u3,m1,f,f\n3,c1,u4,m1,t,t\n";

    #[test]
    fn a_channel_is_a_room_of_all_who_are_named() {
        let files = [("messages.csv", MESSAGES), ("message_recipients.csv", RECIPIENTS)];
        let (gathered, facts) = read(Service::Sourceloop, &files, Ruled::default()).unwrap();
        assert_eq!(
            (
                gathered.users(),
                gathered.rooms,
                gathered.messages,
                gathered.passed_over
            ),
            (3, 1, 3, 1)
        );
        let members: std::collections::BTreeSet<_> = facts
            .iter()
            .filter_map(|(_, fact)| match fact {
                Fact::Member(member) => Some(member.as_str()),
                _ => None,
            })
            .collect();
        assert!(members.into_iter().eq(["u1", "u2", "u3"]));
        let messages: Vec<_> = facts
            .iter()
            .filter_map(|(_, fact)| match fact {
                Fact::Message(message) => Some(message),
                _ => None,
            })
            .collect();
        let [first, second, third] = messages.as_slice() else {
            panic!("{messages:?}")
        };
        assert_eq!(
            (
                first.subject.as_ref().unwrap().as_str(),
                first.label.as_ref().unwrap().as_str()
            ),
            ("Hi", "chat")
        );
        assert_eq!((&first.status, &first.deleted), (&None, &None));
        assert_eq!(second.parent.as_ref().unwrap().as_str(), "m1");
        assert_eq!(second.status.as_ref().unwrap().as_str(), "3");
        assert_eq!((&third.text, &third.label), (&None, &None), "nothing is left of it");
        assert_eq!(third.deleted.as_ref().unwrap().1.as_deref(), Some("u1"));
        let read = |user: &str, message: Option<&str>| {
            let message = message.map(|id| ClientId::parse(id).unwrap());
            facts
                .iter()
                .any(|(_, fact)| *fact == Fact::Read(user.to_owned(), message.clone()))
        };
        assert!(read("u2", Some("m1")) && read("u3", None) && !read("u4", Some("m1")));
    }
}
