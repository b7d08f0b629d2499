//! `PATCH /room/{room_id}/message/{message_id}` and `edit_message`: by its sender or the backend, at any time, up to 50 times.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Entry, Message, MessageChange, WriteId};
use parlour_domain::{MessageId, Moment, RoomId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EditView, PageView};

use crate::idempotency::{Done, Key};
use crate::message::{Changed, TRIES, Target, must_be_members, must_fit, step_back};
use crate::message_hook::Asked;
use crate::{Error, PageSize, Parlour, message_hook};

/// Edits a message. A change that changes nothing leaves no trace.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::MessageDeleted`], [`Error::TooManyEdits`], [`Error::Invalid`],
/// [`Error::MessageRefused`], [`Error::HookUnavailable`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn edit_message(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    change: MessageChange,
    key: Option<&Key>,
) -> Result<Done<Changed>, Error> {
    edit_by(parlour, moment, target, &|_| Ok(change.clone()), key).await
}

/// Makes of what a message says the change of it.
pub type Changing<'a> = &'a (dyn Fn(&Message) -> Result<MessageChange, InvalidInput> + Send + Sync);

/// [`edit_message`], by a change that follows from what the message says: of two at the same time, the later one sees the other.
///
/// # Errors
/// As [`edit_message`].
pub async fn edit_by(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    changing: Changing<'_>,
    key: Option<&Key>,
) -> Result<Done<Changed>, Error> {
    if let Some(done) = target.earlier(parlour, key, moment.now).await? {
        return Ok(done);
    }
    let (app, now) = (target.actor.app(), moment.now);
    let hook = message_hook::of(parlour, target.actor, now).await?;
    // What the hook was asked about, and what it made of it.
    let mut looked_at: Option<(Message, Message)> = None;
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let found = target.find(parlour, Operation::EditMessage).await?;
        found.may_write(target.actor, Operation::EditMessage, moment.now)?;
        if found.entry.deletion.is_some() {
            return Err(Error::MessageDeleted);
        }
        let before = found.entry.message().cloned().unwrap_or_default();
        let change = changing(&before)?;
        let after = before.changed(change.clone());
        must_fit(change.text.as_ref(), &found.row)?;
        if after == before {
            return Ok(Done::now(found.unchanged()));
        }
        let edits = found.entry.edits.as_ref().map_or(0, |edits| edits.entries.len());
        if edits >= limits::MESSAGE_EDITS {
            return Err(Error::TooManyEdits);
        }
        let named = change.mentions.as_deref().unwrap_or_default();
        must_be_members(parlour, target.actor.app(), found.room, named).await?;
        let after = match (&hook, target.actor.user(), &looked_at) {
            (_, _, Some((asked, said))) if *asked == after => said.clone(),
            (Some(hook), Some(sender), _) => {
                let asked = Asked {
                    room: &found.row,
                    sender,
                    message: &after,
                    edited: Some(found.entry.seq),
                    files: &[],
                    write: &WriteId::generate(moment),
                };
                let said = message_hook::ask(parlour, app, hook, asked, now).await?;
                looked_at = Some((after, said.clone()));
                said
            }
            _ => after,
        };
        let body = Body::MessageEdited {
            target: found.entry.seq,
            now: Box::new(after),
            before: Box::new(before),
        };
        if let Some(done) = target.write(parlour, moment, &found, (body, key)).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

/// `GET /room/{room_id}/message/{message_id}/edit` and `edit_history`: what the message said, oldest first, without the first `after`
/// of these; what it says now comes last. `next` is the value for `after`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::MessageDeleted`], [`Error::Store`].
pub async fn edits(
    parlour: &Parlour,
    actor: &Actor,
    (room, message): (RoomId, MessageId),
    (after, size): (usize, PageSize),
) -> Result<PageView<EditView>, Error> {
    let target = Target {
        actor,
        room,
        message,
        from: None,
    };
    let found = target.find(parlour, Operation::GetMessage).await?;
    if found.entry.deletion.is_some() {
        return Err(Error::MessageDeleted);
    }
    let places = found.entry.edits.as_ref().map_or(&[][..], |edits| &edits.entries);
    if after > places.len() {
        return Ok(PageView {
            items: Vec::new(),
            next: None,
        });
    }
    // With the edit that the first of these was said since, if it is not the message itself.
    let places = places.get(after.saturating_sub(1)..).unwrap_or_default();
    let entries = parlour.store.entries(actor.app(), found.room, places, true).await?;
    let original = Some(&found.entry).filter(|_| after == 0);
    let said = entries.iter().skip(usize::from(after > 0)).filter_map(before);
    let now = found
        .entry
        .message()
        .map(|message| EditView::new(message, since(&found.entry)));
    // What was said before an edit was said since the edit before it.
    let times = original.into_iter().chain(&entries).map(|entry| entry.at);
    let views = times.zip(said).map(|(at, message)| EditView::new(message, at));
    let placed = (after + 1..).zip(views.chain(now)).take(size.items);
    Ok(size.page(placed.collect(), None))
}

fn before(edit: &Entry) -> Option<&parlour_domain::log::Message> {
    match &edit.body {
        Body::MessageEdited { before, .. } => Some(before),
        _ => None,
    }
}

fn since(message: &Entry) -> parlour_domain::Timestamp {
    message.edits.as_ref().map_or(message.at, |edits| edits.at)
}
