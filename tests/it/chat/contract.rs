//! The descriptions of REST and of the WebSocket: they are served, and what they give as examples works.

use std::collections::BTreeSet;

use parlour_protocol::asyncapi::{description, example};
use serde_json::{Value, json};

use crate::harness::{Backend, Credential, Person, Socket, TestServer, contract};
use crate::routes::{Actor, Cast, ROUTES, World};

/// The lists that have an item here. Of the others some are a moment behind, and some are of who is there.
const FINDS: &[&str] = &[
    "history",
    "list_members",
    "edit_history",
    "list_pins",
    "read_positions",
    "list_room_invites",
    "list_blocks",
    "message_status",
];

/// Who may do it, in a room where it can be done.
struct Scene {
    actor: Person,
    room: String,
    other_room: String,
    message: String,
    /// Whom it is about.
    user: String,
}

async fn scene(server: &Backend, action: &str) -> Scene {
    let [ada, bob, cat] = server.people(["Ada", "Bob", "Cat"]).await;
    let members = [&ada.id, &bob.id];
    let body = json!({ "kind": "group", "public": true, "members": members });
    let room = ada.post("/room", body).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = ada.say(&room, "one").await["id"].as_str().unwrap().to_owned();
    let about_cat = matches!(
        action,
        "add_member" | "add_members" | "ban_user" | "unban_user" | "invite_user" | "withdraw_invite"
    );
    prepare(action, (&ada, &cat), (&room, &message)).await;
    let other_room = ada.group(&[]).await;
    let user = if about_cat { cat.id.clone() } else { bob.id.clone() };
    let (actor, user) = match action {
        "accept_invite" | "decline_invite" | "list_invites" | "join_public_room" => (cat, user),
        "exit_room" => (bob, user),
        "report_message" | "report_user" => (bob, ada.id.clone()),
        _ => (ada, user),
    };
    Scene {
        actor,
        room,
        other_room,
        message,
        user,
    }
}

/// What must be there for an action to be done, and what lists are to find.
async fn prepare(action: &str, (ada, cat): (&Person, &Person), (room, message): (&str, &str)) {
    let (of_room, of_message) = (format!("/room/{room}"), format!("/room/{room}/message/{message}"));
    let (method, path, body) = match action {
        "accept_invite" | "decline_invite" | "withdraw_invite" | "list_invites" | "list_room_invites" => {
            ("POST", format!("{of_room}/invite"), Some(json!({ "user_id": cat.id })))
        }
        "unban_user" | "list_bans" => ("PUT", format!("{of_room}/ban/{}", cat.id), Some(json!({}))),
        "unarchive_room" => ("PUT", format!("{of_room}/archive"), None),
        "list_pins" => ("PUT", format!("{of_message}/pin"), Some(json!({}))),
        "list_stars" => ("PUT", format!("{of_message}/star"), None),
        "list_blocks" => ("PUT", format!("/block/{}", cat.id), None),
        "edit_history" => ("PATCH", of_message, Some(json!({ "text_message": "two" }))),
        "list_replies" => {
            let body = json!({ "text_message": "two", "parent_id": message });
            ("POST", format!("{of_room}/message/send"), Some(body))
        }
        _ => return,
    };
    let reply = ada.call(method, &path, body).await;
    assert!((200..300).contains(&reply.status), "{action}: {reply:?}");
}

