//! The tables of each service, as its database writes them.

use std::path::Path;

use parlour_domain::Timestamp;
use serde_json::{Value, json};

use super::{BEGIN, Export, Room, Said};

/// The text of callsewa, by openssl under [`KEY`].
const ENCRYPTED: &str =
    "065ff2289232de8a9519b502d9923eedeb9287c2128aac7665a7d86bf1f1b1d6000102030405060708090a0b0c0d0e0f";
const KEY: &str = "0123456789abcdef0123456789abcdef\n";

/// A cell; none: no value.
type Cell = Option<String>;

#[expect(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
fn text(value: impl ToString) -> Cell {
    Some(value.to_string())
}

impl Export {
    /// A row for each message, the last first.
    fn messages<T>(&self, row: impl Fn(&Room, &Said) -> T) -> Vec<T> {
        let places = self
            .rooms
            .iter()
            .flat_map(|room| room.messages.iter().map(move |said| (room, said)));
        let mut rows: Vec<T> = places.map(|(room, said)| row(room, said)).collect();
        rows.reverse();
        rows
    }

    /// A row for each member of each room.
    fn members<T>(&self, row: impl Fn(&Room, usize, usize) -> T) -> Vec<T> {
        let rooms = self.rooms.iter().enumerate();
        let row = &row;
        let of = |(number, room): (usize, &Room)| -> Vec<T> {
            (0..room.members.len())
                .map(|member| row(room, number, member))
                .collect()
        };
        rooms.flat_map(of).collect()
    }

    pub(super) fn sourceloop(&self, folder: &Path) {
        let header = "id,body,channel_id,channel_type,status,deleted,deleted_on,deleted_by,created_on,created_by";
        let rows = self.messages(|room, said| {
            let sender = room.members[said.sender].as_str();
            let (deleted, by) = if said.deleted {
                ("t", Some(sender.to_owned()))
            } else {
                ("f", None)
            };
            vec![
                text(said.id),
                text(&said.text),
                text(&room.key),
                text("chat"),
                text(0),
                text(deleted),
                text(postgres(said.at)),
                by,
                text(postgres(said.at)),
                text(sender),
            ]
        });
        csv(folder, "messages.csv", header, &rows);
        let told = self.messages(|room, said| {
            let to = (0..room.members.len()).filter(|member| *member != said.sender);
            let rows = to.map(|member| {
                let place = room.messages.iter().position(|other| other.id == said.id);
                let read = if place <= self.read(room, member) { "t" } else { "f" };
                vec![
                    text(&room.key),
                    text(&room.members[member]),
                    text(said.id),
                    text(read),
                    text("f"),
                ]
            });
            rows.collect::<Vec<_>>()
        });
        let header = "channel_id,recipient_id,message_id,is_read,deleted";
        csv(folder, "message_recipients.csv", header, &told.concat());
    }

    pub(super) fn go_chat(&self, folder: &Path) {
        let rows = self.members(|room, _, member| vec![text(&room.key), text(&room.members[member])]);
        csv(folder, "chat_room_participants.csv", "room_id,user_id", &rows);
        let rows = self.messages(|room, said| {
            let sender = &room.members[said.sender];
            vec![
                text(said.id),
                text(&room.key),
                text(sender),
                text(&said.text),
                text(postgres(said.at)),
            ]
        });
        csv(
            folder,
            "chat_messages.csv",
            "id,room_id,user_id,content,created_at",
            &rows,
        );
    }

    pub(super) fn chat_panel(&self, folder: &Path) {
        let users = self.members(|room, _, member| {
            let id = &room.members[member];
            json!({ "id": id, "nickname": self.name(id), "created_at": mysql(Timestamp::from_millis(BEGIN)), "deleted_at": null })
        });
        lines(folder, "User.jsonl", &users);
        let rooms: Vec<_> = self
            .rooms
            .iter()
            .map(|room| json!({ "id": room.key, "name": "Room" }))
            .collect();
        lines(folder, "Room.jsonl", &rooms);
        let members = self.members(|room, _, member| json!({ "user_id": room.members[member], "room_id": room.key }));
        lines(folder, "UserRoom.jsonl", &members);
        let messages = self.messages(|room, said| {
            json!({
                "id": said.id.to_string(),
                "room_id": room.key,
                "user_id": room.members[said.sender],
                "created_at": mysql(said.at),
                "deleted_at": said.deleted.then(|| mysql(said.at)),
            })
        });
        lines(folder, "Message.jsonl", &messages);
        let mut texts = self.messages(|_, said| json!({ "message_id": said.id.to_string(), "content": said.text }));
        texts.reverse();
        lines(folder, "TextMessage.jsonl", &texts);
    }

