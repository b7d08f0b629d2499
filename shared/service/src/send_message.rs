//! `send_message`: the message is durable before it is acknowledged, and stands in the log once however often it is sent.
//!
//! Two round trips until it is durable (three with a client id that has no base), one more for the room's connections.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::{ConnectionId, Moment, RoomId};
use parlour_protocol::request::Outgoing;
use parlour_protocol::view::EntryView;
use parlour_store::{Appended, Begin, Start};

use crate::fan_out::tell_entry;
use crate::idempotency::Done;
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour, metric};

/// Sends a message. `from` is the connection that asked: it gets the message as its answer, not as an event.
///
/// # Errors
/// [`Error::NotFound`], [`Error::StaleBase`], [`Error::OutcomeUnknown`], [`Error::ClientIdConflict`], [`Error::RoomBusy`],
/// [`Error::Store`].
pub async fn send_message(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    outgoing: Outgoing,
    from: Option<&ConnectionId>,
) -> Result<Done<EntryView>, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let body = Body::Message {
        text: outgoing.text,
        custom: outgoing.custom,
    };
    let draft = Draft::new(moment, actor.user(), outgoing.client_id, body);
    let start = outgoing.after_seq.map_or(Start::Head, Start::Base);
    let sender = async {
        match actor.user() {
            Some(user) => store.user(app, user).await,
            None => Ok(None),
        }
    };
    let (row, member, sender, begin) = tokio::join!(
        store.room(app, number),
        own_row(parlour, actor, number),
        sender,
        store.begin_append(app, number, &draft, start),
    );
    let sender = sender?;
    decide(actor, Operation::SendMessage, row?, member?, None)?;
    if actor.user().is_some() && sender.is_none() {
        return Err(Error::Unauthenticated);
    }
    let begin = match (begin?, start) {
        (Begin::After(head), Start::Head) => store.claim_send(app, number, &draft, head, moment.now).await?,
        (begin, _) => begin,
    };
    let view = |entry| EntryView::new(app, number, entry, sender.as_ref());
    match store.append(app, number, &draft, begin, moment.now).await? {
        Appended::New(entry) => {
            metric::SENDS.add(1);
            let view = view(&entry);
            tell_entry(parlour, app, number, &view, from, moment.now).await;
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
