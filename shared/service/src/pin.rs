//! `PUT` and `DELETE /room/{room_id}/message/{message_id}/pin`, `pin_message` and `unpin_message`, and the list of a room's pins.

use std::collections::HashSet;

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Entry};
use parlour_domain::pin::{Pin, Pins};
use parlour_domain::{AppId, Moment, RoomId, RoomNumber, Seq, Timestamp};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{PageView, PinView};
use parlour_store::StoreError;

use crate::history::views;
use crate::idempotency::Done;
use crate::message::{Changed, TRIES, Target, step_back};
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

/// Pins a message, until a time if one is given. What is pinned so already stays so; another time takes the place of the first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::MessageDeleted`], [`Error::TooManyPins`], [`Error::Invalid`] (the time is
/// over), [`Error::Busy`], [`Error::Store`].
pub async fn pin(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    until: Option<Timestamp>,
) -> Result<Done<Changed>, Error> {
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let found = target.find(parlour, Operation::PinMessage).await?;
        let (app, now, seq) = (target.actor.app(), moment.now, found.entry.seq);
        if until.is_some_and(|until| until <= now) {
            return Err(InvalidInput::new("expires_at", "must be in the future").into());
        }
        if found.entry.deletion.is_some() {
            return Err(Error::MessageDeleted);
        }
        let before = parlour.store.pins(app, found.room).await?;
        if before.of(seq, now).is_some_and(|pin| pin.until == until) {
            return Ok(Done::now(found.unchanged()));
        }
        let pin = Pin {
            seq,
            by: target.actor.user(),
            at: now,
            until,
        };
        let after = match before.with(pin.clone(), now) {
            Ok(after) => after,
            Err(_) => without_deleted(parlour, app, found.room, &before)
                .await?
                .with(pin, now)
                .map_err(|_| Error::TooManyPins)?,
        };
        let body = Body::MessagePinned { target: seq, until };
        if let Some(done) = target
            .write_pins(parlour, moment, &found, (body, &before, &after))
            .await?
        {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

/// Ends the pin of a message. What is not pinned stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn unpin(parlour: &Parlour, moment: &mut Moment, target: Target<'_>) -> Result<Done<Changed>, Error> {
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let found = target.find(parlour, Operation::PinMessage).await?;
        let (now, seq) = (moment.now, found.entry.seq);
        let before = parlour.store.pins(target.actor.app(), found.room).await?;
        if before.of(seq, now).is_none() {
            return Ok(Done::now(found.unchanged()));
        }
        let (body, after) = (Body::MessageUnpinned { target: seq }, before.without(seq, now));
        if let Some(done) = target
            .write_pins(parlour, moment, &found, (body, &before, &after))
            .await?
        {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

/// `GET /room/{room_id}/pin`: the pinned messages as they are now, the latest pin first. There are at most
/// [`parlour_domain::limits::PINS`], so this is one page.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor, room: RoomId, now: Timestamp) -> Result<PageView<PinView>, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let (row, member, pins) = tokio::join!(
        parlour.store.room(app, number),
        own_row(parlour, actor, number),
        parlour.store.pins(app, number),
    );
    let (row, member) = decide(actor, Operation::ListPins, row?, member?, None)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let pins = pins?;
    let shown: Vec<&Pin> = pins.live(now).filter(|pin| pin.seq >= visible_from).collect();
    let places: Vec<Seq> = shown.iter().map(|pin| pin.seq).collect();
    let entries = entries(parlour, app, number, &places).await?;
    let messages = views(parlour, (app, actor.user()), number, entries).await?;
    let item = |pin: &&Pin| {
        let message = messages.iter().find(|message| message.seq == pin.seq.get())?;
        Some(PinView::new(pin, message.clone()))
    };
    Ok(PageView {
        items: shown.iter().rev().filter_map(item).collect(),
        next: None,
    })
}

/// The pinned messages that are there and not deleted.
async fn entries(parlour: &Parlour, app: &AppId, room: RoomNumber, places: &[Seq]) -> Result<Vec<Entry>, StoreError> {
    let mut entries = parlour.store.entries(app, room, places, true).await?;
    entries.retain(|entry| entry.deletion.is_none());
    Ok(entries)
}

/// The pins of messages that still say something: the others take no place.
async fn without_deleted(parlour: &Parlour, app: &AppId, room: RoomNumber, pins: &Pins) -> Result<Pins, StoreError> {
    let places: Vec<Seq> = pins.pins.iter().map(|pin| pin.seq).collect();
    let entries = entries(parlour, app, room, &places).await?;
    let there: HashSet<Seq> = entries.iter().map(|entry| entry.seq).collect();
    let mut left = pins.clone();
    left.pins.retain(|pin| there.contains(&pin.seq));
    Ok(left)
}
