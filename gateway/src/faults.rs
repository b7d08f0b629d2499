//! Faults that can be switched on, so that users can test their clients against what API Gateway really does.
//!
//! Which calls are hit follows from the seed and the number of the call alone: the same seed gives the same faults.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a late push is late.
pub const LATE_BY: Duration = Duration::from_secs(2);

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `$disconnect` is not invoked.
    LostDisconnect,
    /// A post to a live connection answers 410.
    Gone,
    /// A post answers 429.
    Throttle,
    /// A post answers 200 and is dropped.
    Drop,
    /// A post is delivered twice.
    Double,
    /// A post is delivered [`LATE_BY`] later.
    Late,
}

/// The probability of each fault, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// Where the choice of calls comes from.
    pub seed: u64,
    /// [`Fault::LostDisconnect`].
    pub lost_disconnect: f64,
    /// [`Fault::Gone`].
    pub gone: f64,
    /// [`Fault::Throttle`].
    pub throttle: f64,
    /// [`Fault::Drop`].
    pub drop: f64,
    /// [`Fault::Double`].
    pub double: f64,
    /// [`Fault::Late`].
    pub late: f64,
}

/// Why a plan is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No such fault.
    #[error("unknown fault; there are lost-disconnect, gone, throttle, drop, double, late and seed")]
    Unknown,
    /// Not `name=value`.
    #[error("a fault is written name=probability, for example gone=0.1")]
    Form,
    /// Not between 0 and 1.
    #[error("a probability is a number from 0 to 1")]
    Probability,
}

impl Plan {
    const fn probability(&self, fault: Fault) -> f64 {
        match fault {
            Fault::LostDisconnect => self.lost_disconnect,
            Fault::Gone => self.gone,
            Fault::Throttle => self.throttle,
            Fault::Drop => self.drop,
            Fault::Double => self.double,
            Fault::Late => self.late,
        }
    }

    /// Checks that every probability is one.
    ///
    /// # Errors
    /// [`PlanError::Probability`].
    pub fn checked(self) -> Result<Self, PlanError> {
        let all = [
            self.lost_disconnect,
            self.gone,
            self.throttle,
            self.drop,
            self.double,
            self.late,
        ];
        if all.iter().all(|p| (0.0..=1.0).contains(p)) {
            Ok(self)
        } else {
            Err(PlanError::Probability)
        }
    }
}

/// `lost-disconnect=0.5,gone=0.1,seed=7`.
impl FromStr for Plan {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let mut plan = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(PlanError::Form)?;
            if name == "seed" {
                plan.seed = value.parse().map_err(|_| PlanError::Form)?;
                continue;
            }
            let probability = match name {
                "lost-disconnect" => &mut plan.lost_disconnect,
                "gone" => &mut plan.gone,
                "throttle" => &mut plan.throttle,
                "drop" => &mut plan.drop,
                "double" => &mut plan.double,
                "late" => &mut plan.late,
                _ => return Err(PlanError::Unknown),
            };
            *probability = value.parse().map_err(|_| PlanError::Probability)?;
        }
        plan.checked()
    }
}

/// The plan in force and how often each fault was asked about.
#[derive(Debug, Default)]
pub struct Faults {
    plan: RwLock<Plan>,
    asked: [AtomicU64; 6],
}

impl Faults {
    /// With a plan; `Plan::default()` is none.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            plan: RwLock::new(plan),
            asked: Default::default(),
        }
    }

    /// The plan in force.
    #[must_use]
    pub fn plan(&self) -> Plan {
        *self.plan.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another plan from here on; the counting starts again.
    pub fn replace(&self, plan: Plan) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
        for asked in &self.asked {
            asked.store(0, Ordering::Relaxed);
        }
    }

    /// Whether this call is hit by the fault.
    #[must_use]
    pub fn strikes(&self, fault: Fault) -> bool {
        let plan = self.plan();
        let probability = plan.probability(fault);
        if probability <= 0.0 {
            return false;
        }
        let kind = fault as usize;
        let call = self.asked[kind].fetch_add(1, Ordering::Relaxed);
        unit(plan.seed, kind as u64, call) < probability
    }
}

/// A number in 0..1 from three: one round of SplitMix64 on each in turn.
fn unit(seed: u64, kind: u64, call: u64) -> f64 {
    let mixed = [seed, kind, call].into_iter().fold(0_u64, |state, word| {
        let mut z = (state ^ word).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    });
    f64::from((mixed >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(plan: Plan, fault: Fault) -> Vec<bool> {
        let faults = Faults::new(plan);
        (0..200).map(|_| faults.strikes(fault)).collect()
    }

    #[test]
    fn the_seed_decides() {
        let plan: Plan = "gone=0.3,drop=0.3,seed=7".parse().unwrap();
        assert_eq!(pattern(plan, Fault::Gone), pattern(plan, Fault::Gone));
        assert_ne!(pattern(plan, Fault::Gone), pattern(plan, Fault::Drop));
        assert_ne!(
            pattern(plan, Fault::Gone),
            pattern(Plan { seed: 8, ..plan }, Fault::Gone)
        );
        let hits = pattern(plan, Fault::Gone).into_iter().filter(|hit| *hit).count();
        assert!((30..90).contains(&hits), "about three in ten, not {hits} of 200");
    }

    #[test]
    fn none_and_always() {
        assert!(pattern(Plan::default(), Fault::Late).iter().all(|hit| !hit));
        assert!(pattern("late=1".parse().unwrap(), Fault::Late).iter().all(|hit| *hit));
    }

    #[test]
    fn a_plan_can_be_replaced() {
        let faults = Faults::default();
        assert!(!faults.strikes(Fault::Double));
        faults.replace("double=1".parse().unwrap());
        assert!(faults.strikes(Fault::Double));
    }

    #[test]
    fn plans_are_checked() {
        for (text, error) in [
            ("gone", PlanError::Form),
            ("gone=2", PlanError::Probability),
            ("gone=-0.1", PlanError::Probability),
            ("gone=NaN", PlanError::Probability),
            ("gone=x", PlanError::Probability),
            ("lost=1", PlanError::Unknown),
        ] {
            assert_eq!(text.parse::<Plan>(), Err(error), "{text}");
        }
        assert_eq!("".parse::<Plan>(), Ok(Plan::default()));
    }
}
