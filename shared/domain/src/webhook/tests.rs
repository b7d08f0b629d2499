//! URLs, events and secrets of webhooks.

use super::*;
use crate::{Entropy, Moment};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(seconds)
}

fn webhook(events: Option<&[EventKind]>) -> Webhook {
    let mut moment = Moment {
        now: at(100),
        entropy: Entropy::from_seed([7; 32]),
    };
    Webhook {
        id: WebhookId::generate(&mut moment),
        url: WebhookUrl::parse("https://shop.example/hook").unwrap(),
        events: events.map(|events| events.iter().copied().collect()),
        enabled: true,
        secrets: vec![SigningSecret {
            text: "first".to_owned(),
            until: None,
        }],
        created_at: moment.now,
        updated_at: moment.now,
    }
}

#[test]
fn a_url_has_no_character_that_is_to_be_escaped() {
    let right = "https://shop.example:8443/a/b?c=d";
    assert_eq!(WebhookUrl::parse(right).unwrap().as_str(), right);
    let longest = "a".repeat(limits::WEBHOOK_URL_BYTES);
    assert!(WebhookUrl::parse(&longest).is_ok());
    for wrong in [
        "https://shop.example/a b",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\n",
        "https://shop.example/'",
        "https://sh\u{f6}p.example/",
        &format!("{longest}a"),
    ] {
        assert_eq!(WebhookUrl::parse(wrong), Err(NotAUrl), "{wrong}");
    }
}

#[test]
fn a_webhook_hears_of_what_it_asked_for_since_it_is_there() {
    let all = webhook(None);
    let few = webhook(Some(&[EventKind::MessageCreated]));
    for kind in EventKind::ALL {
        assert!(all.hears(*kind, at(100)), "{kind:?}");
        assert!(!all.hears(*kind, at(99)), "{kind:?} was before");
        assert_eq!(few.hears(*kind, at(101)), *kind == EventKind::MessageCreated);
        assert_eq!(EventKind::parse(kind.as_str()), Some(*kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    let off = Webhook { enabled: false, ..all };
    assert!(!off.hears(EventKind::MessageCreated, at(101)));
    assert_eq!(EventKind::parse("message"), None);
}

#[test]
fn a_secret_signs_for_a_day_after_the_next_however_many_follow() {
    let mut webhook = webhook(None);
    let signing = |webhook: &Webhook, now: i64| -> Vec<String> {
        webhook.signing(at(now)).map(|secret| secret.text.clone()).collect()
    };
    webhook.rotate("two".to_owned(), at(200)).unwrap();
    assert_eq!(signing(&webhook, 200), ["two", "first"]);
    let day = limits::WEBHOOK_SECRET_OVERLAP_SECONDS;
    assert_eq!(signing(&webhook, 200 + day), ["two"]);
    webhook.rotate("three".to_owned(), at(300)).unwrap();
    assert_eq!(
        signing(&webhook, 300),
        ["three", "two", "first"],
        "what receivers verify with still signs"
    );
    assert_eq!(signing(&webhook, 200 + day), ["three", "two"]);
    for text in ["four", "five"] {
        webhook.rotate(text.to_owned(), at(400)).unwrap();
    }
    let full = webhook.clone();
    assert_eq!(webhook.rotate("six".to_owned(), at(500)), Err(TooManySecrets));
    assert_eq!(webhook, full);
    webhook.rotate("six".to_owned(), at(200 + day)).unwrap();
    assert_eq!(webhook.secrets.len(), limits::WEBHOOK_SECRETS, "the first one went");
    assert_eq!(signing(&webhook, 200 + day)[0], "six");
}

#[test]
fn no_debug_text_holds_a_secret_or_a_url() {
    let shown = format!("{:?}", webhook(None));
    assert!(!shown.contains("first") && !shown.contains("shop"), "{shown}");
}
