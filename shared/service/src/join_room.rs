//! `join_room`: the connection hears of the room from here on, and gets what it missed.
//!
//! Subscribe first, then read the head, then the backlog: whatever is written meanwhile comes by push or stands in the backlog.

use parlour_domain::access::Operation;
use parlour_domain::pace::Pace;
use parlour_domain::resume::{Verdict, after_reading, before_reading};
use parlour_domain::{Moment, RoomId, RoomNumber, Seq, limits};
use parlour_protocol::view::{EntryView, JoinedView};
use parlour_store::{Page, Present, Subscribed, Subscriber};

use crate::history::{fit, views};
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour, Session, metric};

/// Subscribes the connection and answers with the entries after `after`, if given.
///
/// # Errors
/// [`Error::NotFound`], [`Error::UnknownConnection`], [`Error::TooManyRooms`], [`Error::Busy`], [`Error::Store`].
pub async fn join_room(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
    after: Option<Seq>,
) -> Result<JoinedView, Error> {
    join(parlour, moment, session, room, (after, 0)).await
}

/// [`join_room`] without what was missed, as the room of this place among those of the connection.
pub(crate) async fn join_in_order(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
    place: u64,
) -> Result<JoinedView, Error> {
    join(parlour, moment, session, room, (None, place)).await
}

async fn join(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
    (after, place): (Option<Seq>, u64),
) -> Result<JoinedView, Error> {
    let actor = session.actor();
    let number = number(&actor, room)?;
    let (app, store) = (&session.app, &parlour.store);
    subscribe(parlour, moment, session, (number, place)).await?;
    let backlog = async {
        match after {
            Some(after) => store.entries_after(app, number, after, limits::PAGE_ITEMS).await,
            None => Ok(Page::default()),
        }
    };
    let (row, member, head, backlog, subscribers) = tokio::join!(
        store.room(app, number),
        own_row(parlour, &actor, number),
        store.head(app, number, true),
        backlog,
        store.few_present(app, number, limits::AGGREGATED_CONNECTIONS, moment.now),
    );
    let decided = decide(&actor, Operation::Subscribe, row?, member?, None);
    let Ok((row, Some(member))) = decided else {
        store
            .unsubscribe(app, number, session.user, &session.connection)
            .await?;
        return Err(Error::NotFound);
    };
    let backlog = backlog?;
    let head = head?
        .ok_or(Error::NotFound)?
        .seq
        .max(backlog.entries.last().map_or(Seq::ZERO, |entry| entry.seq));
    let present = subscribers?;
    let pace = present.as_ref().map_or(Pace::Off, |present| Pace::of(present.len()));
    let is_own = |one: &Present| one.subscriber.connection == session.connection;
    let is_new = present.is_some_and(|present| present.iter().any(|one| is_own(one) && one.is_new));
    if pace == Pace::Live && is_new {
        crate::live::arrived(parlour, session, &[number]).await;
    }
    let mut joined = JoinedView {
        room_id: room.to_string(),
        head_seq: head.get(),
        verdict: "complete".to_owned(),
        reason: None,
        items: Vec::new(),
        next: None,
        oldest_seq: None,
        receipts: pace.receipts().to_owned(),
        typing: pace.typing().to_owned(),
    };
    if let Some(after) = after {
        let visible_from = member.visible_from(&row);
        match before_reading(after, head, visible_from) {
            Verdict::Complete | Verdict::More => {
                let items = views(parlour, (app, Some(session.user)), number, backlog.entries).await?;
                let items = items.into_iter().map(|item| item.seen_from(visible_from));
                give(&mut joined, after, head, fit(items.collect()));
            }
            limited => limit(&mut joined, limited),
        }
    }
    metric::JOINS.add(1);
    Ok(joined)
}

async fn subscribe(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    (room, place): (RoomNumber, u64),
) -> Result<(), Error> {
    let (app, store) = (&session.app, &parlour.store);
    let subscriber = Subscriber {
        user: session.user,
        connection: session.connection.clone(),
        endpoint: session.endpoint.clone(),
        dialect: session.dialect,
    };
    let mut token_expires = session.expires;
    if moment.now >= session.expires {
        // A later token holds: its end stands in the connection's row.
        let row = store
            .connection(app, session.user, &session.connection, moment.now)
            .await?;
        token_expires = row.ok_or(Error::UnknownConnection)?.token_expires;
    }
    let expires = session.subscriptions_expire(parlour, token_expires);
    match store.subscribe_in_order(app, room, &subscriber, expires, place).await? {
        Subscribed::Done => Ok(()),
        Subscribed::NotAMember => Err(Error::NotFound),
        Subscribed::Busy => Err(Error::Busy),
        Subscribed::NoConnection => {
            let row = store
                .connection(app, session.user, &session.connection, moment.now)
                .await?;
            Err(if row.is_some() {
                Error::TooManyRooms
            } else {
                Error::UnknownConnection
            })
        }
    }
}

fn give(joined: &mut JoinedView, after: Seq, head: Seq, items: Vec<EntryView>) {
    let last = items.last().and_then(|item| Seq::new(item.seq)).unwrap_or(after);
    if after_reading(last, head) == Verdict::More {
        "more".clone_into(&mut joined.verdict);
        joined.next = Some(last.get());
    }
    joined.items = items;
}

fn limit(joined: &mut JoinedView, verdict: Verdict) {
    "limited".clone_into(&mut joined.verdict);
    joined.reason = Some(match verdict {
        Verdict::BelowFloor { oldest } => {
            joined.oldest_seq = Some(oldest.get());
            "below_floor".to_owned()
        }
        _ => "ahead_of_log".to_owned(),
    });
}
