//! `connected`: what a connection hears first. It runs beside the handshake, because nothing can be posted to a connection before
//! `$connect` has answered.

use std::time::Duration;

use bytes::Bytes;
use parlour_domain::limits;
use parlour_protocol::frame;
use parlour_protocol::view::HelloView;
use tokio::time::{sleep, timeout};

use crate::push::{Address, Pushed};
use crate::{Parlour, Session, metric};

/// The pauses between tries: until the handshake is over the connection manager says that the connection is gone.
pub(crate) const PAUSES: [Duration; 8] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
    Duration::from_millis(3_200),
];
/// One post may take this long.
const POST: Duration = Duration::from_secs(2);

/// Says `hello`.
pub async fn connected(parlour: &Parlour, session: &Session) -> Pushed {
    let hello = HelloView {
        connection_id: session.connection.to_string(),
        user_id: session.user.to_string(),
        connected_at: session.connected_at.to_string(),
        expires_at: session.expires.to_string(),
        lease_seconds: limits::CONNECTION_LEASE_SECONDS,
    };
    let address = Address {
        connection: &session.connection,
        endpoint: session.endpoint.as_deref(),
    };
    greet(parlour, address, frame::event("hello", &hello)).await
}

/// Says what a connection hears first. What the last try came to is the result; a client that has left meanwhile is no error.
pub async fn greet(parlour: &Parlour, address: Address<'_>, frame: String) -> Pushed {
    let frame = Bytes::from(frame);
    let post = async || {
        timeout(POST, parlour.push.post(address, frame.clone()))
            .await
            .unwrap_or(Pushed::Failed)
    };
    let mut pushed = post().await;
    for pause in PAUSES {
        if pushed == Pushed::Sent {
            break;
        }
        sleep(pause).await;
        pushed = post().await;
    }
    metric::pushed(pushed);
    pushed
}
