//! The calls that wait for the driver, and the connector that makes them wait.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use tokio::sync::oneshot;

use crate::call;

type Answer = Result<HttpResponse, ConnectorError>;

/// A call by its actor and its number among the actor's calls, from 1.
pub(super) type CallId = (usize, u64);

/// A call that has not been applied.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) operation: String,
    request: HttpRequest,
    inner: SharedHttpConnector,
    /// `None` once the answer is lost.
    reply: Option<oneshot::Sender<Answer>>,
}

impl Pending {
    /// Whether the actor has given up waiting.
    fn is_abandoned(&self) -> bool {
        self.reply.as_ref().is_some_and(oneshot::Sender::is_closed)
    }

    /// Whether the actor waits for it.
    pub(super) fn is_open(&self) -> bool {
        self.reply.is_some()
    }

    /// Applies the call and hands the answer on, if anyone waits for it.
    pub(super) async fn deliver(self) {
        let answer = self.inner.call(self.request).await;
        if let Some(reply) = self.reply {
            let _ = reply.send(answer);
        }
    }

    /// Applies the call and loses the answer.
    pub(super) async fn apply_and_lose(mut self) {
        let reply = self.reply.take();
        self.deliver().await;
        lose(reply);
    }
}

fn lose(reply: Option<oneshot::Sender<Answer>>) {
    if let Some(reply) = reply {
        let _ = reply.send(Err(ConnectorError::io(
            "the connection was reset before the answer arrived".into(),
        )));
    }
}

#[derive(Debug, Default)]
struct State {
    pending: BTreeMap<CallId, Pending>,
    made: BTreeMap<usize, u64>,
}

/// All calls of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    state: Arc<Mutex<State>>,
}

impl Calls {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the actor waits for a call.
    pub(super) fn has_open(&self, actor: usize) -> bool {
        let state = self.state();
        let mut own = state.pending.range((actor, 0)..=(actor, u64::MAX));
        own.any(|(_, call)| call.is_open() && !call.is_abandoned())
    }

    /// The calls not applied yet, in a fixed order, and whether each is open.
    pub(super) fn list(&self) -> Vec<(CallId, String, bool)> {
        let mut state = self.state();
        state.pending.retain(|_, call| !call.is_abandoned());
        state
            .pending
            .iter()
            .map(|(id, call)| (*id, call.operation.clone(), call.is_open()))
            .collect()
    }

    pub(super) fn take(&self, id: CallId) -> Option<Pending> {
        self.state().pending.remove(&id)
    }

    /// Loses the answer of a call whose request stays under way.
    pub(super) fn delay(&self, id: CallId) {
        let reply = self.state().pending.get_mut(&id).and_then(|call| call.reply.take());
        lose(reply);
    }

    fn add(&self, actor: usize, pending: Pending) {
        let mut state = self.state();
        let number = state.made.entry(actor).or_default();
        *number += 1;
        let id = (actor, *number);
        state.pending.insert(id, pending);
    }
}

/// The connector of one actor.
#[derive(Debug)]
pub(super) struct ScheduledConnector {
    calls: Calls,
    actor: usize,
    inner: SharedHttpConnector,
}

impl ScheduledConnector {
    pub(super) fn new(calls: Calls, actor: usize, inner: SharedHttpConnector) -> Self {
        Self { calls, actor, inner }
    }
}

impl HttpConnector for ScheduledConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = call::operation(&request).unwrap_or_default().to_owned();
        let (reply, answer) = oneshot::channel();
        self.calls.add(
            self.actor,
            Pending {
                operation,
                request,
                inner: self.inner.clone(),
                reply: Some(reply),
            },
        );
        HttpConnectorFuture::new(async move {
            answer
                .await
                .unwrap_or_else(|_| Err(ConnectorError::io("the run has ended".into())))
        })
    }
}
