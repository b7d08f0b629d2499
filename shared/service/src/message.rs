//! What changes of a message have in common: finding the message, the rows that decide, the write and its answer.

mod again;

use std::collections::BTreeSet;
use std::time::Duration;

use parlour_domain::access::{Actor, Operation, may_write};
use parlour_domain::log::{Body, Draft, Entry};
use parlour_domain::member::Member;
use parlour_domain::pin::Pins;
use parlour_domain::room::{History, Room};
use parlour_domain::text::MessageText;
use parlour_domain::user::User;
use parlour_domain::{AppId, ConnectionId, MessageId, Moment, RoomId, RoomNumber, Seq, Timestamp, UserId};
use parlour_protocol::InvalidInput;
/// What a change of a message came to.
pub use parlour_protocol::view::ChangedView as Changed;
use parlour_protocol::view::EntryView;
use parlour_store::{AppendRefusal, Appended, Writing};
use tokio::time::sleep;

use self::again::Stands;
use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replayed};
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

/// Tries of a change that someone else's change of the same message comes before.
pub(crate) const TRIES: u32 = 5;

/// Who changes which message, and from which connection.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The room.
    pub room: RoomId,
    /// The message.
    pub message: MessageId,
    /// The connection that gets the entry as its answer, not as an event.
    pub from: Option<&'a ConnectionId>,
}

/// A message in its place, and what is needed to show it.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    app: &'a AppId,
    pub(crate) room: RoomNumber,
    pub(crate) entry: Entry,
    sender: Option<User>,
    /// The actor's own reactions.
    pub(crate) own: BTreeSet<String>,
    /// The room's row.
    pub(crate) row: Room,
    /// The actor's own row.
    member: Option<Member>,
}

impl Found<'_> {
    /// What the actor gets to see of the message when it is as `entry` says.
    fn view(&self, entry: &Entry) -> EntryView {
        EntryView::new(self.app, self.room, entry, self.sender.as_ref()).with_own(&self.own)
    }

    /// Decides whether the actor may write now.
    pub(crate) fn may_write(&self, actor: &Actor, operation: Operation, now: Timestamp) -> Result<(), Error> {
        Ok(may_write(actor, operation, &self.row, self.member.as_ref(), now)?)
    }

    /// Nothing to do.
    pub(crate) fn unchanged(&self) -> Changed {
        Changed {
            entry: None,
            message: self.view(&self.entry),
        }
    }

    /// A change of the message as all who hear of the room may hear it. Where history begins with the joining, the message may be
    /// older than the membership of some, and to find out of whom would be a read for each.
    fn for_everyone(&self, change: &EntryView) -> EntryView {
        match self.row.history {
            History::All => change.clone(),
            History::SinceJoin => change.clone().without_content(),
        }
    }

    fn changed(&self, entry: &Entry) -> Changed {
        Changed {
            entry: Some(EntryView::new(self.app, self.room, entry, None)),
            message: self.view(&self.entry.after(entry)),
        }
    }
}

