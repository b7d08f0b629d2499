//! Connections of protocols in which one connection hears of all rooms of its user: it is subscribed when it is made, and again
//! whenever its user gets into another room.

use parlour_domain::dialect::Service;
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::EntryView;
use parlour_store::{Connection, Subscribed, Subscriber};

use crate::fan_out::{Notice, tell_these};
use crate::history::views;
use crate::unread::heads;
use crate::{Error, Parlour, Session, live};

/// Subscribes a new connection to the rooms of its user, at most [`limits::ROOMS_PER_CONNECTION`]: those in which something happened
/// last, of the first [`limits::ROOMS_SORTED`] in the order of joining.
///
/// # Errors
/// [`Error::Busy`], [`Error::Store`].
pub async fn follow_rooms(parlour: &Parlour, session: &Session) -> Result<(), Error> {
    let (app, store) = (&session.app, &parlour.store);
    let (mut rooms, _) = store.rooms_of(app, session.user, None, limits::ROOMS_SORTED).await?;
    if rooms.len() > limits::ROOMS_PER_CONNECTION {
        let heads = heads(parlour, app, &rooms).await?;
        rooms.retain(|room| heads.contains_key(room));
        rooms.sort_by_key(|room| std::cmp::Reverse(heads.get(room).map(|head| head.at)));
        rooms.truncate(limits::ROOMS_PER_CONNECTION);
    }
    if rooms.is_empty() {
        return Ok(());
    }
    let subscriber = Subscriber {
        user: session.user,
        connection: session.connection.clone(),
        endpoint: session.endpoint.clone(),
        dialect: session.dialect,
    };
    let expires = session.subscriptions_expire(parlour, session.expires);
    let (subscribed, refused) = store.subscribe_many(app, &rooms, &subscriber, expires).await?;
    match subscribed {
        Subscribed::Done => {}
        // The connection is gone again: there is nobody to tell.
        Subscribed::NoConnection => return Ok(()),
        Subscribed::Busy | Subscribed::NotAMember => return Err(Error::Busy),
    }
    rooms.retain(|room| !refused.contains(room));
    live::arrived(parlour, session, &rooms).await;
    Ok(())
}

/// Subscribes the user's connections of such protocols to a room that the user has got into, and tells them what was said there
/// since: they could not hear of it.
pub(crate) async fn follow_room(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    room: RoomNumber,
    now: Timestamp,
) -> Result<(), Error> {
    let store = &parlour.store;
    let mut told = Vec::new();
    for connection in store.connections_of(app, user, now).await? {
        let hears = connection.dialect.is_some_and(Service::hears_of_all_rooms);
        if !hears || connection.token_expires <= now || connection.rooms().any(|joined| joined == room) {
            continue;
        }
        let session = session(app, user, connection);
        let subscriber = Subscriber {
            user,
            connection: session.connection.clone(),
            endpoint: session.endpoint.clone(),
            dialect: session.dialect,
        };
        let expires = session.subscriptions_expire(parlour, session.expires);
        if store.subscribe(app, room, &subscriber, expires).await? == Subscribed::Done {
            live::arrived(parlour, &session, &[room]).await;
            told.push(subscriber);
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    tell_what_was_said(parlour, (app, user), room, told, now).await
}

/// The connection as what it was when it was made.
fn session(app: &AppId, user: UserId, connection: Connection) -> Session {
    Session {
        app: app.clone(),
        user,
        connection: connection.id,
        connected_at: connection.connected_at,
        expires: connection.token_expires,
        endpoint: connection.endpoint,
        dialect: connection.dialect,
        quotas: Default::default(),
    }
}

async fn tell_what_was_said(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    room: RoomNumber,
    subscribers: Vec<Subscriber>,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(member) = parlour.store.member(app, room, user).await? else {
        return Ok(());
    };
    let since = member.joined_seq;
    let page = parlour
        .store
        .entries_after(app, room, since, limits::PAGE_ITEMS)
        .await?;
    let messages = page.entries.into_iter().filter(|entry| entry.message().is_some());
    for entry in views(parlour, (app, Some(user)), room, messages.collect()).await? {
        let notice = Notice {
            app,
            room: Some(room),
            event: EntryView::event(&entry),
            seq: None,
            except: None,
            now,
        };
        tell_these(parlour, &notice, &entry, subscribers.clone()).await;
    }
    Ok(())
}
