//! Tempting shortcuts, each of which the exploration finds out: so the checks can fail, and the rules are as they are for a
//! reason. The shortcuts are written here, on the store's own functions in a wrong order.

use parlour_connectors::schedule::{Actor, Failure, Options, Report, explore};
use parlour_domain::log::{Draft, Head};
use parlour_domain::{AppId, RoomNumber, Timestamp};
use parlour_store::{Begin, Start, Store};

use super::{OURS, Scene, Stage, check_answers, must_break, whole};
use crate::given::{log, seq};

/// What a wrong attempt needs.
struct Attempt {
    store: Store,
    app: AppId,
    room: RoomNumber,
    now: Timestamp,
    draft: Draft,
    /// For a second try with another write id.
    again: Draft,
}

impl Attempt {
    fn new(stage: &Stage, scene: &Scene, actor: usize, client: Option<&str>) -> Self {
        let message = || stage.world.clock.message(scene.users[0], client, OURS);
        Self {
            store: scene.stores[actor].clone(),
            app: scene.app.clone(),
            room: scene.room,
            now: scene.now,
            draft: message(),
            again: message(),
        }
    }

    async fn begin(&self, start: Start) -> Option<Begin> {
        self.store
            .begin_append(&self.app, self.room, &self.draft, start)
            .await
            .ok()
    }

    async fn append(&self, draft: &Draft, begin: Begin) -> bool {
        self.store
            .append(&self.app, self.room, draft, begin, self.now)
            .await
            .is_ok()
    }
}

/// Explores two attempts that take a shortcut.
fn explored(
    name: &str,
    options: Options,
    client: Option<&'static str>,
    shortcut: impl AsyncFn(Attempt) + Copy + 'static,
) -> Result<Report, Failure> {
    let stage = Stage::new(name);
    let attempts = if client.is_some() { 2 } else { 1 };
    explore(
        &whole(options),
        async |schedule| stage.scene(schedule, attempts, 1).await,
        |scene| {
            let actor = |actor| -> Actor<()> {
                let attempt = Attempt::new(&stage, scene, actor, client);
                Box::pin(async move { shortcut(attempt).await })
            };
            (0..attempts).map(actor).collect()
        },
        async |scene, _| {
            let log = log(&stage.world.store, &scene.app, scene.room).await;
            check_answers(&log, std::iter::empty())
        },
    )
}

#[test]
fn believing_a_base_without_reading_it_makes_a_hole() {
    let result = explored("exclusive", Options::default(), Some("c1"), async |attempt| {
        let believed = Head {
            seq: seq(9),
            msg_no: 0,
            last_msg_seq: seq(0),
            at: attempt.now,
            closed: false,
        };
        attempt.append(&attempt.draft, Begin::After(believed)).await;
    });
    must_break("exclusive", result, "a hole");
}

#[test]
fn reading_the_head_after_the_claim_writes_twice() {
    let result = explored("clock", Options::default(), Some("c1"), async |attempt| {
        let Some(Begin::After(head)) = attempt.begin(Start::Head).await else {
            return;
        };
        let claimed = attempt
            .store
            .claim_send(&attempt.app, attempt.room, &attempt.draft, head, attempt.now)
            .await;
        match claimed {
            Ok(Begin::After(_)) => {
                let Some(later) = attempt.begin(Start::Head).await else {
                    return;
                };
                attempt.append(&attempt.draft, later).await;
            }
            Ok(begin) => {
                attempt.append(&attempt.draft, begin).await;
            }
            Err(_) => {}
        }
    });
    must_break("clock", result, "stands 2 times");
}

#[test]
fn skipping_to_the_head_without_looking_between_writes_twice() {
    let result = explored("skip", Options::default(), Some("c1"), async |attempt| {
        if let Some(Begin::After(_)) = attempt.begin(Start::Base(seq(1))).await {
            let Some(head) = attempt.begin(Start::Head).await else {
                return;
            };
            attempt.append(&attempt.draft, head).await;
        }
    });
    must_break("skip", result, "stands 2 times");
}

#[test]
fn trying_again_under_another_write_id_writes_twice() {
    let options = Options {
        drops: 1,
        ..Options::default()
    };
    let result = explored("no write id", options, None, async |attempt| {
        for draft in [&attempt.draft, &attempt.again] {
            let Some(head) = attempt.begin(Start::Head).await else {
                continue;
            };
            if attempt.append(draft, head).await {
                return;
            }
        }
    });
    must_break("no write id", result, "stands 2 times");
}
