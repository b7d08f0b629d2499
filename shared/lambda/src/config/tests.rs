//! A table of environments and what becomes of them.

use super::*;

const KEY: &str = "k1:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=";
const QUEUE: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-fan-out";
const DELIVERIES: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-deliver";
const COMPLETE: [(&str, &str); 13] = [
    ("PARLOUR_CHAT_TABLE", "prod-chat"),
    ("PARLOUR_CONNECTIONS_TABLE", "prod-connections"),
    ("PARLOUR_SIGNING_KEY_PARAMETER", "/parlour/prod/signing-keys"),
    (
        "PARLOUR_MANAGEMENT_ENDPOINT",
        "https://a1.execute-api.eu-central-1.amazonaws.com/prod/",
    ),
    ("PARLOUR_FAN_OUT_QUEUE", QUEUE),
    ("PARLOUR_DELIVER_QUEUE", DELIVERIES),
    ("PARLOUR_CONNECTED_FUNCTION", "prod-connected"),
    ("PARLOUR_POSTS_PER_SECOND", "500"),
    ("PARLOUR_STACK", "prod"),
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
    assert_eq!(config.stack, "prod");
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
    let queue = config.queue.unwrap();
    assert_eq!(queue.url, QUEUE);
    assert_eq!(queue.endpoint.as_str(), "https://sqs.eu-central-1.amazonaws.com");
    assert_eq!(config.deliveries.unwrap().url, DELIVERIES);
    assert_eq!(config.event_bus, None);

    let connected = read("connect", &[]).unwrap().connected.unwrap();
    assert_eq!(connected.function, "prod-connected");
    assert_eq!(connected.endpoint.as_str(), "https://lambda.eu-central-1.amazonaws.com");
    assert_eq!(read("fan_out", &[]).unwrap().posts_per_second, NonZeroU32::new(500));
}

#[test]
fn urls_of_apps_are_public_unless_it_is_said_otherwise() {
    let reach = |value| read("rest", &[("PARLOUR_PRIVATE_URLS", value)]).map(|config| config.reach);
    assert_eq!((reach(""), reach("false")), (Ok(Reach::Public), Ok(Reach::Public)));
    assert_eq!(reach("true"), Ok(Reach::Private));
    assert!(reach("yes").is_err());
}

#[test]
fn refusals_are_statuses_unless_it_is_said_otherwise() {
    let tells = |value| read("connect", &[("PARLOUR_TELLS_REFUSALS", value)]).map(|config| config.tells_refusals);
    assert_eq!((tells(""), tells("true")), (Ok(false), Ok(true)));
    assert!(tells("1").is_err());
}

#[test]
fn what_is_not_set_has_a_default_where_there_is_a_good_one() {
    let none = [("PARLOUR_STACK", ""), ("PARLOUR_POSTS_PER_SECOND", "")];
    let config = read("fan_out", &none).unwrap();
    assert_eq!((config.stack.as_str(), config.posts_per_second), ("parlour", None));
}

