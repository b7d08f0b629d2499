//! Route selection, `$request.body.action`, and the table of routes.

use parlour_handlers::functions::action_route;
use serde::Deserialize;
use serde_json::Value;

/// A route of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The route key.
    pub key: &'static str,
    /// The function behind it.
    pub function: &'static str,
    /// Whether it has a route response: the function's `body` is sent to the client.
    pub responds: bool,
}

const DEFAULT: Route = Route {
    key: "$default",
    function: "default",
    responds: false,
};

#[derive(Deserialize)]
struct Selector {
    action: Option<Value>,
}

/// The route of a frame. What is no JSON object, names no action or an unknown one goes to `$default`; a client cannot
/// reach `$connect` or `$disconnect`, because they are in no table of messages.
#[must_use]
pub fn select(body: &str) -> Route {
    // An array would pass as a list of the fields.
    if !body.trim_start().starts_with('{') {
        return DEFAULT;
    }
    let Ok(Selector { action: Some(action) }) = serde_json::from_str(body) else {
        return DEFAULT;
    };
    let key = match action {
        Value::String(text) => text,
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return DEFAULT,
    };
    match action_route(&key) {
        Some((key, function)) => Route {
            key,
            function,
            responds: true,
        },
        None => DEFAULT,
    }
}

#[cfg(test)]
mod tests {
    use super::select;

    #[test]
    fn the_action_selects_the_route() {
        for (body, key, function, responds) in [
            (
                r#"{"action":"send_message","text_message":"hi"}"#,
                "send_message",
                "send_message",
                true,
            ),
            (
                r#"{"room_id":"x","action":"join_room"}"#,
                "join_room",
                "join_room",
                true,
            ),
            (r#"{"action":"ping"}"#, "ping", "default", true),
            (r#"{"action":"reauth","token":"x"}"#, "reauth", "default", true),
            (r#"{"action":"dance"}"#, "$default", "default", false),
            (r#"{"action":"$connect"}"#, "$default", "default", false),
            (r#"{"action":"$disconnect"}"#, "$default", "default", false),
            (r#"{"action":5}"#, "$default", "default", false),
            (r#"{"action":true}"#, "$default", "default", false),
            (r#"{"action":null}"#, "$default", "default", false),
            (r#"{"action":{"name":"ping"}}"#, "$default", "default", false),
            (r#"["send_message"]"#, "$default", "default", false),
            (r#"{"type":"ping"}"#, "$default", "default", false),
            ("hello", "$default", "default", false),
            ("", "$default", "default", false),
        ] {
            let route = select(body);
            assert_eq!(
                (route.key, route.function, route.responds),
                (key, function, responds),
                "{body}"
            );
        }
    }
}
