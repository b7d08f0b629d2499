//! How a room hears of what is not in its log, positions and typing. Every member reports and every connection hears, so what is
//! told at once grows with the square of the connections: the more there are, the less is told.

use crate::limits;

/// How the connections of a room hear of positions and typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Of each report at once.
    Live,
    /// Of what came within [`limits::AGGREGATE_SECONDS`] together.
    Aggregated,
    /// Of nothing.
    Off,
}

impl Pace {
    /// That of a room with so many connections.
    #[must_use]
    pub const fn of(connections: usize) -> Self {
        if connections <= limits::LIVE_CONNECTIONS {
            Self::Live
        } else if connections <= limits::AGGREGATED_CONNECTIONS {
            Self::Aggregated
        } else {
            Self::Off
        }
    }

    /// What becomes of positions, as clients are told.
    #[must_use]
    pub const fn receipts(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Aggregated => "aggregated",
            Self::Off => "stored",
        }
    }

    /// What becomes of typing, as clients are told.
    #[must_use]
    pub const fn typing(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Aggregated => "aggregated",
            Self::Off => "off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_room_the_less_is_told() {
        for (connections, receipts, typing) in [
            (0, "live", "live"),
            (20, "live", "live"),
            (21, "aggregated", "aggregated"),
            (100, "aggregated", "aggregated"),
            (101, "stored", "off"),
        ] {
            let pace = Pace::of(connections);
            assert_eq!((pace.receipts(), pace.typing()), (receipts, typing), "{connections}");
        }
    }
}
