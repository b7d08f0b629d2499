//! Entries of a room's log: messages, and what happened to the room.

use parlour_domain::log::{Body, Entry};
use parlour_domain::member::Role;
use parlour_domain::text::Custom;
use parlour_domain::user::User;
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::user::UserBrief;
use crate::request::RoleOption;

type Object = Map<String, Value>;

/// The member that an entry of the log is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EntryMember {
    /// Who.
    pub user_id: String,
    /// As what (`member_joined`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleOption>,
}

/// An entry of a room's log: a message, or something that happened to the room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EntryView {
    /// `message`, `room_created`, `room_updated`, `room_deleted`, `member_joined` or `member_left`.
    #[serde(rename = "type")]
    pub kind: String,
    /// UUID.
    pub id: String,
    /// The room.
    pub room_id: String,
    /// Its place in the log: 1, 2, 3, … without a hole.
    pub seq: u64,
    /// By whom; `null`: the backend.
    pub user_id: Option<String>,
    /// The sender as others see them; not given where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserBrief>,
    /// What a message says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
    /// The room's name from here on (`room_created`, `room_updated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Your own data: the message's, or the room's from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// Whom it is about (`member_joined`, `member_left`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<EntryMember>,
    /// The first members (`room_created`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
    /// The sender's id of this write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// RFC 3339; never decreases along the log.
    pub created_at: String,
    /// The answer to a repeated send: this message was there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

impl EntryView {
    /// An entry of a room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, entry: &Entry, sender: Option<&User>) -> Self {
        let mut view = Self {
            kind: String::new(),
            id: MessageId::new(app, room, entry.seq).to_string(),
            room_id: RoomId::new(app, room).to_string(),
            seq: entry.seq.get(),
            user_id: entry.sender.map(|user| user.to_string()),
            user: sender.map(UserBrief::from),
            text_message: None,
            name: None,
            custom: None,
            member: None,
            members: None,
            client_id: entry.client_id.as_ref().map(ToString::to_string),
            created_at: entry.at.to_string(),
            duplicate: false,
        };
        view.tell(&entry.body);
        view
    }

    fn tell(&mut self, body: &Body) {
        let kind = match body {
            Body::Message { text, custom } => {
                self.text_message = Some(text.as_str().to_owned());
                self.custom = custom.as_ref().map(Custom::object);
                "message"
            }
            Body::RoomCreated { name, members, .. } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.members = Some(members.iter().map(ToString::to_string).collect());
                "room_created"
            }
            Body::RoomUpdated { name, custom } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.custom = custom.as_ref().map(Custom::object);
                "room_updated"
            }
            Body::RoomDeleted => "room_deleted",
            Body::MemberJoined { user, role } => {
                let role = match role {
                    Role::Owner => RoleOption::Owner,
                    Role::Member => RoleOption::Member,
                };
                self.member = Some(EntryMember {
                    user_id: user.to_string(),
                    role: Some(role),
                });
                "member_joined"
            }
            Body::MemberLeft { user } => {
                self.member = Some(EntryMember {
                    user_id: user.to_string(),
                    role: None,
                });
                "member_left"
            }
        };
        kind.clone_into(&mut self.kind);
    }

    /// The name of the event that tells subscribers of it.
    #[must_use]
    pub fn event(&self) -> &str {
        if self.kind == "message" {
            "new_message"
        } else {
            &self.kind
        }
    }
}
