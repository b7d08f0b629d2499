//! Refusals, in the service's envelope.

use serde_json::json;

use super::{ALL, ISSUER, SECRET, World, message};
use crate::harness::jwt;

#[tokio::test]
async fn every_way_to_have_no_good_token_is_told_as_the_service_tells_it() {
    let world = World::start().await;
    let error = world.bearer(None).get("/messages").await.error(401);
    assert_eq!(error["message"], "Bearer realm=\"Users\"");
    let good = json!({ "iss": ISSUER, "id": "ann", "permissions": ALL });
    let with = |field: &str, value: serde_json::Value| {
        let mut claims = good.clone();
        claims[field] = value;
        claims
    };
    for token in [
        "nonsense".to_owned(),
        jwt(SECRET, with("exp", json!(1_000))),
        jwt(SECRET, with("iss", json!("other"))),
        jwt("another secret of 0123456789 and more", good.clone()),
    ] {
        let error = world.bearer(Some(token)).get("/messages").await.error(401);
        assert_eq!(error["name"], "UnauthorizedError");
        assert_eq!(error["message"], json!({ "message": "TokenExpired" }));
    }
    let raw = world.bearer(None);
    let request = raw
        .request("GET", "/messages")
        .header("authorization", jwt(SECRET, good.clone()));
    assert_eq!(raw.send(request, None).await.error(401)["message"], 400);
    let over = world
        .claims(with("passwordExpiryTime", json!(1_000)))
        .get("/messages")
        .await
        .error(401);
    assert_eq!(over["message"], "PasswordExpiryError");
    world.claims(good).get("/messages").await.ok();
}

#[tokio::test]
async fn bodies_are_refused_by_what_is_wrong_with_them() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let error = ann
        .post("/messages", json!({ "channelId": "c", "status": "0", "id": "7" }))
        .await
        .error(422);
    assert_eq!(
        (&error["name"], &error["code"]),
        (&json!("UnprocessableEntityError"), &json!("VALIDATION_FAILED"))
    );
    let mut codes: Vec<&str> = error["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["additionalProperties", "required", "required", "type"]);
    let raw = |kind: &'static str, body: &'static str| {
        ann.send(
            ann.request("POST", "/messages").header("content-type", kind).body(body),
            None,
        )
    };
    assert_eq!(raw("application/json", "{").await.error(400)["name"], "SyntaxError");
    assert_eq!(
        raw("application/json", "").await.error(400)["code"],
        "MISSING_REQUIRED_PARAMETER"
    );
    assert_eq!(
        raw("text/plain", "hi").await.error(415)["code"],
        "UNSUPPORTED_MEDIA_TYPE"
    );
    let large = json!({ "body": "x".repeat(70_000) });
    assert_eq!(
        ann.post("/messages", large).await.error(413)["name"],
        "PayloadTooLargeError"
    );
    let long = ann
        .post("/messages", message("c1", &"x".repeat(9_000)))
        .await
        .error(422);
    assert_eq!(long["details"][0]["path"], "/body");
}

#[tokio::test]
async fn unknown_routes_and_rows_have_the_services_own_words() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/rooms"),
        ("DELETE", "/messages"),
        ("POST", "/messages/1"),
    ] {
        let error = ann.call(method, path, None).await.error(404);
        assert_eq!(error["message"], "API not found !", "{method} {path}");
    }
    for path in [
        "/messages/999",
        "/message-recipients/999",
        "/attach-files/9.9",
        "/message-recipients/1.2/message",
    ] {
        ann.get(path).await.not_found();
    }
    let error = ann.delete("/messages/999").await.error(404);
    assert_eq!(error["message"], "Entity not found: messages with id \"999\"");
    ann.patch("/message-recipients/9.9", json!({})).await.no_entity();
    ann.delete("/attach-files/9").await.no_entity();
}

#[tokio::test]
async fn the_description_is_there_for_everybody() {
    let world = World::start().await;
    let description = world.bearer(None).get("/openapi.json").await.ok();
    assert_eq!(description["openapi"], "3.0.0");
    assert_eq!(description["paths"].as_object().unwrap().len(), 13);
    let url = description["servers"][0]["url"].as_str().unwrap();
    assert!(url.ends_with("/sourceloop"), "{url}");
}
