//! When a delivery is tried, and what becomes of it.

use super::*;
use crate::{AppId, Entropy, Moment, RoomNumber, Seq};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(seconds)
}

fn delivery() -> Delivery {
    let mut moment = Moment {
        now: at(100),
        entropy: Entropy::from_seed([7; 32]),
    };
    let app = AppId::parse("tenant").unwrap();
    let event = MessageId::new(&app, RoomNumber::new(1).unwrap(), Seq::FIRST);
    let id = DeliveryId { at: at(99), event };
    Delivery::new(id, WebhookId::generate(&mut moment), EventKind::RoomCreated, at(100))
}

#[test]
fn an_id_is_read_as_it_is_written_and_nothing_else_is() {
    let id = delivery().id;
    assert_eq!(DeliveryId::parse(&id.to_string()), Ok(id));
    let text = id.to_string();
    for wrong in [
        "",
        ".",
        &text[1..],
        &format!("0{text}"),
        &text.replace('.', ":"),
        &text.to_uppercase(),
    ] {
        assert_eq!(DeliveryId::parse(wrong), Err(NotADeliveryId), "{wrong}");
    }
    let later = DeliveryId { at: at(1_000), ..id };
    assert!(later.to_string() > text);
}

#[test]
fn a_success_ends_it() {
    for status in [200, 204, 299] {
        let after = delivery().tried(Outcome::Answered(status), at(101), 0);
        assert_eq!((after.status, after.due), (DeliveryStatus::Delivered, None));
        assert_eq!((after.answer, after.failure, after.tries), (Some(status), None, 1));
    }
}

#[test]
fn failures_are_tried_for_about_a_day_with_growing_pauses_and_then_no_more() {
    let (mut delivery, mut now, mut pauses) = (delivery(), at(100), Vec::new());
    for outcome in std::iter::repeat([
        Outcome::Answered(500),
        Outcome::Answered(301),
        Outcome::Failed(Failure::TimedOut),
    ])
    .flatten()
    {
        delivery = delivery.tried(outcome, now, u64::MAX);
        let Some(due) = delivery.due else { break };
        assert_eq!(delivery.status, DeliveryStatus::Pending);
        pauses.push(due.millis() - now.millis());
        now = due;
    }
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    assert_eq!((delivery.tries, pauses.len()), (10, 9));
    assert!(pauses.is_sorted(), "{pauses:?}");
    for (pause, least) in pauses.iter().zip(PAUSES) {
        assert!((least * 1_000..least * 1_200).contains(pause), "{pause} for {least} s");
    }

    let again = delivery.replayed(now);
    assert_eq!(
        (again.status, again.due, again.tries),
        (DeliveryStatus::Pending, Some(now), 10)
    );
    let again = again.tried(Outcome::Answered(503), now, 0);
    assert_eq!(again.due, Some(now.plus_seconds(5)), "all pauses come again");
}

#[test]
fn who_wants_nothing_more_is_not_asked_again() {
    for outcome in [
        Outcome::Answered(410),
        Outcome::Failed(Failure::Disabled),
        Outcome::Failed(Failure::Gone),
    ] {
        let after = delivery().tried(outcome, at(101), 0);
        assert_eq!((after.status, after.due), (DeliveryStatus::Dead, None), "{outcome:?}");
    }
}

#[test]
fn what_is_put_off_was_not_tried() {
    let after = delivery().put_off(at(105), at(101));
    assert_eq!(
        (after.status, after.due, after.tries),
        (DeliveryStatus::Pending, Some(at(105)), 0)
    );
    assert_eq!(after.notes, 1);
}

#[test]
fn that_a_message_is_unseen_is_another_event_than_the_message() {
    let delivery = delivery();
    assert_eq!(delivery.event_id(), delivery.id.event.to_string());
    let mut moment = Moment {
        now: at(130),
        entropy: Entropy::from_seed([8; 32]),
    };
    let users = vec![UserId::generate(&mut moment)];
    let unseen = Delivery::unseen(delivery.id, delivery.webhook, users.clone(), at(130));
    assert_eq!(unseen.event_id(), format!("{}-99000", delivery.id.event));
    assert_eq!((unseen.kind, &unseen.users), (EventKind::MessageUnseen, &users));
    let tried = unseen.tried(Outcome::Answered(200), at(131), 0);
    assert_eq!((tried.event_id(), tried.users), (unseen.event_id(), users));
}
