//! Who is let in: by the header `clientKey`, or by a user's token.

use serde_json::{Value, json};

use super::super::rest::token;
use super::{Given, content, forbidden, id, thrown};

const ROOMS: &str = "/room?page=1&perPage=10";

#[tokio::test]
async fn nobody_is_let_in_without_a_credential_of_this_app() {
    let given = Given::start().await;
    let other = &given.tenants.server.tenant;
    let stranger = other.backend.person("Eve").await;
    let ended = token(json!({ "id": "ada", "nickname": "Ada", "exp": 1_600_000_000 }));
    for (what, client) in [
        ("nothing", given.nobody.clone()),
        ("a key that is none", given.keyed("12345")),
        ("a key of another app", given.keyed(other.backend.key())),
        ("a token that is none", given.bearer("x.y.z")),
        ("a token of another app", given.bearer(&stranger.token)),
        ("a token that has ended", given.bearer(&ended)),
    ] {
        for (method, path) in [
            ("GET", ROOMS),
            ("POST", "/room"),
            ("GET", "/user?page=1&perPage=10"),
            ("POST", "/user"),
            ("POST", "/auth/init"),
            ("POST", "/room/x/join"),
            ("POST", "/room/x/message/send"),
        ] {
            let refused = client.call(&format!("{method} {path}"), Value::Null).await;
            assert_eq!(refused.expect(403), forbidden(), "{what}: {method} {path}");
        }
    }
    let wrong_scheme = super::Panel {
        client: given.nobody.client.with("JWT x"),
        key: None,
    };
    assert_eq!(wrong_scheme.get(ROOMS).await.expect(403), forbidden());
}

#[tokio::test]
async fn a_key_wins_over_a_token_and_one_that_is_none_does_not_hide_it() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let backend = super::Panel {
        client: given.nobody.client.with("Bearer x.y.z"),
        ..given.backend()
    };
    content(
        &backend.get("/user?page=1&perPage=10").await,
        (200, 200),
        "Successfully found all users.",
    );
    let both = super::Panel {
        key: Some("12345".to_owned()),
        ..hers
    };
    content(&both.get(ROOMS).await, (200, 200), "Successfully found all rooms!");
    let refused = both.get("/user?page=1&perPage=10").await;
    assert_eq!(refused.expect(403), forbidden(), "{} is a user", ada.name);
}

#[tokio::test]
async fn a_key_with_a_user_is_that_user_by_the_id_of_either_system() {
    let given = Given::start().await;
    // Seen for the first time by a token of the service's own.
    given.foreign("ada.7", "Ada").get(ROOMS).await.expect(200);
    let (bob, _) = given.person("Bob").await;
    let room = given.room("Tea", &["ada.7", &bob.id]).await;
    for (who, nickname) in [("ada.7", "Ada"), (bob.id.as_str(), "Bob")] {
        let user = given.acting_as(who);
        let sent = user.send(&room, json!({ "text_message": "r1" })).await;
        let sent = content(&sent, (201, 200), "Successfully sent message");
        assert_eq!(sent["user_id"], who);
        let own = user.get(&format!("/user/{who}")).await;
        let own = content(&own, (200, 200), "Successfully found the user.");
        assert_eq!((id(&own).as_str(), &own["nickname"]), (who, &json!(nickname)));
    }
    let missing = thrown(400, "Invalid token or incomplete client key! Missing user info");
    let nobody = given.acting_as("nobody");
    for (what, body) in [
        (format!("POST /room/{room}/join"), Value::Null),
        (
            format!("POST /room/{room}/message/send"),
            json!({ "text_message": "x" }),
        ),
        (format!("GET /room/{room}/message?page=1&perPage=10"), Value::Null),
    ] {
        for client in [given.backend(), nobody.clone()] {
            let refused = client.call(&what, body.clone()).await;
            assert_eq!(refused.expect(400), missing, "{what}");
        }
    }
    // Nobody is no backend.
    assert_eq!(nobody.get("/user?page=1&perPage=10").await.expect(400), missing);
}
