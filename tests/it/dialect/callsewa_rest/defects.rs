//! The defects of the service that show on its REST, each as it was seen there, and that none is left.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Given, members, person, returned, token_in};
use crate::harness::{Answers, Credential, Provider};

#[tokio::test]
async fn nobody_is_told_the_token_of_another_or_the_id_of_the_app() {
    let given = Given::start().await;
    given.users(&given.app, 2).await;
    let room = given.make_room(&given.app, "a", &[1, 2]).await;
    let own = format!("{}-token-1", given.app);
    let listed = given.client.get(&format!("/user/{}", given.app)).await;
    let answers = [
        room,
        listed,
        given.of(&given.app, "GET", "/room").await,
        given.of(&given.app, "GET", "/room/a").await,
        given.with_token("/room/my_room", &own).await,
        given
            .send(
                "POST",
                "/room/check_room",
                json!({ "appId": given.app, "users": [1, 2] }),
            )
            .await,
    ];
    for answer in answers {
        answer.expect(200);
        assert!(!answer.text.contains("-token-"), "{answer:?}");
        assert!(!answer.text.contains(&given.app), "{answer:?}");
    }
    let made = given.register(&given.app, 2, "another").await;
    assert!(!made.text.contains("-token-"), "{made:?}");
}

#[tokio::test]
async fn two_apps_use_one_name_of_a_room_and_share_nothing() {
    let given = Given::start().await;
    let further = given.further("Shop", &given.admin).await;
    for app in [&given.app, &further.id] {
        given.users(app, 2).await;
    }
    given.make_room(&given.app, "lobby", &[1, 2]).await.expect(200);
    given.make_room(&further.id, "lobby", &[1]).await.expect(200);
    for (app, number, count) in [(&given.app, 1, 2), (&further.id, further.number, 1)] {
        let room = given.of(app, "GET", "/room/lobby").await.expect(200);
        assert_eq!((room["appId"].as_u64(), members(&room).len()), (Some(number), count));
        let own = given
            .with_token("/room/my_room", &format!("{app}-token-1"))
            .await
            .expect(200);
        let own = own.as_array().unwrap();
        assert_eq!((own.len(), members(&own[0]).len()), (1, count));
    }
    let of_further = given.of(&further.id, "DELETE", "/room/2").await;
    assert_eq!(of_further.expect(200), returned(404, "ChatUser Not Found"));
}

#[tokio::test]
async fn a_verification_url_is_set_by_request_and_obeyed() {
    let given = Given::start().await;
    let provider = Provider::start(Answers::Says(200, "text/plain", "good".to_owned())).await;
    let body = json!({ "name": "Shop", "verifyUrl": provider.url("/verify") });
    let made = given.by("POST", "/app", Some(body), &given.admin).await.expect(200);
    let app = made["applicationId"].as_str().unwrap();
    assert_eq!(made["verifyUrl"], provider.url("/verify"));
    for token in ["one", "two"] {
        let user = i64::from(token == "two");
        given.register(app, user, token).await.expect(200);
    }
    assert_eq!(given.with_token("/auth/verify", "one").await.expect(200), json!(true));
    assert_eq!(
        given.with_token("/auth/verify", "nobodys").await.expect(200),
        json!(false)
    );
    assert_eq!(provider.verified(), 1, "what nobody registered is not asked about");
    for refusal in [Answers::Says(401, "text/plain", "good".to_owned()), Answers::Elsewhere] {
        provider.answers(refusal);
        let refused = given.with_token("/room/my_room", "two").await;
        assert_eq!(refused.status, 401, "{refused:?}");
    }
    assert_eq!(provider.elsewhere(), 0, "nor is a redirection followed");
}

#[tokio::test]
async fn a_verification_url_leads_where_one_may() {
    let given = Given::start().await;
    for url in [
        "",
        "file:///etc/passwd",
        "https://user@shop.example/",
        "https://shop.example/#x",
    ] {
        let body = json!({ "name": "Shop", "verifyUrl": url });
        let refused = given.by("POST", "/app", Some(body), &given.admin).await;
        assert_eq!(refused.status, 400, "{url}: {refused:?}");
    }
    let apps = given.by("GET", "/app", None, &given.admin).await.expect(200);
    assert_eq!(apps.as_array().unwrap().len(), 1, "nothing is made");
}

