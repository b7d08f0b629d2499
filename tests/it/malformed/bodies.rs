//! Every route with a body × every way to get one wrong.

use std::collections::BTreeSet;

use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::junk;
use crate::harness::{Caller, Reply};
use crate::routes::{Actor, Cast, ROUTES, Route, World};

/// Each route once, with someone who may use it.
fn routes(cast: &Cast) -> impl Iterator<Item = (&'static Route, Caller)> {
    let mut seen = BTreeSet::new();
    let with_body = ROUTES
        .iter()
        .filter(move |route| route.body.is_some() && seen.insert((route.method, route.path)));
    with_body.map(|route| {
        let backend = route.expected[9].starts_with('2');
        (route, cast.caller(if backend { Actor::Backend } else { Actor::Owner }))
    })
}

fn fields(openapi: &Value, route: &Route) -> BTreeSet<String> {
    let operation = &openapi["paths"][route.path][route.method.to_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let properties = openapi["components"]["schemas"][name]["properties"].as_object();
    properties.unwrap().keys().cloned().collect()
}

struct Try<'a> {
    route: &'a Route,
    caller: &'a Caller,
    path: String,
}

impl Try<'_> {
    async fn refused(&self, body: impl Into<Vec<u8>>, codes: &[&str]) {
        self.refused_as(Some("application/json"), body, codes).await;
    }

    async fn refused_as(&self, kind: Option<&str>, body: impl Into<Vec<u8>>, codes: &[&str]) {
        let body = body.into();
        let mut request = self.caller.request(self.route.method, &self.path).body(body.clone());
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        let what = format!("{} {} with {kind:?} {shown}", self.route.method, self.route.path);
        let reply = Reply::of(request).await;
        assert!((400..500).contains(&reply.status), "{what}: {reply:?}");
        let problem = reply.problem();
        let code = problem["code"].as_str().unwrap();
        assert!(codes.contains(&code), "{what}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            !detail.contains("$gt") && !detail.contains("__proto__"),
            "{what} is repeated: {detail}"
        );
    }
}

const WRONG: [&str; 2] = ["invalid_input", "malformed_json"];

#[tokio::test]
async fn every_field_of_every_body() {
    let cast = Cast::new().await;
    let openapi = cast.tenants.server.get("/docs/openapi.json").await.expect(200);
    let world = cast.world().await;
    let before = world.state().await;
    for (route, caller) in routes(&cast) {
        let right = (route.body.unwrap())(&world);
        let named: BTreeSet<String> = right.as_object().unwrap().keys().cloned().collect();
        assert_eq!(named, fields(&openapi, route), "{}: every field is tried", route.path);
        let attempt = Try {
            route,
            caller: &caller,
            path: route.path_in(&world),
        };
        for (field, value) in right.as_object().unwrap() {
            for junk in junk::instead_of(value) {
                attempt.refused(junk::with(&right, field, &junk), &WRONG).await;
            }
            attempt
                .refused(junk::and(&right, &format!("{field:?}:{value}")), &WRONG)
                .await;
        }
        for unknown in junk::UNKNOWN {
            attempt.refused(junk::and(&right, unknown), &WRONG).await;
        }
        unchanged(&world, &before, route).await;
    }
}

#[tokio::test]
async fn every_body_that_is_no_object() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    for (route, caller) in routes(&cast) {
        let right = (route.body.unwrap())(&world).to_string();
        let attempt = Try {
            route,
            caller: &caller,
            path: route.path_in(&world),
        };
        for text in junk::not_objects() {
            attempt.refused(text, &WRONG).await;
        }
        for text in junk::deep(5_000) {
            attempt.refused(text, &WRONG).await;
        }
        for size in [64 * 1024 + 1, 128 * 1024 + 1, 1024 * 1024] {
            let long = format!("{right}{}", " ".repeat(size - right.len()));
            attempt.refused(long, &["payload_too_large"]).await;
        }
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/jsonx"),
            Some(""),
        ] {
            attempt
                .refused_as(kind, right.clone(), &["unsupported_media_type"])
                .await;
        }
        unchanged(&world, &before, route).await;
    }
}

#[tokio::test]
async fn a_body_that_is_no_text() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    for (route, caller) in routes(&cast) {
        let right = (route.body.unwrap())(&world).to_string();
        let attempt = Try {
            route,
            caller: &caller,
            path: route.path_in(&world),
        };
        let quote = right.find(":\"").map_or(1, |at| at + 2);
        let mut not_utf8 = right.into_bytes();
        not_utf8.insert(quote, 0xff);
        attempt.refused(not_utf8, &WRONG).await;
        unchanged(&world, &before, route).await;
    }
}

