//! What measurements begin with: users, rooms with logs, and clients that are connected through the handlers.

use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::member::Role;
use parlour_domain::room::{History, Room, RoomKind, RoomSettings};
use parlour_domain::text::{DisplayName, MessageText};
use parlour_domain::user::User;
use parlour_domain::{MessageId, RoomId, RoomNumber, Seq, UserId, limits};
use parlour_handlers::functions::action_route;
use parlour_store::{Appended, Begin, Created, NewRoom, Written};
use serde_json::{Map, Value, json};

use crate::clock::BEGINNING;
use crate::events;
use crate::push::billable;
use crate::world::{Measured, World};

/// A connected client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) user: UserId,
    pub(crate) connection: String,
    context: Map<String, Value>,
}

impl Client {
    /// The same client as one of another service's.
    pub(crate) fn speaking(mut self, service: &str, room: Option<String>) -> Self {
        self.context.insert("dialect".to_owned(), service.into());
        if let Some(room) = room {
            self.context.insert("room".to_owned(), room.into());
        }
        self
    }
}

/// A room and its members' clients, each subscribed.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) room: RoomNumber,
    pub(crate) clients: Vec<Client>,
}

/// An ordinary line of chat.
pub(crate) const LINE: &str = "Shall we say half past eight, at the usual place by the river?";

pub(crate) fn line() -> Body {
    Body::Message(Message::text(MessageText::parse(LINE).unwrap()))
}

impl World {
    pub(crate) fn id(&self, room: RoomNumber) -> String {
        RoomId::new(&self.app, room).to_string()
    }

    pub(crate) fn message_id(&self, room: RoomNumber, seq: Seq) -> String {
        MessageId::new(&self.app, room, seq).to_string()
    }

    pub(crate) async fn user(&self) -> UserId {
        let now = self.now();
        let user = User {
            id: UserId::generate(&mut self.moment()),
            external_id: None,
            name: DisplayName::parse("Someone").unwrap(),
            avatar_url: None,
            custom: None,
            suspension: None,
            number: None,
            created_at: now,
            updated_at: now,
        };
        let written = self.store().create_user(&self.app, &user, None).await.unwrap();
        assert_eq!(written, Written::Done);
        user.id
    }

    /// A group of these members, owned by the first; all but the first 40 are added one by one.
    pub(crate) async fn room(&self, members: &[UserId]) -> RoomNumber {
        let number = self.store().next_room_number(&self.app).await.unwrap().unwrap();
        let (first, rest) = members.split_at(members.len().min(limits::MEMBERS_AT_CREATION));
        let room = Room {
            number,
            kind: RoomKind::Group,
            name: Some(DisplayName::parse("room").unwrap()),
            public: true,
            history: History::All,
            custom: None,
            member_count: u64::try_from(first.len()).unwrap(),
            created_by: first.first().copied(),
            created_at: self.now(),
            updated_at: self.now(),
            settings: RoomSettings::default(),
            archived: false,
            floor_msgs: 0,
            key: None,
            pair: None,
            floor: Seq::FIRST,
            deleted: false,
        };
        let body = Body::RoomCreated {
            kind: room.kind,
            name: room.name.clone(),
            members: first.to_vec(),
        };
        let draft = Draft::new(&mut self.moment(), room.created_by, None, body);
        let role = |place| if place == 0 { Role::Owner } else { Role::Member };
        let roles: Vec<_> = first
            .iter()
            .enumerate()
            .map(|(place, user)| (*user, role(place)))
            .collect();
        let new = NewRoom {
            app: &self.app,
            room: &room,
            members: &roles,
            draft: &draft,
            now: self.now(),
        };
        assert_eq!(self.store().create_room(new, None).await.unwrap(), Created::Done);
        for user in rest.iter().copied() {
            let role = Role::Member;
            let joined = Draft::new(&mut self.moment(), Some(user), None, Body::MemberJoined { user, role });
            let added = self
                .store()
                .add_member(&self.app, number, (user, role), &joined, None, self.now())
                .await;
            added.unwrap();
        }
        number
    }

