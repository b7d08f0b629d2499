//! Requests as clients make them: to the REST router, as a frame, or as an event of the connection manager; and their answers.

use axum::body::Body;
use axum::http::Request;
use parlour_domain::UserId;
use parlour_domain::log::{Body as Says, Draft};
use parlour_handlers::functions::action_route;
use parlour_handlers::{InvokeError, invoke};
use parlour_store::Written;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use crate::events;
use crate::operations::{Step, Who};
use crate::scene::{Client, Person, Scene};
use crate::world::World;

/// A step in a scene: sent again it is the same, down to the last byte.
pub(crate) struct Sent<'a> {
    scene: &'a Scene,
    step: Step,
    body: Value,
    key: String,
    queued: Vec<String>,
}

/// What came back: a status of REST, or 200 for an acknowledgement and 400 for a refusal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl<'a> Sent<'a> {
    pub(crate) fn new(world: &World, scene: &'a Scene, step: Step) -> Self {
        Self {
            scene,
            step,
            body: (step.body)(scene),
            key: format!("k{}", world.draw()),
            queued: match step.name {
                "fan_out" => world.outside.take_queued(),
                _ => Vec::new(),
            },
        }
    }

    /// Sends it, or sends it again.
    pub(crate) async fn send(&self, world: &World) -> Answer {
        match self.step.name {
            "authorizer" | "$connect" | "connected" | "$disconnect" | "fan_out" | "sweep" => self.event(world).await,
            "a departure begins" => self.begin_departure(world).await,
            "a deletion begins" => self.begin_deletion(world).await,
            name if name.contains(' ') => self.rest(world).await,
            _ => self.frame(world).await,
        }
    }

    async fn rest(&self, world: &World) -> Answer {
        let (method, route) = self.step.name.split_once(' ').unwrap();
        let scene = self.scene;
        // Members are not invited.
        let about = if route.contains("/invite/") {
            &scene.newcomer
        } else {
            &scene.guest
        };
        let path = route
            .replace("{room_id}", &scene.room)
            .replace("{user_id}", &about.id())
            .replace("{message_id}", &scene.message)
            .replace("{report_id}", &scene.made)
            // Nobody's: the one that this request comes with has to stay.
            .replace("{token_id}", "000000000000")
            .replace("{webhook_id}", &scene.made)
            .replace("{reaction}", "%F0%9F%91%8D");
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", events::HOST)
            .header("idempotency-key", &self.key);
        request = match scene.person(self.step.who) {
            None => request.header("clientkey", &world.backend),
            Some(person) => request.header("authorization", format!("Bearer {}", person.token)),
        };
        let body = if self.body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(self.body.to_string())
        };
        let response = world.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    async fn frame(&self, world: &World) -> Answer {
        let person = self.scene.person(self.step.who).expect("a user sends frames");
        let client = person.client.as_ref().expect("who is connected");
        let mut body = self.body.clone();
        body["action"] = self.step.name.into();
        let (route, function) = action_route(self.step.name).expect("an action");
        let at = world.now().millis();
        let event = events::frame(&client.connection, at, &client.context, route, &body.to_string());
        let answer = run(world, function, &event).await.unwrap_or_default();
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or("null")).unwrap();
        let done = body["event"] == "ack" || body["event"] == "pong";
        Answer {
            status: if done { 200 } else { 400 },
            body,
        }
    }

    async fn event(&self, world: &World) -> Answer {
        let at = world.now().millis();
        let client = || {
            let person = self.scene.person(self.step.who);
            person.and_then(|person| person.client.as_ref()).expect("a client")
        };
        let (function, event) = match self.step.name {
            "authorizer" => {
                let token = self.scene.person(self.step.who).map(|person| person.token.as_str());
                let credential = match self.scene.made.as_str() {
                    "" => ("token", token.expect("a user")),
                    ticket => ("ticket", ticket),
                };
                ("authorizer", events::authorizer(&client().connection, at, credential))
            }
            "$connect" => {
                let client = client();
                ("connect", events::connect(&client.connection, at, &client.context))
            }
            "connected" => {
                let client = client();
                ("connected", events::connect(&client.connection, at, &client.context))
            }
            "$disconnect" => {
                let client = client();
                (
                    "disconnect",
                    events::disconnect(&client.connection, at, &client.context),
                )
            }
            "fan_out" => ("fan_out", events::queue(&self.queued)),
            _ => ("sweep", scheduled()),
        };
        let answer = run(world, function, &event).await;
        Answer {
            status: match &answer {
                Ok(_) => 200,
                Err(InvokeError::Unauthorized) => 401,
                Err(InvokeError::Fault(_)) => 500,
            },
            body: answer.unwrap_or_default(),
        }
    }

    /// What an invocation left that ended right after the member's rights did.
    async fn begin_departure(&self, world: &World) -> Answer {
        let (room, user) = (self.scene.number(world), self.scene.guest.user);
        let mut moment = world.moment();
        let begun = world
            .store()
            .begin_departure(&world.app, room, user, None, &mut moment, None)
            .await;
        done(begun.unwrap() == Written::Done)
    }

    /// What an invocation left that ended right after the room did.
    async fn begin_deletion(&self, world: &World) -> Answer {
        let row = world.store().room(&world.app, self.scene.number(world)).await.unwrap();
        let draft = Draft::new(&mut world.moment(), None, None, Says::RoomDeleted);
        let deleted = world
            .store()
            .delete_room(&world.app, &row.unwrap(), &draft, None, world.now())
            .await;
        done(deleted.is_ok())
    }
}

