//! Where a page of history begins, as requests of both kinds say it.

use parlour_protocol::InvalidInput;
use parlour_protocol::request::seq;
use parlour_service::history::Direction;

/// One of the two, or neither: from the end.
pub(crate) fn direction(before: Option<u64>, after: Option<u64>) -> Result<Direction, InvalidInput> {
    match (before, after) {
        (Some(_), Some(_)) => Err(InvalidInput::new("after_seq", "cannot go with before_seq")),
        (None, Some(after)) => Ok(Direction::After(seq("after_seq", after)?)),
        (before, None) => Ok(Direction::Before(
            before.map(|number| seq("before_seq", number)).transpose()?,
        )),
    }
}
