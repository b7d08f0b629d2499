//! A session's requests by their number, at times of the test's choice.

use super::*;
use crate::connection::MAX_MESSAGE;

const OPEN: &str = r#"0{"sid":"shown","upgrades":[]}"#;
const OPENED: &str = r#"0{"sid":"secret","upgrades":["websocket"]}"#;

fn at(seconds: u64) -> Time {
    Duration::from_secs(seconds)
}

fn millis(millis: u64) -> Time {
    Duration::from_millis(millis)
}

fn opening() -> Exchange<u32> {
    Exchange::new("secret".to_owned(), 0, at(0))
}

/// Opened at second 0, and no request waits.
fn opened() -> Exchange<u32> {
    let mut exchange = opening();
    exchange.say(OPEN.into());
    assert_eq!(exchange.due(at(0)), Some((0, OPENED.to_owned())));
    exchange
}

fn answer(waiter: u32, payload: &str) -> Option<(u32, String)> {
    Some((waiter, payload.to_owned()))
}

fn first(waiter: u32, payload: &str) -> Option<(u32, Farewell)> {
    Some((waiter, Farewell::First(payload.to_owned())))
}

fn last(waiter: u32, payload: &str) -> Option<(u32, Farewell)> {
    Some((waiter, Farewell::Last(payload.to_owned())))
}

#[test]
fn the_first_request_gets_the_open_packet_alone() {
    let mut exchange = opening();
    assert_eq!(exchange.due(at(0)), None);
    exchange.say("42[\"early\"]".into());
    assert_eq!(exchange.due(at(1)), None, "it is not open yet");
    exchange.say(OPEN.into());
    exchange.say("40".into());
    assert_eq!(exchange.due(at(2)), answer(0, OPENED));
    assert_eq!(exchange.due(at(2)), None);
    exchange.polled(at(2), 1).unwrap();
    assert_eq!(exchange.due(at(2)), answer(1, "42[\"early\"]\u{1e}40"));
}

#[test]
fn a_session_that_is_closed_at_once_is_opened_and_told_why() {
    let mut exchange = opening();
    exchange.say(OPEN.into());
    exchange.say("44{}".into());
    assert_eq!(exchange.farewell(true), first(0, OPENED));
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.farewell(true), first(1, "44{}"));
    exchange.polled(at(2), 2).unwrap();
    assert_eq!(exchange.farewell(true), last(2, "1"));
}

#[test]
fn a_session_that_nobody_opens_is_over() {
    let mut exchange = opening();
    exchange.nudge(at(1));
    assert_eq!(exchange.wake_at(), at(10));
    assert!(!exchange.is_over(millis(9_999)));
    assert!(exchange.is_over(at(10)));
    assert_eq!(exchange.due(at(10)), None);
    assert_eq!(exchange.farewell(true), Some((0, Farewell::Never)));
}

#[test]
fn a_request_waits_for_a_frame() {
    let mut exchange = opened();
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.due(at(2)), None);
    exchange.say("42[]".into());
    assert_eq!(exchange.due(at(2)), answer(1, "42[]"));
    exchange.say("43[]".into());
    assert_eq!(exchange.due(at(3)), None, "nobody waits");
    exchange.polled(at(3), 2).unwrap();
    assert_eq!(exchange.due(at(3)), answer(2, "43[]"));
}

#[test]
fn a_request_that_waited_long_enough_is_told_nothing() {
    let mut exchange = opened();
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.wake_at(), at(26));
    assert_eq!(exchange.due(millis(25_999)), None);
    assert!(!exchange.is_over(at(26)));
    assert_eq!(exchange.due(at(26)), answer(1, "6"));
}

#[test]
fn who_does_not_ask_for_a_minute_is_gone() {
    let mut exchange = opened();
    assert_eq!(exchange.wake_at(), at(60));
    assert!(!exchange.is_over(millis(59_999)));
    assert!(exchange.is_over(at(60)));
    exchange.polled(at(59), 1).unwrap();
    assert!(!exchange.is_over(at(60)));
    exchange.say("42[]".into());
    exchange.due(at(70));
    assert!(!exchange.is_over(at(129)));
    assert!(exchange.is_over(at(130)));
}

#[test]
fn two_requests_do_not_wait_at_once() {
    let mut exchange = opened();
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.polled(at(1), 2), Err(2));
    assert_eq!(exchange.farewell(true), last(1, "1"));
}

#[test]
fn a_client_is_asked_whether_it_is_there() {
    let mut exchange = opened();
    exchange.nudge(at(1));
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.due(at(1)), None);
    exchange.nudge(at(2));
    assert_eq!(exchange.wake_at(), at(2));
    assert_eq!(exchange.due(at(2)), answer(1, "6"));
}

#[test]
fn a_client_that_tries_a_websocket_has_its_request_back() {
    let mut exchange = opened();
    exchange.polled(at(1), 1).unwrap();
    exchange.probe(at(2), true);
    assert_eq!(exchange.due(at(2)), answer(1, "6"));
    exchange.polled(at(3), 2).unwrap();
    assert_eq!(exchange.due(at(3)), None);
    assert_eq!(exchange.due(millis(3_100)), answer(2, "6"));
    exchange.probe(at(4), false);
    exchange.polled(at(4), 3).unwrap();
    assert_eq!(exchange.due(at(28)), None);
    assert_eq!(exchange.due(at(29)), answer(3, "6"));
}

#[test]
fn an_upgrade_takes_what_was_not_sent_in_its_order() {
    let mut exchange = opened();
    exchange.probe(at(1), true);
    for frame in ["42[1]", "42[2]"] {
        exchange.say(frame.into());
    }
    let (waiting, unsent) = exchange.upgraded();
    assert_eq!(waiting, None);
    assert_eq!(unsent, ["42[1]", "42[2]"]);

    let mut exchange = opened();
    exchange.polled(at(1), 1).unwrap();
    let (waiting, unsent) = exchange.upgraded();
    assert_eq!((waiting, unsent.len()), (answer(1, "6"), 0));
}

#[test]
fn what_does_not_fit_into_one_answer_comes_with_the_next() {
    let mut exchange = opened();
    let large = "4".repeat(MAX_MESSAGE / 2);
    for _ in 0..3 {
        exchange.say(large.as_str().into());
    }
    assert!(exchange.has_room());
    exchange.say(large.as_str().into());
    assert!(!exchange.has_room());
    for waiter in 1..=4 {
        exchange.polled(at(1), waiter).unwrap();
        assert_eq!(exchange.due(at(1)), Some((waiter, large.clone())));
        assert_eq!(exchange.is_empty(), waiter == 4);
    }
    assert!(exchange.has_room());
    for _ in 0..MAX_FRAMES {
        assert!(exchange.has_room());
        exchange.say("42[]".into());
    }
    assert!(!exchange.has_room());
}

#[test]
fn the_last_words_come_after_all_others() {
    let mut exchange = opened();
    assert_eq!(exchange.farewell(true), None, "nobody waits");
    let large = "4".repeat(MAX_MESSAGE - 1);
    exchange.say(large.as_str().into());
    exchange.say("42[]".into());
    exchange.polled(at(1), 1).unwrap();
    assert_eq!(exchange.farewell(true), first(1, &large));
    exchange.polled(at(1), 2).unwrap();
    assert_eq!(exchange.farewell(true), first(2, "42[]"));
    exchange.polled(at(1), 3).unwrap();
    assert_eq!(exchange.farewell(true), last(3, "1"));

    let mut left = opened();
    left.polled(at(1), 1).unwrap();
    assert_eq!(left.farewell(false), last(1, "6"));
}
