//! Removal while the removed user joins and someone sends: nothing that commits after the removal's entry is pushed to the
//! removed member, no subscription is left over, and the entry stands once, also after a crash that `sweep` completes.

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_connectors::schedule::{Actor, Failure, Options, Report, explore};
use parlour_domain::log::{Body, Entry};
use parlour_domain::member::{Role, Standing};
use parlour_domain::{Seq, UserId};
use parlour_store::{Subscriber, keys};

use super::{OURS, Scene, Stage, capped, must_break, must_hold, whole};
use crate::given::{How, check_log, connection_id, entry_of, log, subscriber};
use crate::size::Stopwatch;

/// A message that was put, and to whom it is pushed.
type Pushed = Option<(Seq, Vec<Subscriber>)>;

/// The member who is removed.
fn removed(scene: &Scene) -> UserId {
    scene.users[1]
}

fn phone(scene: &Scene) -> Subscriber {
    subscriber(removed(scene), &connection_id("phone"))
}

fn removal(stage: &Stage, scene: &Scene, actor: usize) -> Actor<Pushed> {
    let (store, app, room, now) = (scene.stores[actor].clone(), scene.app.clone(), scene.room, scene.now);
    let (user, by, mut moment) = (removed(scene), scene.users[0], stage.world.clock.moment());
    Box::pin(async move {
        if store
            .begin_departure(&app, room, user, Some(by), &mut moment, None)
            .await
            .is_ok()
        {
            let _ = store.finish_departure(&app, room, user, now).await;
        }
        None
    })
}

/// What `sweep` does with a departure that it finds unfinished.
fn finisher(scene: &Scene, actor: usize) -> Actor<Pushed> {
    let (store, app, room, now) = (scene.stores[actor].clone(), scene.app.clone(), scene.room, scene.now);
    let user = removed(scene);
    Box::pin(async move {
        let _ = store.finish_departure(&app, room, user, now).await;
        None
    })
}

fn join(scene: &Scene, actor: usize) -> Actor<Pushed> {
    let (store, app, room, who) = (scene.stores[actor].clone(), scene.app.clone(), scene.room, phone(scene));
    let until = scene.now.plus_seconds(3_600);
    Box::pin(async move {
        let _ = store.subscribe(&app, room, &who, until).await;
        None
    })
}

/// The wrong join: it checks the membership, then subscribes, without a transaction.
fn check_then_subscribe(scene: &Scene, actor: usize) -> Actor<Pushed> {
    let (store, client, app, room) = (
        scene.stores[actor].clone(),
        scene.clients[actor].clone(),
        scene.app.clone(),
        scene.room,
    );
    let (who, until) = (phone(scene), scene.now.plus_seconds(3_600).seconds());
    Box::pin(async move {
        let member = store.member(&app, room, who.user).await.unwrap();
        if member.is_some_and(|member| member.standing == Standing::Active) {
            let key = keys::subscription(&app, room, who.user, &who.connection);
            let put = client.put_item().table_name(&store.tables().connections);
            let put = put
                .item(keys::PK, AttributeValue::S(key.pk))
                .item(keys::SK, AttributeValue::S(key.sk));
            put.item(keys::TTL, AttributeValue::N(until.to_string()))
                .send()
                .await
                .unwrap();
        }
        None
    })
}

fn sender(stage: &Stage, scene: &Scene, actor: usize) -> Actor<Pushed> {
    let draft = stage.world.clock.message(scene.users[0], None, OURS);
    let send = scene.send(actor, draft, How::Once);
    let (store, app, room, now) = (scene.stores[actor].clone(), scene.app.clone(), scene.room, scene.now);
    Box::pin(async move {
        let put = entry_of(&send.await.ok()?).seq;
        Some((put, store.subscribers(&app, room, now).await.ok()?))
    })
}

fn departures(log: &[Entry]) -> Vec<&Entry> {
    log.iter()
        .filter(|entry| matches!(entry.body, Body::MemberLeft { .. }))
        .collect()
}

/// The end of a run: completes what a crash left half done, then looks at everything.
async fn check(stage: &Stage, scene: &Scene, outcomes: &[Option<Pushed>]) -> Result<(), String> {
    let (store, app, room, user) = (&stage.world.store, &scene.app, scene.room, removed(scene));
    let begun = store
        .member(app, room, user)
        .await
        .unwrap()
        .is_none_or(|row| row.standing == Standing::Leaving);
    store.finish_departure(app, room, user, scene.now).await.unwrap();
    let log = log(store, app, room).await;
    check_log(&log)?;
    let left = departures(&log);
    if !begun {
        return if left.is_empty() {
            Ok(())
        } else {
            Err("told of a departure that did not begin".to_owned())
        };
    }
    let [left] = left[..] else {
        return Err(format!("told {} times", left.len()));
    };
    for (put, to) in outcomes.iter().flatten().flatten() {
        if *put > left.seq && to.iter().any(|to| to.user == user) {
            return Err(format!("{put} is pushed to a member who left at {}", left.seq));
        }
    }
    if store
        .subscribers(app, room, scene.now)
        .await
        .unwrap()
        .iter()
        .any(|to| to.user == user)
    {
        return Err("a subscription is left over".to_owned());
    }
    let count = store.room(app, room).await.unwrap().unwrap().member_count;
    if count == 2 {
        Ok(())
    } else {
        Err(format!("{count} members are counted"))
    }
}

