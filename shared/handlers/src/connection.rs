//! `$connect`, what comes after it, and `$disconnect`.

use bytes::Bytes;
use parlour_domain::Moment;
use parlour_domain::dialect::Service;
use parlour_service::{Error, Parlour, connect as connections, connected, metric};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::dialect::{self, Refusal, socket_io};
use crate::event::{Arrived, WsEvent};
use crate::wire::{failed, fault};

/// The query parameter that asks for a `hello`.
const HELLO: &str = "hello";

/// The subprotocol that is spoken; a client that offers it wants it named back.
const PROTOCOL: &str = "parlour.v1";

/// Keeps the connection. Nothing may be posted to it from here: API Gateway answers 410 until this has returned.
pub(crate) async fn connect(parlour: &Parlour, moment: &mut Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event = match WsEvent::parse(payload)? {
        Arrived::Known(event) => event,
        Arrived::Refused(_) => {
            greet_later(parlour, payload).await?;
            metric::REFUSALS.add(1);
            return Ok(json!({ "statusCode": 200 }));
        }
    };
    let spoken = event.session.dialect;
    if let Some(service) = spoken.filter(|service| !service.speaks_socket_io()) {
        return of_dialect(parlour, moment, (&event, payload), service).await;
    }
    let wants_greeting =
        spoken.is_some() || matches!(event.request.query_string_parameters.first(HELLO), Some("1" | "true"));
    let greeted = async {
        if wants_greeting {
            greet_later(parlour, payload).await
        } else {
            Ok(())
        }
    };
    let (kept, greeted) = tokio::join!(connections::connect(parlour, &event.session, moment.now), greeted);
    // Without it the client would wait; refused, it comes again.
    greeted?;
    match kept {
        Ok(()) => {}
        Err(Error::TokenExpired) => {
            metric::REFUSALS.add(1);
            return Ok(json!({ "statusCode": 401 }));
        }
        Err(error) => return Err(failed("connect", &error)),
    }
    let offered = event
        .request
        .headers
        .get("sec-websocket-protocol")
        .and_then(|value| value.to_str().ok());
    let spoken = offered
        .unwrap_or_default()
        .split(',')
        .any(|protocol| protocol.trim() == PROTOCOL);
    Ok(if spoken {
        json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": PROTOCOL } })
    } else {
        json!({ "statusCode": 200 })
    })
}

/// Has `connected` say what the connection hears first.
async fn greet_later(parlour: &Parlour, payload: &[u8]) -> Result<(), InvokeError> {
    let called = parlour.calls.call_later("connected", Bytes::copy_from_slice(payload));
    called.await.map_err(|error| fault("connect", &error))
}

/// The same for a client of another service.
async fn of_dialect(
    parlour: &Parlour,
    moment: &mut Moment,
    (event, payload): (&WsEvent, &[u8]),
    service: Service,
) -> Result<Value, InvokeError> {
    match dialect::connect(parlour, moment, event, service).await {
        Ok(()) => Ok(json!({ "statusCode": 200 })),
        Err(Refusal::Status(status)) => {
            metric::REFUSALS.add(1);
            if parlour.settings.tells_refusals && dialect::tells_refusals(service) {
                greet_later(parlour, payload).await?;
                return Ok(json!({ "statusCode": 200 }));
            }
            Ok(json!({ "statusCode": status }))
        }
        Err(Refusal::Failed(error)) => Err(failed("connect", &error)),
    }
}

/// Says what the connection hears first: called asynchronously with the event of `$connect`.
pub(crate) async fn connected(parlour: &Parlour, moment: &Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event = match WsEvent::parse(payload)? {
        Arrived::Known(event) => event,
        Arrived::Refused(refused) => {
            socket_io::refuse(parlour, &refused).await;
            return Ok(Value::Null);
        }
    };
    let pushed = match event.session.dialect {
        Some(service) if service.speaks_socket_io() => socket_io::open(parlour, &event.session.connection).await,
        Some(_) => dialect::refuse(parlour, moment, &event).await,
        None => connected::connected(parlour, &event.session).await,
    };
    tracing::debug!(request_id = %event.request_id, ?pushed, "hello");
    Ok(Value::Null)
}

/// Forgets the connection. API Gateway sends this event as best it can; `sweep` does the same when it never comes.
pub(crate) async fn disconnect(parlour: &Parlour, moment: &Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let Arrived::Known(event) = WsEvent::parse(payload)? else {
        // It was never kept.
        return Ok(json!({ "statusCode": 200 }));
    };
    let session = &event.session;
    connections::disconnect(parlour, &session.app, session.user, &session.connection, moment.now)
        .await
        .map_err(|error| failed("disconnect", &error))?;
    Ok(json!({ "statusCode": 200 }))
}
