//! The authorizer: a handshake's credential becomes the identity of every later event of the connection.
//!
//! It has no identity source, because each of several ways to give the credential would otherwise be required; so a missing one
//! is refused here. One store round trip, two with a ticket or with a
//! token that Parlour did not issue.

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
use parlour_domain::Moment;
use parlour_domain::dialect::Service;
use parlour_service::authenticate::{Handshake, Visitor, handshake};
use parlour_service::{Error, Parlour, metric};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::dialect::socket_io::why;
use crate::dialect::{Unknown, Wanted, forbids, wanted};
use crate::event::{NATIVE, context};
use crate::wire::{failed, fault};

/// The subprotocol that a token travels in: `parlour.token.<token>`.
const TOKEN_PROTOCOL: &str = "parlour.token.";

pub(crate) async fn authorize(parlour: &Parlour, moment: &mut Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let request: ApiGatewayCustomAuthorizerRequestTypeRequest =
        serde_json::from_slice(payload).map_err(|error| fault("authorizer", &error))?;
    let arn = request.method_arn.as_deref().unwrap_or("*");
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let protocols = header("sec-websocket-protocol").unwrap_or_default();
    let in_protocol = protocols
        .split(',')
        .find_map(|protocol| protocol.trim().strip_prefix(TOKEN_PROTOCOL));
    let query = &request.query_string_parameters;
    let app = query.first("app");
    let with_app = |token| match app {
        Some(app) => Handshake::TokenOf {
            app,
            service: None,
            token,
        },
        None => Handshake::Token(token),
    };
    let foreign_origin = foreign_origin(header("origin"), header("host"));
    if let Some(wanted) = wanted(parlour.default_app.as_ref(), &request).map_err(|Unknown| refused())? {
        return dialect(parlour, moment, (arn, foreign_origin), wanted).await;
    }
    let given: Vec<Handshake<'_>> = [
        query.first("ticket").map(Handshake::Ticket),
        query.first("token").map(with_app),
        in_protocol.map(with_app),
    ]
    .into_iter()
    .flatten()
    .collect();
    let [credential] = given.as_slice() else {
        return Err(refused());
    };
    match handshake(parlour, moment, *credential, foreign_origin).await {
        Ok(visitor) => Ok(allow(arn, &visitor, None)),
        Err(Error::OriginNotAllowed | Error::UserSuspended) => Ok(deny(arn)),
        // What cannot be proven at the moment is not proven: a failed invocation would blame the function for somebody else's server.
        Err(Error::Unauthenticated | Error::TokenExpired | Error::NotVerified) => Err(refused()),
        Err(error) => Err(failed("authorizer", &error)),
    }
}

/// The origin of a page that is not the server's own; pages of the server's own host need no entry in the app's list.
pub(crate) fn foreign_origin<'a>(origin: Option<&'a str>, host: Option<&str>) -> Option<&'a str> {
    let origin = origin?;
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    if authority.is_some() && authority == host {
        None
    } else {
        Some(origin)
    }
}

/// A client of another service. Pages of any origin may be refused as all others are: by what the app allows.
async fn dialect(
    parlour: &Parlour,
    moment: &mut Moment,
    (arn, foreign_origin): (&str, Option<&str>),
    wanted: Wanted<'_>,
) -> Result<Value, InvokeError> {
    let refuse = |why| {
        if wanted.service.speaks_socket_io() {
            Ok(admit(arn, wanted.service, why))
        } else if forbids(wanted.service) {
            Ok(deny(arn))
        } else {
            Err(refused())
        }
    };
    let Some(token) = wanted.token else {
        return refuse(why::NO_TOKEN);
    };
    let credential = Handshake::TokenOf {
        app: wanted.app,
        service: Some(wanted.service),
        token,
    };
    match handshake(parlour, moment, credential, foreign_origin).await {
        Ok(visitor) => Ok(allow(arn, &visitor, Some(&wanted))),
        Err(Error::UserSuspended) if wanted.service.speaks_socket_io() => refuse(why::BAD_TOKEN),
        Err(Error::OriginNotAllowed | Error::UserSuspended) => Ok(deny(arn)),
        Err(Error::Unauthenticated | Error::TokenExpired | Error::NotVerified) => refuse(why::BAD_TOKEN),
        Err(error) => Err(failed("authorizer", &error)),
    }
}

fn allow(arn: &str, visitor: &Visitor, wanted: Option<&Wanted<'_>>) -> Value {
    let mut context = json!({
        context::APP: visitor.app.as_str(),
        context::USER: visitor.user.to_string(),
        context::DIALECT: wanted.map_or(NATIVE, |wanted| wanted.service.name()),
        context::EXPIRES: visitor.expires.millis().to_string(),
    });
    if let Some(room) = wanted.and_then(|wanted| wanted.room) {
        context[context::ROOM] = json!(room);
    }
    let quotas = [
        (context::USER_QUOTA, visitor.quotas.user),
        (context::APP_QUOTA, visitor.quotas.app),
    ];
    for (name, quota) in quotas {
        if let Some(quota) = quota {
            context[name] = json!(quota.to_string());
        }
    }
    json!({
        "principalId": visitor.user.to_string(),
        "policyDocument": policy("Allow", arn),
        "context": context,
    })
}

/// Lets somebody in who is nobody, to be told why.
fn admit(arn: &str, service: Service, why: &str) -> Value {
    let context = json!({ context::DIALECT: service.name(), context::REFUSED: why });
    json!({ "principalId": "nobody", "policyDocument": policy("Allow", arn), "context": context })
}

fn refused() -> InvokeError {
    metric::REFUSALS.add(1);
    InvokeError::Unauthorized
}

fn deny(arn: &str) -> Value {
    metric::REFUSALS.add(1);
    json!({ "principalId": "nobody", "policyDocument": policy("Deny", arn) })
}

fn policy(effect: &str, arn: &str) -> Value {
    let statement = json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": arn });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

#[cfg(test)]
mod tests {
    use super::foreign_origin;

    #[test]
    fn only_the_very_host_is_the_own_one() {
        let host = Some("chat.example:8080");
        assert_eq!(foreign_origin(None, host), None);
        assert_eq!(foreign_origin(Some("http://chat.example:8080"), host), None);
        for foreign in [
            "http://chat.example",
            "http://chat.example:8080.evil.example",
            "null",
            "http://evil-chat.example:8080",
            "file://chat.example:8080",
        ] {
            assert_eq!(foreign_origin(Some(foreign), host), Some(foreign));
        }
        assert_eq!(foreign_origin(Some("http://a"), None), Some("http://a"));
    }
}
