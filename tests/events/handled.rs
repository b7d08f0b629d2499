//! The handlers run on the events of AWS and of the emulator, with the identity that the authorizer gave. (Those of the gateway
//! were handled when they were made.)

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parlour_handlers::{invoke, rest};
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::events::{Events, emulator, fixtures};
use crate::world::{CONNECTION, Outside, THEN, USER, World};

/// Takes everything, and keeps what was posted and which functions were called.
#[derive(Debug, Default)]
struct Taken {
    posted: Mutex<Vec<(String, Value)>>,
    called: Mutex<Vec<&'static str>>,
}

impl Taken {
    /// The events that were posted to the connection, in their order.
    fn heard(&self) -> Vec<String> {
        let posted = self.posted.lock().unwrap();
        let own = posted.iter().filter(|(connection, _)| connection == CONNECTION);
        own.map(|(_, frame)| frame["event"].as_str().unwrap().to_owned())
            .collect()
    }
}

impl Push for Taken {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        let frame = serde_json::from_slice(&frame).unwrap();
        self.posted.lock().unwrap().push((to.connection.to_string(), frame));
        Box::pin(std::future::ready(Pushed::Sent))
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        Box::pin(std::future::ready(Pushed::Sent))
    }
}

impl Queue for Taken {
    fn put(&self, _: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        panic!("no room here is large")
    }

    fn put_later(&self, _: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Calls for Taken {
    fn call_later(&self, function: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        self.called.lock().unwrap().push(function);
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn of_aws() {
    handle(&fixtures()).await;
}

#[tokio::test]
async fn of_the_emulator() {
    handle(&emulator()).await;
}

async fn handle(events: &Events) {
    let taken = Arc::new(Taken::default());
    let outside = Outside {
        push: Arc::clone(&taken) as _,
        queue: Arc::clone(&taken) as _,
        calls: Arc::clone(&taken) as _,
    };
    let world = World::new(outside, THEN).await;

    let allowed = run(&world, "authorizer", &events["authorizer"]).await;
    assert_eq!(allowed["context"]["user"], USER);
    let statement = &allowed["policyDocument"]["Statement"][0];
    assert_eq!(statement["Effect"], "Allow");
    assert_eq!(statement["Resource"], events["authorizer"]["methodArn"]);

    assert_eq!(run(&world, "connect", &events["connect"]).await["statusCode"], 200);
    assert!(world.knows_the_connection().await);
    assert_eq!(*taken.called.lock().unwrap(), ["connected"]);
    run(&world, "connected", &events["connect"]).await;

    let sent = run(&world, "send_message", &events["message"]).await;
    let sent: Value = serde_json::from_str(sent["body"].as_str().unwrap()).unwrap();
    assert_eq!(sent["event"], "ack", "{sent}");
    assert_eq!(sent["data"]["text_message"], "Hello");

    let told = run(&world, "fan_out", &events["sqs"]).await;
    assert_eq!(told["batchItemFailures"], json!([]));
    assert_eq!(taken.heard(), ["hello", "new_message"]);

    let swept = run(&world, "sweep", &events["schedule"]).await;
    assert_eq!(swept["connections"], 0);

    let request = lambda_http::request::from_str(&world.placed(&events["http_v2"])).unwrap();
    let router = rest::router(Arc::clone(&world.parlour), Arc::clone(&world.moments));
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 201);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let message: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(message["user_id"], USER);
    assert_eq!(message["seq"], 3);

    assert_eq!(
        run(&world, "disconnect", &events["disconnect"]).await["statusCode"],
        200
    );
    assert!(!world.knows_the_connection().await);
}

async fn run(world: &World, function: &str, event: &Value) -> Value {
    let payload = world.placed(event);
    let answer = invoke(&world.parlour, (world.moments)(), function, payload.as_bytes()).await;
    serde_json::from_slice(&answer.unwrap()).unwrap()
}
