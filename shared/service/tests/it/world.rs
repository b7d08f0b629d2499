//! A room of one user with many connections, on an engine in memory.

use std::num::NonZeroU32;
use std::sync::Arc;

use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::fault::Faults;
use parlour_connectors::http_client;
use parlour_domain::access::Actor;
use parlour_domain::member::Role;
use parlour_domain::{ConnectionId, Entropy, Moment, RoomId, Timestamp, UserId};
use parlour_protocol::request::{CreateRoom, CreateUser, SendMessage};
use parlour_service::fan_out::{Delivered, Job, deliver};
use parlour_service::files::NoFiles;
use parlour_service::push::Push;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{
    Parlour, Session, Settings, add_member, apps, connect, create_room, join_room, send_message, users,
};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::{Value, from_value, json};

use crate::outside::{Behaviour, Connections, Messages};

/// 2100, so that no row expires by the engine's own clock.
const NOW: i64 = 4_102_444_800_000;

pub(crate) struct World {
    pub(crate) parlour: Parlour,
    /// What the engine does not do.
    pub(crate) faults: Faults,
    pub(crate) outside: Arc<Connections>,
    pub(crate) queue: Arc<Messages>,
    pub(crate) session: Session,
    pub(crate) room: RoomId,
}

pub(crate) fn moment(minute: u8) -> Moment {
    Moment {
        now: Timestamp::from_millis(NOW + i64::from(minute) * 60_000),
        entropy: Entropy::from_seed([minute; 32]),
    }
}

fn store(faults: &Faults) -> Store {
    let settings = ClientSettings {
        http: http_client(faults.connector(InlineEngine::new().unwrap().connector())),
        endpoint: Some("http://engine.invalid".to_owned()),
        region: "local".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "tests"),
        attempts: 1,
    };
    Store::new(client(settings), Tables::with_prefix(""))
}

impl World {
    /// A queue that takes messages, and so many connections.
    pub(crate) async fn new(behaviour: Behaviour, connections: usize) -> Self {
        Self::with_queue(behaviour, connections, true).await
    }

    pub(crate) async fn with_queue(behaviour: Behaviour, connections: usize, queue_takes: bool) -> Self {
        let (outside, queue) = (
            Arc::new(Connections::new(behaviour)),
            Arc::new(Messages::new(queue_takes)),
        );
        let push: Arc<dyn Push> = Arc::<Connections>::clone(&outside);
        let faults = Faults::scripted();
        let parlour = Parlour {
            store: store(&faults),
            push,
            queue: Arc::<Messages>::clone(&queue),
            calls: Arc::<Messages>::clone(&queue),
            files: Arc::new(NoFiles),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            trust: Trust::reaching(Reach::Public).unwrap(),
            outgoing: None,
            default_app: None,
            settings: Settings::default(),
        };
        parlour.store.create_tables().await.unwrap();
        let made = apps::create(&parlour, &mut moment(1), "app", Vec::new()).await.unwrap();
        let app = made.app.id;
        let backend = Actor::Backend { app: app.clone() };
        let new: CreateUser = read(json!({ "name": "Ada" }));
        let made = users::create(&parlour, &mut moment(2), &backend, new.check().unwrap(), None)
            .await
            .unwrap();
        let user = UserId::parse(&made.value.id).unwrap();
        let new: CreateRoom = read(json!({ "kind": "group", "members": [made.value.id] }));
        let made = create_room::create_room(&parlour, &mut moment(3), &backend, new.check().unwrap(), None).await;
        let room = RoomId::parse(&made.unwrap().value.id).unwrap();
        let session = Session {
            app,
            user,
            connection: ConnectionId::parse("own").unwrap(),
            connected_at: moment(3).now,
            expires: moment(200).now,
            endpoint: None,
            dialect: None,
            quotas: Default::default(),
        };
        let world = Self {
            parlour,
            faults,
            outside,
            queue,
            session,
            room,
        };
        for number in 0..connections {
            world.join(&format!("c{number}")).await;
        }
        world
    }

    pub(crate) async fn join(&self, connection: &str) {
        self.join_as(&self.session, connection).await;
    }

    /// A connection of a member, who joins the room by it.
    pub(crate) async fn join_as(&self, member: &Session, connection: &str) {
        let session = Session {
            connection: ConnectionId::parse(connection).unwrap(),
            ..member.clone()
        };
        connect::connect(&self.parlour, &session, moment(3).now).await.unwrap();
        join_room::join_room(&self.parlour, &moment(3), &session, self.room, None)
            .await
            .unwrap();
    }

    /// A new user who becomes a member in this minute and the next, and has no connection.
    pub(crate) async fn member(&self, name: &str, minute: u8) -> Session {
        let app = self.session.app.clone();
        let backend = Actor::Backend { app };
        let new: CreateUser = read(json!({ "name": name }));
        let made = users::create(&self.parlour, &mut moment(minute), &backend, new.check().unwrap(), None).await;
        let user = UserId::parse(&made.unwrap().value.id).unwrap();
        let role = (user, Role::Member);
        add_member::add_member(&self.parlour, &mut moment(minute + 1), &backend, self.room, role, None)
            .await
            .unwrap();
        Session {
            user,
            ..self.session.clone()
        }
    }

    /// Sends a message in this minute, and says at which place it stands.
    pub(crate) async fn send(&self, minute: u8) -> u64 {
        let message: SendMessage = read(json!({ "text_message": "hello" }));
        let (mut moment, actor) = (moment(minute), self.session.actor());
        let message = message.check().unwrap();
        let sent = send_message::send_message(&self.parlour, &mut moment, &actor, self.room, message, None).await;
        sent.unwrap().value.seq
    }

    /// Runs what `fan_out` does on these messages.
    pub(crate) async fn deliver(&self, messages: &[String], minute: u8) -> Delivered {
        let jobs = messages.iter().map(|message| Job::read(message).unwrap()).collect();
        deliver(&self.parlour, jobs, moment(minute).now).await
    }

    /// The same, with no more than so many posts a second.
    pub(crate) fn paced(mut self, posts_per_second: u32) -> Self {
        self.parlour.settings.posts_per_second = NonZeroU32::new(posts_per_second);
        self
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    from_value(value).unwrap()
}
