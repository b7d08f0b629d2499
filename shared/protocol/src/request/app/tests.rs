//! Changes of the app: what stays, what is removed, what is refused.

use serde_json::{Value, from_value, json};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn check(body: Value) -> Result<AppChange, Option<&'static str>> {
    let body: UpdateApp = from_value(body).map_err(|_| None)?;
    body.check().map_err(|invalid| Some(invalid.field))
}

#[test]
fn what_is_not_given_stays_and_null_removes() {
    assert_eq!(check(json!({})), Ok(AppChange::default()));
    assert_eq!(check(json!({ "verification": null })).unwrap().verification, Some(None));
    for none in [Value::Null, json!({})] {
        let quotas = check(json!({ "quotas": none })).unwrap().quotas;
        assert_eq!(quotas, Some(Quotas::default()));
    }
    let both = json!({ "user_messages_per_minute": 30, "messages_per_minute": 900 });
    let quotas = check(json!({ "quotas": both })).unwrap().quotas.unwrap();
    assert_eq!((quotas.user, quotas.app), (Some(30), Some(900)));
    let url = json!({ "method": "url", "url": "https://shop.example.com/verify" });
    let verification = check(json!({ "verification": url })).unwrap().verification;
    let user = verification.unwrap().unwrap().user;
    assert_eq!(
        (user.id.as_str(), user.name.as_str(), user.create),
        ("sub", "name", true)
    );
}

#[test]
fn what_is_wrong_is_named_and_secrets_are_not_shown() {
    let hs256 = |secrets: Value| json!({ "verification": { "method": "hs256", "issuer": "shop", "secrets": secrets } });
    let good: UpdateApp = from_value(hs256(json!([SECRET]))).unwrap();
    assert!(!format!("{good:?}").contains("0123"));
    assert!(good.check().is_ok());
    for (body, field) in [
        (hs256(json!([])), "verification.secrets"),
        (hs256(json!(["short"])), "verification.secrets"),
        (hs256(json!([SECRET, SECRET, SECRET])), "verification.secrets"),
        (json!({ "name": "" }), "name"),
        (json!({ "quotas": { "user_messages_per_minute": 0 } }), "quotas"),
        (json!({ "quotas": { "messages_per_minute": 10 } }), "quotas"),
        (
            json!({ "quotas": { "user_messages_per_minute": 11, "messages_per_minute": 10 } }),
            "quotas",
        ),
        (json!({ "allowed_origins": ["https://a.example/"] }), "allowed_origins"),
        (
            json!({ "allowed_origins": vec!["https://a.example"; 17] }),
            "allowed_origins",
        ),
        (
            json!({ "verification": { "method": "jwks", "issuer": "", "url": "https://a.example/" } }),
            "verification.issuer",
        ),
        (
            json!({ "verification": { "method": "url", "url": "https://a.example/", "user": { "id": "" } } }),
            "verification.user.id",
        ),
        (
            json!({ "message_hook": { "url": "https://a.example/", "secrets": [], "on_failure": "allow", "timeout_ms": 1_001 } }),
            "message_hook.timeout_ms",
        ),
    ] {
        assert_eq!(check(body.clone()), Err(Some(field)), "{body}");
    }
    for body in [
        json!({ "verification": { "method": "none" } }),
        json!({ "verification": { "method": "url", "url": "https://a.example/", "secrets": [] } }),
        json!({ "tokens": [] }),
        json!({ "quotas": 10 }),
        json!({ "quotas": { "user_messages_per_minute": "10" } }),
        json!({ "quotas": { "rooms": 10 } }),
        json!({ "allowed_origins": "https://a.example" }),
        json!({ "message_hook": { "url": "https://a.example/", "secrets": [], "on_failure": "wait" } }),
        json!({ "message_hook": { "url": "https://a.example/", "secrets": [] } }),
    ] {
        assert_eq!(check(body.clone()), Err(None), "{body}");
    }
}

#[test]
fn a_services_own_claims_name_the_user_unless_others_do() {
    let user = |user: Value| {
        let verification = json!({ "method": "hs256", "secrets": [SECRET], "user": user });
        let dialects = json!([{ "service": "sourceloop", "verification": verification }]);
        let dialects = check(json!({ "dialects": dialects })).unwrap().dialects.unwrap();
        let user = dialects[0].verification.clone().unwrap().user;
        (
            user.preferred_id.map(|claim| claim.as_str().to_owned()),
            user.id.as_str().to_owned(),
        )
    };
    let usual = (Some("userTenantId".to_owned()), "id".to_owned());
    assert_eq!(user(Value::Null), usual);
    assert_eq!(user(json!({ "id": "id" })), usual, "as it is shown");
    assert_eq!(user(json!({ "id": "sub" })), (None, "sub".to_owned()));
}

#[test]
fn an_application_id_is_random_and_callsewas() {
    let id = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
    let dialects =
        |service: &str, id: &str| check(json!({ "dialects": [{ "service": service, "application_id": id }] }));
    let callsewa = dialects("callsewa", &id.to_uppercase()).unwrap().dialects.unwrap();
    assert_eq!(callsewa[0].application_id.as_ref().unwrap().expose(), id);
    let refused = Some("dialects.application_id");
    assert_eq!(dialects("go-chat", id), Err(refused));
    for guessed in ["", "1", "018f4a5c-0000-7000-8000-0123456789ab"] {
        assert_eq!(dialects("callsewa", guessed), Err(refused), "{guessed}");
    }
}
