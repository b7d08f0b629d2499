//! The end of an invocation after so many calls, whatever they go to: its future is dropped there, as Lambda freezes it.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use parlour_service::push::BoxFuture;

/// What becomes of the call at which an invocation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// It is never done.
    Undone,
    /// It is done, and the answer never comes.
    Done,
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    Through,
    /// Done, but not answered.
    Unanswered,
    Never,
}

/// Where the next invocation ends. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cut {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// So many calls more are let through; `None`: all.
    left: Option<(usize, Last)>,
    reached: bool,
}

impl Cut {
    /// Runs `work` until it has made `calls` calls and begins the next; `None`: it ended there.
    pub(crate) async fn after<T>(&self, calls: usize, last: Last, work: impl Future<Output = T>) -> Option<T> {
        *self.state() = State {
            left: Some((calls, last)),
            reached: false,
        };
        let mut work = pin!(work);
        let answer = std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if self.state().reached => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        *self.state() = State::default();
        answer
    }

    /// A call begins.
    pub(crate) fn begin(&self) -> Pass {
        let mut state = self.state();
        let state = &mut *state;
        let pass = match &mut state.left {
            None => Pass::Through,
            Some((0, Last::Done)) if !state.reached => Pass::Unanswered,
            Some((0, _)) => Pass::Never,
            Some((left, _)) => {
                *left -= 1;
                Pass::Through
            }
        };
        state.reached |= pass != Pass::Through;
        pass
    }

    /// A call that is not to the tables: what `done` answers, if it is done and the answer comes.
    pub(crate) fn answer<'a, T: Send + 'a>(&'a self, done: impl FnOnce() -> T + Send + 'a) -> BoxFuture<'a, T> {
        Box::pin(async move {
            let pass = self.begin();
            let answer = (pass != Pass::Never).then(done);
            match (pass, answer) {
                (Pass::Through, Some(answer)) => answer,
                _ => std::future::pending().await,
            }
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// A connector to `inner` on which invocations end.
#[derive(Debug)]
pub(crate) struct Cutting {
    pub(crate) inner: SharedHttpConnector,
    pub(crate) cut: Cut,
}

impl HttpConnector for Cutting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, cut) = (self.inner.clone(), self.cut.clone());
        HttpConnectorFuture::new(async move {
            match cut.begin() {
                Pass::Through => inner.call(request).await,
                Pass::Unanswered => {
                    inner.call(request).await?;
                    std::future::pending().await
                }
                Pass::Never => std::future::pending().await,
            }
        })
    }
}
