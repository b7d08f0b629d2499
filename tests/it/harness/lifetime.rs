//! Credentials that end during a test: soon, but after what comes before, however slow the server is.

use serde_json::json;

use super::{Handshake, Person, Socket, Tenants};

/// How long they live, in seconds: the first that is long enough for what comes before.
const LIFETIMES: [i64; 4] = [2, 5, 10, 20];

/// What is made with a credential of the first lifetime that is long enough for it.
pub(crate) async fn for_a_while<T>(attempt: impl AsyncFn(i64) -> Option<T>) -> T {
    for lifetime in LIFETIMES {
        if let Some(made) = attempt(lifetime).await {
            return made;
        }
    }
    panic!("it is not done within {LIFETIMES:?} seconds");
}

/// A connection in a room, if its credential lives as long as that takes.
pub(crate) async fn joined(handshake: Handshake, room: &str) -> Option<Socket> {
    let mut socket = handshake.open().await.ok()?;
    let joined = socket.act("join_room", json!({ "room_id": room })).await;
    joined.is_ok().then_some(socket)
}

impl Tenants {
    /// A connection in a room with a token that ends soon, but after the join.
    pub(crate) async fn joined_for_a_while(&self, person: &Person, room: &str) -> Socket {
        for_a_while(async |lifetime| {
            let token = self.token(&self.server.tenant, &person.id, 0, lifetime);
            joined(person.at(&self.server, token).handshake(), room).await
        })
        .await
    }
}
