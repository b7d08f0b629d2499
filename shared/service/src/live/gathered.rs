//! What the members of a room reported within some seconds: told to all of its connections together. Positions are one frame for
//! everyone, the reporters' own connections among them. Who types is not told to themselves: their connections hear of the others.

use std::collections::{BTreeSet, HashMap};

use parlour_domain::access::may_speak;
use parlour_domain::member::Member;
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::{ReceiptNotice, ReceiptsView, TypingUserView, TypingUsersView};
use parlour_store::Aggregate;

use crate::fan_out::{Notice, tell_others, tell_these};
use crate::{Error, Parlour};

type Members = HashMap<UserId, Member>;

/// Takes out what was gathered for a room and tells it. Of who is no member any more nobody hears, and a room that has grown too
/// large by now hears of nothing.
pub(super) async fn tell(parlour: &Parlour, app: &AppId, room: RoomNumber, now: Timestamp) -> Result<(), Error> {
    let store = &parlour.store;
    let Some(gathered) = store.take_aggregate(app, room, now).await? else {
        return Ok(());
    };
    let users = gathered.users();
    let named: Vec<UserId> = gathered.typing.iter().take(limits::TYPING_NAMES).copied().collect();
    let (subscribers, members, known) = tokio::join!(
        store.few_subscribers(app, room, limits::AGGREGATED_CONNECTIONS, now),
        store.members_by_id(app, room, &users),
        store.users_by_id(app, &named),
    );
    let (Some(subscribers), members, known) = (subscribers?, members?, known?) else {
        return Ok(());
    };
    let room_id = RoomId::new(app, room).to_string();
    let receipts = ReceiptsView {
        room_id: room_id.clone(),
        items: receipts(&gathered, &members),
    };
    let typing = TypingUsersView {
        room_id,
        items: typing(&gathered, &members, &known, now),
    };
    let notice = |event| Notice {
        app,
        room: Some(room),
        event,
        seq: None,
        except: None,
        now,
    };
    if !receipts.items.is_empty() {
        tell_these(parlour, &notice("receipts"), &receipts, subscribers.clone()).await;
    }
    if !typing.items.is_empty() {
        tell_others(parlour, &notice("typing_users"), &typing, subscribers).await;
    }
    Ok(())
}

/// The positions as they are now: a report that was noted late shows none that is older.
fn receipts(gathered: &Aggregate, members: &Members) -> Vec<ReceiptNotice> {
    let moved: BTreeSet<&UserId> = gathered.read.union(&gathered.delivered).collect();
    let receipt = |user: &UserId| {
        let member = members.get(user)?;
        let read = gathered.read.contains(user).then(|| member.read_up_to().get());
        let delivered = gathered.delivered.contains(user);
        Some(ReceiptNotice {
            user_id: user.to_string(),
            read_seq: read,
            delivered_seq: delivered.then(|| member.delivered_up_to().get()),
        })
    };
    moved.into_iter().filter_map(receipt).collect()
}

fn typing(
    gathered: &Aggregate,
    members: &Members,
    known: &HashMap<UserId, User>,
    now: Timestamp,
) -> Vec<TypingUserView> {
    // Who goes on typing is told of again by then.
    let until = now.plus_seconds(limits::TYPING_SECONDS + limits::AGGREGATE_SECONDS);
    // As with a notice of its own: between two users one of whom has blocked the other nobody types, and who was muted since does not.
    let speaks = |member: &Member| member.blocked_by.is_empty() && may_speak(member, now).is_ok();
    let heard = |user: &&UserId| members.get(*user).is_some_and(speaks);
    let view = |user: &UserId, typing: bool| TypingUserView {
        user_id: user.to_string(),
        name: known.get(user).map(|user| user.name.as_str().to_owned()),
        typing,
        expires_at: if typing { until } else { now }.to_string(),
    };
    let begun = gathered.typing.iter().filter(heard).map(|user| view(user, true));
    let ended = gathered.stopped.iter().filter(heard).map(|user| view(user, false));
    begun.chain(ended).collect()
}
