//! A session's requests as they arrive, with a clock that stands until somebody waits for it.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::*;
use crate::polling::links::{Link, Links};

/// A session, how it is reached, and what its first request is answered.
struct Scene {
    line: Line,
    link: Arc<Link>,
    inbox: Inbox<Waiter>,
    first: oneshot::Receiver<Response<Body>>,
    links: Arc<Links>,
    sid: String,
}

fn scene() -> Scene {
    let links = Arc::<Links>::default();
    let opening = links.open().unwrap();
    let sid = opening.seat.sid.clone();
    let (waiter, first) = oneshot::channel();
    Scene {
        link: links.get(&sid).unwrap(),
        line: Line::new(opening, waiter),
        inbox: Inbox::new(),
        first,
        links,
        sid,
    }
}

async fn opened() -> Scene {
    let mut scene = scene();
    scene.line.text(r#"0{"sid":"shown","upgrades":[]}"#.into());
    scene.line.flush().unwrap();
    let (_, unused) = oneshot::channel();
    let (status, open) = read(std::mem::replace(&mut scene.first, unused)).await;
    assert_eq!(status, 200);
    assert!(open.contains(&scene.sid), "{open}");
    scene
}

async fn read(answer: oneshot::Receiver<Response<Body>>) -> (u16, String) {
    let (head, body) = answer.await.unwrap().into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    (head.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

impl Scene {
    async fn poll(&self) -> oneshot::Receiver<Response<Body>> {
        let (waiter, answer) = oneshot::channel();
        assert!(self.link.requests.send(Request::Poll(waiter)).await.is_ok());
        answer
    }

    async fn next(&mut self) -> Event {
        self.line.next(&mut self.inbox).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_opens_is_refused() {
    let mut scene = scene();
    let begin = Instant::now();
    assert!(matches!(scene.next().await, Event::Input(Input::Lost)));
    assert_eq!(begin.elapsed().as_secs(), 10);
    assert!(scene.line.close(false).await.is_none());
    let refused = (503, r#"{"code":4,"message":"Service Unavailable"}"#.to_owned());
    assert_eq!(read(scene.first).await, refused);
    assert!(scene.links.get(&scene.sid).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_request_is_let_go_after_25_seconds_and_who_does_not_come_back_is_gone() {
    let mut scene = opened().await;
    let begin = Instant::now();
    let answer = scene.poll().await;
    assert!(matches!(scene.next().await, Event::Input(Input::PongReceived)));
    scene.line.flush().unwrap();
    assert!(matches!(scene.next().await, Event::Moved));
    assert_eq!(begin.elapsed().as_secs(), 25);
    scene.line.flush().unwrap();
    assert_eq!(read(answer).await, (200, "6".to_owned()));
    assert!(matches!(scene.next().await, Event::Input(Input::Lost)));
    assert_eq!(begin.elapsed().as_secs(), 85);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_is_noticed() {
    let mut scene = opened().await;
    let begin = Instant::now();
    drop(scene.poll().await);
    assert!(matches!(scene.next().await, Event::Input(Input::PongReceived)));
    assert!(matches!(scene.next().await, Event::Input(Input::Lost)));
    scene.line.text("42[]".into());
    assert!(scene.line.flush().is_err());
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_farewell_is_kept_for_a_while() {
    let mut scene = opened().await;
    scene.line.text("42[]".into());
    let link = Arc::clone(&scene.link);
    let polled = async || {
        let (waiter, answer) = oneshot::channel();
        assert!(link.requests.send(Request::Poll(waiter)).await.is_ok());
        read(answer).await
    };
    let late = async {
        sleep(FAREWELL / 2).await;
        (polled().await, polled().await)
    };
    let (upgraded, answers) = tokio::join!(scene.line.close(true), late);
    assert!(upgraded.is_none());
    assert_eq!(answers, ((200, "42[]".to_owned()), (200, "1".to_owned())));
    assert!(scene.link.requests.is_closed());

    let scene = opened().await;
    let begin = Instant::now();
    assert!(scene.line.close(true).await.is_none());
    assert_eq!(begin.elapsed().as_secs(), FAREWELL.as_secs());
}
