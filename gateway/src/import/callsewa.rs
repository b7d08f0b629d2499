//! callsewa (sub-rat/ChatServer, PostgreSQL by Sequelize): apps, their users by the ids of the integrator, rooms by name, messages encrypted
//! under one key. One of its apps becomes one app here. Users' tokens are not read.

use std::collections::{BTreeSet, HashMap};

use parlour_domain::text::{Custom, MessageText};
use parlour_domain::{ClientId, ExternalId, RoomKey};
use serde_json::{Map, Value};

use super::facts::{Fact, MessageFact, Person, RoomFact};
use super::gather::{Gather, name, name_if_any};
use super::rows::{BadRow, Row, Table, may, must};
use super::times::Micros;
use super::{Key, Refusal};

const USERS: Table = Table {
    names: &["Users", "User"],
    columns: &[
        must("id"),
        must("appId"),
        must("appUserId"),
        may("firstName"),
        may("middleName"),
        may("lastName"),
        may("createdAt"),
        may("deletedAt"),
    ],
};

const ROOMS: Table = Table {
    names: &["Rooms", "Room"],
    columns: &[
        must("id"),
        must("appId"),
        must("room"),
        may("extra"),
        may("createdAt"),
        may("deletedAt"),
    ],
};

const MEMBERS: Table = Table {
    names: &["RoomUsers", "RoomUser"],
    columns: &[must("userId"), must("roomId"), must("chatId"), may("deletedAt")],
};

const MESSAGES: Table = Table {
    names: &["Chats", "Chat"],
    columns: &[
        must("id"),
        must("roomId"),
        must("userId"),
        must("message"),
        must("createdAt"),
        may("deletedAt"),
    ],
};

/// Reads the export.
pub(super) fn read(gather: &mut Gather) -> Result<(), Refusal> {
    let Some(key) = gather.ruled.key.clone() else {
        return Err(Refusal::Whole(
            "callsewa keeps its messages encrypted: give the file with its ENCRYPTION_KEY by --encryption-key-file"
                .to_owned(),
        ));
    };
    let app = source_app(gather)?;
    gather.each(USERS, |gather, row| {
        if row.text("appId")? == app {
            return user(gather, row);
        }
        gather.pass_over_row();
        Ok(())
    })?;
    let mut names = HashMap::new();
    gather.each(ROOMS, |gather, row| room(gather, row, (&app, &mut names)))?;
    (gather.all_people_known, gather.all_rooms_known) = (true, true);
    gather.each(MEMBERS, member)?;
    gather.each(MESSAGES, |gather, row| message(gather, row, &key))
}

/// The app whose users and rooms are meant.
fn source_app(gather: &mut Gather) -> Result<String, Refusal> {
    if let Some(app) = &gather.ruled.source_app {
        return Ok(app.clone());
    }
    let mut apps = BTreeSet::new();
    // What is wrong with a row is said when it is read again.
    gather.each(USERS, |_, row| {
        apps.extend(row.get("appId").map(str::to_owned));
        Ok(())
    })?;
    let Some(app) = apps.pop_first() else {
        return Err(Refusal::Whole("there is no user in the table `Users`".to_owned()));
    };
    if apps.is_empty() {
        return Ok(app);
    }
    let others: Vec<_> = apps.into_iter().collect();
    Err(Refusal::Whole(format!(
        "the export is of the apps {app}, {}; say which by --source-app",
        others.join(", ")
    )))
}

fn user(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let external_id = row.parsed("appUserId", ExternalId::parse)?;
    let words = [row.get("firstName"), row.get("middleName"), row.get("lastName")];
    let person = Person {
        name: name(&words, &external_id)?,
        external_id,
        created_at: row.time_if_any("createdAt")?.map(Micros::timestamp),
        gone_since: row.time_if_any("deletedAt")?.map(Micros::timestamp),
    };
    gather.person(row.text("id")?, person);
    Ok(())
}

fn room(gather: &mut Gather, row: &Row, (app, names): (&str, &mut HashMap<RoomKey, u64>)) -> Result<(), BadRow> {
    let id = row.parsed("id", RoomKey::parse)?;
    if row.text("appId")? != app || row.time_if_any("deletedAt")?.is_some() {
        gather.pass_over(id.as_str());
        return Ok(());
    }
    let key = row.parsed("room", RoomKey::parse)?;
    if let Some(line) = names.insert(key.clone(), row.line) {
        return Err(BadRow::at(
            "room",
            format!("is the name of the room in line {line} too"),
        ));
    }
    let room = RoomFact {
        name: name_if_any(&[row.get("room")]),
        custom: row.parsed_if_any("extra", custom)?.flatten(),
        created_at: row.time_if_any("createdAt")?.map(Micros::timestamp),
        ..RoomFact::of(key)
    };
    gather.room(id.as_str(), row.line, room)
}

/// The object that stands in `extra`, as custom data; none where there is nothing in it.
fn custom(text: &str) -> Result<Option<Custom>, String> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|_| "is no JSON object".to_owned())?;
    if object.is_empty() {
        return Ok(None);
    }
    Custom::parse(&object).map(Some).map_err(|why| why.to_string())
}

fn member(gather: &mut Gather, row: &Row) -> Result<(), BadRow> {
    let room = row.text("roomId")?;
    if !gather.is_in(("roomId", room), row.line, RoomFact::of)? {
        return Ok(());
    }
    let user = gather.someone("userId", row.text("userId")?)?;
    if row.time_if_any("deletedAt")?.is_some() || !gather.is_here(&user) {
        gather.pass_over_row();
        return Ok(());
    }
    let seen = row.parsed_if_any("chatId", ClientId::parse)?;
    gather.put(room, &Fact::Member(user.clone()), (None, row.line));
    gather.put(room, &Fact::Read(user, seen), (None, row.line));
    Ok(())
}

