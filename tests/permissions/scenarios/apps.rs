//! The app's own settings and tokens, and users whom tokens mean that Parlour did not issue.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::events;
use crate::rest::{From, User};
use crate::world::World;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) async fn apps(world: &World) {
    let users = world.users(1).await;
    let hs256 = json!({ "method": "hs256", "issuer": "shop", "secrets": [SECRET] });
    let change = json!({ "name": "Shop", "verification": hs256 });
    for _ in 0..2 {
        world.rest(From::Backend, "PATCH /app", change.clone(), 200).await;
    }
    world.rest(From::Backend, "GET /app", Value::Null, 200).await;
    world.rest(From::User(&users[0]), "GET /app", Value::Null, 403).await;
    let private = json!({ "verification": { "method": "url", "url": "https://127.0.0.1/" } });
    world.rest(From::Backend, "PATCH /app", private, 400).await;

    let mut ids = Vec::new();
    for _ in 0..2 {
        let added = world.rest(From::Backend, "POST /app/token", Value::Null, 201).await;
        ids.push(added["id"].as_str().unwrap().to_owned());
    }
    for id in ids {
        let what = format!("DELETE /app/token/{id}");
        world.rest(From::Backend, &what, Value::Null, 204).await;
    }

    for sub in ["ada", "ada", "bob"] {
        let claims = json!({ "iss": "shop", "sub": sub, "exp": world.now().seconds() + 3_600 });
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        let token = encode(&Header::default(), &claims, &key).unwrap();
        let mut event = events::authorizer("L0SM9cOFvHcCIhw=", world.now().millis(), ("token", &token));
        event["queryStringParameters"]["app"] = json!(world.app.as_str());
        event["multiValueQueryStringParameters"]["app"] = json!([world.app.as_str()]);
        let allowed = world.invoke("authorizer", "token", &event).await.unwrap();
        let user = User {
            id: allowed["context"]["user"].as_str().unwrap().to_owned(),
            token: token.clone(),
        };
        let own = world.rest(From::BackendAs(&user), "GET /me", Value::Null, 200).await;
        assert_eq!(own["external_id"], sub);
        // Without the app beside it, it is no token.
        world.rest(From::User(&user), "GET /me", Value::Null, 401).await;
    }
}
