//! What a world is asked to do besides the requests of its people: functions that run on events, and a look around.

use axum::body::Body;
use axum::http::Request;
use parlour_domain::UserId;
use parlour_handlers::{InvokeError, invoke};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use crate::events;
use crate::scene::{Client, Person};
use crate::world::World;

pub(crate) fn scheduled() -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} })
}

/// Runs a function on an event.
pub(crate) async fn run(world: &World, function: &str, event: &Value) -> Result<Value, InvokeError> {
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
