//! The handshake: the authorizer, `$connect`, the answer.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::Session;
use super::door::Door;
use super::offer::Offer;
use crate::answer;
use crate::connection::{Command, Input};
use crate::event::{self, Upgrade};
use crate::polling::Waiter;
use crate::registry::Entry;

impl Session {
    /// Runs the handshake to its end; an entry if there is a connection now. `answer` is left if its client waits for the first frame.
    pub(super) async fn shake_hands(
        &mut self,
        offer: Offer,
        door: &Door,
        answer: &mut Option<Waiter>,
    ) -> Option<Arc<Entry>> {
        let Offer {
            subprotocols, upgrade, ..
        } = offer;
        let mut entry = None;
        let mut commands = self.handle(Input::Handshake { offered: subprotocols });
        while !commands.is_empty() {
            let mut next = Vec::new();
            for command in commands {
                match command {
                    Command::Authorize => next.extend(self.authorize(&upgrade).await),
                    Command::Connect => next.extend(self.connect(&upgrade).await),
                    Command::Refuse { status } => {
                        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                        if let Some(answer) = answer.take() {
                            // A client that has left needs no answer.
                            let _ = answer.send(door.refusal(status, self.about()));
                        }
                    }
                    Command::Accept { subprotocol } => {
                        // First known, then accepted: a post may follow the 101 at once.
                        entry = Some(self.register());
                        let told = door.accept(answer, subprotocol.as_deref());
                        if !told {
                            next.extend(self.handle(Input::Lost));
                        }
                    }
                    Command::HangUp => self.deregister(),
                    Command::Disconnect { code, reason } => self.disconnect(code, &reason).await,
                    _ => {}
                }
            }
            commands = next;
        }
        entry.filter(|_| self.machine.is_open())
    }

    async fn authorize(&mut self, upgrade: &Upgrade) -> Vec<Command> {
        let payload = event::authorizer(&self.client, upgrade, &self.stamp());
        let (verdict, context) = answer::authorizer(self.hub.invoker.call("authorizer", payload).await);
        self.context = context;
        let mut commands = self.drained();
        commands.extend(self.handle(Input::AuthorizerAnswered(verdict)));
        commands
    }

    async fn connect(&mut self, upgrade: &Upgrade) -> Vec<Command> {
        let payload = event::connect(&self.client, &self.context, upgrade, &self.stamp());
        let connected = answer::connect(self.hub.invoker.call("connect", payload).await);
        let mut commands = self.drained();
        commands.extend(self.handle(Input::ConnectAnswered(connected)));
        commands
    }

    /// The drain may have begun while a function ran.
    fn drained(&mut self) -> Vec<Command> {
        let draining = *self.hub.drain.borrow();
        if draining {
            self.handle(Input::Drain)
        } else {
            Vec::new()
        }
    }

    fn register(&self) -> Arc<Entry> {
        let client = &self.client;
        let entry = Entry::new(client.connected_at, client.source_ip.clone(), client.user_agent.clone());
        let entry = Arc::new(entry);
        self.hub.registry.insert(&client.connection_id, Arc::clone(&entry));
        entry
    }

    /// What a client that is refused is told of its request.
    fn about(&self) -> Value {
        json!({ "connectionId": self.client.connection_id, "requestId": self.stamp().request_id })
    }
}
