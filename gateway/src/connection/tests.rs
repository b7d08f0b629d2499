//! The rules of a connection as tables of inputs and the exact commands that follow.

mod ending;
mod exchange;
mod opening;

use std::time::Duration;

use super::*;

const ID: &str = r#"{"action":"ping","n":0}"#;

fn at(seconds: u64) -> Time {
    Duration::from_secs(seconds)
}

fn text(body: &'static str) -> Input {
    Input::Text(body.into())
}

fn numbered(n: u32) -> Input {
    Input::Text(format!(r#"{{"action":"ping","n":{n}}}"#).into())
}

fn replied(id: InvocationId, body: &'static str) -> Input {
    Input::InvocationAnswered {
        id,
        outcome: Outcome::Replied(Some(body.into())),
    }
}

fn ended(id: InvocationId, outcome: Outcome) -> Input {
    Input::InvocationAnswered { id, outcome }
}

fn allowed() -> Input {
    Input::AuthorizerAnswered(Authorized::Allowed)
}

fn connected(status: u16) -> Input {
    Input::ConnectAnswered(Connected::Answered {
        status,
        subprotocol: None,
    })
}

fn handshake() -> Input {
    Input::Handshake {
        offered: vec!["parlour.v1".to_owned(), "parlour.token.secret".to_owned()],
    }
}

fn send(body: &'static str) -> Command {
    Command::Send(body.into())
}

fn disconnect(code: u16, reason: &str) -> Command {
    Command::Disconnect {
        code,
        reason: reason.to_owned(),
    }
}

fn open_with(rules: Rules) -> Connection {
    let mut connection = Connection::new(rules, at(0));
    connection.handle(at(0), handshake());
    connection.handle(at(0), allowed());
    assert_eq!(
        connection.handle(at(0), connected(200)),
        [Command::Accept { subprotocol: None }]
    );
    connection
}

/// The route keys (and ids) of the invocations among the commands.
fn invoked(commands: &[Command]) -> Vec<(InvocationId, &'static str)> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Invoke { id, route, .. } => Some((*id, route.key)),
            _ => None,
        })
        .collect()
}
