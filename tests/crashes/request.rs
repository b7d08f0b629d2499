//! Requests as clients make them: to the REST router, as a frame, or as an event of the connection manager; and their answers.

use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use parlour_domain::AttachmentId;
use parlour_domain::log::{Body as Says, Draft};
use parlour_handlers::InvokeError;
use parlour_handlers::functions::action_route;
use parlour_store::{Written, keys};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::events;
use crate::invocations::{run, scheduled};
use crate::operations::{IMAGE, Step, UPLOADED, Who};
use crate::scene::{Person, Scene};
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
            "authorizer" | "$connect" | "connected" | "$disconnect" | "fan_out" | "events" | "sweep" => {
                self.event(world).await
            }
            "a departure begins" => self.begin_departure(world).await,
            "a deletion begins" => self.begin_deletion(world).await,
            UPLOADED => self.upload(world),
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
            .replace("{attachment_id}", &scene.made)
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
        let body = match &self.body {
            Value::Null => Body::empty(),
            // A form as it is written.
            Value::String(form) => {
                request = request.header("content-type", "multipart/form-data; boundary=x");
                Body::from(form.clone())
            }
            body => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
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
            "events" => ("events", events::queue(&self.told(world))),
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

    /// The events of a body of `POST /events`, as the integrator puts them into the queue.
    fn told(&self, world: &World) -> Vec<String> {
        let events = self.body["events"].as_array().into_iter().flatten();
        let queued = events.map(|event| json!({ "app": world.app.to_string(), "event": event }).to_string());
        queued.collect()
    }

    /// What the client does by itself with the URL that it was given; the file that it is about.
    fn upload(&self, world: &World) -> Answer {
        let file = AttachmentId::parse(&self.scene.made).unwrap();
        let image = Bytes::from_static(IMAGE);
        world.bucket.put(&keys::object(&world.app, file), "image/gif", image);
        Answer {
            status: 200,
            body: json!({ "attachment_id": file.to_string() }),
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
