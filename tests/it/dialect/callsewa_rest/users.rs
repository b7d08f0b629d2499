//! Users, and the tokens that their own system registers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::rest::id_of;
use super::{Given, cannot, returned, thrown};

#[tokio::test]
async fn a_user_is_registered_with_a_token() {
    let given = Given::start().await;
    let made = given.register(&given.app, 501, "xyzbhgdkfjke").await.expect(200);
    let expected = json!({
        "id": 1, "appId": 1, "firstName": "use-501", "middleName": null, "lastName": "usr-501", "appUserId": 501,
        "token": "xyzbhgdkfjke", "createdAt": made["createdAt"], "updatedAt": made["createdAt"], "deletedAt": null,
    });
    assert_eq!(made, expected);
    assert_eq!(
        given.with_token("/auth/verify", "xyzbhgdkfjke").await.expect(200),
        json!(true)
    );
    let natively = id_of(given.tenant(), "501").await;
    let natively = given
        .tenant()
        .backend
        .get(&format!("/user/{natively}"))
        .await
        .expect(200);
    assert_eq!(natively["name"], "use-501 usr-501");
    // The same again changes nothing.
    assert_eq!(
        given.register(&given.app, 501, "xyzbhgdkfjke").await.expect(200),
        expected
    );
}

#[tokio::test]
async fn a_new_token_takes_the_place_of_the_old_one_and_the_name_stays() {
    let given = Given::start().await;
    let first = given.register(&given.app, 1, "first").await.expect(200);
    let renamed = json!({
        "appId": given.app, "appUserId": "1", "firstName": "Someone", "lastName": "Else", "token": "second",
    });
    let second = given.send("POST", "/user", renamed).await.expect(200);
    assert_eq!((&second["id"], &second["firstName"]), (&first["id"], &json!("use-1")));
    assert_eq!(second["token"], "second");
    let good = async |token: &str| given.with_token("/auth/verify", token).await.expect(200);
    assert_eq!((good("first").await, good("second").await), (json!(false), json!(true)));
    let refused = given.with_token("/room/my_room", "first").await;
    assert_eq!(refused.expect(401), thrown(401, "token key mismatch"));
    assert_eq!(given.with_token("/room/my_room", "second").await.expect(200), json!([]));
}

#[tokio::test]
async fn a_token_is_one_users() {
    let given = Given::start().await;
    given.register(&given.app, 1, "token").await.expect(200);
    let taken = given.register(&given.app, 2, "token").await.expect(200);
    assert_eq!(taken, returned(400, "Token Already Exists"));
    let further = given.further("Shop", &given.admin).await;
    let taken = given.register(&further.id, 1, "token").await.expect(200);
    assert_eq!(taken, returned(400, "Token Already Exists"), "at this home");
    assert_eq!(given.register(&given.app, 3, "two words").await.status, 400);
}

#[tokio::test]
async fn users_are_listed_and_deleted_by_number() {
    let given = Given::start().await;
    let users = given.users(&given.app, 2).await;
    let listed = given.client.get(&format!("/user/{}", given.app)).await.expect(200);
    let names = |users: &[Value]| {
        let names = users
            .iter()
            .map(|user| (user["id"].as_u64().unwrap(), user["lastName"].to_string()));
        names.collect::<BTreeMap<_, _>>()
    };
    assert_eq!(names(listed.as_array().unwrap()), names(&users));
    let path = format!("/user/{}", users[0]["id"]);
    let gone = given.of(&given.app, "DELETE", &path).await.expect(200);
    assert_eq!(gone["appUserId"], 1);
    assert!(gone["deletedAt"].is_string() && gone["token"].is_null(), "{gone}");
    let again = given.of(&given.app, "DELETE", &path).await.expect(200);
    assert_eq!(again, returned(404, "ChatUser Not Found"));
    let verified = given
        .with_token("/auth/verify", &format!("{}-token-1", given.app))
        .await;
    assert_eq!(verified.expect(200), json!(false));
    let listed = given.client.get(&format!("/user/{}", given.app)).await.expect(200);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_app_is_named_by_its_id_alone() {
    let given = Given::start().await;
    let other = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    let no_uuid = json!({ "message": "invalid input syntax for type uuid: \"1\"" });
    assert_eq!(given.client.get("/user/1").await.expect(400), no_uuid);
    assert_eq!(given.register("1", 1, "token").await.expect(400), no_uuid);
    assert_eq!(given.of("1", "GET", "/room").await.expect(400), no_uuid);
    let none = thrown(404, "App Not Found");
    assert_eq!(given.client.get(&format!("/user/{other}")).await.expect(404), none);
    assert_eq!(given.register(other, 1, "token").await.expect(404), none);
    assert_eq!(given.of(other, "DELETE", "/user/1").await.expect(404), none);
    assert_eq!(given.make_room(other, "r", &[]).await.expect(404), none);
    cannot(&given.client.call("DELETE", "/user/1", None).await, "DELETE /user/1");
}

#[tokio::test]
async fn names_that_came_otherwise_are_shown_in_parts() {
    let given = Given::start().await;
    let user = json!({ "name": "Ada King Lovelace", "external_id": "7" });
    given.tenant().backend.post("/user", user).await.expect(201);
    let made = given.register(&given.app, 7, "token").await.expect(200);
    assert_eq!(
        (&made["firstName"], &made["lastName"]),
        (&json!("Ada"), &json!("King Lovelace"))
    );
}
