//! Where a page of history begins, as requests of both kinds say it.

use parlour_protocol::InvalidInput;
use parlour_protocol::request::seq;
use parlour_service::history::{Direction, Place};

/// One of the three, or none: from the end.
pub(crate) fn place(before: Option<u64>, after: Option<u64>, around: Option<u64>) -> Result<Place, InvalidInput> {
    match (before, after, around) {
        (None, None, Some(around)) => Ok(Place::Around(seq("around_seq", around)?)),
        (_, _, Some(_)) => Err(InvalidInput::new(
            "around_seq",
            "cannot go with before_seq or after_seq",
        )),
        (Some(_), Some(_), None) => Err(InvalidInput::new("after_seq", "cannot go with before_seq")),
        (None, Some(after), None) => Ok(Place::From(Direction::After(seq("after_seq", after)?))),
        (before, None, None) => {
            let before = before.map(|number| seq("before_seq", number)).transpose()?;
            Ok(Place::From(Direction::Before(before)))
        }
    }
}
