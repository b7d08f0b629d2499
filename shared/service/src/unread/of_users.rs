//! Many users at once, for the backend: what a mail or a push notification says.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::log::Head;
use parlour_domain::member::Member;
use parlour_domain::unread::sum;
use parlour_domain::{AppId, RoomNumber, UserId, limits};
use parlour_protocol::view::{UnreadOfUserView, UnreadOfUsersView};
use parlour_store::StoreError;

use super::{PARALLEL, Place, all_counts, heads, memberships, places};
use crate::push::BoxFuture;
use crate::{Error, Parlour};

/// Users whose lists of rooms are read at once: more would be read in vain where the first ones are in many rooms.
const AT_ONCE: usize = 16;

/// A user, and the rooms to look into.
#[derive(Debug)]
struct Asked {
    user: UserId,
    rooms: Vec<RoomNumber>,
    /// Whether the user is in more rooms than these.
    more: bool,
}

/// What each of these users has not read. No more than [`limits::UNREAD_ROOMS`] rooms are looked into; the users that this
/// leaves no room for are named, to be asked for again.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn of_users(parlour: &Parlour, actor: &Actor, users: &[UserId]) -> Result<UnreadOfUsersView, Error> {
    on_app(actor, Operation::ListUnread, None)?;
    let app = actor.app();
    let asked = asked(parlour, app, users).await?;
    let rooms: BTreeSet<RoomNumber> = asked.iter().flat_map(|asked| asked.rooms.iter().copied()).collect();
    let rooms: Vec<RoomNumber> = rooms.into_iter().collect();
    let (heads, members) = tokio::join!(heads(parlour, app, &rooms), all_members(parlour, app, &asked));
    let items = items(parlour, app, &asked, &heads?, members?).await?;
    Ok(UnreadOfUsersView {
        items,
        left: users.iter().skip(asked.len()).map(ToString::to_string).collect(),
    })
}

/// The first of these users, as many as there is room for, and always one.
async fn asked(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<Vec<Asked>, StoreError> {
    let (mut asked, mut left) = (Vec::with_capacity(users.len()), limits::UNREAD_ROOMS);
    for chunk in users.chunks(AT_ONCE) {
        let mut reads: Vec<BoxFuture<'_, Result<Asked, StoreError>>> = Vec::with_capacity(chunk.len());
        for user in chunk.iter().copied() {
            reads.push(Box::pin(async move {
                let rooms = parlour.store.rooms_of(app, user, None, limits::ROOMS_SORTED);
                let (rooms, next) = rooms.await?;
                Ok(Asked {
                    user,
                    rooms,
                    more: next.is_some(),
                })
            }));
        }
        let chunk: Vec<Asked> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        for next in chunk {
            if next.rooms.len() > left {
                return Ok(asked);
            }
            left -= next.rooms.len();
            asked.push(next);
        }
    }
    Ok(asked)
}

/// Each user's rows in their rooms.
async fn all_members(
    parlour: &Parlour,
    app: &AppId,
    asked: &[Asked],
) -> Result<Vec<HashMap<RoomNumber, Member>>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(asked.len());
    for asked in asked {
        reads.push(Box::pin(memberships(parlour, app, asked.user, &asked.rooms)));
    }
    stream::iter(reads).buffered(PARALLEL).try_collect().await
}

async fn items(
    parlour: &Parlour,
    app: &AppId,
    asked: &[Asked],
    heads: &HashMap<RoomNumber, Head>,
    members: Vec<HashMap<RoomNumber, Member>>,
) -> Result<Vec<UnreadOfUserView>, StoreError> {
    let of_each: Vec<Vec<Place>> = asked
        .iter()
        .zip(members)
        .map(|(asked, members)| places(&asked.rooms, heads, members))
        .collect();
    let sizes: Vec<usize> = of_each.iter().map(Vec::len).collect();
    let mut all: Vec<Place> = of_each.into_iter().flatten().collect();
    let counts = all_counts(parlour, app, &mut all).await?;
    let mut counts = counts.into_iter();
    let item = |(asked, size): (&Asked, usize)| {
        let counts: Vec<_> = counts.by_ref().take(size).collect();
        let (mut unread, mut mentions) = (
            sum(counts.iter().map(|counts| counts.unread)),
            sum(counts.iter().map(|counts| counts.mentions)),
        );
        unread.more |= asked.more;
        mentions.more |= asked.more;
        // Who is in no room may as well be in another app: nothing is said of them.
        (size > 0).then(|| UnreadOfUserView {
            user_id: asked.user.to_string(),
            rooms: counts.iter().filter(|counts| counts.any()).count(),
            unread: unread.into(),
            mentions: mentions.into(),
        })
    };
    Ok(asked.iter().zip(sizes).filter_map(item).collect())
}
