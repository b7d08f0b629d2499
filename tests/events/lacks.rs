//! The table: what the events of the gateway and of the emulator lack that AWS's have, each with its reason.

use std::collections::BTreeSet;

use crate::events::{Events, KINDS, emulator, fixtures};
use crate::fields::lacking;
use crate::gateway::GATEWAY;

/// Fields that are lacking.
struct Lack {
    kinds: &'static [&'static str],
    fields: &'static [&'static str],
    why: &'static str,
}

const BY_GATEWAY: &[Lack] = &[
    Lack {
        kinds: &["authorizer", "connect"],
        fields: &["headers.x-amzn-trace-id", "multiValueHeaders.x-amzn-trace-id"],
        why: "there is no X-Ray, and nothing reads it",
    },
    Lack {
        kinds: &["authorizer", "connect"],
        fields: &["headers.x-forwarded-port", "multiValueHeaders.x-forwarded-port"],
        why: "the port stands in the host, and nothing reads it",
    },
    Lack {
        kinds: &["authorizer"],
        fields: &["headers.content-length", "multiValueHeaders.content-length"],
        why: "API Gateway adds it to the handshake; the client sent none",
    },
    Lack {
        kinds: &["disconnect"],
        fields: &[
            "headers.x-api-key",
            "headers.x-restapi",
            "multiValueHeaders.x-api-key",
            "multiValueHeaders.x-restapi",
        ],
        why: "they are empty on AWS, too",
    },
    Lack {
        kinds: &["connect", "message", "disconnect"],
        fields: &["requestContext.authorizer.integrationLatency"],
        why: "how long the authorizer took, which is for people who look at AWS",
    },
];

const BY_EMULATOR: &[Lack] = &[
    Lack {
        kinds: &["authorizer", "connect"],
        fields: &[
            "headers.x-amzn-trace-id",
            "headers.x-forwarded-for",
            "headers.x-forwarded-port",
            "headers.x-forwarded-proto",
            "multiValueHeaders.x-amzn-trace-id",
            "multiValueHeaders.x-forwarded-for",
            "multiValueHeaders.x-forwarded-port",
            "multiValueHeaders.x-forwarded-proto",
        ],
        why: "it adds no headers; the address of the client stands in the identity",
    },
    Lack {
        kinds: &["http_v2"],
        fields: &[
            "headers.x-amzn-trace-id",
            "headers.x-forwarded-for",
            "headers.x-forwarded-port",
            "headers.x-forwarded-proto",
        ],
        why: "it adds no headers; the address of the client stands in the request's context",
    },
    Lack {
        kinds: &["authorizer"],
        fields: &["headers.content-length", "multiValueHeaders.content-length"],
        why: "API Gateway adds it to the handshake; the client sent none",
    },
    Lack {
        kinds: &["disconnect"],
        fields: &["headers", "multiValueHeaders"],
        why: "it gives none to `$disconnect`; none is read there",
    },
    Lack {
        kinds: &["connect", "message", "disconnect"],
        fields: &["requestContext.messageDirection"],
        why: "it is always IN, and nothing reads it",
    },
    Lack {
        kinds: &["connect", "message", "disconnect"],
        fields: &["requestContext.authorizer.integrationLatency"],
        why: "how long the authorizer took, which is for people who look at AWS",
    },
    Lack {
        kinds: &["http_v2"],
        fields: &["cookies"],
        why: "it leaves the cookies among the headers; Parlour has none",
    },
    Lack {
        kinds: &["http_v2"],
        fields: &["requestContext.domainPrefix"],
        why: "the first part of the domain's name, which nothing reads",
    },
];

/// Compares the events with the fixtures; whatever they lack is in the table, and what is in the table they lack.
fn compare(events: &Events, table: &[Lack]) {
    let fixtures = fixtures();
    let found: BTreeSet<(&str, String)> = KINDS
        .into_iter()
        .flat_map(|kind| {
            lacking(&fixtures[kind], &events[kind])
                .into_iter()
                .map(move |field| (kind, field))
        })
        .collect();
    let mut known = BTreeSet::new();
    for lack in table {
        assert!(!lack.why.is_empty());
        for kind in lack.kinds {
            known.extend(lack.fields.iter().map(|field| (*kind, (*field).to_owned())));
        }
    }
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "lacking without a reason: {unknown:#?}");
    let stale: Vec<_> = known.difference(&found).collect();
    assert!(stale.is_empty(), "said to be lacking, and there: {stale:#?}");
}

#[test]
fn of_the_gateway() {
    compare(&GATEWAY.events, BY_GATEWAY);
}

#[test]
fn of_the_emulator() {
    compare(&emulator(), BY_EMULATOR);
}
