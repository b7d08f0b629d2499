//! Every action × everyone who can have a connection.

use serde_json::{Value, json};

use crate::harness::{Handshake, Person, Refused, Socket};
use crate::routes::{ACTIONS, Action, Actor, Cast, READING, Visitor, World};

#[test]
fn every_action_has_a_row() {
    let mut rows: Vec<_> = ACTIONS.iter().map(|action| action.name).collect();
    let mut all = parlour_protocol::frame::ACTIONS.to_vec();
    rows.sort_unstable();
    all.sort_unstable();
    assert_eq!(rows, all);
}

#[tokio::test]
async fn only_users_get_a_connection() {
    let cast = Cast::new().await;
    let server = &cast.tenants.server;
    for actor in Actor::ALL {
        let credential = match cast.caller(actor).credential {
            crate::harness::Credential::Nothing => None,
            crate::harness::Credential::ClientKey(key) => Some(key),
            crate::harness::Credential::Bearer(token) | crate::harness::Credential::BearerOf { token, .. } => {
                Some(token)
            }
        };
        let handshake = Handshake::new(server.ws());
        let is_user = matches!(
            actor,
            Actor::OtherUser | Actor::Stranger | Actor::Removed | Actor::Member | Actor::Owner
        );
        let Some(text) = credential else {
            handshake.refused().await;
            continue;
        };
        handshake.clone().query("ticket", &text).refused().await;
        if is_user {
            handshake.query("token", &text).open().await.unwrap();
        } else {
            handshake.clone().query("token", &text).refused().await;
            handshake.token(&text).refused().await;
        }
    }
}

#[tokio::test]
async fn every_action_for_everyone() {
    let cast = Cast::new().await;
    let all: Vec<&Action> = ACTIONS.iter().collect();
    let (reading, writing): (Vec<&Action>, Vec<&Action>) =
        ACTIONS.iter().partition(|action| READING.contains(&action.name));
    assert_eq!(reading.len(), READING.len());
    for column in 0..Visitor::ALL.len() {
        // What changes something has a world of its own. Who is no member changes nothing.
        let rounds: Vec<&[&Action]> = if Visitor::ALL[column].is_member() {
            writing.chunks(1).chain([reading.as_slice()]).collect()
        } else {
            vec![all.as_slice()]
        };
        for actions in rounds {
            let world = cast.world().await;
            check(&cast, &world, actions, column).await;
        }
    }
}

/// Does the action; again if it has an id by which the repeat is known, which must be answered alike.
async fn act(socket: &mut Socket, action: &Action, fields: Value) -> Result<Value, Refused> {
    let first = socket.act(action.name, fields.clone()).await?;
    if fields.get("client_id").is_some() {
        let mut again = socket.ok(action.name, fields).await;
        again.as_object_mut().unwrap().remove("duplicate");
        assert_eq!(again, first, "{} sent twice", action.name);
    }
    Ok(first)
}

async fn check(cast: &Cast, world: &World<'_>, actions: &[&Action], column: usize) {
    let visitor = Visitor::ALL[column];
    let person: &Person = match visitor {
        Visitor::OtherUser => &cast.outsider,
        Visitor::Stranger => &cast.stranger,
        Visitor::Removed => &cast.removed,
        Visitor::Member => &cast.member,
        Visitor::Owner => &cast.owner,
    };
    let mut socket: Socket = person.connect().await;
    if visitor == Visitor::Removed {
        socket.join(&world.room).await;
    }
    world.remove().await;
    let mut witness = cast.owner.join(&world.room).await;
    let before = world.state().await;
    for action in actions {
        let answer = act(&mut socket, action, (action.fields)(world, &person.token)).await;
        let what = format!("{} by {visitor:?}", action.name);
        match (&answer, action.expected[column]) {
            (Ok(_), "ack" | "pong") => {}
            (Err(refused), code) => assert_eq!(refused.code(), code, "{what}"),
            (Ok(data), _) => panic!("{what} is allowed: {data}"),
        }
    }
    let what = || {
        let names: Vec<_> = actions.iter().map(|action| action.name).collect();
        format!("{names:?} by {visitor:?}")
    };
    if !visitor.is_member() {
        assert_eq!(world.state().await, before, "{} left a trace", what());
        witness.expect_silence().await;
        let said = cast.member.say(&world.room, "for members only").await;
        assert_eq!(witness.expect_event("new_message").await, said);
        socket.expect_silence().await;
        assert_eq!(socket.ok("ping", json!({})).await["rooms"], json!({}), "{}", what());
    }
}
