//! The events of one origin, by kind.

use std::collections::BTreeMap;

use serde_json::Value;

/// The kinds: what each is called in the folders.
pub(crate) const KINDS: [&str; 7] = [
    "authorizer",
    "connect",
    "message",
    "disconnect",
    "http_v2",
    "sqs",
    "schedule",
];

/// One event of each kind.
pub(crate) type Events = BTreeMap<&'static str, Value>;

macro_rules! folder {
    ($folder:literal) => {{
        let text = [
            include_str!(concat!($folder, "/authorizer.json")),
            include_str!(concat!($folder, "/connect.json")),
            include_str!(concat!($folder, "/message.json")),
            include_str!(concat!($folder, "/disconnect.json")),
            include_str!(concat!($folder, "/http_v2.json")),
            include_str!(concat!($folder, "/sqs.json")),
            include_str!(concat!($folder, "/schedule.json")),
        ];
        let events = KINDS.into_iter().zip(text);
        events
            .map(|(kind, text)| (kind, serde_json::from_str(text).unwrap()))
            .collect()
    }};
}

/// As AWS documents them.
pub(crate) fn fixtures() -> Events {
    folder!("fixtures")
}

/// As the emulator made them when they were captured.
pub(crate) fn emulator() -> Events {
    folder!("emulator")
}