/// The example with what there is in place of what it names.
fn filled(example: &Value, scene: &Scene, token: &str) -> Value {
    let text = example
        .to_string()
        .replace(example::ROOM, &scene.room)
        .replace(example::OTHER_ROOM, &scene.other_room)
        .replace(example::MESSAGE, &scene.message)
        .replace(example::USER, &scene.user)
        .replace(example::TOKEN, token);
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn every_example_of_an_action_works() {
    let server = TestServer::start();
    let description = description();
    let messages = description["components"]["messages"].as_object().unwrap();
    let mut executed = 0;
    for (action, message) in messages {
        let Some(examples) = message["examples"].as_array() else {
            continue;
        };
        for example in examples {
            let payload = &example["payload"];
            if payload["action"].is_null() {
                contract::heard(payload);
                continue;
            }
            contract::may_be_sent(payload);
            let scene = scene(&server, action).await;
            let token = server.token(&scene.actor.id).await;
            let mut socket: Socket = scene.actor.connect().await;
            let answer = socket.ok(action, filled(payload, &scene, &token)).await;
            if FINDS.contains(&action.as_str()) {
                let items = answer["items"].as_array().unwrap();
                assert!(
                    !items.is_empty(),
                    "{action} finds what is there, so that an item is looked at"
                );
            }
            executed += 1;
        }
    }
    assert_eq!(executed, parlour_protocol::frame::ACTIONS.len());
}

/// The body's schema, with all that it refers to.
fn of_body(openapi: &Value, content: &Value) -> jsonschema::Validator {
    let schema = json!({ "allOf": [content["schema"]], "components": openapi["components"] });
    jsonschema::draft202012::options().build(&schema).unwrap()
}

/// The example with what there is in this world in place of what it names.
fn in_world(example: &Value, world: &World<'_>, adds: bool) -> Value {
    let user = if adds { &world.cast.newcomer.id } else { &world.guest.id };
    let text = example.to_string();
    let text = text
        .replace(example::ROOM, &world.room)
        .replace(example::OTHER_ROOM, &world.public_room)
        .replace(example::MESSAGE, &world.message)
        .replace(example::USER, user);
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn every_example_of_a_request_works() {
    let cast = Cast::new().await;
    let openapi = cast.tenants.server.get("/docs/openapi.json").await.expect(200);
    let mut seen = BTreeSet::new();
    for route in ROUTES.iter().filter(|route| route.body.is_some()) {
        if !seen.insert((route.method, route.path)) {
            continue;
        }
        let operation = &openapi["paths"][route.path][route.method.to_lowercase()];
        let content = &operation["requestBody"]["content"]["application/json"];
        let what = format!("{} {}", route.method, route.path);
        let example = content
            .get("example")
            .unwrap_or_else(|| panic!("{what} has no example"));
        let wrong: Vec<_> = of_body(&openapi, content)
            .iter_errors(example)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "the example of {what} is not as described: {wrong:?}");
        let world = cast.world().await;
        let backend = route.expected[9].starts_with('2');
        let caller = cast.caller(if backend { Actor::Backend } else { Actor::Owner });
        let adds = ["add_member", "add_members", "invite_user"].map(Value::from);
        let body = in_world(example, &world, adds.contains(&operation["operationId"]));
        let reply = caller.call(route.method, &route.path_in(&world), Some(body)).await;
        assert!((200..300).contains(&reply.status), "the example of {what}: {reply:?}");
        // Of many messages each has its own answer.
        let errors = reply.body["items"].as_array().into_iter().flatten();
        assert!(
            errors.map(|item| &item["error"]).all(Value::is_null),
            "{what}: {reply:?}"
        );
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let server = TestServer::start();
    let nobody = server.with(Credential::Nothing);
    let served = nobody.get("/docs/asyncapi.json").await.expect(200);
    assert_eq!(served["asyncapi"], "3.0.0");
    assert_eq!(served, description());
}

/// On every target: not each has the gateway's pages.
#[tokio::test]
async fn what_the_description_of_rest_links_to_is_there() {
    let server = TestServer::start();
    let nobody = server.with(Credential::Nothing);
    let described = nobody.get("/docs/openapi.json").await.expect(200);
    let text = described["info"]["description"].as_str().unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links: Vec<&str> = links.collect();
    assert!(!links.is_empty(), "{text}");
    for link in links {
        nobody.get(link).await.expect(200);
    }
}

#[tokio::test]
async fn the_reference_of_the_websocket_is_a_page() {
    let server = TestServer::start();
    let page = server.with(Credential::Nothing).get("/docs/websocket").await;
    assert_eq!(page.status, 200);
}

#[test]
#[should_panic(expected = "new_message is not as described")]
fn a_frame_with_a_field_that_is_not_described_is_found() {
    let data = json!({ "type": "message", "id": "m", "room_id": "r", "seq": 1, "created_at": "", "secret": 1 });
    contract::heard(&json!({ "event": "new_message", "data": data }));
}

#[test]
#[should_panic(expected = "error is not as described")]
fn a_refusal_with_a_member_that_is_not_described_is_found() {
    let data = json!({ "code": "not_found", "message": "", "retryable": false, "secret": 1 });
    contract::heard(&json!({ "event": "error", "data": data }));
}

#[test]
fn a_refusal_may_name_a_field_and_a_reason() {
    let data = json!({ "code": "invalid_input", "message": "", "retryable": false, "field": "name", "reason": "" });
    contract::heard(&json!({ "event": "error", "data": data }));
}

#[test]
#[should_panic(expected = "typing is not as described")]
fn an_event_of_a_batch_is_looked_at_too() {
    let event = |extra: &str| {
        let data = json!({ "room_id": "r", "user_id": "u", "typing": true, "expires_at": "", extra: true });
        json!({ "event": "typing", "data": data })
    };
    contract::heard(&json!({ "event": "batch", "data": [event("typing"), event("secret")] }));
}

#[test]
fn what_the_connection_manager_says_is_described() {
    contract::heard(&json!({ "message": "Too Many Requests", "connectionId": "c", "requestId": "r" }));
}

#[test]
#[should_panic(expected = "is not described")]
fn an_event_that_is_not_described_is_found() {
    contract::heard(&json!({ "event": "surprise", "data": {} }));
}
