//! The part of a WebSocket event that says which API it comes from.

use serde::Deserialize;

use crate::endpoint::Endpoint;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    request_context: RequestContext,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    api_id: String,
    stage: String,
}

/// The management API of the event's connection: the default one of its API and stage.
pub(crate) fn management_endpoint(event: &str, region: &str) -> Option<Endpoint> {
    let Event {
        request_context: RequestContext { api_id, stage },
    } = serde_json::from_str(event).ok()?;
    // It becomes part of a host name.
    let named = !api_id.is_empty() && api_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (named && !stage.is_empty()).then(|| Endpoint::of_api(&api_id, region, &stage))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_and_stage_make_the_endpoint() {
        for (event, expected) in [
            (
                r#"{"requestContext":{"apiId":"a1b2c3","stage":"prod","domainName":"chat.example"},"body":"{}"}"#,
                Some("https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod"),
            ),
            (r#"{"requestContext":{"apiId":"evil.example/","stage":"prod"}}"#, None),
            (r#"{"requestContext":{"stage":"prod"}}"#, None),
            ("{}", None),
            ("", None),
        ] {
            let endpoint = management_endpoint(event, "eu-central-1");
            assert_eq!(endpoint.as_ref().map(Endpoint::as_str), expected, "{event}");
        }
    }
}
