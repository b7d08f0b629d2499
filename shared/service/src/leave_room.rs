//! `leave_room`: this connection hears no more of the room. The membership stays.

use parlour_domain::RoomId;

use crate::room::number;
use crate::{Error, Parlour, Session, live};

/// Ends the connection's subscription. Ending none is no error.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn leave_room(parlour: &Parlour, session: &Session, room: RoomId) -> Result<(), Error> {
    let number = number(&session.actor(), room)?;
    parlour
        .store
        .unsubscribe(&session.app, number, session.user, &session.connection)
        .await?;
    live::left(parlour, session, number).await;
    Ok(())
}
