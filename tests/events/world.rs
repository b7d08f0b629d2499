//! The product with the app, the user and the room that the events speak of, at a time that stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::app::App;
use parlour_domain::text::DisplayName;
use parlour_domain::user::User;
use parlour_domain::{AppId, ConnectionId, Entropy, Moment, Timestamp, UserId};
use parlour_handlers::MomentSource;
use parlour_protocol::request::CreateRoom;
use parlour_service::calls::Calls;
use parlour_service::files::NoFiles;
use parlour_service::push::Push;
use parlour_service::queue::Queue;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Settings, create_room};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::{Value, json};

/// Of the authorizer's context in the events.
pub(crate) const APP: &str = "a1b2c3d4e5f6";
pub(crate) const USER: &str = "018f4a5c-0000-7000-8000-0123456789ab";
/// Of the events of a connection.
pub(crate) const CONNECTION: &str = "L0SM9cOFvHcCIhw=";
/// When the events happen, 2100-01-01T00:00:00Z: an engine that expires rows by its own clock never interferes.
pub(crate) const THEN: i64 = 4_102_444_800_000;

/// What is outside of the functions besides the store.
pub(crate) struct Outside {
    pub(crate) push: Arc<dyn Push>,
    pub(crate) queue: Arc<dyn Queue>,
    pub(crate) calls: Arc<dyn Calls>,
}

/// Parlour with one app, one user, and a room with that user.
pub(crate) struct World {
    pub(crate) parlour: Arc<Parlour>,
    pub(crate) moments: MomentSource,
    /// The user's token.
    pub(crate) token: String,
    /// The room's id.
    pub(crate) room: String,
}

impl World {
    pub(crate) async fn new(outside: Outside, now: i64) -> Self {
        let now = Timestamp::from_millis(now);
        let client = client(ClientSettings {
            http: http_client(InlineEngine::new().unwrap().connector()),
            endpoint: Some("http://engine.invalid".to_owned()),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "tests"),
            attempts: 1,
        });
        let store = Store::new(client, Tables::with_prefix(""));
        store.create_tables().await.unwrap();
        let parlour = Parlour {
            store,
            push: outside.push,
            queue: outside.queue,
            calls: outside.calls,
            files: Arc::new(NoFiles),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            trust: Trust::reaching(Reach::Public).unwrap(),
            outgoing: None,
            default_app: None,
            settings: Settings::default(),
        };
        let (app, user) = (AppId::parse(APP).unwrap(), UserId::parse(USER).unwrap());
        let tenant = App {
            id: app.clone(),
            name: "app".to_owned(),
            allowed_origins: vec!["https://pages.example".to_owned()],
            quotas: Default::default(),
            created_at: now,
            tokens: Vec::new(),
            verification: None,
            message_hook: None,
            dialects: Vec::new(),
        };
        assert!(parlour.store.create_app(&tenant, "").await.unwrap());
        let someone = User {
            id: user,
            external_id: None,
            name: DisplayName::parse("Ada").unwrap(),
            avatar_url: None,
            custom: None,
            suspension: None,
            number: None,
            created_at: now,
            updated_at: now,
        };
        parlour.store.create_user(&app, &someone, None).await.unwrap();
        let moments = moments(now);
        let actor = parlour_domain::access::Actor::User {
            app: app.clone(),
            user,
            quotas: Default::default(),
        };
        let new: CreateRoom = serde_json::from_value(json!({ "kind": "group", "name": "room" })).unwrap();
        let (new, mut moment) = (new.check().unwrap(), moments());
        let made = create_room::create_room(&parlour, &mut moment, &actor, new, None).await;
        let room = made.unwrap().value;
        let token = parlour.signing.issue(&app, user, now, 3_600).unwrap().token;
        Self {
            parlour: Arc::new(parlour),
            moments,
            token,
            room: serde_json::to_value(room).unwrap()["id"].as_str().unwrap().to_owned(),
        }
    }

    /// The event with this world's token and room.
    pub(crate) fn placed(&self, event: &Value) -> String {
        let text = event.to_string();
        text.replace("<token>", &self.token).replace("<room>", &self.room)
    }

    /// Whether the connection of the events has its row.
    pub(crate) async fn knows_the_connection(&self) -> bool {
        let (app, user) = (AppId::parse(APP).unwrap(), UserId::parse(USER).unwrap());
        let connection = ConnectionId::parse(CONNECTION).unwrap();
        let now = (self.moments)().now;
        let row = self.parlour.store.connection(&app, user, &connection, now).await;
        row.unwrap().is_some()
    }
}

/// Always the same time, and randomness that never repeats.
fn moments(now: Timestamp) -> MomentSource {
    let drawn = AtomicU64::new(0);
    Arc::new(move || {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Moment {
            now,
            entropy: Entropy::from_seed(seed),
        }
    })
}
