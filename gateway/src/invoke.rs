//! Calling functions: the trait of an invoker, and what API Gateway adds around it (a time limit, failures as values).
//!
//! Every invocation is a task of its own: a panic ends that task only, and at the limit its future is dropped where it
//! stands, as Lambda freezes a function. Nothing of it runs after the reply.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parlour_service::push::BoxFuture;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// API Gateway's integration timeout.
pub const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(29);

/// Calls functions by name. The error is the `errorMessage` of an unhandled failure.
pub trait Invoke: Send + Sync + Debug {
    /// Calls `function` with an event; the future owns what it needs.
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>>;
}

/// Why an invocation has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function failed with this message.
    Unhandled(String),
    /// It panicked.
    Panicked,
    /// It took longer than the limit.
    TimedOut,
}

/// Calls functions under a time limit.
#[derive(Debug, Clone)]
pub struct Invoker {
    functions: Arc<dyn Invoke>,
    limit: Duration,
}

impl Invoker {
    /// Over these functions, with API Gateway's limit.
    #[must_use]
    pub fn new(functions: Arc<dyn Invoke>) -> Self {
        Self {
            functions,
            limit: INTEGRATION_TIMEOUT,
        }
    }

    /// The same functions under another limit.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self {
            functions: Arc::clone(&self.functions),
            limit,
        }
    }

    /// Calls `function` with an event.
    ///
    /// # Errors
    /// A [`Failure`]; it is logged here, without the event.
    pub async fn call(&self, function: &'static str, payload: Bytes) -> Result<Bytes, Failure> {
        let mut task = Task(tokio::spawn(self.functions.invoke(function, payload)));
        let failure = match timeout(self.limit, &mut task.0).await {
            Ok(Ok(Ok(answer))) => return Ok(answer),
            Ok(Ok(Err(message))) => Failure::Unhandled(message),
            Ok(Err(_)) => Failure::Panicked,
            Err(_) => Failure::TimedOut,
        };
        match &failure {
            // A refused credential is everyday life, not a fault.
            Failure::Unhandled(message) if message == "Unauthorized" => tracing::debug!(function, "unauthorized"),
            Failure::Unhandled(message) => tracing::error!(function, message, "the function failed"),
            Failure::Panicked => tracing::error!(function, "the function panicked"),
            Failure::TimedOut => tracing::error!(function, "the function took too long"),
        }
        Err(failure)
    }
}

/// Aborts the task when the caller loses interest.
struct Task(JoinHandle<Result<Bytes, String>>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Functions {
        dropped: Arc<AtomicBool>,
    }

    struct Flag(Arc<AtomicBool>);

    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    impl Invoke for Functions {
        fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
            let flag = Flag(Arc::clone(&self.dropped));
            Box::pin(async move {
                match function {
                    "echo" => Ok(payload),
                    "fail" => Err("no such table".to_owned()),
                    "hang" => {
                        let _flag = flag;
                        pending().await
                    }
                    _ => panic!("a bug"),
                }
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_answers_or_says_why_not() {
        let functions = Functions::default();
        let dropped = Arc::clone(&functions.dropped);
        let invoker = Invoker::new(Arc::new(functions));
        assert_eq!(
            invoker.call("echo", Bytes::from_static(b"{}")).await,
            Ok(Bytes::from_static(b"{}"))
        );
        assert_eq!(
            invoker.call("fail", Bytes::new()).await,
            Err(Failure::Unhandled("no such table".to_owned()))
        );
        assert_eq!(invoker.call("panic", Bytes::new()).await, Err(Failure::Panicked));
        dropped.store(false, Ordering::SeqCst);
        assert_eq!(invoker.call("hang", Bytes::new()).await, Err(Failure::TimedOut));
        tokio::task::yield_now().await;
        assert!(dropped.load(Ordering::SeqCst), "nothing of it is left");
    }

    /// Leaves work behind as a careless handler would: begun beside the answer, not waited for to the end.
    #[derive(Debug, Default)]
    struct Careless {
        begun: Arc<AtomicBool>,
        ended: Arc<AtomicBool>,
    }

    impl Invoke for Careless {
        fn invoke(&self, _: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
            let (begun, ended) = (Arc::clone(&self.begun), Arc::clone(&self.ended));
            Box::pin(async move {
                let mut left = Box::pin(async move {
                    begun.store(true, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    ended.store(true, Ordering::SeqCst);
                });
                tokio::select! {
                    biased;
                    () = &mut left => {}
                    () = tokio::task::yield_now() => {}
                }
                Ok(payload)
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_running_at_the_answer_does_not_happen() {
        let functions = Careless::default();
        let (begun, ended) = (Arc::clone(&functions.begun), Arc::clone(&functions.ended));
        let answer = Invoker::new(Arc::new(functions))
            .call("any", Bytes::from_static(b"{}"))
            .await;
        assert_eq!(answer, Ok(Bytes::from_static(b"{}")));
        assert!(begun.load(Ordering::SeqCst));
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(
            !ended.load(Ordering::SeqCst),
            "its future was dropped with the invocation"
        );
    }
}
