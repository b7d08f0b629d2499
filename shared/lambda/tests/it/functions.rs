//! The built functions, each a process of its own as on Lambda: a user is made, gets a token, connects and is answered.

use parlour_gateway::event::{self, Upgrade};
use serde_json::json;
use tokio::process::Command;

use crate::given::{App, build, http_event, parsed, websocket_events};
use crate::world::World;

#[tokio::test]
async fn a_user_is_made_and_connects_and_is_answered() {
    let built = build().await;
    let mut world = World::start().await;
    let key = App::new(&world).await.client_key;

    let mut rest = world.function(&built.join("rest"));
    let asked = http_event("POST", "/user", &key, &json!({ "name": "Ada" }));
    let made = world.invoke(&mut rest, asked).await.unwrap();
    assert_eq!(made["statusCode"], 201, "{made}");
    let user = parsed(made["body"].as_str().unwrap().as_bytes())["id"].clone();
    let path = format!("/auth/{}", user.as_str().unwrap());
    let issued = world
        .invoke(&mut rest, http_event("POST", &path, &key, &json!({})))
        .await
        .unwrap();
    let token = parsed(issued["body"].as_str().unwrap().as_bytes())["token"].clone();
    drop(rest);

    let (client, upgrade, stamp) = websocket_events(token.as_str().unwrap());
    let mut authorizer = world.function(&built.join("authorizer"));
    let refused = event::authorizer(&client, &Upgrade::default(), &stamp);
    let failure = world.invoke(&mut authorizer, parsed(&refused)).await.unwrap_err();
    assert_eq!(failure["errorMessage"], "Unauthorized");
    let asked = event::authorizer(&client, &upgrade, &stamp);
    let allowed = world.invoke(&mut authorizer, parsed(&asked)).await.unwrap();
    assert_eq!(allowed["policyDocument"]["Statement"][0]["Effect"], "Allow");
    let context = allowed["context"].as_object().unwrap().clone();
    drop(authorizer);

    let mut connect = world.function(&built.join("connect"));
    let connected = event::connect(&client, &context, &upgrade, &stamp);
    assert_eq!(
        world.invoke(&mut connect, parsed(&connected)).await,
        Ok(json!({ "statusCode": 200 }))
    );
    assert!(world.called().is_empty(), "nobody asked for a hello");
    let mut asking = upgrade.clone();
    asking.query.push(("hello".to_owned(), "1".to_owned()));
    let greeted = parsed(&event::connect(&client, &context, &asking, &stamp));
    assert_eq!(
        world.invoke(&mut connect, greeted.clone()).await,
        Ok(json!({ "statusCode": 200 }))
    );
    assert_eq!(world.called(), std::slice::from_ref(&greeted));
    let broken = world.invoke(&mut connect, json!({ "no": "event" })).await.unwrap_err();
    assert_eq!(broken["errorType"], "Fault");
    let log = connect.ended().await.log;
    assert_eq!(log.len(), 1, "one line for the fault, none for what went well: {log:?}");
    assert_eq!(
        (&log[0]["level"], &log[0]["function"]),
        (&json!("ERROR"), &json!("event"))
    );
    assert_eq!(log[0]["span"]["aws_request_id"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");

    let mut connected = world.function(&built.join("connected"));
    assert_eq!(world.invoke(&mut connected, greeted).await, Ok(json!(null)));
    let posted = world.posted();
    assert_eq!((posted.len(), &posted[0].1["event"]), (1, &json!("hello")));
    drop(connected);

    let mut default = world.function(&built.join("default"));
    let frame = r#"{"action":"ping","request_id":"r1"}"#;
    let routed = event::message(&client, &context, &stamp, "ping", "m1", frame);
    let answer = world.invoke(&mut default, parsed(&routed)).await.unwrap();
    assert_eq!(parsed(answer["body"].as_str().unwrap().as_bytes())["event"], "pong");
    assert_eq!(world.posted(), []);
    let unrouted = event::message(&client, &context, &stamp, "$default", "m2", frame);
    assert_eq!(
        world.invoke(&mut default, parsed(&unrouted)).await,
        Ok(json!({ "statusCode": 200 }))
    );
    let posted = world.posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].0, "/gateway/@connections/L0SM9cOFvHcCIhw%3D");
    assert_eq!(
        (&posted[0].1["event"], &posted[0].1["request_id"]),
        (&json!("pong"), &json!("r1"))
    );
}

#[tokio::test]
async fn what_one_function_writes_another_tells_webhooks_and_the_bus() {
    let built = build().await;
    let mut world = World::start().await;
    let key = App::new(&world).await.client_key;
    let mut rest = world.telling(&built.join("rest"));
    let hook = json!({ "url": world.receiver(), "events": ["room.created"] });
    let made = world
        .invoke(&mut rest, http_event("POST", "/webhook", &key, &hook))
        .await;
    assert_eq!(made.unwrap()["statusCode"], 201);
    let asked = http_event("POST", "/user", &key, &json!({ "name": "Ada" }));
    let made = world.invoke(&mut rest, asked).await.unwrap();
    let user = parsed(made["body"].as_str().unwrap().as_bytes())["id"].clone();
    let new = json!({ "kind": "group", "members": [user] });
    let made = world.invoke(&mut rest, http_event("POST", "/room", &key, &new)).await;
    assert_eq!(made.unwrap()["statusCode"], 201);
    drop(rest);

    let queued = world.deliveries();
    assert_eq!(queued["Records"].as_array().unwrap().len(), 1);
    let mut deliver = world.telling(&built.join("deliver"));
    let done = json!({ "batchItemFailures": [] });
    assert_eq!(world.invoke(&mut deliver, queued.clone()).await, Ok(done.clone()));
    let told = world.told();
    assert_eq!((told.len(), &told[0]["type"]), (1, &json!("room.created")));
    let on_bus = world.on_bus();
    assert_eq!((on_bus.len(), &on_bus[0]["EventBusName"]), (1, &json!("test-bus")));
    assert_eq!(on_bus[0]["DetailType"], "room.created");
    let detail = parsed(on_bus[0]["Detail"].as_str().unwrap().as_bytes());
    assert_eq!(detail["data"], told[0]["data"]);

    // The same message again, as a queue may give it.
    assert_eq!(world.invoke(&mut deliver, queued).await, Ok(done));
    assert!(world.told().is_empty() && world.on_bus().is_empty());
}

#[tokio::test]
async fn a_function_that_lacks_a_setting_names_it() {
    let built = build().await;
    let ended = Command::new(built.join("connect"))
        .env_clear()
        .env("PARLOUR_CHAT_TABLE", "test-chat")
        .output()
        .await
        .unwrap();
    assert!(!ended.status.success());
    let line = parsed(&ended.stdout);
    assert_eq!(line["error"], "PARLOUR_CONNECTIONS_TABLE is not set");
    assert_eq!(
        (&line["level"], &line["function"]),
        (&json!("ERROR"), &json!("connect"))
    );
}
