//! Two apps never meet: ids, keys and tokens of one mean nothing in the other.

use serde_json::json;

use crate::harness::{Credential, Handshake};
use crate::routes::Cast;

#[tokio::test]
async fn a_backend_cannot_act_as_a_user_of_another_app() {
    let cast = Cast::new().await;
    let other = &cast.tenants.other.backend;
    other
        .acting_as(&cast.member.id)
        .get("/me")
        .await
        .refused(401, "unauthenticated");
    let mixed = cast.tenants.server.acting_as(&cast.outsider.id);
    mixed.get("/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn ids_of_another_app_name_nothing() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let theirs = cast.outsider.group(&[]).await;
    let their_message = cast.outsider.say(&theirs, "theirs").await;
    let their_message = their_message["id"].as_str().unwrap();
    let before = cast.tenants.other.backend.messages(&theirs).await;
    let (owner, room) = (&cast.owner, &world.room);
    for path in [
        format!("/room/{theirs}"),
        format!("/room/{theirs}/message"),
        format!("/room/{theirs}/message/{their_message}"),
        format!("/room/{room}/message/{their_message}"),
        format!("/user/{}", cast.outsider.id),
    ] {
        owner.get(&path).await.refused(404, "not_found");
    }
    let add = owner
        .post(&format!("/room/{room}/member"), json!({ "user_id": cast.outsider.id }))
        .await;
    add.refused(400, "invalid_input");
    for kind in ["group", "direct"] {
        let room = owner
            .post("/room", json!({ "kind": kind, "members": [cast.outsider.id] }))
            .await;
        room.refused(400, "invalid_input");
    }
    owner
        .delete(&format!("/room/{room}/member/{}", cast.outsider.id))
        .await
        .refused(404, "not_found");
    assert_eq!(cast.tenants.other.backend.messages(&theirs).await, before);
    let own = cast.outsider.all("/room").await;
    assert_eq!(own.len(), 1, "nobody put the outsider anywhere");
}

/// The first rooms of two apps have the same number inside; the same keys and ids are used in both.
#[tokio::test]
async fn equal_numbers_and_keys_in_two_apps_stay_apart() {
    let cast = Cast::new().await;
    let (here, there) = (&cast.tenants.server, &cast.tenants.other.backend);
    let (mine, theirs) = (here.group(&[&cast.member]).await, there.group(&[&cast.outsider]).await);
    assert_ne!(mine, theirs);
    let (mut my_ear, mut their_ear) = (cast.member.join(&mine).await, cast.outsider.join(&theirs).await);
    for (caller, room, text) in [(here.caller(), &mine, "here"), (there.caller(), &theirs, "there")] {
        let path = format!("/room/{room}/message/send");
        let sent = caller
            .call_once("same-key", "POST", &path, Some(json!({ "text_message": text })))
            .await;
        sent.expect(201);
        let body = json!({ "name": text, "external_id": "same-id" });
        caller
            .call_once("same-user-key", "POST", "/user", Some(body))
            .await
            .expect(201);
    }
    assert_eq!(my_ear.expect_event("new_message").await["text_message"], "here");
    assert_eq!(their_ear.expect_event("new_message").await["text_message"], "there");
    my_ear.ok("typing", json!({ "room_id": mine, "typing": true })).await;
    my_ear.ok("mark_read", json!({ "room_id": mine, "seq": 2 })).await;
    my_ear.expect_silence().await;
    their_ear.expect_silence().await;
    let heads = their_ear.ok("ping", json!({})).await;
    assert_eq!(heads, json!({ "rooms": { theirs.as_str(): 2 } }));
}

#[tokio::test]
async fn a_token_of_one_app_is_nothing_in_another() {
    let cast = Cast::new().await;
    let token = cast.tenants.token(&cast.tenants.other, &cast.member.id, 0, 3600);
    let caller = cast.member.with(Credential::Bearer(token.clone()));
    caller.get("/me").await.refused(401, "unauthenticated");
    let handshake = Handshake::new(cast.tenants.server.ws());
    handshake.query("token", &token).refused().await;
    let mut socket = cast.member.connect().await;
    for other in [&token, &cast.outsider.token, &cast.owner.token] {
        assert_eq!(
            socket.refused("reauth", json!({ "token": other })).await,
            "unauthenticated"
        );
    }
    let extended = socket.ok("reauth", json!({ "token": cast.member.token })).await;
    assert!(extended["expires_at"].is_string());
}

/// What names an app in a request is refused: the credential alone decides.
#[tokio::test]
async fn an_app_named_in_a_request_changes_nothing() {
    let cast = Cast::new().await;
    let other = cast.tenants.other.app_id.clone();
    let body = json!({ "name": "x", "app_id": other });
    cast.tenants
        .server
        .post("/user", body)
        .await
        .refused(400, "invalid_input");
    cast.tenants
        .server
        .get(&format!("/user?app_id={other}"))
        .await
        .refused(400, "invalid_input");
    let request = cast.tenants.server.request("GET", "/user").header("x-app-id", &other);
    let listed = crate::harness::Reply::of(request).await.expect(200);
    assert!(!listed.to_string().contains(&cast.outsider.id));
    assert!(listed.to_string().contains(&cast.member.id));
}