/// The formats of a library must not become a second way in: an object is an object, not the list of its values.
#[tokio::test]
async fn a_list_of_the_fields_is_no_object() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    for (route, caller) in routes(&cast) {
        let id = &cast.newcomer.id;
        let list = match (route.method, route.path) {
            ("POST", "/user") => r#"["Listed",null,null,null]"#.to_owned(),
            ("PATCH", "/user/{user_id}") => r#"["Listed",null,null]"#.to_owned(),
            ("PATCH", "/app") => r#"["Listed",null,null,null,null]"#.to_owned(),
            ("POST", "/room") => {
                format!(r#"["group",null,["{id}"],false,null,null,null,null,null,null,null,null,null]"#)
            }
            ("POST", "/room/find") => format!(r#"[["{id}"]]"#),
            ("PATCH", "/room/{room_id}") => r#"["Listed",null,null,null,null,null,null,null,null]"#.to_owned(),
            ("POST", "/room/{room_id}/truncate") => "[2]".to_owned(),
            ("POST", "/room/{room_id}/members") => format!(r#"[["{id}"]]"#),
            ("PUT", "/room/{room_id}/member/{user_id}/role") => r#"["moderator"]"#.to_owned(),
            ("PUT", "/room/{room_id}/member/{user_id}/mute" | "/room/{room_id}/ban/{user_id}") => {
                r#"["2999-12-31T23:59:59Z"]"#.to_owned()
            }
            ("POST", "/room/{room_id}/invite") => format!(r#"["{id}",null]"#),
            ("POST", "/room/{room_id}/member") => format!(r#"["{id}",null]"#),
            ("POST", "/room/{room_id}/message/send") => {
                r#"["listed",null,null,null,null,null,null,[],null,null,null]"#.to_owned()
            }
            ("PATCH", "/room/{room_id}/message/{message_id}") => r#"["listed",null,null,null,null]"#.to_owned(),
            ("POST", "/room/{room_id}/read") => "[1]".to_owned(),
            ("PUT", "/user") => r#"[[{"external_id":"listed","name":"Listed"}]]"#.to_owned(),
            ("POST", "/room/{room_id}/unread" | "/room/{room_id}/delivered") => "[1]".to_owned(),
            ("PUT", "/room/{room_id}/notification") => r#"["none"]"#.to_owned(),
            ("PUT", "/room/{room_id}/message/{message_id}/pin") => "[null]".to_owned(),
            ("POST", "/unread") => format!(r#"[["{id}"]]"#),
            ("POST", "/presence") => format!(r#"[["{id}"]]"#),
            ("POST", "/events") => {
                r#"[[{"id":"e","type":"user.created","time":"2020-01-31T12:00:00Z","subject":"listed","data":{"name":"L"}}]]"#
                    .to_owned()
            }
            ("PUT", "/user/{user_id}/suspension") => "[null]".to_owned(),
            ("POST", "/user/{user_id}/report" | "/room/{room_id}/message/{message_id}/report") => {
                r#"["listed",null]"#.to_owned()
            }
            ("POST", "/attachments") => r#"["listed.txt","text/plain",5,null]"#.to_owned(),
            ("POST", "/webhook") => r#"["https://receiver.invalid/hook",null]"#.to_owned(),
            ("PATCH", "/webhook/{webhook_id}") => "[null,null,false]".to_owned(),
            ("PATCH", "/report/{report_id}") => r#"["closed",null]"#.to_owned(),
            ("POST", "/message/send") => {
                format!(
                    r#"[[{{"room_id":"{}","message":{{"text_message":"listed"}}}}]]"#,
                    world.room
                )
            }
            ("POST", "/room/{room_id}/message/{message_id}/forward") => format!(r#"["{}",null,null]"#, world.room),
            other => panic!("{other:?} has no list here"),
        };
        let attempt = Try {
            route,
            caller: &caller,
            path: route.path_in(&world),
        };
        attempt.refused(list, &["malformed_json"]).await;
        unchanged(&world, &before, route).await;
    }
}

async fn unchanged(world: &World<'_>, before: &Value, route: &Route) {
    assert_eq!(
        &world.state().await,
        before,
        "{} {} stored something",
        route.method,
        route.path
    );
    world.cast.tenants.server.get("/health").await.expect(200);
}
