//! Several attempts of one write, each of which may crash or lose an answer, and a foreign writer: the message stands
//! exactly once if any attempt answered, at most once otherwise, and the log has no hole.

use parlour_connectors::schedule::{Actor, Options, explore};
use parlour_domain::Seq;
use parlour_store::{AppendRefusal, Appended};

use super::{OURS, Scene, Stage, capped, check_answers, must_hold, whole};
use crate::given::{How, log, seq, text_of};
use crate::size::Stopwatch;

type Answer = Result<Appended, AppendRefusal>;

/// How one exploration is cast.
#[derive(Debug, Clone, Copy)]
struct Cast {
    /// Attempts of the write, each an invocation in a process of its own.
    attempts: usize,
    how: How,
    /// Messages of a foreign writer.
    foreign: usize,
    /// Tries of each store call by its client.
    tries: u32,
}

fn actors(stage: &Stage, scene: &Scene, cast: Cast) -> Vec<Actor<Option<Answer>>> {
    let clock = &stage.world.clock;
    let client = (cast.how != How::Once).then_some("c1");
    let mut actors: Vec<Actor<Option<Answer>>> = Vec::new();
    for actor in 0..cast.attempts {
        let attempt = scene.send(actor, clock.message(scene.users[0], client, OURS), cast.how);
        actors.push(Box::pin(async move { Some(attempt.await) }));
    }
    let foreign: Vec<_> = (0..cast.foreign)
        .map(|index| {
            scene.send(
                cast.attempts,
                clock.message(scene.users[1], None, &format!("f{index}")),
                How::Once,
            )
        })
        .collect();
    if !foreign.is_empty() {
        actors.push(Box::pin(async move {
            for send in foreign {
                // A lost answer ends the foreign writer: it cannot know.
                if send.await.is_err() {
                    break;
                }
            }
            None
        }));
    }
    actors
}

/// Explores a cast; `refusal` says which refusals are right besides a store that does not answer.
fn explored(name: &str, options: &Options, cast: Cast, refusal: impl Fn(&AppendRefusal) -> bool) -> super::Report {
    let stage = Stage::new(name);
    let started = Stopwatch::start();
    let result = explore(
        options,
        async |schedule| stage.scene(schedule, cast.attempts + 1, cast.tries).await,
        |scene| actors(&stage, scene, cast),
        async |scene, outcomes| {
            let log = log(&stage.world.store, &scene.app, scene.room).await;
            let answers: Vec<&Answer> = outcomes.iter().flatten().flatten().collect();
            check_answers(&log, answers.iter().filter_map(|answer| answer.as_ref().ok()))?;
            let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
            match refused
                .into_iter()
                .find(|error| !matches!(error, AppendRefusal::Store(_)) && !refusal(error))
            {
                Some(error) => Err(format!("refused: {error}")),
                None => Ok(()),
            }
        },
    );
    must_hold(name, &started, result)
}

fn lossy(drops: usize, late: usize, crashes: usize) -> Options {
    Options {
        drops,
        late,
        crashes,
        crash_after_apply: crashes > 0,
        ..Options::default()
    }
}

fn never(_: &AppendRefusal) -> bool {
    false
}

const BASE: Cast = Cast {
    attempts: 2,
    how: How::Base(Seq::FIRST),
    foreign: 1,
    tries: 1,
};

#[test]
fn two_attempts_with_one_base_write_once() {
    for (name, cast, options) in [
        ("base, a lost answer or a crash", BASE, lossy(1, 0, 1)),
        ("base, a late request", BASE, lossy(0, 1, 0)),
        (
            "base, two foreign messages",
            Cast { foreign: 2, ..BASE },
            lossy(0, 0, 0),
        ),
        (
            "base, calls tried twice",
            Cast {
                tries: 2,
                foreign: 0,
                ..BASE
            },
            lossy(1, 1, 0),
        ),
    ] {
        assert!(explored(name, &whole(options), cast, never).complete, "{name}");
    }
}

#[test]
fn two_attempts_with_a_claim_write_once() {
    let claim = Cast {
        how: How::Claim,
        ..BASE
    };
    for (name, cast, options) in [
        ("claim, a lost answer", claim, lossy(1, 0, 0)),
        ("claim, a crash", claim, lossy(0, 0, 1)),
        ("claim, a late request", claim, lossy(0, 1, 0)),
        (
            "claim, a lost answer and a crash",
            Cast { foreign: 0, ..claim },
            lossy(1, 0, 1),
        ),
    ] {
        assert!(explored(name, &whole(options), cast, never).complete, "{name}");
    }
}

