//! `send_message`: the message is durable before it is acknowledged, and stands in the log once however often it is sent. What
//! has come since, like a mute, a limit or a departure of who is named, is for new messages: a repeat is answered as it was then.
//!
//! Two round trips until it is durable (three with a client id that has no base), one more for the room's connections. In a
//! room in slow mode one more where others wrote since, and in one with a limit per minute one more where anyone did. Where the app
//! has a hook, it is asked before the append, and a process reads the app's row once in 10 s beside the others.

mod allowed;

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, BodyHash, Draft, Entry};
use parlour_domain::message_hook::MessageHook;
use parlour_domain::room::Room;
use parlour_domain::user::User;
use parlour_domain::{AppId, AttachmentId, ConnectionId, Moment, RoomId, RoomNumber, Seq, Timestamp};
use parlour_protocol::request::Outgoing;
use parlour_protocol::view::EntryView;
use parlour_store::{Along, AppendRefusal, Appended, Begin, Start, StoreError};

use self::allowed::{Wanted, allowed};
use crate::attachment::not_free;
use crate::fan_out::tell_entry;
use crate::idempotency::Done;
use crate::message::{TRIES, must_be_members, no_message, place_in, step_back};
use crate::message_hook::Asked;
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour, message_hook, metric};

/// Sends a message. `from` is the connection that asked: it gets the message as its answer, not as an event.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (read only, muted, archived), [`Error::Invalid`], [`Error::RateLimited`],
/// [`Error::MessageRefused`], [`Error::HookUnavailable`], [`Error::StaleBase`], [`Error::OutcomeUnknown`],
/// [`Error::ClientIdConflict`], [`Error::RoomBusy`], [`Error::Store`].
pub async fn send_message(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    outgoing: Outgoing,
    from: Option<&ConnectionId>,
) -> Result<Done<EntryView>, Error> {
    let origin = Origin {
        hash: None,
        is_there: Ok(()),
    };
    send(parlour, moment, actor, room, (outgoing, origin), from).await
}

/// Where the words of a message come from.
pub(crate) struct Origin {
    /// By what a repeat is known, where that is not what the message says.
    pub(crate) hash: Option<BodyHash>,
    /// Whether there is something to be said. Where there is not, an earlier attempt may still have said it.
    pub(crate) is_there: Result<(), Error>,
}

/// [`send_message`], whose words may come from elsewhere.
pub(crate) async fn send(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    (outgoing, origin): (Outgoing, Origin),
    from: Option<&ConnectionId>,
) -> Result<Done<EntryView>, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (files, named_files) = (outgoing.files(), outgoing.file_names());
    let mut message = outgoing.message;
    message.parent = place_in(actor, number, ("parent_id", outgoing.parent))?;
    message.quote = place_in(actor, number, ("quote_id", outgoing.quote))?;
    let referred: Vec<Seq> = message.parent.into_iter().chain(message.quote).collect();
    let named = message.mentions.clone();
    let mut draft = Draft::new(moment, actor.user(), outgoing.client_id, Body::Message(message));
    if !files.is_empty() {
        // By what names them: what is known of them is read below, at the same time as an earlier attempt is looked for.
        draft.hash = BodyHash::of(&(&draft.body, &named_files));
    }
    if let Some(hash) = origin.hash {
        draft.hash = hash;
    }
    let start = outgoing.after_seq.map_or(Start::Head, Start::Base);
    let sender = async {
        match actor.user() {
            Some(user) => store.user(app, user).await,
            None => Ok(None),
        }
    };
    let (row, member, sender, begin, referred, named, found, prepared, hook) = tokio::join!(
        store.room(app, number),
        own_row(parlour, actor, number),
        sender,
        store.begin_append(app, number, &draft, start),
        referred_to(parlour, app, number, &referred),
        must_be_members(parlour, app, number, &named),
        store.attachments(app, &files),
        store.prepare_outbox(app, moment.now),
        message_hook::of(parlour, actor, moment.now),
    );
    prepared?;
    let hook = hook?;
    let sender = sender?;
    let (row, member) = decide(actor, Operation::SendMessage, row?, member?, None)?;
    match &sender {
        None if actor.user().is_some() => return Err(Error::Unauthenticated),
        // A connection may be older than the suspension.
        Some(user) if user.is_suspended(moment.now) => return Err(Error::UserSuspended),
        _ => {}
    }
    let (mut begin, mut parent) = (begin?, None);
    // What stands already is not decided anew.
    if !matches!(begin, Begin::Found(_) | Begin::Reused) {
        let wanted = Wanted {
            actor,
            rows: (&row, member.as_ref()),
            // Whether it was said already cannot be told from a stale base, so neither that it may not be.
            is_there: origin.is_there.or_else(|refused| match begin {
                Begin::Stale => Ok(()),
                _ => Err(refused),
            }),
            referred: &referred?,
            named,
            files: (&files, &found?),
        };
        match allowed(parlour, wanted, &mut draft, &begin, moment.now).await {
            Ok(of) => parent = of,
            // At a base an earlier attempt was looked for already.
            Err(refused) if start == Start::Head => {
                let earlier = store.earlier_send(app, number, &draft, moment.now).await?;
                begin = earlier.ok_or(refused)?;
            }
            Err(refused) => return Err(refused),
        }
    }
    let begin = match (begin, start) {
        (Begin::After(head), Start::Head) => store.claim_send(app, number, &draft, head, moment.now).await?,
        (begin, _) => begin,
    };
    if let (Some(hook), Begin::After(_)) = (&hook, &begin) {
        looked_at(parlour, (app, &row), hook, &mut draft, &files, moment.now).await?;
    }
    note_origin(parlour, app, number, &draft.body).await?;
    let appended = if parent.is_some() || !files.is_empty() {
        append_along(parlour, (app, number), &draft, begin, (parent, &files), moment).await?
    } else {
        store.append(app, number, &draft, begin, moment.now).await?
    };
    answered(parlour, (app, number, sender.as_ref()), appended, from, moment.now).await
}

