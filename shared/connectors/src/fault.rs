//! Faults at the seam between the SDK and the engine, drawn from a seed or scripted.
//!
//! What DynamoDB and the network do now and then and local engines never do: throttle, delay, fail, apply a write and
//! lose the answer, serve stale reads, report conflicts, leave parts of a batch undone. The same seed and the same order
//! of calls give the same faults.

mod answers;
mod batch;
mod plan;
mod random;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;

pub use plan::{Fault, FaultPlan};

use crate::call;
use plan::Script;
use random::Random;

/// Answers remembered for stale reads; when full, all are forgotten.
const REMEMBERED: usize = 4096;

/// The switch, script and record of one fault connector. Clones share them.
#[derive(Clone, Debug)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    plan: FaultPlan,
    enabled: bool,
    random: Random,
    scripts: Vec<Script>,
    injected: BTreeMap<&'static str, u64>,
    /// The last answers to reads that need not be consistent, by operation and body.
    answers: HashMap<(String, String), Vec<u8>>,
}

impl Faults {
    /// Faults by `plan`, switched on.
    pub fn new(plan: FaultPlan) -> Self {
        let random = Random::new(plan.seed);
        let (scripts, injected, answers) = Default::default();
        Self {
            state: Arc::new(Mutex::new(State {
                plan,
                enabled: true,
                random,
                scripts,
                injected,
                answers,
            })),
        }
    }

    /// No faults but scripted ones.
    pub fn scripted() -> Self {
        Self::new(FaultPlan::default())
    }

    /// A connector that puts these faults between the client and `inner`.
    pub fn connector(&self, inner: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(FaultConnector {
            inner,
            faults: self.clone(),
        })
    }

    /// Switches the plan's faults on or off. Scripted faults stay.
    pub fn set_enabled(&self, enabled: bool) {
        self.state().enabled = enabled;
    }

    /// Injects `fault` once, into the `n`-th call of `operation` from now (1 is the next one).
    /// A fault that cannot happen to that call (a stale write) is skipped and not counted.
    pub fn fail_nth(&self, operation: &str, n: u64, fault: Fault) {
        self.state()
            .scripts
            .push(Script::new(Some(operation.to_owned()), n, fault));
    }

    /// The same for the `n`-th call of any operation.
    pub fn fail_nth_call(&self, n: u64, fault: Fault) {
        self.state().scripts.push(Script::new(None, n, fault));
    }

    /// Forgets scripted faults that have not happened yet.
    pub fn clear_script(&self) {
        self.state().scripts.clear();
    }

    /// Faults injected so far, by [`Fault::name`].
    pub fn injected(&self) -> BTreeMap<&'static str, u64> {
        self.state().injected.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, fault: Fault) {
        *self.state().injected.entry(fault.name()).or_default() += 1;
    }

    /// The faults of the next call, in the order of their effect, and a source of randomness of its own.
    fn draw(&self, operation: &str, body: &[u8]) -> (Vec<Fault>, Random) {
        let mut state = self.state();
        let state = &mut *state;
        let mut own = state.random.split();
        let mut faults: Vec<_> = state
            .scripts
            .iter_mut()
            .filter_map(|script| script.step(operation))
            .collect();
        state.scripts.retain(|script| !script.is_over());
        if state.enabled && state.plan.concerns(operation, body) {
            faults.extend(state.plan.draw(&mut own));
        }
        faults.sort_by_key(|fault| fault.rank());
        (faults, own)
    }

    fn remember(&self, key: (String, String), response: &HttpResponse) {
        let mut state = self.state();
        if state.answers.len() >= REMEMBERED && !state.answers.contains_key(&key) {
            state.answers.clear();
        }
        state
            .answers
            .insert(key, response.body().bytes().unwrap_or_default().to_vec());
    }
}

/// A connector that injects [`Faults`]; made by [`Faults::connector`].
#[derive(Debug)]
pub struct FaultConnector {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for FaultConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = call::operation(&request).unwrap_or_default().to_owned();
        let (faults, random) = self.faults.draw(&operation, call::body(&request));
        let attempt = Attempt {
            handle: self.faults.clone(),
            inner: self.inner.clone(),
            operation,
            random,
        };
        HttpConnectorFuture::new(attempt.run(request, faults))
    }
}

/// One call on its way through the faults.
struct Attempt {
    handle: Faults,
    inner: SharedHttpConnector,
    operation: String,
    random: Random,
}

impl Attempt {
    async fn run(mut self, mut request: HttpRequest, faults: Vec<Fault>) -> Result<HttpResponse, ConnectorError> {
        let mut held_back = None;
        let mut lost = false;
        for fault in faults {
            match fault {
                Fault::Delay(time) => {
                    self.handle.record(fault);
                    tokio::time::sleep(time).await;
                }
                Fault::DropResponse => lost = true,
                Fault::PartialBatch => {
                    held_back = batch::hold_back(&self.operation, &mut request, &mut self.random);
                    if held_back.is_some() {
                        self.handle.record(fault);
                    }
                }
                Fault::Throttle | Fault::FailBefore | Fault::Conflict | Fault::StaleRead => {
                    if let Some(answer) = self.instead(fault, &request) {
                        self.handle.record(fault);
                        return answer;
                    }
                }
            }
        }
        self.apply(request, held_back, lost).await
    }

    /// The answer that a fault gives without the engine; `None` if it cannot happen to this call.
    fn instead(&mut self, fault: Fault, request: &HttpRequest) -> Option<Result<HttpResponse, ConnectorError>> {
        match fault {
            Fault::Throttle => Some(answers::throttled(&mut self.random)),
            Fault::FailBefore => Some(answers::internal_error()),
            Fault::Conflict => answers::conflict(&self.operation, request, &mut self.random),
            Fault::StaleRead => {
                let key = answers::stale_key(&self.operation, request)?;
                let remembered = self.handle.state().answers.get(&key).cloned()?;
                Some(call::response(200, remembered))
            }
            Fault::Delay(_) | Fault::DropResponse | Fault::PartialBatch => None,
        }
    }

    async fn apply(
        mut self,
        request: HttpRequest,
        held_back: Option<batch::HeldBack>,
        lost: bool,
    ) -> Result<HttpResponse, ConnectorError> {
        let key = answers::stale_key(&self.operation, &request);
        let mut response = self.inner.call(request).await?;
        call::buffer(&mut response).await?;
        if let Some(held_back) = held_back {
            held_back.report(&mut response);
        } else if let Some(key) = key
            && response.status().is_success()
        {
            self.handle.remember(key, &response);
        }
        if lost {
            self.handle.record(Fault::DropResponse);
            return Err(answers::lost(&mut self.random));
        }
        Ok(response)
    }
}
