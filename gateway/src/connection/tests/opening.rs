//! Before a connection is open: authorizer, `$connect`, refusals.

use super::*;

#[test]
fn a_handshake_asks_the_authorizer_then_connect_then_opens() {
    let mut connection = Connection::new(Rules::kind(), at(0));
    assert_eq!(connection.handle(at(0), handshake()), [Command::Authorize]);
    assert_eq!(connection.handle(at(0), allowed()), [Command::Connect]);
    let answer = Connected::Answered {
        status: 200,
        subprotocol: Some("parlour.v1".to_owned()),
    };
    assert_eq!(
        connection.handle(at(0), Input::ConnectAnswered(answer)),
        [Command::Accept {
            subprotocol: Some("parlour.v1".to_owned())
        }]
    );
    assert!(connection.is_open());
}

#[test]
fn a_subprotocol_that_was_not_offered_is_not_named() {
    let mut connection = Connection::new(Rules::kind(), at(0));
    connection.handle(at(0), Input::Handshake { offered: Vec::new() });
    connection.handle(at(0), allowed());
    let answer = Connected::Answered {
        status: 200,
        subprotocol: Some("parlour.v1".to_owned()),
    };
    assert_eq!(
        connection.handle(at(0), Input::ConnectAnswered(answer)),
        [Command::Accept { subprotocol: None }]
    );
}

#[test]
fn refusals_before_the_upgrade() {
    for (answer, status) in [
        (Authorized::Denied, 403),
        (Authorized::Unauthorized, 401),
        (Authorized::Failed, 500),
    ] {
        let mut connection = Connection::new(Rules::kind(), at(0));
        connection.handle(at(0), handshake());
        assert_eq!(
            connection.handle(at(0), Input::AuthorizerAnswered(answer)),
            [Command::Refuse { status }]
        );
        assert!(connection.is_over());
    }
    for (answer, status) in [
        (
            Connected::Answered {
                status: 403,
                subprotocol: None,
            },
            403,
        ),
        (
            Connected::Answered {
                status: 429,
                subprotocol: None,
            },
            429,
        ),
        (
            Connected::Answered {
                status: 500,
                subprotocol: None,
            },
            500,
        ),
        (
            Connected::Answered {
                status: 302,
                subprotocol: None,
            },
            502,
        ),
        (Connected::Failed, 502),
        (Connected::TimedOut, 504),
    ] {
        let mut connection = Connection::new(Rules::kind(), at(0));
        connection.handle(at(0), handshake());
        connection.handle(at(0), allowed());
        assert_eq!(
            connection.handle(at(0), Input::ConnectAnswered(answer)),
            [Command::Refuse { status }]
        );
        assert!(connection.is_over());
    }
}

#[test]
fn nothing_is_posted_or_invoked_before_the_connection_is_open() {
    let mut connection = Connection::new(Rules::kind(), at(0));
    for input in [Input::Post("early".into()), text(ID), Input::Tick, Input::Delete] {
        assert_eq!(connection.handle(at(0), input), []);
    }
    connection.handle(at(0), handshake());
    connection.handle(at(0), allowed());
    assert_eq!(connection.handle(at(0), Input::Post("early".into())), []);
    assert!(!connection.wants_frames());
}

#[test]
fn a_client_that_leaves_while_connect_runs_is_disconnected_afterwards() {
    for (input, code, reason) in [(Input::Lost, 1006, ABNORMAL), (Input::Drain, 1001, GOING_AWAY)] {
        let mut connection = Connection::new(Rules::kind(), at(0));
        connection.handle(at(0), handshake());
        connection.handle(at(0), allowed());
        assert_eq!(connection.handle(at(0), input), []);
        assert_eq!(
            connection.handle(at(0), connected(200)),
            [Command::Refuse { status: 503 }, disconnect(code, reason)]
        );
    }
}

#[test]
fn a_refused_connection_is_not_disconnected() {
    let mut connection = Connection::new(Rules::kind(), at(0));
    connection.handle(at(0), handshake());
    assert_eq!(
        connection.handle(at(0), Input::Drain),
        [Command::Refuse { status: 503 }]
    );
    let mut connection = Connection::new(Rules::kind(), at(0));
    connection.handle(at(0), handshake());
    assert_eq!(connection.handle(at(0), Input::Lost), []);
    assert!(connection.is_over());
}
