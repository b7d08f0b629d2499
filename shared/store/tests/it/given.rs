//! What tests begin with: users, rooms, drafts, connections; and a send as the service makes it.

use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::member::Role;
use parlour_domain::room::{History, Room, RoomKind, RoomSettings};
use parlour_domain::text::{DisplayName, MessageText};
use parlour_domain::user::User;
use parlour_domain::{AppId, ClientId, ConnectionId, RoomNumber, Seq, Timestamp, UserId};
use parlour_store::{
    AppendRefusal, Appended, Begin, Connection, Created, NewRoom, Start, Store, Subscriber, WriteClaim,
};

use crate::world::{Clock, World};

pub(crate) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

pub(crate) fn client_id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

pub(crate) fn connection_id(text: &str) -> ConnectionId {
    ConnectionId::parse(text).unwrap()
}

pub(crate) fn number(number: u64) -> RoomNumber {
    RoomNumber::new(number).unwrap()
}

pub(crate) fn seq(seq: u64) -> Seq {
    Seq::new(seq).unwrap()
}

pub(crate) fn text_body(text: &str) -> Body {
    Body::Message(Message::text(MessageText::parse(text).unwrap()))
}

/// The text of a message; `None` for other entries.
pub(crate) fn text_of(entry: &Entry) -> Option<&str> {
    entry.message()?.text.as_ref().map(MessageText::as_str)
}

/// The entry of an answer.
pub(crate) fn entry_of(appended: &Appended) -> &Entry {
    match appended {
        Appended::New(entry) | Appended::Duplicate(entry) => entry,
        Appended::Replayed(reply) => panic!("a reply instead of an entry: {reply}"),
    }
}

impl Clock {
    pub(crate) fn user_id(&self) -> UserId {
        UserId::generate(&mut self.moment())
    }

    pub(crate) fn user_ids(&self, count: usize) -> Vec<UserId> {
        (0..count).map(|_| self.user_id()).collect()
    }

    pub(crate) fn user(&self, label: &str) -> User {
        let now = self.now();
        User {
            id: self.user_id(),
            external_id: None,
            name: name(label),
            avatar_url: None,
            custom: None,
            suspension: None,
            number: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// A draft of a message.
    pub(crate) fn message(&self, sender: UserId, client: Option<&str>, text: &str) -> Draft {
        self.draft(Some(sender), client, text_body(text))
    }

    pub(crate) fn draft(&self, sender: Option<UserId>, client: Option<&str>, body: Body) -> Draft {
        Draft::new(&mut self.moment(), sender, client.map(client_id), body)
    }

    /// A group of these members, the first of them its owner.
    pub(crate) fn group(&self, number: RoomNumber, members: &[UserId]) -> Room {
        let now = self.now();
        Room {
            number,
            kind: RoomKind::Group,
            name: Some(name("room")),
            public: false,
            history: History::All,
            custom: None,
            member_count: u64::try_from(members.len()).unwrap(),
            created_by: members.first().copied(),
            created_at: now,
            updated_at: now,
            settings: RoomSettings::default(),
            archived: false,
            floor_msgs: 0,
            key: None,
            pair: None,
            floor: Seq::FIRST,
            deleted: false,
        }
    }

    /// The direct room of two users.
    pub(crate) fn direct(&self, number: RoomNumber, pair: [UserId; 2]) -> Room {
        Room {
            kind: RoomKind::Direct,
            name: None,
            pair: Some(pair),
            ..self.group(number, &pair)
        }
    }

    pub(crate) fn created(&self, room: &Room, members: &[UserId]) -> Draft {
        let body = Body::RoomCreated {
            kind: room.kind,
            name: room.name.clone(),
            members: members.to_vec(),
        };
        self.draft(room.created_by, None, body)
    }

    pub(crate) fn connection(&self, id: &str) -> Connection {
        Connection {
            id: connection_id(id),
            connected_at: self.now(),
            token_expires: self.now().plus_seconds(3_600),
            endpoint: None,
            dialect: None,
            rooms: Vec::new(),
        }
    }

    pub(crate) fn claim(&self, app: &AppId, client: &str, says: &str, reply: &str) -> WriteClaim {
        WriteClaim {
            app: app.clone(),
            actor: None,
            client_id: client_id(client),
            hash: parlour_domain::log::BodyHash::of(&says),
            reply: reply.to_owned(),
            now: self.now(),
            expires: self.now().plus_seconds(parlour_domain::limits::CLAIM_SECONDS).seconds(),
        }
    }
}

/// All members of a new room as the store takes them: the first is the owner.
pub(crate) fn roles(members: &[UserId]) -> Vec<(UserId, Role)> {
    let role = |index| if index == 0 { Role::Owner } else { Role::Member };
    members
        .iter()
        .enumerate()
        .map(|(index, user)| (*user, role(index)))
        .collect()
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes a room.
    pub(crate) async fn make(&self, room: &Room, members: &[UserId], claim: Option<&WriteClaim>) -> Created {
        let draft = self.clock.created(room, members);
        let new = NewRoom {
            app: &self.app,
            room,
            members: &roles(members),
            draft: &draft,
            now: self.now(),
        };
        self.store.create_room(new, claim).await.unwrap()
    }

    /// A new group with this number.
    pub(crate) async fn room(&self, room: u64, members: &[UserId]) -> Room {
        let room = self.clock.group(number(room), members);
        assert_eq!(self.make(&room, members, None).await, Created::Done);
        room
    }

    pub(crate) async fn say(&self, room: RoomNumber, sender: UserId, text: &str) -> Entry {
        let draft = self.clock.message(sender, None, text);
        let appended = send(&self.store, &self.app, room, &draft, How::Once, self.now()).await;
        entry_of(&appended.unwrap()).clone()
    }

    /// A live connection, subscribed to nothing.
    pub(crate) async fn connect(&self, user: UserId, id: &str) -> ConnectionId {
        let connection = self.clock.connection(id);
        self.store
            .put_connection(&self.app, user, &connection, self.now())
            .await
            .unwrap();
        connection.id
    }

    pub(crate) async fn log(&self, room: RoomNumber) -> Vec<Entry> {
        log(&self.store, &self.app, room).await
    }
}

pub(crate) fn subscriber(user: UserId, connection: &ConnectionId) -> Subscriber {
    Subscriber {
        user,
        connection: connection.clone(),
        endpoint: None,
        dialect: None,
    }
}

/// The whole log, oldest first.
pub(crate) async fn log(store: &Store, app: &AppId, room: RoomNumber) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(Seq::ZERO, |entry| entry.seq);
        let page = store.entries_after(app, room, after, 300).await.unwrap();
        entries.extend(page.entries);
        if !page.more {
            return entries;
        }
    }
}

