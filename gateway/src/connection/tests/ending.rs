//! How connections end: closes, pings, silence, life, drain.

use super::*;

#[test]
fn what_ends_a_connection() {
    let close = |code, reason| vec![Command::Close { code, reason }, disconnect(code, reason)];
    let hang_up = |code, reason| vec![Command::HangUp, disconnect(code, reason)];
    for (input, commands) in [
        (Input::Violated(Violation::TooBig), close(1009, "Message too big")),
        (
            Input::Violated(Violation::NotUtf8),
            close(1007, "Invalid frame payload data"),
        ),
        (Input::Violated(Violation::Protocol), close(1002, "Protocol error")),
        (Input::Binary, close(1003, "Binary frames are not supported")),
        (Input::Delete, close(1000, "Connection Closed Normally")),
        (Input::Drain, close(1001, "Going away")),
        (
            Input::PeerClosed { frame: None },
            hang_up(1005, "Client-side close frame status not set"),
        ),
        (
            Input::PeerClosed {
                frame: Some((4000, "bye".to_owned())),
            },
            hang_up(4000, "bye"),
        ),
        (Input::Lost, hang_up(1006, "Connection Closed Abnormally")),
    ] {
        let mut connection = open_with(Rules::kind());
        assert_eq!(connection.handle(at(1), input), commands);
        assert!(connection.is_over());
        for late in [
            Input::Post("late".into()),
            text(ID),
            Input::Delete,
            Input::Tick,
            Input::Lost,
        ] {
            assert_eq!(connection.handle(at(2), late), []);
        }
    }
}

#[test]
fn in_order_disconnect_waits_for_the_frame_in_flight_and_drops_the_backlog() {
    let mut connection = open_with(Rules::kind());
    connection.handle(at(1), text(ID));
    connection.handle(at(1), text(ID));
    assert_eq!(connection.handle(at(1), Input::Lost), [Command::HangUp]);
    assert!(!connection.is_over());
    assert_eq!(
        connection.handle(at(2), replied(1, "to nobody")),
        [disconnect(1006, ABNORMAL)]
    );
    assert!(connection.is_over());
}

#[test]
fn like_aws_disconnect_does_not_wait() {
    let mut connection = open_with(Rules::like_aws());
    connection.handle(at(1), text(ID));
    assert_eq!(
        connection.handle(at(1), Input::Lost),
        [Command::HangUp, disconnect(1006, ABNORMAL)]
    );
}

#[test]
fn two_unanswered_pings_are_the_end() {
    let mut connection = open_with(Rules::kind());
    assert_eq!(connection.wake_at(), Some(at(25)));
    assert_eq!(connection.handle(at(24), Input::Tick), []);
    assert_eq!(connection.handle(at(25), Input::Tick), [Command::Ping]);
    assert_eq!(connection.handle(at(26), Input::PongReceived), []);
    assert_eq!(connection.handle(at(50), Input::Tick), [Command::Ping]);
    assert_eq!(connection.handle(at(75), Input::Tick), [Command::Ping]);
    assert_eq!(
        connection.handle(at(100), Input::Tick),
        [
            Command::Close {
                code: 1001,
                reason: GOING_AWAY
            },
            disconnect(1006, ABNORMAL)
        ]
    );
}

#[test]
fn a_kind_connection_that_answers_pings_lives_on() {
    let mut connection = open_with(Rules::kind());
    for minute in 1..=600 {
        assert_eq!(connection.handle(at(minute * 60), Input::Tick), [Command::Ping]);
        connection.handle(at(minute * 60), Input::PongReceived);
    }
    assert!(connection.is_open());
}

#[test]
fn no_pong_is_expected_while_the_socket_is_not_read() {
    let mut connection = open_with(Rules {
        backlog: 1,
        ..Rules::kind()
    });
    connection.handle(at(0), text(ID));
    connection.handle(at(0), text(ID));
    assert!(!connection.wants_frames());
    for tick in 1..10 {
        assert_eq!(connection.handle(at(tick * 25), Input::Tick), []);
    }
    assert!(connection.is_open());
}

#[test]
fn like_aws_ten_minutes_of_silence_close() {
    let going_away = [
        Command::Close {
            code: 1001,
            reason: GOING_AWAY,
        },
        disconnect(1001, GOING_AWAY),
    ];
    let mut connection = open_with(Rules::like_aws());
    assert_eq!(connection.wake_at(), Some(at(600)));
    assert_eq!(
        connection.handle(at(599), Input::Post("still there?".into())),
        [send("still there?")]
    );
    assert_eq!(connection.handle(at(600), Input::Tick), []);
    assert_eq!(connection.wake_at(), Some(at(1199)));
    assert_eq!(connection.handle(at(1199), Input::Tick), going_away);
}

#[test]
fn like_aws_a_life_is_two_hours() {
    let going_away = [
        Command::Close {
            code: 1001,
            reason: GOING_AWAY,
        },
        disconnect(1001, GOING_AWAY),
    ];
    let mut connection = open_with(Rules::like_aws());
    for minute in 1..120 {
        connection.handle(at(minute * 60), Input::PingReceived);
        assert_eq!(connection.handle(at(minute * 60), Input::Tick), []);
    }
    assert_eq!(connection.handle(at(7200), Input::Tick), going_away);
}

#[test]
fn a_drain_finishes_what_was_taken_and_takes_nothing_new() {
    let mut connection = open_with(Rules::kind());
    connection.handle(at(1), text(ID));
    connection.handle(at(1), text(ID));
    assert_eq!(connection.handle(at(1), Input::Drain), []);
    assert!(!connection.wants_frames());
    assert_eq!(connection.handle(at(1), text(ID)), []);
    assert_eq!(invoked(&connection.handle(at(2), replied(1, "one"))), [(2, "ping")]);
    assert_eq!(
        connection.handle(at(3), replied(2, "two")),
        [
            send("two"),
            Command::Close {
                code: 1001,
                reason: GOING_AWAY
            },
            disconnect(1001, GOING_AWAY)
        ]
    );
}

#[test]
fn a_drain_does_not_wait_for_ever() {
    let mut connection = open_with(Rules::kind());
    connection.handle(at(1), text(ID));
    connection.handle(at(1), Input::Drain);
    assert_eq!(connection.wake_at(), Some(at(11)));
    assert_eq!(
        connection.handle(at(11), Input::Tick),
        [Command::Close {
            code: 1001,
            reason: GOING_AWAY
        }]
    );
    assert_eq!(
        connection.handle(at(12), replied(1, "late")),
        [disconnect(1001, GOING_AWAY)]
    );
}
