//! Operators and the apps that they make.

use serde_json::json;

use super::{Given, cannot, person, returned, thrown, token_in};

const ID: &str = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

#[tokio::test]
async fn an_operator_is_registered_and_logs_in() {
    let given = Given::start().await;
    let login = async |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        given.send("POST", "/auth/login", body).await
    };
    let welcome = login("Ada@Example.com", "correct horse").await.expect(200);
    let said =
        json!({ "token": welcome["token"], "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com" });
    assert_eq!(welcome, said);
    let refused = json!({ "name": "InvalidLogin", "message": "Login failed" });
    for (email, password) in [
        ("ada@example.com", "wrong"),
        ("eve@example.com", "correct horse"),
        ("", ""),
    ] {
        assert_eq!(login(email, password).await.expect(401), refused, "{email}");
    }
    let again = given.register_by_key("ADA@example.com").await;
    assert_eq!(again.expect(200), returned(400, "ChatUser Already Exists"));
}

#[tokio::test]
async fn only_who_sees_all_registers_others() {
    let given = Given::start().await;
    let register = async |token: &str, email: &str| {
        let body = Some(person(email, "Bob"));
        given.by("POST", "/auth/register", body, token).await
    };
    let bob = token_in(&register(&given.admin, "bob@example.com").await.expect(200));
    cannot(&register(&bob, "eve@example.com").await, "POST /auth/register");
    let nobody = given
        .send("POST", "/auth/register", person("eve@example.com", "Eve"))
        .await;
    assert_eq!(nobody.expect(401), thrown(401, "No token provided"));
    let (eve, wrong_key) = (
        person("eve@example.com", "Eve").to_string(),
        [("clientKey", "plr_nothing")],
    );
    let refused = given
        .client
        .call_with("POST", "/auth/register", Some(&eve), &wrong_key)
        .await;
    assert_eq!(refused.status, 401);
}

#[tokio::test]
async fn a_token_comes_in_the_header_the_body_or_the_query() {
    let given = Given::start().await;
    let in_query = given.client.get(&format!("/app?token={}", given.admin)).await;
    assert_eq!(in_query.expect(200).as_array().unwrap().len(), 1);
    let in_body = given
        .send("POST", "/app", json!({ "name": "Two", "token": given.admin }))
        .await;
    assert_eq!(in_body.expect(200)["name"], "Two");
    for (token, message) in [
        ("x", "jwt malformed"),
        ("a.b.c", "invalid token"),
        (&given.admin[..given.admin.len() - 2], "invalid signature"),
    ] {
        let refused = given.by("GET", "/app", None, token).await;
        assert_eq!(refused.expect(400), json!({ "message": message }));
    }
    let bearer = given.by("GET", "/app", None, &format!("Bearer {}", given.admin)).await;
    assert_eq!(bearer.status, 400);
    assert_eq!(
        given.client.get("/app").await.expect(401),
        thrown(401, "No token provided")
    );
}

#[tokio::test]
async fn an_app_is_made_listed_and_deleted() {
    let given = Given::start().await;
    let body = json!({ "name": "Shop", "verifyUrl": "https://shop.example/verify" });
    let made = given.by("POST", "/app", Some(body), &given.admin).await.expect(200);
    let expected = json!({
        "id": 2, "name": "Shop", "verifyUrl": "https://shop.example/verify", "authUserId": 1, "deletedAt": null,
        "applicationId": made["applicationId"], "createdAt": made["createdAt"], "updatedAt": made["createdAt"],
    });
    assert_eq!(made, expected);
    let listed = given.by("GET", "/app", None, &given.admin).await.expect(200);
    assert_eq!(
        (&listed[0]["id"], &listed[0]["applicationId"]),
        (&json!(1), &json!(given.app))
    );
    assert_eq!(listed[1], made);
    let id = made["applicationId"].as_str().unwrap();
    given.register(id, 1, "one").await.expect(200);
    let delete = async |number: u64| given.by("DELETE", &format!("/app/{number}"), None, &given.admin).await;
    let gone = delete(2).await.expect(200);
    assert_eq!(gone["applicationId"], made["applicationId"]);
    assert!(gone["deletedAt"].is_string(), "{gone}");
    assert_eq!(delete(2).await.expect(200), returned(404, "App Not Found"));
    assert_eq!(
        given.register(id, 2, "two").await.expect(404),
        thrown(404, "App Not Found")
    );
    assert_eq!(given.with_token("/auth/verify", "one").await.expect(200), json!(false));
    assert_eq!(delete(1).await.expect(200)["status"], 400, "the home is not ended here");
    let next = given.further("Next", &given.admin).await;
    assert_eq!(next.number, 3, "a number is given once");
    let again = given.register(&next.id, 1, "one").await.expect(200);
    assert_eq!(
        (&again["appId"], &again["token"]),
        (&json!(3), &json!("one")),
        "a token outlives no app"
    );
}

#[tokio::test]
async fn a_team_that_moves_keeps_the_id_that_its_backend_knows() {
    let given = Given::with(json!({ "service": "callsewa", "application_id": ID })).await;
    assert_eq!(given.app, ID);
    let natively = given.tenant().backend.get("/app").await.expect(200);
    assert_eq!(natively["dialects"][0]["application_id"], ID);
    given.register(&ID.to_uppercase(), 1, "one").await.expect(200);
    for (dialect, why) in [
        (
            json!({ "service": "go-chat", "application_id": ID }),
            "another service's",
        ),
        (json!({ "service": "callsewa", "application_id": "1" }), "no UUID"),
    ] {
        let refused = given
            .tenant()
            .backend
            .patch("/app", json!({ "dialects": [dialect] }))
            .await;
        assert_eq!(refused.status, 400, "{why}");
    }
}

#[tokio::test]
async fn an_app_is_made_once_however_often_its_request_is_sent() {
    let given = Given::start().await;
    let make = async |key: &str, name: &str| {
        let body = json!({ "name": name }).to_string();
        let admin = given.client.with(&given.admin);
        admin
            .call_with("POST", "/app", Some(&body), &[("Idempotency-Key", key)])
            .await
    };
    let made = make("one", "Shop").await.expect(200);
    assert_eq!(make("one", "Shop").await.expect(200), made);
    assert_eq!(make("one", "Other").await.status, 409);
    assert_ne!(make("two", "Shop").await.expect(200)["id"], made["id"]);
}
