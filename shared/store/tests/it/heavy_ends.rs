//! Rooms that lose entries or what they say, and rooms that end and are made again, while many write and every fifth write that
//! is applied is not answered: no hole, no second entry 1, no message twice, and what was taken away stays away.

mod again;
mod erased;
mod keeper;
mod shorter;
mod writer;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::fault::{FaultPlan, Faults};
use parlour_store::{AppendRefusal, Appended, Store, Tables};

use crate::size;
use crate::world::{World, patient_client};

/// Who writes, on as many processes.
const WRITERS: usize = 6;
const PROCESSES: usize = 2;
/// Sends of one message by one client before it gives up.
const ATTEMPTS: u32 = 200;

/// An engine, a world that it answers, and processes that it answers four times out of five.
struct Scene {
    world: World,
    stores: Vec<Store>,
    faults: Faults,
}

impl Scene {
    async fn new(name: &str) -> Self {
        let engine = EmbeddedEngine::in_memory().unwrap();
        let faults = Faults::new(FaultPlan {
            seed: size::seed(),
            drop_response: 0.2,
            operations: ["PutItem", "TransactWriteItems", "UpdateItem", "BatchWriteItem"]
                .map(str::to_owned)
                .to_vec(),
            ..FaultPlan::default()
        });
        let process = |_| {
            let connector: SharedHttpConnector = faults.connector(engine.connector());
            Store::new(patient_client(connector, 1), Tables::with_prefix(""))
        };
        Self {
            world: World::patient(name, engine.connector(), 1).await,
            stores: (0..PROCESSES).map(process).collect(),
            faults,
        }
    }

    /// The process of a writer.
    fn store(&self, writer: usize) -> Store {
        self.stores[writer % PROCESSES].clone()
    }
}

/// Whether a write has an answer: that it was done, or that what it was to do is done already.
fn is_settled(written: Result<Appended, AppendRefusal>) -> bool {
    match written {
        Ok(_) | Err(AppendRefusal::Condition | AppendRefusal::Closed) => true,
        Err(AppendRefusal::Busy | AppendRefusal::Store(_)) => false,
        Err(refusal) => panic!("{refusal}"),
    }
}
