//! The hook for messages is asked before an append takes its turn.

use std::time::Duration;

use parlour_auth::WebhookSecret;
use parlour_domain::access::Actor;
use parlour_domain::app::AppChange;
use parlour_domain::limits;
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_protocol::request::SendMessage;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{apps, send_message};
use serde_json::{from_value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn a_slow_hook_keeps_nobody_else_from_writing() {
    let mut world = World::new(Behaviour::Take, 0).await;
    world.parlour.trust = Trust::reaching(Reach::Private).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hook = MessageHook {
        url: format!("http://{}/", listener.local_addr().unwrap()),
        secrets: vec![WebhookSecret::generate(&mut moment(4)).expose().to_owned()],
        timeout_ms: limits::HOOK_MILLIS,
        on_failure: OnFailure::Allow,
    };
    let change = AppChange {
        message_hook: Some(Some(hook)),
        ..AppChange::default()
    };
    let app = world.session.app.clone();
    apps::update(&world.parlour, &app, &change).await.unwrap();
    let begin = Instant::now();
    let meanwhile = async {
        let (asking, _) = listener.accept().await.unwrap();
        let message: SendMessage = from_value(json!({ "text_message": "meanwhile" })).unwrap();
        let (backend, message) = (Actor::Backend { app }, message.check().unwrap());
        let mut moment = moment(31);
        let sent = send_message::send_message(&world.parlour, &mut moment, &backend, world.room, message, None).await;
        let waited_for = begin.elapsed() < Duration::from_millis(limits::HOOK_MILLIS);
        // The hook goes away without a word.
        drop(asking);
        (sent.unwrap().value.seq, waited_for)
    };
    let (asked, (meanwhile, waited_for)) = tokio::join!(world.send(30), meanwhile);
    // On a machine that is slower than the hook may be, nobody waits for it any more.
    assert!(meanwhile < asked || !waited_for, "{meanwhile}, {asked}");
}