fn explored(
    stage: &Stage,
    options: &Options,
    subscribed: bool,
    cast: impl Fn(&Scene) -> Vec<Actor<Pushed>>,
) -> Result<Report, Failure> {
    explore(
        options,
        async |schedule| {
            let scene = stage.scene(schedule, 3, 1).await;
            let who = phone(&scene);
            stage.world.connect(who.user, who.connection.as_str()).await;
            if subscribed {
                let until = scene.now.plus_seconds(3_600);
                stage
                    .world
                    .store
                    .subscribe(&scene.app, scene.room, &who, until)
                    .await
                    .unwrap();
            }
            scene
        },
        cast,
        async |scene, outcomes| check(stage, scene, outcomes).await,
    )
}

#[test]
fn a_removed_member_hears_nothing_after_the_entry_that_says_so() {
    for subscribed in [false, true] {
        let stage = Stage::new("removal");
        let started = Stopwatch::start();
        let result = explored(&stage, &whole(Options::default()), subscribed, |scene| {
            vec![removal(&stage, scene, 0), join(scene, 1), sender(&stage, scene, 2)]
        });
        assert!(must_hold("removal, join and send", &started, result).complete);
    }
}

/// A removal with one crash or one lost answer, beside these.
fn survives(name: &str, options: &Options, others: impl Fn(&Scene) -> Vec<Actor<Pushed>>) -> Report {
    let stage = Stage::new(name);
    let started = Stopwatch::start();
    let result = explored(&stage, options, true, |scene| {
        let mut cast = vec![removal(&stage, scene, 0)];
        cast.extend(others(scene));
        cast
    });
    must_hold(name, &started, result)
}

fn losses() -> [(&'static str, Options); 2] {
    let crash = Options {
        crashes: 1,
        crash_after_apply: true,
        ..Options::default()
    };
    let lost_answer = Options {
        drops: 1,
        ..Options::default()
    };
    [("a crash", crash), ("a lost answer", lost_answer)]
}

#[test]
fn a_crash_in_a_removal_is_completed_by_whoever_finishes_it() {
    for (loss, options) in losses() {
        let name = format!("removal and join with {loss}");
        assert!(survives(&name, &whole(options.clone()), |scene| vec![join(scene, 1)]).complete);
        let name = format!("removal and sweep with {loss}");
        assert!(survives(&name, &whole(options), |scene| vec![finisher(scene, 1)]).complete);
    }
}

#[test]
fn a_removal_a_join_and_a_sweep_survive_a_crash_heavy() {
    for (loss, options) in losses() {
        let name = format!("removal, join and sweep with {loss}");
        survives(&name, &capped(options, 20_000), |scene| {
            vec![join(scene, 1), finisher(scene, 2)]
        });
    }
}

#[test]
fn checking_the_member_before_subscribing_leaves_a_subscription() {
    let stage = Stage::new("check then subscribe");
    let result = explored(&stage, &whole(Options::default()), false, |scene| {
        vec![removal(&stage, scene, 0), check_then_subscribe(scene, 1)]
    });
    must_break("check, then subscribe", result, "left over");
}

/// A member is removed, comes back, subscribes and is removed again, while a slow `sweep` still finishes the first time.
#[test]
fn a_slow_finisher_does_not_end_a_later_departure() {
    let stage = Stage::new("slow finisher");
    let started = Stopwatch::start();
    let round_trip = |scene: &Scene| -> Actor<Pushed> {
        let first = removal(&stage, scene, 0);
        let (store, app, room, now) = (scene.stores[0].clone(), scene.app.clone(), scene.room, scene.now);
        let (who, mut moment) = (phone(scene), stage.world.clock.moment());
        let body = Body::MemberJoined {
            user: who.user,
            role: Role::Member,
        };
        let back = stage.world.clock.draft(None, None, body);
        Box::pin(async move {
            first.await;
            store
                .add_member(&app, room, (who.user, Role::Member), &back, None, now)
                .await
                .unwrap();
            store
                .subscribe(&app, room, &who, now.plus_seconds(3_600))
                .await
                .unwrap();
            store
                .begin_departure(&app, room, who.user, None, &mut moment, None)
                .await
                .unwrap();
            None
        })
    };
    let result = explore(
        &whole(Options::default()),
        async |schedule| {
            let scene = stage.scene(schedule, 2, 1).await;
            stage.world.connect(removed(&scene), "phone").await;
            scene
        },
        |scene| vec![round_trip(scene), finisher(scene, 1)],
        async |scene, _| {
            let (store, app, room, user) = (&stage.world.store, &scene.app, scene.room, removed(scene));
            store.finish_departure(app, room, user, scene.now).await.unwrap();
            let log = log(store, app, room).await;
            let left = departures(&log);
            if left.len() != 2 || left[0].write_id == left[1].write_id {
                return Err("the second departure is told as the first".to_owned());
            }
            let left = store.subscribers(app, room, scene.now).await.unwrap();
            if left.is_empty() {
                Ok(())
            } else {
                Err("a subscription is left over".to_owned())
            }
        },
    );
    assert!(must_hold("removed twice, with a slow sweep", &started, result).complete);
}