#[test]
fn queue_and_calls_have_an_emulator_as_the_others_have() {
    let one = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9324"),
        ("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9000/"),
        (
            "PARLOUR_CONNECTED_FUNCTION",
            "arn:aws:lambda:eu-central-1:123456789012:function:c:$LATEST",
        ),
    ];
    let (all, none) = (
        &one[..1],
        [("PARLOUR_FAN_OUT_QUEUE", "http://127.0.0.1:7000/queues/fan_out")],
    );
    for (changes, sqs) in [
        (&one[..], "http://127.0.0.1:9324"),
        (all, "http://127.0.0.1:4566"),
        (&none, "http://127.0.0.1:7000"),
    ] {
        let queue = read("sweep", changes).unwrap().queue.unwrap();
        assert_eq!(queue.endpoint.as_str(), sqs);
    }
    for (changes, lambda) in [(&one[..], "http://127.0.0.1:9000"), (all, "http://127.0.0.1:4566")] {
        let connected = read("connect", changes).unwrap().connected.unwrap();
        assert_eq!(connected.endpoint.as_str(), lambda);
    }
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
fn files_are_in_a_bucket_of_its_own_name_or_below_an_endpoint() {
    let base = |function, changes: &[(&str, &str)]| {
        let files = read(function, changes).map(|config| config.files);
        files.map(|files| files.map(|base| base.as_str().to_owned()))
    };
    let bucket = ("PARLOUR_FILES_BUCKET", "prod-files");
    let own = "https://prod-files.s3.eu-central-1.amazonaws.com";
    for function in ["rest", "compat_rest", "sweep"] {
        assert_eq!(base(function, &[bucket]), Ok(Some(own.to_owned())), "{function}");
        assert_eq!(base(function, &[]), Ok(None), "{function}");
    }
    assert_eq!(base("send_message", &[bucket]), Ok(None));
    let emulated = [bucket, ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566/")];
    let path = "http://127.0.0.1:4566/prod-files";
    assert_eq!(base("rest", &emulated), Ok(Some(path.to_owned())));
    for bad in ["a.b", "a/b", &"a".repeat(64)] {
        let refused = base("rest", &[("PARLOUR_FILES_BUCKET", bad)]).unwrap_err();
        assert!(refused.to_string().starts_with("PARLOUR_FILES_BUCKET"), "{refused}");
    }
}

#[test]
fn an_event_bus_is_known_to_all_that_write_into_rooms() {
    let of = |function, bus| read(function, &[("PARLOUR_EVENT_BUS", bus)]).map(|config| config.event_bus);
    for function in [
        "connect",
        "send_message",
        "default",
        "rest",
        "compat_rest",
        "fan_out",
        "events",
        "sweep",
        "deliver",
    ] {
        let bus = of(function, "prod").unwrap().unwrap();
        assert_eq!(
            (bus.bus.as_str(), bus.endpoint.as_str()),
            ("prod", "https://events.eu-central-1.amazonaws.com")
        );
    }
    assert_eq!(of("disconnect", "prod"), Ok(None));
    assert_eq!(of("deliver", ""), Ok(None));
    assert!(of("deliver", "arn:aws:events:eu-central-1:123456789012:event-bus/prod").is_ok());
    assert!(of("deliver", "prod bus").is_err());
    let emulated = [
        ("PARLOUR_EVENT_BUS", "prod"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
    ];
    let bus = read("deliver", &emulated).unwrap().event_bus.unwrap();
    assert_eq!(bus.endpoint.as_str(), "http://127.0.0.1:4566");
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
    assert!(read("connected", &none).is_ok());
    for (variable, users) in [
        (
            "PARLOUR_FAN_OUT_QUEUE",
            &[
                "connect",
                "disconnect",
                "join_room",
                "send_message",
                "default",
                "rest",
                "compat_rest",
                "fan_out",
                "events",
                "sweep",
            ][..],
        ),
        (
            "PARLOUR_DELIVER_QUEUE",
            &[
                "connect",
                "send_message",
                "default",
                "rest",
                "compat_rest",
                "fan_out",
                "deliver",
                "events",
                "sweep",
            ],
        ),
        ("PARLOUR_CONNECTED_FUNCTION", &["connect"]),
        (
            "PARLOUR_SIGNING_KEY_PARAMETER",
            &["authorizer", "default", "rest", "compat_rest"],
        ),
        (
            "PARLOUR_MANAGEMENT_ENDPOINT",
            &["rest", "compat_rest", "sweep", "fan_out", "events"],
        ),
    ] {
        for function in parlour_handlers::FUNCTIONS.into_iter().chain(["rest", "compat_rest"]) {
            let refused = read(function, &[(variable, "")]).is_err();
            assert_eq!(refused, users.contains(&function), "{function} without {variable}");
        }
    }
    let config = read("send_message", &[("PARLOUR_POSTS_PER_SECOND", "none of its business")]).unwrap();
    assert_eq!(config.posts_per_second, None, "who is waited for does not wait");
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
            "send_message",
            "PARLOUR_FAN_OUT_QUEUE",
            "fan-out",
            "PARLOUR_FAN_OUT_QUEUE is not an http or https URL without query",
        ),
        (
            "connect",
            "PARLOUR_CONNECTED_FUNCTION",
            "../../other",
            "PARLOUR_CONNECTED_FUNCTION is not the name or ARN of a function",
        ),
        (
            "fan_out",
            "PARLOUR_POSTS_PER_SECOND",
            "0",
            "PARLOUR_POSTS_PER_SECOND is not a whole number of 1 or more",
        ),
        (
            "connect",
            "PARLOUR_STACK",
            "prod\"}",
            "PARLOUR_STACK is not the name of a stack",
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

#[test]
fn the_default_app_is_an_id() {
    let app = |value| read("authorizer", &[("PARLOUR_DEFAULT_APP", value)]).map(|config| config.default_app);
    assert_eq!(app(""), Ok(None));
    assert_eq!(app("appidappid"), Ok(AppId::parse("appidappid").ok()));
    assert!(app("no app").is_err());
}
