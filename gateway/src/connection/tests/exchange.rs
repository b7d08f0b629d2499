//! Frames and their answers: order, parallel dispatch, failures, the rate.

use super::*;

#[test]
fn in_order_the_next_frame_waits_for_the_answer() {
    let mut connection = open_with(Rules::kind());
    assert_eq!(
        invoked(&connection.handle(at(1), text(r#"{"action":"send_message"}"#))),
        [(1, "send_message")]
    );
    assert_eq!(connection.handle(at(1), text(r#"{"action":"history"}"#)), []);
    assert_eq!(connection.handle(at(1), text("no json")), []);
    let commands = connection.handle(at(1), replied(1, "first"));
    assert_eq!(commands[0], send("first"));
    assert_eq!(invoked(&commands), [(2, "history")]);
    let commands = connection.handle(at(1), replied(2, "second"));
    assert_eq!(commands[0], send("second"));
    assert_eq!(invoked(&commands), [(3, "$default")]);
    assert_eq!(connection.handle(at(1), replied(3, "not sent: no route response")), []);
}

#[test]
fn like_aws_frames_run_at_once_and_answer_in_any_order() {
    let mut connection = open_with(Rules::like_aws());
    for id in 1..=3 {
        assert_eq!(invoked(&connection.handle(at(1), text(ID))), [(id, "ping")]);
    }
    assert_eq!(connection.handle(at(1), replied(3, "three")), [send("three")]);
    assert_eq!(connection.handle(at(1), replied(1, "one")), [send("one")]);
    assert_eq!(
        connection.handle(at(1), replied(1, "again")),
        [],
        "an invocation answers once"
    );
}

#[test]
fn a_full_backlog_stops_the_reading() {
    for rules in [
        Rules {
            backlog: 2,
            ..Rules::kind()
        },
        Rules {
            backlog: 2,
            ..Rules::like_aws()
        },
    ] {
        let mut connection = open_with(rules);
        connection.handle(at(1), text(ID));
        assert!(connection.wants_frames());
        connection.handle(at(1), text(ID));
        if rules.in_order {
            assert!(connection.wants_frames(), "one runs, one waits");
            connection.handle(at(1), text(ID));
        }
        assert!(!connection.wants_frames());
        connection.handle(at(1), replied(1, "done"));
        assert!(connection.wants_frames());
    }
}

#[test]
fn few_large_frames_are_a_full_backlog_too() {
    let mut connection = open_with(Rules::kind());
    let large = || Input::Text("x".repeat(MAX_MESSAGE).into());
    connection.handle(at(1), large());
    connection.handle(at(1), large());
    assert!(connection.wants_frames(), "one runs, one waits");
    connection.handle(at(1), large());
    assert!(!connection.wants_frames());
    connection.handle(at(2), replied(1, "done"));
    assert!(connection.wants_frames());
}

#[test]
fn a_failure_is_told_by_an_error_frame_on_every_route() {
    for body in [r#"{"action":"send_message"}"#, "no json"] {
        let mut connection = open_with(Rules::kind());
        connection.handle(at(1), text(body));
        let fault = Command::Fault {
            id: 1,
            message: "Internal server error",
        };
        assert_eq!(connection.handle(at(1), ended(1, Outcome::Failed)), [fault]);
        connection.handle(at(2), text(body));
        let fault = Command::Fault {
            id: 2,
            message: "Endpoint request timed out",
        };
        assert_eq!(connection.handle(at(31), ended(2, Outcome::TimedOut)), [fault]);
        assert!(connection.is_open());
    }
}

#[test]
fn above_the_rate_a_frame_is_refused_and_the_connection_stays() {
    let mut connection = open_with(Rules {
        rate: Rate {
            burst: 2,
            per_second: 1,
        },
        ..Rules::like_aws()
    });
    assert_eq!(invoked(&connection.handle(at(1), numbered(1))), [(1, "ping")]);
    assert_eq!(invoked(&connection.handle(at(1), numbered(2))), [(2, "ping")]);
    assert_eq!(
        connection.handle(at(1), numbered(3)),
        [Command::Fault {
            id: 3,
            message: "Too Many Requests"
        }]
    );
    assert_eq!(invoked(&connection.handle(at(2), numbered(4))), [(4, "ping")]);
}

#[test]
fn a_flood_of_pings_closes() {
    let mut connection = open_with(Rules {
        rate: Rate {
            burst: 1,
            per_second: 1,
        },
        ..Rules::kind()
    });
    assert_eq!(connection.handle(at(1), Input::PingReceived), []);
    assert_eq!(
        connection.handle(at(1), Input::PingReceived),
        [
            Command::Close {
                code: 1008,
                reason: "Too many pings"
            },
            disconnect(1008, "Too many pings")
        ]
    );
}
