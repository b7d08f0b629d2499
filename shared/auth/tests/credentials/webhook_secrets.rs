//! Secrets of webhooks and their signatures.

use parlour_auth::WebhookSecret;
use parlour_domain::{Entropy, Moment, Timestamp};

/// The example of the Standard Webhooks reference libraries.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(seconds)
}

#[test]
fn a_signature_is_that_of_the_reference_library() {
    let secret = WebhookSecret::parse(SECRET).unwrap();
    let signature = secret.sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at(1_614_265_330),
        br#"{"test": 2432232314}"#,
    );
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn every_part_is_signed() {
    let secret = WebhookSecret::parse(SECRET).unwrap();
    let right = secret.sign("id", at(7), b"body");
    assert_eq!(right, secret.sign("id", at(7).plus_millis(999), b"body"));
    assert_ne!(right, secret.sign("ie", at(7), b"body"));
    assert_ne!(right, secret.sign("id", at(8), b"body"));
    assert_ne!(right, secret.sign("id", at(7), b"bodY"));
}

#[test]
fn a_new_secret_is_another_each_time_and_is_read_as_it_is_written() {
    let mut moment = Moment {
        now: at(0),
        entropy: Entropy::from_seed([7; 32]),
    };
    let (one, two) = (
        WebhookSecret::generate(&mut moment),
        WebhookSecret::generate(&mut moment),
    );
    assert_ne!(one.expose(), two.expose());
    let read = WebhookSecret::parse(one.expose()).unwrap();
    assert_eq!(read.sign("id", at(1), b"x"), one.sign("id", at(1), b"x"));
    assert_eq!(format!("{one:?}"), "WebhookSecret(..)");
}

#[test]
fn what_is_no_secret() {
    for wrong in [
        "",
        "whsec_",
        "whsec_AAAA",
        "whsec_!!!!",
        &SECRET[6..],
        &SECRET.to_uppercase(),
    ] {
        assert!(WebhookSecret::parse(wrong).is_err(), "{wrong}");
    }
}
