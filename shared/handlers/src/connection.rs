//! `$connect` and `$disconnect`.

use parlour_domain::Moment;
use parlour_service::{Error, Parlour, connect as connections};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::event::WsEvent;
use crate::wire::fault;

/// The subprotocol that is spoken; a client that offers it wants it named back.
const PROTOCOL: &str = "parlour.v1";

/// Keeps the connection. Nothing may be posted to it from here: API Gateway answers 410 until this has returned.
pub(crate) async fn connect(parlour: &Parlour, moment: &Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event = WsEvent::parse(payload)?;
    match connections::connect(parlour, &event.session, moment.now).await {
        Ok(()) => {}
        Err(Error::TokenExpired) => return Ok(json!({ "statusCode": 401 })),
        Err(error) => return Err(fault("connect", &error)),
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

/// Forgets the connection. API Gateway sends this event as best it can; `sweep` does the same when it never comes.
pub(crate) async fn disconnect(parlour: &Parlour, payload: &[u8]) -> Result<Value, InvokeError> {
    let session = WsEvent::parse(payload)?.session;
    connections::disconnect(parlour, &session.app, session.user, &session.connection)
        .await
        .map_err(|error| fault("disconnect", &error))?;
    Ok(json!({ "statusCode": 200 }))
}
