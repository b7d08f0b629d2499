//! Runs every scenario in every weather, once for all tests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use crate::ledger::{Ledger, Notes};
use crate::outside::{Clients, Weather};
use crate::scenarios::ALL;
use crate::world::World;

const WEATHERS: [Weather; 4] = [
    Weather {
        clients: Clients::Listen,
        queue: true,
    },
    Weather {
        clients: Clients::AreSlow,
        queue: true,
    },
    Weather {
        clients: Clients::AreSlow,
        queue: false,
    },
    Weather {
        clients: Clients::AreGone,
        queue: true,
    },
];

/// What was noted.
pub(crate) static NOTES: LazyLock<Notes> = LazyLock::new(|| {
    let ledger = Ledger::default();
    let mut failed = Vec::new();
    for weather in WEATHERS {
        for (name, scenario) in ALL {
            let scenario = async {
                let world = World::new(weather, ledger.clone()).await;
                scenario(&world).await;
            };
            if catch_unwind(AssertUnwindSafe(|| in_time(scenario))).is_err() {
                failed.push(format!("{name}, {weather:?}"));
            }
            ledger.end();
        }
    }
    let mut notes = ledger.notes();
    notes.failed = failed;
    notes
});

/// Otherwise the other tests would look at less than there is.
#[test]
fn every_scenario_runs_to_its_end() {
    assert_eq!(NOTES.failed, Vec::<String>::new());
}

/// Runs `work` on a paused clock, which jumps to the next timer whenever nothing else is to do.
pub(crate) fn in_time<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work)
}
