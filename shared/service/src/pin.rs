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
use crate::{Error, PageSize, Parlour};

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
        found.may_write(target.actor, Operation::PinMessage, moment.now)?;
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
        found.may_write(target.actor, Operation::PinMessage, moment.now)?;
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

/// `GET /room/{room_id}/pin` and `list_pins`: the pinned messages as they are now, the latest pin first. There are at most
/// [`parlour_domain::limits::PINS`], so that a whole page is all of them.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    (after, size): (Option<&str>, PageSize),
    now: Timestamp,
) -> Result<PageView<PinView>, Error> {
    let (number, after) = (number(actor, room)?, after.map(parse_place).transpose()?);
    let app = actor.app();
    let (row, member, pins) = tokio::join!(
        parlour.store.room(app, number),
        own_row(parlour, actor, number),
        parlour.store.pins(app, number),
    );
    let (row, member) = decide(actor, Operation::ListPins, row?, member?, None)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let pins = pins?;
    let mut shown: Vec<&Pin> = pins.live(now).filter(|pin| pin.seq >= visible_from).collect();
    shown.reverse();
    let shown = behind(&shown, after);
    let places: Vec<Seq> = shown.iter().map(|pin| pin.seq).collect();
    let entries = entries(parlour, app, number, &places).await?;
    let messages = views(parlour, (app, actor.user()), number, entries).await?;
    let item = |pin: &&Pin| {
        let message = messages.iter().find(|message| message.seq == pin.seq.get())?;
        let (at, seq) = place(pin);
        Some((format!("{at}.{seq}"), PinView::new(pin, message.clone())))
    };
    Ok(size.page(shown.iter().filter_map(item).collect(), None))
}

/// Since when, and of which message: no other pin has both.
type Place = (i64, u64);

const fn place(pin: &Pin) -> Place {
    (pin.at.millis(), pin.seq.get())
}

fn parse_place(text: &str) -> Result<Place, InvalidInput> {
    let place = text
        .split_once('.')
        .and_then(|(at, seq)| Some((at.parse().ok()?, seq.parse().ok()?)));
    place.ok_or_else(|| InvalidInput::new("after", "must be the next of the page before"))
}

/// The pins behind a place, the latest first; where it is none any more, those that are older.
fn behind<'a>(pins: &[&'a Pin], after: Option<Place>) -> Vec<&'a Pin> {
    let Some(after) = after else {
        return pins.to_vec();
    };
    match pins.iter().position(|pin| place(pin) == after) {
        Some(at) => pins.iter().skip(at + 1).copied().collect(),
        None => pins.iter().filter(|pin| place(pin) < after).copied().collect(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(seq: u64, at: i64) -> Pin {
        Pin {
            seq: Seq::new(seq).unwrap(),
            by: None,
            at: Timestamp::from_millis(at),
            until: None,
        }
    }

    #[test]
    fn a_page_goes_on_behind_its_place_whatever_becomes_of_that_pin() {
        let pins = [pin(2, 40), pin(7, 30), pin(5, 30), pin(9, 10)];
        let shown: Vec<&Pin> = pins.iter().collect();
        let seqs = |pins: &[&Pin], after| -> Vec<u64> {
            let behind = behind(pins, after);
            behind.iter().map(|pin| pin.seq.get()).collect()
        };
        assert_eq!(seqs(&shown, None), [2, 7, 5, 9]);
        assert_eq!(seqs(&shown, Some((30, 7))), [5, 9]);
        assert_eq!(seqs(&shown, Some((10, 9))), [0; 0]);
        let unpinned: Vec<&Pin> = pins.iter().filter(|pin| pin.seq.get() != 7).collect();
        assert_eq!(
            seqs(&unpinned, Some((30, 7))),
            [5, 9],
            "the place alone tells what is behind"
        );
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        assert_eq!(parse_place("30.7").unwrap(), (30, 7));
        for wrong in ["", "30", "30.", ".7", "30.7.1", "x.7", "30.-7"] {
            assert!(parse_place(wrong).is_err(), "{wrong}");
        }
    }
}
