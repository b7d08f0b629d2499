//! `POST /message/send`: many messages of the backend in one request.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::rate::Quotas;
use parlour_domain::{AppId, Moment, RoomId, UserId};
use parlour_protocol::request::Outgoing;
use parlour_protocol::view::EntryView;

use crate::idempotency::Done;
use crate::push::BoxFuture;
use crate::send_message::send_message;
use crate::{Error, Parlour};

/// Rooms that are written to at once.
const ROOMS_AT_ONCE: usize = 8;

/// A message, its room and who says it: a member, or the backend itself.
pub type Addressed = (RoomId, Option<UserId>, Outgoing);
/// What became of a message.
pub type Sent = Result<Done<EntryView>, Error>;

/// Sends the messages: those of one room one after another, as they stand, and several rooms at once. Each is answered for itself,
/// because one that cannot be sent says nothing of the others.
///
/// # Errors
/// [`Error::Denied`] for all; of each message as of [`send_message`].
pub async fn send_messages(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    messages: Vec<Addressed>,
) -> Result<Vec<Sent>, Error> {
    on_app(actor, Operation::SendMessages, None)?;
    let count = messages.len();
    let mut rooms: BTreeMap<RoomId, Vec<(usize, Addressed)>> = BTreeMap::new();
    for (place, message) in messages.into_iter().enumerate() {
        rooms.entry(message.0).or_default().push((place, message));
    }
    let into_rooms: Vec<_> = rooms
        .into_values()
        .map(|messages| into_room(parlour, moment.fork(), actor.app(), messages))
        .collect();
    let mut sent: Vec<(usize, Sent)> = stream::iter(into_rooms)
        .buffer_unordered(ROOMS_AT_ONCE)
        .flat_map(stream::iter)
        .collect()
        .await;
    sent.sort_unstable_by_key(|(place, _)| *place);
    debug_assert_eq!(sent.len(), count);
    Ok(sent.into_iter().map(|(_, sent)| sent).collect())
}

fn into_room<'a>(
    parlour: &'a Parlour,
    mut moment: Moment,
    app: &'a AppId,
    messages: Vec<(usize, Addressed)>,
) -> BoxFuture<'a, Vec<(usize, Sent)>> {
    Box::pin(async move {
        let mut sent = Vec::with_capacity(messages.len());
        for (place, (room, user, outgoing)) in messages {
            let app = app.clone();
            let actor = match user {
                Some(user) => Actor::User {
                    app,
                    user,
                    quotas: Quotas::default(),
                },
                None => Actor::Backend { app },
            };
            sent.push((
                place,
                send_message(parlour, &mut moment, &actor, room, outgoing, None).await,
            ));
        }
        sent
    })
}
