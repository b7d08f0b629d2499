//! The pinned messages of a room: a short list, kept as a whole.

use serde::{Deserialize, Serialize};

use crate::limits::PINS;
use crate::{Seq, Timestamp, UserId};

/// A pinned message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Its place.
    pub seq: Seq,
    /// By whom; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Since when.
    pub at: Timestamp,
    /// Until when; from then on it is none, without a further entry. None: until someone ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The pins of a room, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// Expired ones may be among them.
    pub pins: Vec<Pin>,
    /// Moves with each change of the list; 0: there was none.
    pub rev: u64,
}

/// The room has as many pins as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl Pins {
    /// Those that hold now.
    pub fn live(&self, now: Timestamp) -> impl Iterator<Item = &Pin> {
        self.pins
            .iter()
            .filter(move |pin| pin.until.is_none_or(|until| until > now))
    }

    /// The pin of this message, if it holds now.
    #[must_use]
    pub fn of(&self, message: Seq, now: Timestamp) -> Option<&Pin> {
        self.live(now).find(|pin| pin.seq == message)
    }

    /// With one more, or another one of the same message; what has expired goes.
    ///
    /// # Errors
    /// [`Full`], if there are [`PINS`] others.
    pub fn with(&self, pin: Pin, now: Timestamp) -> Result<Self, Full> {
        let mut after = self.without(pin.seq, now);
        if after.pins.len() >= PINS {
            return Err(Full);
        }
        after.pins.push(pin);
        Ok(after)
    }

    /// Without the one of this message; what has expired goes too.
    #[must_use]
    pub fn without(&self, message: Seq, now: Timestamp) -> Self {
        Self {
            pins: self.live(now).filter(|pin| pin.seq != message).cloned().collect(),
            rev: self.rev + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(seq: u64, until: Option<i64>) -> Pin {
        Pin {
            seq: Seq::new(seq).unwrap(),
            by: None,
            at: Timestamp::default(),
            until: until.map(Timestamp::from_millis),
        }
    }

    #[test]
    fn an_expired_pin_is_none_and_takes_no_place() {
        let now = Timestamp::from_millis(10);
        let mut pins = Pins::default();
        for seq in 1..=50 {
            pins = pins.with(pin(seq, (seq == 7).then_some(20)), now).unwrap();
        }
        assert_eq!(pins.with(pin(51, None), now), Err(Full));
        assert_eq!(pins.with(pin(7, None), now).unwrap().pins.len(), 50, "one for another");
        let later = Timestamp::from_millis(20);
        assert!(pins.of(Seq::new(7).unwrap(), now).is_some() && pins.of(Seq::new(7).unwrap(), later).is_none());
        let after = pins.with(pin(51, None), later).unwrap();
        assert_eq!((after.pins.len(), after.rev), (50, 51));
        assert_eq!(after.without(Seq::new(51).unwrap(), later).live(later).count(), 49);
    }
}
