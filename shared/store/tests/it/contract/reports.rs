//! Reports: one of a thing by each, listed by their status in the order in which they came.

use parlour_domain::report::{About, Report, ReportStatus};
use parlour_domain::text::Label;
use parlour_domain::{Seq, UserId};
use parlour_store::Written;

use crate::given::number;
use crate::world::World;

on_both_engines!(
    a_thing_is_reported_once_by_each,
    reports_are_listed_by_status_the_oldest_first,
    of_two_reviews_at_once_one_is_refused,
);

fn report(world: &World, about: About, by: UserId) -> Report {
    Report {
        about,
        by,
        user: None,
        reason: Label::parse("spam").unwrap(),
        comment: None,
        at: world.now(),
        status: ReportStatus::Open,
        note: None,
        updated_at: world.now(),
    }
}

async fn a_thing_is_reported_once_by_each(world: &World) {
    let (store, app, users) = (&world.store, &world.app, world.clock.user_ids(2));
    let message = About::Message {
        room: number(7),
        seq: Seq::FIRST,
    };
    let first = report(world, message, users[0]);
    assert_eq!(store.put_report(app, &first).await.unwrap(), None);
    world.clock.pass(1);
    let again = report(world, message, users[0]);
    assert_eq!(store.put_report(app, &again).await.unwrap().as_ref(), Some(&first));
    for other in [
        report(world, message, users[1]),
        report(world, About::User(users[1]), users[0]),
    ] {
        assert_eq!(store.put_report(app, &other).await.unwrap(), None);
        assert_eq!(store.report(app, &other.id()).await.unwrap(), Some(other));
    }
    assert_eq!(store.reports_of(app, users[0], 9).await.unwrap().len(), 2);
}

async fn listed(world: &World, status: ReportStatus, limit: usize) -> Vec<About> {
    let (mut listed, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = world.store.reports(&world.app, status, after.as_deref(), limit).await;
        let page = page.unwrap();
        assert!(page.reports.len() <= limit);
        listed.extend(page.reports.iter().map(|report| report.about));
        let Some(next) = page.next else { return listed };
        after = Some(next);
    }
}

async fn reports_are_listed_by_status_the_oldest_first(world: &World) {
    let (by, mut abouts) = (world.clock.user_id(), Vec::new());
    for user in world.clock.user_ids(5) {
        let report = report(world, About::User(user), by);
        world.store.put_report(&world.app, &report).await.unwrap();
        abouts.push(report.about);
        world.clock.pass(1);
    }
    let third = report(world, abouts[2], by).id();
    let before = world.store.report(&world.app, &third).await.unwrap().unwrap();
    let after = before.reviewed(ReportStatus::Closed, None, world.now());
    let written = world.store.replace_report(&world.app, &before, &after).await;
    assert_eq!(written.unwrap(), Written::Done);
    let closed = abouts.remove(2);
    for limit in [1, 2, 9] {
        assert_eq!(listed(world, ReportStatus::Open, limit).await, abouts, "{limit}");
        assert_eq!(listed(world, ReportStatus::Closed, limit).await, [closed], "{limit}");
    }
}

async fn of_two_reviews_at_once_one_is_refused(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let before = report(world, About::User(world.clock.user_id()), world.clock.user_id());
    store.put_report(app, &before).await.unwrap();
    let [closed, open] = [ReportStatus::Closed, ReportStatus::Open].map(|status| {
        // At the very same moment.
        before.reviewed(status, None, world.now())
    });
    assert_eq!(
        store.replace_report(app, &before, &closed).await.unwrap(),
        Written::Done
    );
    assert_eq!(
        store.replace_report(app, &before, &open).await.unwrap(),
        Written::Refused
    );
    assert_eq!(store.report(app, &before.id()).await.unwrap(), Some(closed));
}