#[test]
fn one_invocation_without_a_client_id_writes_once() {
    let once = Cast {
        attempts: 1,
        how: How::Once,
        foreign: 2,
        tries: 3,
    };
    for (name, options) in [
        ("no client id, two lost answers", lossy(2, 0, 0)),
        ("no client id, a late request", lossy(0, 1, 0)),
        (
            "no client id, a lost answer, a late request and a crash",
            lossy(1, 1, 1),
        ),
    ] {
        assert!(
            explored(name, &whole(options), Cast { foreign: 1, ..once }, never).complete,
            "{name}"
        );
    }
    let busy = explored("no client id, a busy room", &whole(lossy(1, 0, 0)), once, never);
    assert!(busy.complete);
}

#[test]
fn larger_casts_write_once_heavy() {
    let three = Cast { attempts: 3, ..BASE };
    let claim = Cast {
        how: How::Claim,
        ..BASE
    };
    for (name, cast, options) in [
        ("base, three attempts", three, lossy(1, 0, 1)),
        (
            "base, two foreign messages and losses",
            Cast { foreign: 2, ..BASE },
            lossy(1, 1, 1),
        ),
        (
            "claim, three attempts",
            Cast {
                how: How::Claim,
                ..three
            },
            lossy(1, 0, 1),
        ),
        (
            "claim, two foreign messages and losses",
            Cast { foreign: 2, ..claim },
            lossy(1, 1, 1),
        ),
    ] {
        explored(name, &capped(options, 20_000), cast, never);
    }
}

/// The head is 1, or at most 3 when the foreign writer is done.
#[test]
fn a_forged_base_never_makes_a_hole() {
    for base in [0, 2, 3, 4, 1_000_000, Seq::MAX] {
        let cast = Cast {
            attempts: 1,
            how: How::Base(seq(base)),
            foreign: 2,
            tries: 1,
        };
        let stale = |error: &AppendRefusal| matches!(error, AppendRefusal::StaleBase);
        let name = format!("a base of {base}");
        assert!(explored(&name, &whole(lossy(1, 0, 1)), cast, stale).complete);
    }
}

#[test]
fn a_base_that_nobody_reaches_writes_nothing() {
    let stage = Stage::new("unreachable");
    let started = Stopwatch::start();
    let result = explore(
        &whole(lossy(0, 0, 0)),
        async |schedule| stage.scene(schedule, 3, 1).await,
        |scene| {
            let how = How::Base(seq(9));
            actors(&stage, scene, Cast { how, ..BASE })
        },
        async |scene, outcomes| {
            let log = log(&stage.world.store, &scene.app, scene.room).await;
            let written = log.iter().any(|entry| text_of(entry) == Some(OURS));
            let stale = |answer: &Answer| matches!(answer, Err(AppendRefusal::StaleBase));
            if !written && outcomes.iter().flatten().flatten().all(stale) {
                Ok(())
            } else {
                Err("written after a base that is not there".to_owned())
            }
        },
    );
    assert!(must_hold("unreachable base", &started, result).complete);
}

/// Two attempts in one process share its lane: the one that waited looks at what the other wrote.
#[test]
fn two_attempts_in_one_process_write_once() {
    for how in [How::Base(Seq::FIRST), How::Claim] {
        let stage = Stage::new("one process");
        let started = Stopwatch::start();
        let cast = Cast {
            how,
            foreign: 0,
            ..BASE
        };
        let options = Options {
            reads_commute: false,
            patience: std::time::Duration::from_millis(50),
            ..whole(lossy(1, 0, 1))
        };
        let result = explore(
            &options,
            async |schedule| {
                let mut scene = stage.scene(schedule, 1, 1).await;
                scene.stores.push(scene.stores[0].clone());
                scene
            },
            |scene| actors(&stage, scene, cast),
            async |scene, outcomes| {
                let log = log(&stage.world.store, &scene.app, scene.room).await;
                let answers = outcomes.iter().flatten().flatten();
                check_answers(&log, answers.filter_map(|answer| answer.as_ref().ok()))
            },
        );
        assert!(must_hold(&format!("one process, {how:?}"), &started, result).complete);
    }
}
