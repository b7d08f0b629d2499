//! How long a connection may take for the head of its next request.
//!
//! Two things are bounded apart: how long nothing comes between two requests, and how long a head takes once it has begun. A proxy
//! sends its requests on connections that it has used before; if these ended sooner here than there, it would now and then send a request
//! into one that is just being closed, and could not send a `POST` again.
//!
//! hyper knows one limit, from the end of the request before, and asks its timer for it when it begins to wait. So it gets a timer
//! that knows the two.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use tokio::sync::Semaphore;
use tokio::time::{self, Instant};

/// How long a client may take to send the head of a request, and for the first byte of its first one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long nothing may come after a request. Proxies keep what they do not use for a minute.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Whether anything came since it was last asked for. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<AtomicBool>);

impl Heard {
    /// Something came.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The timer of one connection. Whatever it is asked for, it is the wait for a head that begins.
#[derive(Debug)]
pub(super) struct HeadTimer {
    heard: Heard,
    /// Those of all connections: where they are scarce, none is kept for who does not use it.
    places: Arc<Semaphore>,
    /// How many of them are scarce.
    few: usize,
    /// There was a request.
    used: AtomicBool,
}

impl HeadTimer {
    pub(super) fn new(heard: Heard, places: Arc<Semaphore>, few: usize) -> Self {
        Self {
            heard,
            places,
            few,
            used: AtomicBool::new(false),
        }
    }

    fn wait(&self) -> Pin<Box<dyn Sleep>> {
        self.heard.0.store(false, Ordering::Relaxed);
        let used = self.used.swap(true, Ordering::Relaxed);
        let keeps = used && self.places.available_permits() > self.few;
        let idle = if keeps { IDLE_TIMEOUT } else { HEAD_TIMEOUT };
        Box::pin(Wait {
            heard: self.heard.clone(),
            begun: false,
            end: Box::pin(time::sleep(idle)),
        })
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Sleep>> {
        self.wait()
    }

    fn sleep_until(&self, _: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        self.wait()
    }
}

/// Ends when the wait has taken too long. It is polled after every piece that came and left the head incomplete.
#[derive(Debug)]
struct Wait {
    heard: Heard,
    begun: bool,
    end: Pin<Box<time::Sleep>>,
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if !this.begun && this.heard.0.load(Ordering::Relaxed) {
            this.begun = true;
            this.end.as_mut().reset(Instant::now() + HEAD_TIMEOUT);
        }
        this.end.as_mut().poll(context)
    }
}

impl Sleep for Wait {}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use http::{Request, Response};
    use hyper::body::Incoming;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::server::patient::Patient;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const SECOND: Duration = Duration::from_secs(1);

    /// The other end of a connection; so many places are left.
    fn connected(places: usize) -> DuplexStream {
        let (ours, theirs) = duplex(4096);
        let heard = Heard::default();
        let timer = HeadTimer::new(heard.clone(), Arc::new(Semaphore::new(places)), 10);
        let stream = TokioIo::new(Patient::new(ours, IDLE_TIMEOUT, heard));
        let service = service_fn(|_: Request<Incoming>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
        tokio::spawn(async move {
            let mut builder = http1::Builder::new();
            builder.timer(timer).header_read_timeout(IDLE_TIMEOUT);
            builder.serve_connection(stream, service).await
        });
        theirs
    }

    async fn answered(client: &mut DuplexStream, request: &[u8]) {
        client.write_all(request).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 200"), "{head:?}");
    }

    /// How long it takes until the connection has ended, in seconds.
    async fn ended(client: &mut DuplexStream) -> u64 {
        let begin = Instant::now();
        client.read_to_end(&mut Vec::new()).await.unwrap();
        begin.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn between_two_requests_nothing_may_come_for_longer_than_a_head_may_take() {
        let mut client = connected(11);
        for _ in 0..3 {
            answered(&mut client, REQUEST).await;
            sleep(IDLE_TIMEOUT - SECOND).await;
        }
        answered(&mut client, REQUEST).await;
        assert_eq!(ended(&mut client).await, IDLE_TIMEOUT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_has_begun_is_not_waited_for_as_long() {
        let mut client = connected(11);
        for _ in 0..2 {
            sleep(HEAD_TIMEOUT - SECOND).await;
            client.write_all(&REQUEST[..5]).await.unwrap();
            sleep(HEAD_TIMEOUT - SECOND).await;
            answered(&mut client, &REQUEST[5..]).await;
        }
        // A byte now and then is no progress.
        let begin = Instant::now();
        while client.write_all(b"x").await.is_ok() {
            sleep(SECOND).await;
        }
        let took = begin.elapsed();
        assert!((HEAD_TIMEOUT..HEAD_TIMEOUT + 2 * SECOND).contains(&took), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_asked_for_anything_or_takes_a_scarce_place_is_not_waited_for_either() {
        assert_eq!(ended(&mut connected(11)).await, HEAD_TIMEOUT.as_secs());
        let mut client = connected(10);
        answered(&mut client, REQUEST).await;
        assert_eq!(ended(&mut client).await, HEAD_TIMEOUT.as_secs());
    }
}
