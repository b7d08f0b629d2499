//! A layer over a connector that counts writes and kills: after a chosen call nothing is answered any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;
use tokio::sync::Notify;

/// When everything ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kill {
    /// When the n-th call from now, of any kind, is to be made.
    BeforeCall(u64),
    /// When the n-th call from now has been applied, and before it is answered.
    AfterCall(u64),
    /// When the n-th page from now has been noted.
    AfterPage(u64),
}

/// The counts and the switch. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tap {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    kill: Option<Kill>,
    is_dead: bool,
    /// Told when it is dead and the calls under way have been applied.
    ended: Arc<Notify>,
    /// Calls that the engine has not answered yet.
    under_way: u32,
    /// Writes of a row's place that were applied, by partition.
    placed: HashMap<String, u32>,
}

impl Tap {
    pub(crate) fn over(&self, inner: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(Tapped {
            inner,
            tap: self.clone(),
        })
    }

    /// Runs `work` until it ends or is killed; `None` if it was killed. What was under way is applied, and not answered.
    pub(crate) async fn until<T>(&self, kill: Kill, work: impl Future<Output = T>) -> Option<T> {
        let ended = Arc::new(Notify::new());
        {
            let mut state = self.state.lock().unwrap();
            (state.kill, state.is_dead, state.ended) = (Some(kill), false, Arc::clone(&ended));
        }
        let result = tokio::select! {
            result = work => Some(result),
            () = ended.notified() => None,
        };
        let mut state = self.state.lock().unwrap();
        (state.kill, state.is_dead) = (None, false);
        result
    }

    /// How often each room was given a place, by partition.
    pub(crate) fn placed(&self) -> HashMap<String, u32> {
        self.state.lock().unwrap().placed.clone()
    }

    /// Counts a call down, if it is meant; whether everything has ended.
    fn step(&self, meant: impl Fn(Kill) -> bool) -> bool {
        let mut state = self.state.lock().unwrap();
        if let Some(kill) = state.kill.as_mut()
            && meant(*kill)
        {
            let (Kill::BeforeCall(left) | Kill::AfterCall(left) | Kill::AfterPage(left)) = kill;
            *left = left.saturating_sub(1);
            state.is_dead = *left == 0;
        }
        state.is_dead
    }

    fn note(&self, call: &Value) {
        if is_placing(call) {
            let room = call["Key"]["pk"]["S"].as_str().unwrap().to_owned();
            *self.state.lock().unwrap().placed.entry(room).or_default() += 1;
        }
    }

    /// Begins a call, or ends everything.
    async fn begin(&self) {
        if self.step(|kill| matches!(kill, Kill::BeforeCall(_))) {
            self.end().await;
        }
        self.state.lock().unwrap().under_way += 1;
    }

    async fn end(&self) {
        {
            let state = self.state.lock().unwrap();
            if state.under_way == 0 {
                state.ended.notify_one();
            }
        }
        std::future::pending().await
    }
}

fn is_placing(call: &Value) -> bool {
    call["UpdateExpression"] == "SET ik = :rooms, iv = :place"
}

fn is_noting(call: &Value) -> bool {
    call["UpdateExpression"]
        .as_str()
        .is_some_and(|update| update.contains("ADD notes"))
}

#[derive(Debug)]
struct Tapped {
    inner: SharedHttpConnector,
    tap: Tap,
}

impl HttpConnector for Tapped {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let (inner, tap) = (self.inner.clone(), self.tap.clone());
        HttpConnectorFuture::new(async move {
            tap.begin().await;
            let response = inner.call(request).await;
            tap.state.lock().unwrap().under_way -= 1;
            if response.as_ref().is_ok_and(|response| response.status().is_success()) {
                tap.note(&body);
            }
            let ends = |kill| match kill {
                Kill::BeforeCall(_) => false,
                Kill::AfterCall(_) => true,
                Kill::AfterPage(_) => is_noting(&body),
            };
            if tap.step(ends) {
                tap.end().await;
            }
            response
        })
    }
}