/// What a send came to; the room hears of a message that is new.
async fn answered(
    parlour: &Parlour,
    (app, room, sender): (&AppId, RoomNumber, Option<&User>),
    appended: Appended,
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<Done<EntryView>, Error> {
    let view = |entry| EntryView::new(app, room, entry, sender);
    match appended {
        Appended::New(entry) => {
            metric::SENDS.add(1);
            let view = view(&entry);
            tell_entry(parlour, app, room, &view, from, now).await;
            Ok(Done::now(view))
        }
        Appended::Duplicate(entry) => Ok(Done {
            value: EntryView {
                duplicate: true,
                ..view(&entry)
            },
            replayed: true,
        }),
        Appended::Replayed(_) => Err(Error::Defect("a send has no reply in its claim".to_owned())),
    }
}

/// Has the app's hook look at a message of a user, which may say something else then. Its hash stays that of what the user wrote: by
/// that a repeat is known.
async fn looked_at(
    parlour: &Parlour,
    (app, room): (&AppId, &Room),
    hook: &MessageHook,
    draft: &mut Draft,
    files: &[AttachmentId],
    now: Timestamp,
) -> Result<(), Error> {
    if let (Body::Message(message), Some(sender)) = (&mut draft.body, draft.sender) {
        let asked = Asked {
            room,
            sender,
            message,
            edited: None,
            files,
            write: &draft.write_id,
        };
        *message = message_hook::ask(parlour, app, hook, asked, now).await?;
    }
    Ok(())
}

/// Before a forwarded message stands, so that an erasure of who said it finds every room that it was forwarded into.
async fn note_origin(parlour: &Parlour, app: &AppId, room: RoomNumber, body: &Body) -> Result<(), StoreError> {
    let Body::Message(message) = body else { return Ok(()) };
    match message.forwarded.as_ref().and_then(|origin| origin.sender) {
        Some(said_by) => parlour.store.note_room(app, said_by, room).await,
        None => Ok(()),
    }
}

/// The messages that a new one refers to: none costs nothing.
async fn referred_to(parlour: &Parlour, app: &AppId, room: RoomNumber, places: &[Seq]) -> Result<Vec<Entry>, Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    Ok(parlour.store.entries(app, room, places, true).await?)
}

/// Appends a reply, whose parent may get its first one at the same moment, or a message with files, which another one may take.
async fn append_along(
    parlour: &Parlour,
    (app, room): (&AppId, RoomNumber),
    draft: &Draft,
    begin: Begin,
    (mut parent, files): (Option<Entry>, &[AttachmentId]),
    moment: &mut Moment,
) -> Result<Appended, Error> {
    let store = &parlour.store;
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let along = Along {
            parent: parent.as_ref(),
            files,
        };
        let appended = store
            .append_along((app, room), draft, begin.clone(), along, moment.now)
            .await;
        let Err(AppendRefusal::Condition) = appended else {
            return Ok(appended?);
        };
        let found = store.attachments(app, files).await?;
        let free = found.iter().filter(|found| found.is_free_for(draft.sender, room));
        if free.count() < files.len() {
            return Err(not_free());
        }
        if let Some(before) = parent {
            let now = store.entry(app, room, before.seq).await?;
            parent = Some(now.ok_or_else(|| no_message("parent_id"))?);
        }
    }
    Err(Error::Busy)
}
