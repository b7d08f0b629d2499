//! What there is to hear of a room after someone's time in it has ended, and every way to ask for it.

use serde_json::{Value, json};

use crate::harness::Person;

/// In everything that is said after the end.
pub(super) const WORD: &str = "xyzzy";

/// A room of three, in which the time of one of them ends.
pub(super) struct Story {
    pub(super) room: String,
    pub(super) key: String,
    /// Another room, of the one whose time ends.
    pub(super) elsewhere: String,
    /// The id of a message before the end; what is done to it later is not for everyone.
    pub(super) before: String,
    /// The last entry before or at the end.
    pub(super) end: u64,
    /// The id and the place of a message after the end.
    pub(super) secret: (String, u64),
}

impl Story {
    /// Whether something says anything of the room that came after the end.
    pub(super) fn tells(&self, what: &Value) -> bool {
        match what {
            Value::Object(fields) => {
                let named = fields.get("room_id").or_else(|| fields.get("id"));
                let of_room = named.is_some_and(|room| *room == *self.room);
                let later = |name: &str, value: &Value| {
                    value.as_u64().is_some_and(|seq| seq > self.end) && {
                        name == self.room || of_room && (name == "seq" || name.ends_with("_seq"))
                    }
                };
                // What is not in the log has no place there.
                let live = fields
                    .get("event")
                    .is_some_and(|event| event == "typing" || event == "read")
                    && fields["data"]["room_id"] == *self.room;
                live || fields
                    .iter()
                    .any(|(name, value)| later(name, value) || self.tells(value))
            }
            Value::Array(items) => items.iter().any(|item| self.tells(item)),
            Value::String(text) => text.contains(WORD),
            _ => false,
        }
    }

    /// Every way to read by REST.
    pub(super) fn paths(&self, gets: &[&str], other: &Person) -> Vec<String> {
        let (end, (secret, place)) = (self.end, &self.secret);
        let mut paths = Vec::new();
        for path in gets {
            let path = path
                .replace("{room_id}", &self.room)
                .replace("/by-key", &format!("/by-key?key={}", self.key));
            let path = path.replace("{user_id}", &other.id);
            if path.contains("{message_id}") {
                paths.extend([&self.before, secret].map(|message| path.replace("{message_id}", message)));
            } else {
                paths.push(path);
            }
        }
        let history = format!("/room/{}/message", self.room);
        paths.push(format!("{history}?after_seq={end}"));
        paths.push(format!("{history}?before_seq={}", place + 1));
        paths.push(format!("{history}?around_seq={place}"));
        paths
    }

    /// Every way to hear or to be answered by a frame.
    pub(super) fn actions(&self) -> Vec<(&'static str, Value)> {
        let (room, (secret, place)) = (&self.room, &self.secret);
        let of_secret = || json!({ "room_id": room, "message_id": secret });
        let up_to = || json!({ "room_id": room, "seq": place });
        vec![
            ("join_room", json!({ "room_id": room, "after_seq": self.end })),
            (
                "resume",
                json!({ "rooms": [{ "room_id": room, "after_seq": self.end }] }),
            ),
            ("ping", json!({})),
            ("history", json!({ "room_id": room })),
            ("history", json!({ "room_id": room, "around_seq": place })),
            ("roster", json!({ "room_id": room })),
            ("mark_read", up_to()),
            ("mark_unread", up_to()),
            ("mark_delivered", up_to()),
            ("star_message", of_secret()),
            ("pin_message", of_secret()),
            (
                "add_reaction",
                json!({ "room_id": room, "message_id": secret, "reaction": "+1" }),
            ),
            (
                "edit_message",
                json!({ "room_id": room, "message_id": secret, "text_message": "mine" }),
            ),
            ("delete_message", of_secret()),
            (
                "forward_message",
                json!({ "room_id": room, "message_id": secret, "to_room_id": self.elsewhere }),
            ),
            (
                "report_message",
                json!({ "room_id": room, "message_id": secret, "reason": "spam" }),
            ),
            (
                "send_message",
                json!({ "room_id": room, "text_message": "re", "quote_id": secret }),
            ),
            ("typing", json!({ "room_id": room, "typing": true })),
        ]
    }
}
