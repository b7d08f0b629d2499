//! The sockets of who is suspended close, and a connection that outlives that is not extended.

use parlour_domain::ConnectionId;
use parlour_domain::access::Actor;
use parlour_domain::user::Suspension;
use parlour_service::{Error, Session, reauth, suspend_user};
use parlour_store::Written;

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn who_is_suspended_extends_no_connection() {
    let world = World::new(Behaviour::Take, 1).await;
    let (parlour, store) = (&world.parlour, &world.parlour.store);
    let session = Session {
        connection: ConnectionId::parse("c0").unwrap(),
        ..world.session.clone()
    };
    let (app, user) = (&session.app, session.user);
    let issued = parlour.signing.issue(app, user, moment(4).now, 3_600).unwrap();
    let until = reauth::reauth(parlour, &session, &issued.token, &mut moment(5)).await;
    assert_eq!(until.unwrap(), issued.expires_at);
    // The row says so, and the process ends before it ends the connection.
    let before = store.user(app, user).await.unwrap().unwrap();
    let suspension = Suspension {
        since: moment(6).now,
        until: None,
    };
    let after = before.with_suspension(Some(suspension), moment(6).now);
    let written = store.replace_user(app, &before, &after, None).await;
    assert_eq!(written.unwrap(), Written::Done);
    let refused = reauth::reauth(parlour, &session, &issued.token, &mut moment(7)).await;
    assert!(matches!(refused, Err(Error::UserSuspended)), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_socket_is_closed_although_the_connection_manager_is_busy() {
    let world = World::new(Behaviour::Take, 3).await;
    let backend = Actor::Backend {
        app: world.session.app.clone(),
    };
    world.outside.refuse_to_close(5);
    let whom = (world.session.user, None);
    suspend_user::suspend(&world.parlour, &moment(4), &backend, whom, None)
        .await
        .unwrap();
    let mut closed = world.outside.closed();
    closed.sort();
    assert_eq!(closed, ["c0", "c1", "c2"]);
}
