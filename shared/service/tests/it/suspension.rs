//! The sockets of who is suspended close, also one that opens at that moment, and a connection that outlives that is not extended.

use parlour_domain::ConnectionId;
use parlour_domain::access::Actor;
use parlour_domain::user::Suspension;
use parlour_service::live::{self, Task};
use parlour_service::push::Pushed;
use parlour_service::{Error, Session, connect, reauth, suspend_user, users};
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
    world.outside.refuse_to_close(5, Pushed::Throttled);
    let whom = (world.session.user, None);
    suspend_user::suspend(&world.parlour, &moment(4), &backend, whom, None)
        .await
        .unwrap();
    let mut closed = world.outside.closed();
    closed.sort();
    assert_eq!(closed, ["c0", "c1", "c2"]);
}

/// The authorizer has let the user in; then whoever keeps them out finds no connection; then `$connect` keeps one.
#[tokio::test(start_paused = true)]
async fn who_is_kept_out_while_they_come_is_turned_away() {
    for deleted in [false, true] {
        let world = World::new(Behaviour::Take, 0).await;
        let Session {
            app, user, connection, ..
        } = &world.session;
        let backend = Actor::Backend { app: app.clone() };
        if deleted {
            users::delete(&world.parlour, &mut moment(4), &backend, *user, None)
                .await
                .unwrap();
        } else {
            suspend_user::suspend(&world.parlour, &moment(4), &backend, (*user, None), None)
                .await
                .unwrap();
        }
        assert_eq!(world.outside.closed(), [] as [&str; 0]);
        world.queue.take_tasks();
        let now = moment(4).now;
        connect::connect(&world.parlour, &world.session, now).await.unwrap();
        // The task is done before the handshake is over.
        world.outside.refuse_to_close(3, Pushed::Gone);
        let tasks = world.queue.take_tasks();
        assert_eq!(tasks.len(), 1);
        live::run(&world.parlour, Task::read(&tasks[0].1).unwrap(), now)
            .await
            .unwrap();
        assert_eq!(world.outside.closed(), ["own"]);
        let kept = world.parlour.store.connection(app, *user, connection, now).await;
        assert_eq!(kept.unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_a_suspension_has_ended_stays() {
    let world = World::new(Behaviour::Take, 0).await;
    let backend = Actor::Backend {
        app: world.session.app.clone(),
    };
    let whom = (world.session.user, Some(moment(5).now));
    suspend_user::suspend(&world.parlour, &moment(4), &backend, whom, None)
        .await
        .unwrap();
    let session = Session {
        connected_at: moment(6).now,
        ..world.session.clone()
    };
    connect::connect(&world.parlour, &session, moment(6).now).await.unwrap();
    for (_, task) in world.queue.take_tasks() {
        let task = Task::read(&task).unwrap();
        live::run(&world.parlour, task, moment(6).now).await.unwrap();
    }
    assert_eq!(world.outside.closed(), [] as [&str; 0]);
}
