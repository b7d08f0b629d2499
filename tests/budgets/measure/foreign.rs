//! A handshake with a token that Parlour did not issue.

use jsonwebtoken::{EncodingKey, Header, encode};
use parlour_domain::app::AppChange;
use parlour_protocol::request::UpdateApp;
use parlour_service::apps;
use serde_json::{from_value, json};

use crate::clock::BEGINNING;
use crate::events;
use crate::world::{Measured, World};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Of a user who is known already, or not.
pub(crate) async fn authorize(world: &World, known: bool) -> Measured {
    let settings = json!({ "method": "hs256", "issuer": "shop", "secrets": [SECRET] });
    let settings: UpdateApp = from_value(json!({ "verification": settings })).unwrap();
    let change: AppChange = settings.check().unwrap();
    apps::update(&world.parlour, &world.app, &change).await.unwrap();
    let claims = json!({ "iss": "shop", "sub": "ada", "name": "Ada", "exp": world.now().seconds() + 3_600 });
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = encode(&Header::default(), &claims, &key).unwrap();
    let mut event = events::authorizer("L0SM9cOFvHcCIhw=", BEGINNING, ("token", &token));
    event["queryStringParameters"]["app"] = json!(world.app.as_str());
    event["multiValueQueryStringParameters"]["app"] = json!([world.app.as_str()]);
    if known {
        world.invoke("authorizer", &event).await;
    }
    let measured = world.invoke("authorizer", &event).await;
    assert_eq!(measured.answer["context"]["app"], world.app.as_str());
    measured
}