    /// Somebody has just said something: from here on this process knows for 10 s that the app has no hook for messages.
    pub(crate) async fn knows_the_hook(&self) {
        let user = self.user().await;
        let room = self.room(&[user]).await;
        let client = self.connect(user).await;
        let frame = json!({ "room_id": self.id(room), "text_message": LINE });
        self.act(&client, "send_message", frame).await;
    }

    /// Appends entries, one put each, and returns the last.
    pub(crate) async fn append(&self, room: RoomNumber, sender: UserId, bodies: impl Iterator<Item = Body>) -> Entry {
        let mut last = self.store().head(&self.app, room, true).await.unwrap().unwrap();
        for body in bodies {
            let draft = Draft::new(&mut self.moment(), Some(sender), None, body);
            let begin = Begin::After(last.head());
            match self
                .store()
                .append(&self.app, room, &draft, begin, self.now())
                .await
                .unwrap()
            {
                Appended::New(entry) => last = entry,
                other => panic!("not appended: {other:?}"),
            }
        }
        last
    }

    pub(crate) fn token(&self, user: UserId) -> String {
        let issued = self.parlour.signing.issue(&self.app, user, self.now(), 3_600);
        issued.unwrap().token
    }

    /// A client whom the authorizer has let in and who is not connected yet.
    pub(crate) async fn visitor(&self, user: UserId) -> Client {
        let connection = format!("{:015}=", self.moment().entropy.below(1_000_000_000_000));
        let token = self.token(user);
        let allowed = self
            .invoke(
                "authorizer",
                &events::authorizer(&connection, BEGINNING, ("token", &token)),
            )
            .await;
        let context = allowed.answer["context"].as_object().unwrap().clone();
        Client {
            user,
            connection,
            context,
        }
    }

    /// Opens a connection as a client does: authorizer, then `$connect`.
    pub(crate) async fn connect(&self, user: UserId) -> Client {
        let client = self.visitor(user).await;
        self.open(&client).await;
        client
    }

    pub(crate) async fn open(&self, client: &Client) -> Measured {
        let event = events::connect(&client.connection, BEGINNING, &client.context);
        let opened = self.invoke("connect", &event).await;
        assert_eq!(opened.answer["statusCode"], 200);
        opened
    }

    pub(crate) async fn close(&self, client: &Client) -> Measured {
        let event = events::disconnect(&client.connection, BEGINNING, &client.context);
        self.invoke("disconnect", &event).await
    }

    /// Sends a frame on its action's route; the answer is that of the action.
    pub(crate) async fn act(&self, client: &Client, action: &str, mut body: Value) -> Measured {
        body["action"] = action.into();
        let (route, function) = action_route(action).unwrap_or(("$default", "default"));
        let frame = body.to_string();
        let event = events::frame(&client.connection, BEGINNING, &client.context, route, &frame);
        let mut measured = self.invoke(function, &event).await;
        measured.billable += billable(frame.as_bytes());
        if let Some(answer) = measured.answer["body"].as_str() {
            measured.billable += billable(answer.as_bytes());
            let answer: Value = serde_json::from_str(answer).unwrap();
            assert!(
                answer["event"] == "ack" || answer["event"] == "pong",
                "{action}: {answer}"
            );
            measured.answer = answer["data"].clone();
        }
        measured
    }

    /// Sends a frame that names no action.
    pub(crate) async fn say(&self, client: &Client, frame: &str) -> Measured {
        let event = events::frame(&client.connection, BEGINNING, &client.context, "$default", frame);
        let mut measured = self.invoke("default", &event).await;
        measured.billable += billable(frame.as_bytes());
        measured
    }

    pub(crate) async fn join(&self, client: &Client, room: RoomNumber) -> Measured {
        self.act(client, "join_room", json!({ "room_id": self.id(room) })).await
    }

    /// A room with so many members, each with one connection that has joined.
    pub(crate) async fn chat(&self, connections: usize) -> Chat {
        let mut members = Vec::with_capacity(connections);
        for _ in 0..connections {
            members.push(self.user().await);
        }
        let room = self.room(&members).await;
        let mut clients = Vec::with_capacity(connections);
        for user in members {
            let client = self.connect(user).await;
            self.join(&client, room).await;
            clients.push(client);
        }
        Chat { room, clients }
    }
}