impl<'a> Target<'a> {
    /// Reads the message and decides. What the actor may not see is "not found".
    pub(crate) async fn find(&self, parlour: &Parlour, operation: Operation) -> Result<Found<'a>, Error> {
        let (actor, store, app) = (self.actor, &parlour.store, self.actor.app());
        let number = number(actor, self.room)?;
        let (of_room, seq) = self.message.place(app).map_err(|_| Error::NotFound)?;
        if of_room != number {
            return Err(Error::NotFound);
        }
        let own = async {
            match actor.user() {
                Some(user) => store.own_reactions_to(app, number, user, seq).await,
                None => Ok(BTreeSet::new()),
            }
        };
        let (row, member, entry, own) = tokio::join!(
            store.room(app, number),
            own_row(parlour, actor, number),
            store.entry(app, number, seq),
            own,
        );
        // Who is no member learns nothing, whatever the message is.
        let (row, member) = decide(actor, Operation::GetMessage, row?, member?, None)?;
        let visible_from = member.as_ref().map_or(row.floor, |member| member.visible_from(&row));
        let entry = entry?.filter(|entry| entry.message().is_some() && entry.seq >= visible_from);
        let entry = entry.ok_or(Error::NotFound)?;
        let (row, member) = decide(actor, operation, Some(row), member, entry.sender)?;
        let sender = match entry.sender {
            Some(user) => store.user(app, user).await?,
            None => None,
        };
        Ok(Found {
            app,
            room: number,
            entry,
            row,
            member,
            sender,
            own: own?,
        })
    }

    /// Writes a change and tells the room. `None`: someone else's change came before it, or the actor left; look again.
    pub(crate) async fn write(
        &self,
        parlour: &Parlour,
        moment: &mut Moment,
        found: &Found<'_>,
        (body, key): (Body, Option<&Key>),
    ) -> Result<Option<Done<Changed>>, Error> {
        let (app, now) = (self.actor.app(), moment.now);
        let draft = Draft::new(moment, self.actor.user(), None, body);
        let claim = claim(self.actor, key, &(), now);
        let reply = |entry: &Entry| serde_json::to_string(&Stands { seq: entry.seq }).unwrap_or_default();
        let writing = Writing {
            app,
            room: found.room,
            draft: &draft,
            claim: claim.as_ref().map(|claim| (claim, &reply as _)),
            now,
        };
        let written = match (&draft.body, draft.sender) {
            (Body::ReactionAdded { reaction, .. }, Some(user)) => {
                parlour.store.react(writing, &found.entry, user, (reaction, true)).await
            }
            (Body::ReactionRemoved { reaction, .. }, Some(user)) => {
                parlour
                    .store
                    .react(writing, &found.entry, user, (reaction, false))
                    .await
            }
            _ => parlour.store.change_message(writing, &found.entry).await,
        };
        self.settle(parlour, found, written, now).await
    }

    /// Writes a change of the room's pins and tells the room, in the same way.
    pub(crate) async fn write_pins(
        &self,
        parlour: &Parlour,
        moment: &mut Moment,
        found: &Found<'_>,
        (body, before, after): (Body, &Pins, &Pins),
    ) -> Result<Option<Done<Changed>>, Error> {
        let now = moment.now;
        let pinned = matches!(body, Body::MessagePinned { .. }).then_some(found.entry.seq);
        let draft = Draft::new(moment, self.actor.user(), None, body);
        let writing = Writing {
            app: self.actor.app(),
            room: found.room,
            draft: &draft,
            claim: None,
            now,
        };
        let written = parlour.store.change_pins(writing, (before, after), pinned).await;
        self.settle(parlour, found, written, now).await
    }

    /// What a write came to; the room hears of it.
    async fn settle(
        &self,
        parlour: &Parlour,
        found: &Found<'_>,
        written: Result<Appended, AppendRefusal>,
        now: Timestamp,
    ) -> Result<Option<Done<Changed>>, Error> {
        match written {
            Ok(Appended::New(entry) | Appended::Duplicate(entry)) => {
                let changed = found.changed(&entry);
                if let Some(entry) = &changed.entry {
                    let told = found.for_everyone(entry);
                    tell_entry(parlour, self.actor.app(), found.room, &told, self.from, now).await;
                }
                Ok(Some(Done::now(changed)))
            }
            Ok(Appended::Replayed(reply)) => {
                let stands: Stands = replayed(&reply)?.value;
                self.again(parlour, &stands).await.map(Some)
            }
            Err(AppendRefusal::Condition) => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Waits a moment before the next try, longer each time and never the same.
pub(crate) async fn step_back(moment: &mut Moment, tried: u32) {
    if tried > 0 {
        let [spread] = moment.entropy.bytes::<1>();
        sleep(Duration::from_millis(u64::from(spread) % (8 * u64::from(tried)))).await;
    }
}

/// The place of a message of this room that a new message refers to.
pub(crate) fn place_in(
    actor: &Actor,
    room: RoomNumber,
    (field, message): (&'static str, Option<MessageId>),
) -> Result<Option<Seq>, Error> {
    let Some(message) = message else { return Ok(None) };
    match message.place(actor.app()) {
        Ok((of_room, seq)) if of_room == room => Ok(Some(seq)),
        _ => Err(no_message(field)),
    }
}

/// What a new message refers to is not there, or not for the actor.
pub(crate) fn no_message(field: &'static str) -> Error {
    InvalidInput::new(field, "must be a message of the room").into()
}

/// Only members may be named.
pub(crate) async fn must_be_members(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    named: &[UserId],
) -> Result<(), Error> {
    if named.is_empty() {
        return Ok(());
    }
    let members = parlour.store.members_by_id(app, room, named).await?;
    if members.len() == named.len() {
        Ok(())
    } else {
        Err(InvalidInput::new("mentions", "must name members of the room").into())
    }
}

/// A room may take shorter texts than the app.
pub(crate) fn must_fit(text: Option<&MessageText>, room: &Room) -> Result<(), Error> {
    match (text, room.settings.message_bytes) {
        (Some(text), Some(longest)) if text.as_str().len() > longest as usize => {
            let reason = format!("must not be longer than {longest} bytes in this room");
            Err(InvalidInput::new("text_message", reason).into())
        }
        _ => Ok(()),
    }
}
