//! Whether a message that does not stand yet may.

use parlour_domain::access::{Actor, Operation, may_write};
use parlour_domain::attachment::Attachment;
use parlour_domain::log::{Body, Draft, Entry};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{AttachmentId, Seq, Timestamp};
use parlour_protocol::InvalidInput;
use parlour_store::Begin;

use crate::attachment::taken;
use crate::message::{must_fit, no_message};
use crate::{Error, Parlour, rate_limit, slow_mode};

/// A message that does not stand yet, as far as is known, and what decides whether it may.
pub(super) struct Wanted<'a> {
    pub(super) actor: &'a Actor,
    /// The room's, and the actor's own.
    pub(super) rows: (&'a Room, Option<&'a Member>),
    /// Whether there is something to be said.
    pub(super) is_there: Result<(), Error>,
    /// The messages that it refers to, those that are there.
    pub(super) referred: &'a [Entry],
    /// Whether it names members alone.
    pub(super) named: Result<(), Error>,
    /// The files that it takes, and what is known of them.
    pub(super) files: (&'a [AttachmentId], &'a [Attachment]),
}

/// Decides whether a message may stand now, and counts it over all rooms; answers with its parent, if it is a reply.
pub(super) async fn allowed(
    parlour: &Parlour,
    wanted: Wanted<'_>,
    draft: &mut Draft,
    begin: &Begin,
    now: Timestamp,
) -> Result<Option<Entry>, Error> {
    let (actor, (room, member)) = (wanted.actor, wanted.rows);
    wanted.is_there?;
    may_write(actor, Operation::SendMessage, room, member, now)?;
    if let Body::Message(message) = &draft.body {
        must_fit(message.text.as_ref(), room)?;
    }
    wanted.named?;
    let parent = check_references(&draft.body, wanted.referred, (room, member))?;
    let Begin::After(head) = begin else { return Ok(parent) };
    if let Body::Message(message) = &mut draft.body {
        let (files, found) = wanted.files;
        message.attachments = taken(actor, room.number, files, found)?;
    }
    let place = (actor.app(), room.number);
    if let Some(wait) = slow_mode::of(room, member) {
        slow_mode::check(parlour, place, draft.sender, *head, wait, now).await?;
        draft.spaced = true;
    }
    if let Some(rates) = rate_limit::of(room, member) {
        draft.allowance = rate_limit::check(parlour, place, draft.sender, *head, rates, now).await?;
    }
    rate_limit::count(parlour, actor, now).await?;
    Ok(parent)
}

/// The parent, if the message is a reply. Parent and quote must be messages that the sender may see, and a thread is one level deep.
fn check_references(
    body: &Body,
    referred: &[Entry],
    (room, member): (&Room, Option<&Member>),
) -> Result<Option<Entry>, Error> {
    let Body::Message(message) = body else { return Ok(None) };
    let visible_from = member.map_or(room.floor, |member| member.visible_from(room));
    let find = |place: Seq| {
        let found = referred
            .iter()
            .find(|entry| entry.seq == place && entry.seq >= visible_from);
        found.filter(|entry| entry.message().is_some())
    };
    if message
        .quote
        .is_some_and(|quote| find(quote).is_none_or(|quoted| quoted.deletion.is_some()))
    {
        return Err(no_message("quote_id"));
    }
    let Some(parent) = message.parent else { return Ok(None) };
    let parent = find(parent).ok_or_else(|| no_message("parent_id"))?;
    if parent.message().is_some_and(|message| message.parent.is_some()) {
        return Err(InvalidInput::new("parent_id", "must not be a reply itself").into());
    }
    Ok(Some(parent.clone()))
}
