//! What fails in `sweep`, and may fail in every run, keeps nothing else from its turn.

use parlour_connectors::fault::Fault;
use parlour_domain::access::Actor;
use parlour_domain::{TaskId, UserId};
use parlour_protocol::view::TaskStatusOption;
use parlour_service::{erasure, sweep};
use parlour_store::Written;
use parlour_store::keys::LEASE_SHARDS;

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn a_departure_that_cannot_be_finished_keeps_no_other_from_its_end() {
    let world = World::new(Behaviour::Take, 0).await;
    let (store, app) = (&world.parlour.store, &world.session.app);
    let number = world.room.number(app).unwrap();
    let leaving: [UserId; 2] = [world.member("Bob", 4).await.user, world.member("Carol", 6).await.user];
    for (user, minute) in leaving.into_iter().zip([8, 9]) {
        let mut moment = moment(minute);
        let begun = store.begin_departure(app, number, user, None, &mut moment, None);
        assert_eq!(begun.await.unwrap(), Written::Done, "and the process ends here");
    }
    let still = async || {
        let rows = store.member_rows(app, number, &leaving).await;
        rows.unwrap().len()
    };
    // Of the first of the two, the row that says so.
    world.faults.fail_nth("GetItem", 1, Fault::FailBefore);
    sweep::sweep(&world.parlour, &moment(10)).await.unwrap_err();
    assert_eq!(still().await, 1);
    assert_eq!(sweep::sweep(&world.parlour, &moment(11)).await.unwrap().finished, 1);
    assert_eq!(still().await, 0);
}

#[tokio::test]
async fn where_one_kind_of_work_fails_the_others_are_done() {
    let world = World::new(Behaviour::Take, 0).await;
    let app = world.session.app.clone();
    let backend = Actor::Backend { app };
    world.send(4).await;
    let user = world.session.user;
    let task = erasure::start(&world.parlour, &mut moment(5), &backend, user)
        .await
        .unwrap();
    world.queue.take_tasks();
    // After the expired leases: what was left half done.
    world.faults.fail_nth("Query", LEASE_SHARDS + 1, Fault::FailBefore);
    sweep::sweep(&world.parlour, &moment(7)).await.unwrap_err();
    assert_eq!(world.faults.injected()["fail_before"], 1);
    let id = TaskId::parse(&task.task_id).unwrap();
    let task = erasure::get(&world.parlour, &backend, id, moment(7).now).await.unwrap();
    assert_eq!((task.status, task.messages), (TaskStatusOption::Done, 1));
}