    pub(super) fn callsewa(&self, folder: &Path) {
        std::fs::write(folder.join("key"), KEY).unwrap();
        let user = |number: usize, member: usize| text(number * 3 + member + 1);
        let users = self.members(|room, number, member| {
            let external = &room.members[member];
            vec![
                user(number, member),
                text(1),
                text(external),
                text("Name"),
                text(format!("of {external}")),
                text("secret"),
            ]
        });
        csv(
            folder,
            "Users.csv",
            "id,appId,appUserId,firstName,lastName,token",
            &users,
        );
        let room_id = |number: usize| text(number + 1_000);
        let rooms = self.rooms.iter().enumerate();
        let rooms: Vec<_> = rooms
            .map(|(number, room)| vec![room_id(number), text(1), text(&room.key), text("{}")])
            .collect();
        csv(folder, "Rooms.csv", "id,appId,room,extra", &rooms);
        let members = self.members(|room, number, member| {
            let seen = self.read(room, member).map(|place| room.messages[place].id.to_string());
            vec![user(number, member), room_id(number), seen]
        });
        csv(folder, "RoomUsers.csv", "userId,roomId,chatId", &members);
        let number = |room: &Room| self.rooms.iter().position(|other| other.key == room.key).unwrap();
        let rows = self.messages(|room, said| {
            vec![
                text(said.id),
                room_id(number(room)),
                user(number(room), said.sender),
                text(ENCRYPTED),
                text(postgres(said.at)),
                said.deleted.then(|| postgres(said.at)),
            ]
        });
        csv(
            folder,
            "Chats.csv",
            "id,roomId,userId,message,createdAt,deletedAt",
            &rows,
        );
    }

    pub(super) fn facebook_clone(&self, folder: &Path) {
        let users = self.members(|room, _, member| {
            let id = &room.members[member];
            vec![text(id), text(self.name(id)), text("f"), None]
        });
        csv(folder, "base_user.csv", "id,full_name,is_online,last_seen", &users);
        let rooms: Vec<_> = self.rooms.iter().map(|room| vec![text(&room.key), None]).collect();
        csv(folder, "base_room.csv", "id,last_message_at", &rooms);
        let members = self.members(|room, _, member| vec![text(1), text(&room.key), text(&room.members[member])]);
        csv(folder, "base_room_users.csv", "id,room_id,user_id", &members);
        let rows = self.messages(|room, said| {
            let place = room.messages.iter().position(|other| other.id == said.id).unwrap();
            let read = if place <= room.messages.len() - 3 { "t" } else { "f" };
            let sender = &room.members[said.sender];
            vec![
                text(said.id),
                text(&said.text),
                text(postgres(said.at)),
                text(read),
                text(&room.key),
                text(sender),
            ]
        });
        csv(
            folder,
            "base_message.csv",
            "id,content,created_at,is_read,room_id,user_id",
            &rows,
        );
    }
}

/// `2024-01-01 00:00:00.000`.
fn mysql(at: Timestamp) -> String {
    at.to_string().replace('T', " ").replace('Z', "")
}

/// `2024-01-01 00:00:00.000+00`.
fn postgres(at: Timestamp) -> String {
    mysql(at) + "+00"
}

fn csv(folder: &Path, name: &str, header: &str, rows: &[Vec<Cell>]) {
    let cell = |cell: &Cell| {
        cell.as_ref()
            .map_or_else(String::new, |text| format!("\"{}\"", text.replace('"', "\"\"")))
    };
    let mut file = format!("{header}\n");
    for row in rows {
        let cells: Vec<_> = row.iter().map(cell).collect();
        file += &cells.join(",");
        file.push('\n');
    }
    std::fs::write(folder.join(name), file).unwrap();
}

fn lines(folder: &Path, name: &str, rows: &[Value]) {
    let lines: Vec<_> = rows.iter().map(|row| format!("{row}\n")).collect();
    std::fs::write(folder.join(name), lines.concat()).unwrap();
}
