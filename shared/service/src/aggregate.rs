//! Telling a room what is not in its log, positions and typing: at once in small rooms, in larger ones together with what others
//! report within the next seconds, in still larger ones not at all.

use parlour_domain::pace::Pace;
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};
use parlour_store::{Noted, Signal, StoreError, Subscriber};
use serde::Serialize;

use crate::fan_out::{Notice, tell_these};
use crate::{Parlour, live, metric};

/// Who is to hear of positions and typing, and when.
#[derive(Debug)]
pub(crate) enum Audience {
    /// These, at once.
    Live(Vec<Subscriber>),
    /// Everyone in the room, of several reports together.
    Aggregated,
    /// Nobody.
    Off,
}

/// The audience of a room. Of a room with more connections than hear of such things no more is read than shows that.
pub(crate) async fn audience(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    now: Timestamp,
) -> Result<Audience, StoreError> {
    let few = parlour
        .store
        .few_subscribers(app, room, limits::AGGREGATED_CONNECTIONS, now)
        .await?;
    let Some(subscribers) = few else {
        return Ok(Audience::Off);
    };
    Ok(match Pace::of(subscribers.len()) {
        Pace::Live => Audience::Live(subscribers),
        Pace::Aggregated => Audience::Aggregated,
        Pace::Off => Audience::Off,
    })
}

/// Tells the audience what a user reports, now or soon. Nothing here can fail a request.
pub(crate) async fn tell<T: Serialize>(
    parlour: &Parlour,
    notice: &Notice<'_>,
    data: &T,
    report: (UserId, Signal),
    audience: Audience,
) {
    match (audience, notice.room) {
        (Audience::Live(subscribers), _) => tell_these(parlour, notice, data, subscribers).await,
        (Audience::Aggregated, Some(room)) => gather(parlour, notice.app, room, report, notice.now).await,
        (Audience::Aggregated, None) | (Audience::Off, _) => {}
    }
}

async fn gather(parlour: &Parlour, app: &AppId, room: RoomNumber, report: (UserId, Signal), now: Timestamp) {
    match parlour.store.note(app, room, report, now).await {
        Ok(Noted::Opened) => live::gathered(parlour, app, room).await,
        Ok(Noted::Added | Noted::Full) => {}
        Err(error) => {
            metric::store_failed(&error);
            tracing::warn!(%error, room = room.get(), "what the room is to hear of cannot be noted");
        }
    }
}
