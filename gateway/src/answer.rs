//! What functions answer: an authorizer's policy, and the `{statusCode, headers, body}` of a route.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::connection::{Authorized, Connected, Outcome};
use crate::event::{Context, METHOD_ARN};
use crate::invoke::Failure;

/// The largest answer of an authorizer, in bytes (API Gateway: 8 KB).
const MAX_POLICY: usize = 8 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyAnswer {
    principal_id: Option<String>,
    policy_document: PolicyDocument,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct PolicyDocument {
    #[serde(rename = "Statement")]
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    action: OneOrMany,
    resource: OneOrMany,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn matches(&self, text: &str) -> bool {
        match self {
            Self::One(pattern) => glob(pattern.as_bytes(), text.as_bytes()),
            Self::Many(patterns) => patterns.iter().any(|pattern| glob(pattern.as_bytes(), text.as_bytes())),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProxyAnswer {
    status_code: Option<u16>,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<String>,
}

/// Reads the authorizer's answer. The context is what every later event of the connection carries.
#[must_use]
pub fn authorizer(answer: Result<Bytes, Failure>) -> (Authorized, Context) {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(Failure::Unhandled(message)) if message == "Unauthorized" => {
            return (Authorized::Unauthorized, Context::new());
        }
        Err(_) => return (Authorized::Failed, Context::new()),
    };
    let Some((allowed, context)) = policy(&bytes) else {
        return (Authorized::Failed, Context::new());
    };
    if allowed {
        (Authorized::Allowed, context)
    } else {
        (Authorized::Denied, Context::new())
    }
}

fn policy(bytes: &[u8]) -> Option<(bool, Context)> {
    if bytes.len() > MAX_POLICY {
        return None;
    }
    let answer: PolicyAnswer = serde_json::from_slice(bytes).ok()?;
    let effects = |effect: &str| {
        answer.policy_document.statements.iter().any(|statement| {
            statement.effect == effect
                && statement.action.matches("execute-api:Invoke")
                && statement.resource.matches(METHOD_ARN)
        })
    };
    let allowed = effects("Allow") && !effects("Deny");
    let mut context = Context::new();
    for (name, value) in answer.context.unwrap_or_default() {
        let value = match value {
            Value::String(_) => value,
            // Handed on as text; anything deeper is a mistake that API Gateway answers with 500.
            Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        context.insert(name, value);
    }
    context.insert("principalId".to_owned(), Value::String(answer.principal_id?));
    Some((allowed, context))
}

/// `*` stands for any text, `?` for one character.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                p = after + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Reads the answer of `$connect`.
#[must_use]
pub fn connect(answer: Result<Bytes, Failure>) -> Connected {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(Failure::TimedOut) => return Connected::TimedOut,
        Err(_) => return Connected::Failed,
    };
    let Ok(ProxyAnswer {
        status_code: Some(status),
        headers,
        ..
    }) = serde_json::from_slice(&bytes)
    else {
        return Connected::Failed;
    };
    let subprotocol = headers
        .unwrap_or_default()
        .into_iter()
        .find_map(|(name, value)| match value {
            Value::String(value) if name.eq_ignore_ascii_case("sec-websocket-protocol") => Some(value),
            _ => None,
        });
    Connected::Answered { status, subprotocol }
}

/// Reads the answer of the function behind a frame.
#[must_use]
pub fn message(answer: Result<Bytes, Failure>) -> Outcome {
    let bytes = match answer {
        Ok(bytes) => bytes,
        Err(Failure::TimedOut) => return Outcome::TimedOut,
        Err(_) => return Outcome::Failed,
    };
    match serde_json::from_slice::<Option<ProxyAnswer>>(&bytes) {
        Ok(answer) => {
            let body = answer.and_then(|answer| answer.body).filter(|body| !body.is_empty());
            Outcome::Replied(body.map(Into::into))
        }
        Err(_) => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(json: &str) -> Authorized {
        authorizer(Ok(Bytes::copy_from_slice(json.as_bytes()))).0
    }

    fn policy_json(effect: &str, resource: &str) -> String {
        format!(
            r#"{{"principalId":"u","context":{{"app":"shop","n":5}},"policyDocument":{{"Version":"2012-10-17","Statement":
            [{{"Action":"execute-api:Invoke","Effect":"{effect}","Resource":"{resource}"}}]}}}}"#
        )
    }

    #[test]
    fn a_policy_allows_or_denies() {
        assert_eq!(judged(&policy_json("Allow", METHOD_ARN)), Authorized::Allowed);
        assert_eq!(judged(&policy_json("Allow", "*")), Authorized::Allowed);
        assert_eq!(
            judged(&policy_json("Allow", "arn:aws:execute-api:*/$connect")),
            Authorized::Allowed
        );
        assert_eq!(
            judged(&policy_json("Allow", "arn:aws:execute-api:*/$other")),
            Authorized::Denied
        );
        assert_eq!(judged(&policy_json("Deny", METHOD_ARN)), Authorized::Denied);
        assert_eq!(judged("{}"), Authorized::Failed);
        assert_eq!(judged("null"), Authorized::Failed);
        let failed = |message: &str| authorizer(Err(Failure::Unhandled(message.to_owned()))).0;
        assert_eq!(failed("Unauthorized"), Authorized::Unauthorized);
        assert_eq!(failed("no such table"), Authorized::Failed);
        assert_eq!(authorizer(Err(Failure::Panicked)).0, Authorized::Failed);
    }

    #[test]
    fn the_context_is_text() {
        let (_, context) = authorizer(Ok(policy_json("Allow", "*").into()));
        assert_eq!(context["app"], "shop");
        assert_eq!(context["n"], "5");
        assert_eq!(context["principalId"], "u");
        let nested = policy_json("Allow", "*").replace("5", "{}");
        assert_eq!(judged(&nested), Authorized::Failed);
    }

    #[test]
    fn connect_needs_a_status() {
        let answer = |json: &'static str| connect(Ok(Bytes::from_static(json.as_bytes())));
        assert_eq!(
            answer(r#"{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"parlour.v1"}}"#),
            Connected::Answered {
                status: 200,
                subprotocol: Some("parlour.v1".to_owned())
            }
        );
        assert_eq!(
            answer(r#"{"statusCode":403}"#),
            Connected::Answered {
                status: 403,
                subprotocol: None
            }
        );
        assert_eq!(answer("{}"), Connected::Failed);
        assert_eq!(answer("no json"), Connected::Failed);
        assert_eq!(connect(Err(Failure::TimedOut)), Connected::TimedOut);
    }

    #[test]
    fn a_message_may_be_answered_with_nothing() {
        let answer = |json: &'static str| message(Ok(Bytes::from_static(json.as_bytes())));
        assert_eq!(
            answer(r#"{"statusCode":200,"body":"hi"}"#),
            Outcome::Replied(Some("hi".into()))
        );
        assert_eq!(answer(r#"{"statusCode":200,"body":""}"#), Outcome::Replied(None));
        assert_eq!(answer(r#"{"statusCode":200}"#), Outcome::Replied(None));
        assert_eq!(answer("null"), Outcome::Replied(None));
        assert_eq!(answer("no json"), Outcome::Failed);
    }
}
