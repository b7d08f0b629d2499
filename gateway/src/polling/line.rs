//! A session's end of its requests: what a WebSocket is to another connection.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::exchange::{Exchange, Farewell};
use super::inbox::Inbox;
use super::links::{Opening, Request, Seat, Waiter};
use super::refusal::Refusal;
use crate::connection::{Input, Time, Violation};
use crate::socket::{Broken, WebSocket};

/// How long a session that ends waits for the request that is to be told so.
const FAREWELL: Duration = Duration::from_secs(5);

/// What a request came to.
pub(crate) enum Event {
    /// Something for the connection's rules.
    Input(Input),
    /// Something else: there may be a request to answer.
    Moved,
    /// The client goes on with this, and is to get these frames first.
    Upgraded(Box<WebSocket>, VecDeque<Utf8Bytes>),
}

/// The requests of one session.
pub(crate) struct Line {
    requests: mpsc::Receiver<Request>,
    exchange: Exchange<Waiter>,
    begun: Instant,
    _seat: Seat,
}

impl Line {
    /// A session whose first request waits for the open packet.
    pub(crate) fn new(opening: Opening, first: Waiter) -> Self {
        let Opening { seat, requests } = opening;
        Self {
            requests,
            exchange: Exchange::new(seat.sid.clone(), first, Time::ZERO),
            begun: Instant::now(),
            _seat: seat,
        }
    }

    /// The next thing that happens. May be dropped at any time without losing anything.
    pub(crate) async fn next(&mut self, inbox: &mut Inbox<Waiter>) -> Event {
        let wake_at = self.begun + self.exchange.wake_at();
        tokio::select! {
            request = self.requests.recv() => self.heard(request, inbox),
            () = left(self.exchange.waiter()) => Event::Input(Input::Lost),
            () = sleep_until(wake_at) => self.woken(),
        }
    }

    /// Has a frame to say; [`Self::flush`] says it.
    pub(crate) fn text(&mut self, frame: Utf8Bytes) {
        self.exchange.say(frame);
    }

    /// Wants to hear of the client.
    pub(crate) fn ping(&mut self) {
        self.exchange.nudge(self.now());
    }

    /// Whether there is room for more to say.
    pub(crate) fn has_room(&self) -> bool {
        self.exchange.has_room()
    }

    /// Answers the request that waits, if there is something to be said to it.
    pub(crate) fn flush(&mut self) -> Result<(), Broken> {
        match self.exchange.due(self.now()) {
            Some((waiter, payload)) => tell(waiter, packets(payload)),
            None => Ok(()),
        }
    }

    /// Ends the session: the request that waits is told so, and the rest if it is this side that ends it. The answer is a WebSocket that the
    /// client has gone on to meanwhile, and what it is to hear there.
    pub(crate) async fn close(mut self, closing: bool) -> Option<(Box<WebSocket>, VecDeque<Utf8Bytes>)> {
        // Who does not come for his farewell is left without one.
        let socket = timeout(FAREWELL, self.say_goodbye(closing)).await.ok().flatten()?;
        let (_, unsent) = self.exchange.upgraded();
        Some((socket, unsent))
    }

    async fn say_goodbye(&mut self, closing: bool) -> Option<Box<WebSocket>> {
        loop {
            if let Some((waiter, farewell)) = self.exchange.farewell(closing) {
                let (answer, is_over) = match farewell {
                    Farewell::First(words) => (packets(words), false),
                    Farewell::Last(words) => (packets(words), true),
                    Farewell::Never => (Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE).response(), true),
                };
                let told = tell(waiter, answer);
                if told.is_err() || is_over {
                    return None;
                }
            }
            if !closing {
                return None;
            }
            match self.requests.recv().await? {
                // No other waits: it has just been answered.
                Request::Poll(waiter) => drop(self.exchange.polled(self.now(), waiter)),
                Request::Upgraded(socket) => return Some(socket),
                // It may not know yet that it is over, and is to hear that from what it is told.
                Request::Post(_, waiter) => drop(tell(waiter, taken())),
                // A request that is not answered is told that there is no session.
                _ => {}
            }
        }
    }

    fn heard(&mut self, request: Option<Request>, inbox: &mut Inbox<Waiter>) -> Event {
        let now = self.now();
        match request {
            // Who asks is there, as who answers a ping.
            Some(Request::Poll(waiter)) => match self.exchange.polled(now, waiter) {
                Ok(()) => Event::Input(Input::PongReceived),
                Err(second) => {
                    let _ = tell(second, Refusal::BAD_REQUEST.response());
                    Event::Input(Input::Violated(Violation::Protocol))
                }
            },
            Some(Request::Post(payload, waiter)) => {
                if let Some(left) = inbox.offer(payload, waiter) {
                    let _ = tell(left, Refusal::BAD_REQUEST.response());
                }
                Event::Moved
            }
            Some(Request::Overlap) => Event::Input(Input::Violated(Violation::Protocol)),
            Some(Request::Probed) => {
                self.exchange.probe(now, true);
                Event::Moved
            }
            Some(Request::Unprobed) => {
                self.exchange.probe(now, false);
                Event::Moved
            }
            Some(Request::Upgraded(socket)) => {
                let (waiting, unsent) = self.exchange.upgraded();
                if let Some((waiter, payload)) = waiting {
                    let _ = tell(waiter, packets(payload));
                }
                Event::Upgraded(socket, unsent)
            }
            // The seat keeps one sender alive.
            None => Event::Input(Input::Lost),
        }
    }

    fn woken(&self) -> Event {
        if self.exchange.is_over(self.now()) {
            Event::Input(Input::Lost)
        } else {
            Event::Moved
        }
    }

    fn now(&self) -> Time {
        self.begun.elapsed()
    }
}

/// Until the client of the request that waits has left.
async fn left(waiter: Option<&mut Waiter>) {
    match waiter {
        Some(waiter) => waiter.closed().await,
        None => std::future::pending().await,
    }
}

/// Answers a request, if its client is still there.
pub(crate) fn tell(waiter: Waiter, answer: Response<Body>) -> Result<(), Broken> {
    waiter.send(answer).map_err(|_| Broken)
}

/// The answer to a request whose packets are taken.
pub(crate) fn taken() -> Response<Body> {
    answer("ok".to_owned(), "text/html")
}

fn packets(payload: String) -> Response<Body> {
    answer(payload, "text/plain; charset=UTF-8")
}

fn answer(body: String, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;