/// What a log must be: 1, 2, 3, … without a hole, time never running backwards, counts carried forward.
pub(crate) fn check_log(log: &[Entry]) -> Result<(), String> {
    let (mut messages, mut last) = (0, Seq::ZERO);
    for (index, entry) in log.iter().enumerate() {
        if Ok(entry.seq.get()) != u64::try_from(index + 1) {
            return Err(format!(
                "a hole or a repetition: place {} is taken by {}",
                index + 1,
                entry.seq
            ));
        }
        if entry.body.is_message() {
            (messages, last) = (messages + 1, entry.seq);
        }
        if (entry.msg_no, entry.last_msg_seq) != (messages, last) {
            return Err(format!(
                "entry {} does not carry the count of messages forward",
                entry.seq
            ));
        }
        if index > 0 && entry.at < log[index - 1].at {
            return Err(format!("time runs backwards at {}", entry.seq));
        }
    }
    Ok(())
}

/// How a send finds an earlier attempt of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Not at all: no client id.
    Once,
    /// From the client's base.
    Base(Seq),
    /// By a claim row.
    Claim,
}

/// A send as the service makes it.
pub(crate) async fn send(
    store: &Store,
    app: &AppId,
    room: RoomNumber,
    draft: &Draft,
    how: How,
    now: Timestamp,
) -> Result<Appended, AppendRefusal> {
    let start = match how {
        How::Once | How::Claim => Start::Head,
        How::Base(base) => Start::Base(base),
    };
    let mut begin = store.begin_append(app, room, draft, start).await?;
    if let (How::Claim, Begin::After(head)) = (how, &begin) {
        begin = store.claim_send(app, room, draft, *head, now).await?;
    }
    store.append(app, room, draft, begin, now).await
}

impl World {
    /// Ends a connection; whether it was there.
    pub(crate) async fn end(&self, user: UserId, id: &ConnectionId) -> bool {
        self.store
            .end_connection(&self.app, user, id, self.now())
            .await
            .unwrap()
    }
}