#[tokio::test]
async fn there_is_no_account_that_everybody_knows_and_no_hash_in_a_token() {
    let given = Given::start().await;
    for (email, password) in [
        ("admin@admin.com", "admin"),
        ("admin@gmail.com", "password"),
        ("admin", "admin"),
    ] {
        let body = json!({ "email": email, "password": password });
        assert_eq!(given.send("POST", "/auth/login", body).await.status, 401, "{email}");
    }
    let claims = URL_SAFE_NO_PAD.decode(given.admin.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let expected = json!({
        "id": 1, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "scopes": ["admin"],
        "iat": claims["iat"], "exp": claims["iat"].as_i64().unwrap() + 1_440,
    });
    assert_eq!(claims, expected);
    let natively = given.tenant().backend.with(Credential::Bearer(given.admin.clone()));
    assert_eq!(natively.get("/me").await.status, 401, "it opens nothing else");
}

#[tokio::test]
async fn an_operator_sees_and_deletes_their_own_apps() {
    let given = Given::start().await;
    let person = |email| Some(person(email, "Bob"));
    let mut operators = Vec::new();
    for email in ["bob@example.com", "eve@example.com"] {
        let made = given.by("POST", "/auth/register", person(email), &given.admin).await;
        operators.push(token_in(&made.expect(200)));
    }
    let own = given.further("Bobs", &operators[0]).await;
    let ids = async |token: &str| {
        let apps = given.by("GET", "/app", None, token).await.expect(200);
        let apps = apps.as_array().unwrap().iter();
        apps.map(|app| app["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&operators[0]).await, [own.number]);
    assert_eq!(ids(&operators[1]).await, [0; 0]);
    assert_eq!(ids(&given.admin).await, [1, own.number]);
    let path = format!("/app/{}", own.number);
    let not_theirs = given.by("DELETE", &path, None, &operators[1]).await;
    assert_eq!(not_theirs.expect(200), returned(404, "App Not Found"));
    let home = given.by("DELETE", "/app/1", None, &operators[0]).await;
    assert_eq!(home.expect(200), returned(404, "App Not Found"));
    let gone = given.by("DELETE", &path, None, &operators[0]).await.expect(200);
    assert_eq!(gone["id"].as_u64(), Some(own.number));
}

#[tokio::test]
async fn passwords_are_not_guessed_by_trying() {
    let given = Given::start().await;
    let tried = async |password: &str| {
        let body = json!({ "email": "ada@example.com", "password": password });
        given.send("POST", "/auth/login", body).await
    };
    // Ten of a minute are looked at; however slow this is, some minute has more.
    for number in 0..100 {
        let reply = tried(&format!("wrong-{number}")).await;
        if reply.status == 429 {
            assert!(reply.header("retry-after").is_some(), "{reply:?}");
            return;
        }
        assert_eq!(reply.status, 401, "{reply:?}");
    }
    panic!("a hundred passwords were looked at");
}

#[tokio::test]
async fn the_room_of_exactly_these_users_is_found() {
    let given = Given::start().await;
    given.users(&given.app, 4).await;
    given.make_room(&given.app, "three", &[1, 2, 3]).await.expect(200);
    let check = async |users: &[i64]| {
        let body = json!({ "appId": given.app, "users": users });
        given.send("POST", "/room/check_room", body).await
    };
    let none = returned(404, "Room Not Found");
    assert_eq!(check(&[1, 2]).await.expect(404), none, "a larger room is another one");
    given.make_room(&given.app, "two", &[1, 2]).await.expect(200);
    let found = check(&[2, 1]).await.expect(200);
    assert_eq!((&found["room"], members(&found)), (&json!("two"), vec![1, 2]));
    let found = check(&[1, 2, 3]).await.expect(200);
    assert_eq!(
        (&found["room"], members(&found)),
        (&json!("three"), vec![1, 2, 3]),
        "all of them are shown"
    );
    for users in [&[1, 4][..], &[999], &[]] {
        assert_eq!(check(users).await.expect(404), none, "{users:?}");
    }
}
