//! Reads request bodies and turns what the engine's deserialisers object to into DynamoDB's own errors.
//!
//! The engine marks the class of error by a prefix on the serde message; only its own HTTP server strips it.

use dynoxide::DynoxideError;
use serde::de::DeserializeOwned;

/// Operations whose request validation DynamoDB wraps in an envelope.
const ENVELOPED: [&str; 3] = ["PutItem", "UpdateItem", "DeleteItem"];

/// Reads a request body.
pub(super) fn decode<T: DeserializeOwned>(operation: &str, body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| classify(operation, &error.to_string()))
}

fn classify(operation: &str, message: &str) -> DynoxideError {
    if let Some(text) = message.strip_prefix("VALIDATION_REQUEST:") {
        let text = without_position(text);
        let enveloped = ENVELOPED.contains(&operation);
        return DynoxideError::ValidationException(if enveloped {
            format!("1 validation error detected: {text}")
        } else {
            text.to_owned()
        });
    }
    if let Some(text) = message.strip_prefix("VALIDATION_AS_READ:") {
        return DynoxideError::ValidationException(text.to_owned());
    }
    if let Some(text) = message.strip_prefix("VALIDATION:") {
        return DynoxideError::ValidationException(without_position(text).to_owned());
    }
    if let Some(text) = message.strip_prefix("SERIALIZATION_AS_READ:") {
        return DynoxideError::SerializationException(text.to_owned());
    }
    if let Some(text) = message.strip_prefix("SERIALIZATION:") {
        return DynoxideError::SerializationException(without_position(text).to_owned());
    }
    unmarked(message)
}

/// DynamoDB calls absent members and unknown names invalid, and only wrong JSON types unreadable.
fn unmarked(message: &str) -> DynoxideError {
    let invalid = [
        "missing field",
        "unknown variant",
        "invalid type: null",
        "AttributeValue",
    ];
    let text = without_position(message).to_owned();
    if invalid.iter().any(|sign| message.contains(sign)) {
        DynoxideError::ValidationException(text)
    } else {
        DynoxideError::SerializationException(text)
    }
}

/// Cuts the " at line N column M" that `serde_json` appends.
fn without_position(message: &str) -> &str {
    match message.rfind(" at line ") {
        Some(at) => &message[..at],
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::classify;

    #[test]
    fn markers_choose_the_error_and_do_not_reach_the_wire() {
        for (message, operation, kind, text) in [
            (
                "VALIDATION:bad at line 1 column 2",
                "Query",
                "ValidationException",
                "bad",
            ),
            (
                "VALIDATION_AS_READ:bad at line 1 column 2",
                "Query",
                "ValidationException",
                "bad at line 1 column 2",
            ),
            ("VALIDATION_REQUEST:bad", "Query", "ValidationException", "bad"),
            (
                "VALIDATION_REQUEST:bad",
                "PutItem",
                "ValidationException",
                "1 validation error detected: bad",
            ),
            (
                "SERIALIZATION:bad at line 1 column 2",
                "Query",
                "SerializationException",
                "bad",
            ),
            (
                "missing field `Item` at line 1 column 2",
                "PutItem",
                "ValidationException",
                "missing field `Item`",
            ),
            (
                "invalid type: map",
                "PutItem",
                "SerializationException",
                "invalid type: map",
            ),
        ] {
            let error = classify(operation, message);
            assert!(error.error_type().ends_with(kind), "{message}: {}", error.error_type());
            assert_eq!(error.to_string(), text);
        }
    }
}
