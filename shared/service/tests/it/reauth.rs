//! Who is suspended extends no connection, although a crash has left it open.

use parlour_domain::ConnectionId;
use parlour_domain::user::Suspension;
use parlour_service::{Error, Session, reauth};

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn who_is_suspended_extends_no_connection() {
    let world = World::new(Behaviour::Take, 1).await;
    let parlour = &world.parlour;
    let session = Session {
        connection: ConnectionId::parse("c0").unwrap(),
        ..world.session.clone()
    };
    let (app, user) = (&session.app, session.user);
    let issued = parlour.signing.issue(app, user, moment(4).now, 3_600).unwrap();
    let extended = reauth::reauth(parlour, &session, &issued.token, &mut moment(4)).await;
    assert_eq!(extended.unwrap(), issued.expires_at);
    // The first of the two steps of a suspension.
    let before = parlour.store.user(app, user).await.unwrap().unwrap();
    let suspension = Suspension {
        since: moment(5).now,
        until: None,
    };
    let after = before.with_suspension(Some(suspension), moment(5).now);
    parlour.store.replace_user(app, &before, &after, None).await.unwrap();
    let refused = reauth::reauth(parlour, &session, &issued.token, &mut moment(6)).await;
    assert!(matches!(refused, Err(Error::UserSuspended)), "{refused:?}");
}
