//! A departure that a crash cut off is completed by who repeats it, without a key and without any rights left.

use parlour_service::{Error, remove_member};
use parlour_store::Written;

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn who_says_again_that_they_leave_has_left() {
    let world = World::new(Behaviour::Take, 0).await;
    let (parlour, app, room) = (&world.parlour, &world.session.app, world.room);
    let number = room.number(app).unwrap();
    for (name, minute) in [("Bob", 4), ("Carol", 6)] {
        let leaver = world.member(name, minute).await;
        let (user, actor) = (leaver.user, leaver.actor());
        let mut begin = moment(minute + 4);
        let begun = parlour
            .store
            .begin_departure(app, number, user, Some(user), &mut begin, None);
        assert_eq!(begun.await.unwrap(), Written::Done, "and the process ends here");
        let leave = async |minute: u8| match name {
            "Bob" => remove_member::leave(parlour, &mut moment(minute), &actor, room, None).await,
            _ => remove_member::remove_member(parlour, &mut moment(minute), &actor, room, user, None).await,
        };
        assert!(!leave(minute + 5).await.unwrap().replayed);
        let rows = parlour.store.member_rows(app, number, &[user]).await;
        assert!(rows.unwrap().is_empty());
        let again = leave(minute + 6).await;
        assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
    }
}
