//! A table of environments and what becomes of them.

use super::*;

const KEY: &str = "k1:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=";
const COMPLETE: [(&str, &str); 8] = [
    ("PARLOUR_CHAT_TABLE", "prod-chat"),
    ("PARLOUR_CONNECTIONS_TABLE", "prod-connections"),
    ("PARLOUR_SIGNING_KEY_PARAMETER", "/parlour/prod/signing-keys"),
    (
        "PARLOUR_MANAGEMENT_ENDPOINT",
        "https://a1.execute-api.eu-central-1.amazonaws.com/prod/",
    ),
    ("AWS_REGION", "eu-central-1"),
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "a secret"),
    ("AWS_SESSION_TOKEN", "a token"),
];

/// The complete environment with some variables changed.
fn read(function: &str, changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let all: Vec<_> = changes.iter().chain(&COMPLETE).collect();
    Config::read(Needs::of(function).unwrap(), |name| {
        let found = all.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn a_complete_environment_is_taken_as_it_is() {
    let config = read("rest", &[]).unwrap();
    assert_eq!(config.tables.chat, "prod-chat");
    assert_eq!(config.tables.connections, "prod-connections");
    assert_eq!(config.region, "eu-central-1");
    assert_eq!(config.log, Level::INFO);
    assert_eq!(config.dynamodb_endpoint, None);
    assert_eq!(
        config.management_endpoint.unwrap().as_str(),
        "https://a1.execute-api.eu-central-1.amazonaws.com/prod"
    );
    let Some(KeySource::Parameter { name, endpoint }) = config.signing_keys else {
        panic!("the keys are in a parameter");
    };
    assert_eq!(name, "/parlour/prod/signing-keys");
    assert_eq!(endpoint.as_str(), "https://ssm.eu-central-1.amazonaws.com");
}

#[test]
fn an_emulator_serves_all_or_one() {
    let config = read("rest", &[("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")]).unwrap();
    assert_eq!(config.dynamodb_endpoint.unwrap().as_str(), "http://127.0.0.1:4566");
    let Some(KeySource::Parameter { endpoint, .. }) = config.signing_keys else {
        panic!("the keys are in a parameter");
    };
    assert_eq!(endpoint.as_str(), "http://127.0.0.1:4566");

    let both = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
    ];
    let config = read("rest", &both).unwrap();
    assert_eq!(config.dynamodb_endpoint.unwrap().as_str(), "http://127.0.0.1:8000");
}

#[test]
fn a_function_needs_no_more_than_it_uses() {
    let none = [
        ("PARLOUR_SIGNING_KEY_PARAMETER", ""),
        ("PARLOUR_MANAGEMENT_ENDPOINT", ""),
    ];
    let config = read("send_message", &none).unwrap();
    assert!(config.signing_keys.is_none());
    assert_eq!(config.management_endpoint, None);
    assert!(read("default", &[("PARLOUR_MANAGEMENT_ENDPOINT", "")]).is_ok());
    assert!(read("sweep", &[("PARLOUR_SIGNING_KEY_PARAMETER", "")]).is_ok());
    assert!(read("connect", &[("AWS_SESSION_TOKEN", "")]).is_ok());
    assert!(read("connect", &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-west-1")]).is_ok());
}

#[test]
fn keys_may_be_given_in_their_place() {
    let given = [("PARLOUR_SIGNING_KEY_PARAMETER", ""), ("PARLOUR_SIGNING_KEYS", KEY)];
    let config = read("authorizer", &given).unwrap();
    assert!(matches!(config.signing_keys, Some(KeySource::Given(_))));
}

#[test]
fn the_bad_variable_is_named_and_its_value_is_not() {
    for (function, name, value, expected) in [
        ("connect", "PARLOUR_CHAT_TABLE", "", "PARLOUR_CHAT_TABLE is not set"),
        (
            "connect",
            "PARLOUR_CONNECTIONS_TABLE",
            "",
            "PARLOUR_CONNECTIONS_TABLE is not set",
        ),
        ("connect", "AWS_REGION", "", "AWS_REGION is not set"),
        (
            "connect",
            "AWS_REGION",
            "evil.example/",
            "AWS_REGION is not the name of a Region",
        ),
        ("connect", "AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID is not set"),
        (
            "connect",
            "AWS_SECRET_ACCESS_KEY",
            "",
            "AWS_SECRET_ACCESS_KEY is not set",
        ),
        (
            "connect",
            "PARLOUR_LOG",
            "loud",
            "PARLOUR_LOG is not error, warn, info, debug or trace",
        ),
        (
            "connect",
            "AWS_ENDPOINT_URL",
            "127.0.0.1:8000",
            "AWS_ENDPOINT_URL is not an http or https URL without query",
        ),
        (
            "connect",
            "PARLOUR_MANAGEMENT_ENDPOINT",
            "wss://a1/prod",
            "PARLOUR_MANAGEMENT_ENDPOINT is not an http or https URL without query",
        ),
        (
            "sweep",
            "PARLOUR_MANAGEMENT_ENDPOINT",
            "",
            "PARLOUR_MANAGEMENT_ENDPOINT is not set",
        ),
        (
            "rest",
            "PARLOUR_MANAGEMENT_ENDPOINT",
            "",
            "PARLOUR_MANAGEMENT_ENDPOINT is not set",
        ),
        (
            "default",
            "PARLOUR_SIGNING_KEY_PARAMETER",
            "",
            "PARLOUR_SIGNING_KEY_PARAMETER is not set",
        ),
        (
            "rest",
            "PARLOUR_SIGNING_KEYS",
            KEY,
            "PARLOUR_SIGNING_KEYS is set beside PARLOUR_SIGNING_KEY_PARAMETER",
        ),
    ] {
        let error = read(function, &[(name, value)]).unwrap_err();
        assert_eq!(error.to_string(), expected, "{function}");
    }
    let short = [
        ("PARLOUR_SIGNING_KEY_PARAMETER", ""),
        ("PARLOUR_SIGNING_KEYS", "k1:c2hvcnQ="),
    ];
    assert_eq!(
        read("rest", &short).unwrap_err().to_string(),
        "PARLOUR_SIGNING_KEYS cannot be used: the secret of a signing key is 32 random bytes or more"
    );
}

#[test]
fn settings_can_be_printed_without_secrets() {
    let given = [("PARLOUR_SIGNING_KEY_PARAMETER", ""), ("PARLOUR_SIGNING_KEYS", KEY)];
    let printed = format!("{:?}", read("rest", &given).unwrap());
    assert!(
        !printed.contains("a secret") && !printed.contains("QnJhbmQ"),
        "{printed}"
    );
}