fn done(is: bool) -> Answer {
    Answer {
        status: if is { 200 } else { 500 },
        body: Value::Null,
    }
}

fn scheduled() -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} })
}

/// Runs a function on an event.
async fn run(world: &World, function: &str, event: &Value) -> Result<Value, InvokeError> {
    let payload = event.to_string();
    let answer = invoke(&world.parlour, world.moment(), function, payload.as_bytes()).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

impl World {
    pub(crate) async fn sweep(&self) {
        run(self, "sweep", &scheduled()).await.unwrap();
    }

    /// Whether `sweep` came to its end.
    pub(crate) async fn try_sweep(&self) -> bool {
        run(self, "sweep", &scheduled()).await.is_ok()
    }

    /// Gives these messages to `fan_out`, in one delivery; whether all of it is done.
    pub(crate) async fn deliver(&self, messages: &[String]) -> bool {
        let answer = run(self, "fan_out", &events::queue(messages)).await;
        answer.is_ok_and(|answer| answer["batchItemFailures"] == json!([]))
    }

    /// Has `fan_out` do all that the queue has, and what that puts there; whether all of it is done.
    pub(crate) async fn drain(&self) -> bool {
        for _ in 0..10 {
            let messages = self.outside.take_queued();
            if messages.is_empty() {
                return true;
            }
            // As many as one delivery has.
            for some in messages.chunks(10) {
                if !self.deliver(some).await {
                    return false;
                }
            }
        }
        false
    }

    /// Runs `deliver` on these messages of its queue.
    pub(crate) async fn tell(&self, messages: &[String]) {
        let answer = run(self, "deliver", &events::queue(messages)).await.unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }

    /// A client of this user whom the authorizer lets in.
    pub(crate) async fn visitor(&self, token: &str) -> Client {
        let connection = format!("{:015}=", self.draw());
        let event = events::authorizer(&connection, self.now().millis(), ("token", token));
        let allowed = run(self, "authorizer", &event).await.unwrap();
        let context: &Map<String, Value> = allowed["context"].as_object().expect("let in");
        Client {
            connection,
            context: context.clone(),
        }
    }

    pub(crate) fn token(&self, user: UserId) -> String {
        let issued = self.parlour.signing.issue(&self.app, user, self.now(), 3_600);
        issued.unwrap().token
    }

    /// What a user has not read, by REST; `None`: the user is not let in any more.
    pub(crate) async fn unread_of(&self, person: &Person) -> Option<Vec<Value>> {
        let request = Request::builder()
            .uri("/unread")
            .header("host", events::HOST)
            .header("authorization", format!("Bearer {}", person.token));
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        if !response.status().is_success() {
            return None;
        }
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["items"].as_array().cloned()
    }

    /// The description of the REST routes.
    pub(crate) async fn openapi(&self) -> Value {
        let request = Request::builder()
            .uri("/docs/openapi.json")
            .header("host", events::HOST);
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 1 << 22).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }
}

/// An operation is one of the table's, whoever does it.
impl Scene {
    pub(crate) fn person(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Backend => None,
            Who::Owner => Some(&self.owner),
            Who::Member => Some(&self.member),
            Who::Guest => Some(&self.guest),
            Who::Newcomer => Some(&self.newcomer),
        }
    }
}