fn message(gather: &mut Gather, row: &Row, key: &Key) -> Result<(), BadRow> {
    let room = row.text("roomId")?;
    if !gather.is_in(("roomId", room), row.line, RoomFact::of)? {
        return Ok(());
    }
    let (id, at) = (row.parsed("id", ClientId::parse)?, row.time("createdAt")?);
    let deleted = row.time_if_any("deletedAt")?;
    let text = match deleted {
        Some(_) => None,
        None => {
            let said = row.parsed("message", |text| key.decrypt(text))?;
            Some(MessageText::parse(&said).map_err(|why| BadRow::at("message", why))?)
        }
    };
    let sender = gather.someone("userId", row.text("userId")?)?;
    let message = MessageFact {
        deleted: deleted.map(|time| (time.timestamp(), None)),
        ..MessageFact::of(id, Some(sender), at.timestamp(), text)
    };
    gather.put(room, &Fact::Message(message), (Some(at), row.line));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Service;
    use crate::import::gather::tests::read;
    use crate::import::gather::{Gathered, Ruled};

    /// `näme üte`, see `cipher`.
    const ENCRYPTED: &str =
        "065ff2289232de8a9519b502d9923eedeb9287c2128aac7665a7d86bf1f1b1d6000102030405060708090a0b0c0d0e0f";
    const USERS: &str = "id,firstName,middleName,lastName,appUserId,appId,token,createdAt,updatedAt,deletedAt\n\
        1,Ada,,Lovelace,501,1,secret,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,\n\
        2,Bob,,,502,1,secret,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,\n";
    const OTHERS: &str = "3,Eve,,,501,2,secret,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,\n";
    const ROOMS: &str = "id,room,extra,appId,createdAt,updatedAt,deletedAt\n\
        7,lobby,\"{\"\"topic\"\":\"\"x\"\"}\",1,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,\n\
        8,lobby,{},2,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,\n\
        9,old,{},1,2024-01-01 00:00:00+00,2024-01-01 00:00:00+00,2024-01-02 00:00:00+00\n";
    const MEMBERS: &str = "userId,roomId,chatId,deletedAt\n1,7,11,\n2,7,,\n3,8,,\n";

    fn a_key() -> Key {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "0123456789abcdef0123456789abcdef\n").unwrap();
        Key::read(file.path()).unwrap()
    }

    fn import(
        users: &str,
        source_app: Option<&str>,
        messages: &str,
    ) -> Result<(Gathered, Vec<(String, Fact)>), Refusal> {
        let ruled = Ruled {
            key: Some(a_key()),
            source_app: source_app.map(str::to_owned),
            ..Ruled::default()
        };
        let messages = format!("id,roomId,userId,message,createdAt,deletedAt\n{messages}");
        let files = [
            ("Users.csv", users),
            ("Rooms.csv", ROOMS),
            ("RoomUsers.csv", MEMBERS),
            ("Chats.csv", messages.as_str()),
        ];
        read(Service::Callsewa, &files, ruled)
    }

    #[test]
    fn a_room_is_found_by_its_name_and_texts_are_decrypted() {
        let messages = format!(
            "11,7,1,{ENCRYPTED},2024-01-01 00:00:01+00,\n12,7,2,{ENCRYPTED},2024-01-01 00:00:02+00,2024-01-03 00:00:00+00\n\
             13,9,2,{ENCRYPTED},2024-01-01 00:00:02+00,\n"
        );
        // Of the other app's room 8 a member is a user of the other app.
        let (gathered, facts) = import(USERS, None, &messages).unwrap();
        assert_eq!((gathered.users(), gathered.rooms, gathered.messages), (2, 1, 2));
        let ada = &gathered.people["1"];
        assert_eq!((ada.external_id.as_str(), ada.name.as_str()), ("501", "Ada Lovelace"));
        let Fact::Room(room) = &facts[0].1 else {
            panic!("{:?}", facts[0])
        };
        assert_eq!(
            (room.key.as_str(), room.custom.as_ref().unwrap().as_str()),
            ("lobby", "{\"topic\":\"x\"}")
        );
        let texts: Vec<_> = facts
            .iter()
            .filter_map(|(_, fact)| match fact {
                Fact::Message(message) => Some(message.text.as_ref().map(|text| text.as_str().to_owned())),
                _ => None,
            })
            .collect();
        assert_eq!(texts, [Some("näme üte".to_owned()), None]);
        let seen = Some(ClientId::parse("11").unwrap());
        assert!(
            facts
                .iter()
                .any(|(_, fact)| *fact == Fact::Read("1".to_owned(), seen.clone()))
        );
        assert!(facts.iter().any(|(_, fact)| *fact == Fact::Read("2".to_owned(), None)));
    }

    #[test]
    fn of_several_apps_one_is_to_be_named() {
        let users = format!("{USERS}{OTHERS}");
        let refusal = import(&users, None, "").unwrap_err().to_string();
        assert!(refusal.contains("the apps 1, 2; say which"), "{refusal}");
        let (gathered, facts) = import(&users, Some("1"), "").unwrap();
        assert_eq!((gathered.users(), gathered.rooms), (2, 1));
        assert!(facts.iter().all(|(room, _)| room == "7"));
    }

    #[test]
    fn without_the_key_nothing_is_read() {
        let refusal = read(Service::Callsewa, &[("Users.csv", USERS)], Ruled::default()).unwrap_err();
        assert!(refusal.to_string().contains("--encryption-key-file"));
        let refusal = import(USERS, None, "11,7,1,plain text,2024-01-01 00:00:01+00,\n").unwrap_err();
        assert!(
            refusal
                .to_string()
                .contains("column `message`: is not encrypted as callsewa does it")
        );
    }
}
