//! What the functions do for clients of Socket.IO: the open packet, and every event back to who emitted it.

use std::sync::Arc;
use std::time::Duration;

use parlour_service::push::Pushed;
use serde_json::Value;

use super::Functions;

/// The open packet, as the function `connected` posts it.
const OPEN: &str = r#"0{"sid":"shown","upgrades":[],"pingInterval":540000,"pingTimeout":120000,"maxPayload":32768}"#;

/// Posts the open packet as soon as there is a connection.
pub(super) fn greet(functions: &Functions, event: &Value) {
    let id = connection(event);
    let registry = Arc::clone(functions.registry.get().unwrap());
    tokio::spawn(async move {
        while registry.post(&id, &OPEN.into()) == Pushed::Gone {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
}

/// Posts an event back; false: it is none.
pub(super) fn echoed(functions: &Functions, event: &Value) -> bool {
    let Some(body) = event["body"].as_str().filter(|body| body.starts_with("42")) else {
        return false;
    };
    let registry = functions.registry.get().unwrap();
    registry.post(&connection(event), &body.to_owned().into());
    true
}

fn connection(event: &Value) -> String {
    event["requestContext"]["connectionId"].as_str().unwrap().to_owned()
}
