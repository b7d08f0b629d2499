//! Why a role grants what no handler was seen to use. A line that stands for nothing any more fails the test.

/// A reason, and the functions that it is for.
#[derive(Debug)]
pub(crate) struct Reason {
    pub(crate) functions: &'static [&'static str],
    pub(crate) place: &'static str,
    pub(crate) actions: &'static [&'static str],
    pub(crate) why: &'static str,
}

const EVERY: &[&str] = &[
    "authorizer",
    "connect",
    "connected",
    "disconnect",
    "join_room",
    "send_message",
    "default",
    "rest",
    "compat_rest",
    "fan_out",
    "deliver",
    "events",
    "sweep",
];
/// Those that issue or verify user tokens.
const SIGNING: &[&str] = &["authorizer", "default", "rest", "compat_rest"];

/// All of them.
pub(crate) const REASONS: [Reason; 6] = [
    Reason {
        functions: EVERY,
        place: "log",
        actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
        why: "Lambda writes the function's log with the function's role",
    },
    Reason {
        functions: SIGNING,
        place: "signing keys",
        actions: &["ssm:GetParameter"],
        why: "the program reads the keys when it starts, before any handler runs",
    },
    Reason {
        functions: SIGNING,
        place: "key of the signing keys",
        actions: &["kms:Decrypt"],
        why: "Systems Manager decrypts the parameter in the name of who reads it",
    },
    Reason {
        functions: &["fan_out"],
        place: crate::outside::QUEUE,
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        why: "Lambda takes the messages out of the queue with the function's role",
    },
    Reason {
        functions: &["deliver"],
        place: crate::outside::DELIVERIES,
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        why: "Lambda takes the messages out of the queue with the function's role",
    },
    Reason {
        functions: &["events"],
        place: crate::outside::EVENTS,
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        why: "Lambda takes the messages out of the queue with the function's role",
    },
];

/// The reason for this grant.
pub(crate) fn why(function: &str, place: &str, action: &str) -> Option<&'static str> {
    let of = |reason: &&Reason| {
        reason.functions.contains(&function) && reason.place == place && reason.actions.contains(&action)
    };
    REASONS.iter().find(of).map(|reason| reason.why)
}
