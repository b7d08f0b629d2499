//! `POST /events`, and the queue of events on AWS: what an integrator's own system says of its users and of who is whose friend.
//! Twice and in any order, it comes to the same as once and in order.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::incoming::{About, Fact, Friendship, Incoming, Outcome, Profile, Stamp, Standing, Told};
use parlour_domain::user::User;
use parlour_domain::{ExternalId, Moment, UserId};
use parlour_store::{Doing, Telling, Written};

use crate::message::{TRIES, step_back};
use crate::push::BoxFuture;
use crate::users::close_connections;
use crate::{Error, Parlour, remove_member};

/// Users, and pairs of users, that are seen to at once.
const AT_ONCE: usize = 16;

/// What became of an event.
pub type Taken = Result<Outcome, Error>;

/// Takes events in their order: those about one user, or two, one after another; those about others beside them. Each is answered
/// for itself.
///
/// # Errors
/// [`Error::Denied`] for all; of each event [`Error::Busy`], [`Error::Store`]: it is safe to send it again.
pub async fn take(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    events: Vec<Incoming>,
) -> Result<Vec<Taken>, Error> {
    on_app(actor, Operation::TakeEvents, None)?;
    let mut about: BTreeMap<About, Vec<(usize, Incoming)>> = BTreeMap::new();
    for (place, event) in events.into_iter().enumerate() {
        about.entry(event.about()).or_default().push((place, event));
    }
    let in_turn: Vec<_> = about
        .into_values()
        .map(|events| one_after_another(parlour, moment.fork(), actor, events))
        .collect();
    let mut taken: Vec<(usize, Taken)> = stream::iter(in_turn)
        .buffer_unordered(AT_ONCE)
        .flat_map(stream::iter)
        .collect()
        .await;
    taken.sort_unstable_by_key(|(place, _)| *place);
    Ok(taken.into_iter().map(|(_, taken)| taken).collect())
}

fn one_after_another<'a>(
    parlour: &'a Parlour,
    mut moment: Moment,
    actor: &'a Actor,
    events: Vec<(usize, Incoming)>,
) -> BoxFuture<'a, Vec<(usize, Taken)>> {
    Box::pin(async move {
        let mut taken = Vec::with_capacity(events.len());
        for (place, event) in events {
            taken.push((place, one(parlour, &mut moment, actor, &event).await));
        }
        taken
    })
}

async fn one(parlour: &Parlour, moment: &mut Moment, actor: &Actor, event: &Incoming) -> Taken {
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let taken = match &event.fact {
            Fact::Is(profile) => is(parlour, moment, actor, event, profile).await?,
            Fact::IsGone => is_gone(parlour, moment, actor, event).await?,
            Fact::Friends { with, are } => {
                befriend(parlour, moment, actor, (&event.subject, with), &event.stamp, *are).await?
            }
        };
        if let Some(outcome) = taken {
            return Ok(outcome);
        }
    }
    Err(Error::Busy)
}

/// `None`: something changed meanwhile, look again.
fn settled(written: &Written) -> Option<Outcome> {
    (*written == Written::Done).then_some(Outcome::Applied)
}

fn told(stamp: &Stamp) -> Told {
    Told {
        at: stamp.at,
        id: stamp.id.clone(),
        gone: false,
        deleted: None,
    }
}

/// There is such a user, and this is how they are.
async fn is(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    event: &Incoming,
    profile: &Profile,
) -> Result<Option<Outcome>, Error> {
    let (store, app, user) = (&parlour.store, actor.app(), &event.subject);
    let (last, before) = tokio::join!(store.told(app, user), store.user_by_external_id(app, user));
    let (last, before) = (last?, before?);
    match event.stamp.standing(last.as_ref().map(Told::stamp).as_ref()) {
        Standing::Later => {}
        Standing::Same => return Ok(Some(Outcome::Duplicate)),
        Standing::Earlier => return Ok(Some(Outcome::Superseded)),
    }
    let after = match &before {
        Some(before) => before.changed(profile.change(), moment.now),
        None => made(moment, user, profile),
    };
    let doing = match &before {
        Some(before) if before.says_the_same(&after) => Doing::Nothing,
        Some(before) => Doing::Replace(before, &after),
        None => Doing::Make(&after),
    };
    let telling = Telling {
        user,
        before: last.as_ref(),
        after: &told(&event.stamp),
        now: moment.now,
    };
    Ok(settled(&store.tell(app, telling, doing).await?))
}

fn made(moment: &mut Moment, id: &ExternalId, profile: &Profile) -> User {
    User {
        id: UserId::generate(moment),
        external_id: Some(id.clone()),
        name: profile.name.clone(),
        avatar_url: profile.avatar_url.clone(),
        custom: profile.custom.clone(),
        suspension: None,
        number: None,
        created_at: moment.now,
        updated_at: moment.now,
    }
}

/// There is no such user: as with `DELETE /user/{user_id}`, the row goes last of what is stored, so that the event, sent again after
/// a crash, goes on where it ended. One that is done already still closes the sockets.
async fn is_gone(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    event: &Incoming,
) -> Result<Option<Outcome>, Error> {
    let (store, app, user) = (&parlour.store, actor.app(), &event.subject);
    let (last, row) = tokio::join!(store.told(app, user), store.user_by_external_id(app, user));
    let (last, row) = (last?, row?);
    match event.stamp.standing(last.as_ref().map(Told::stamp).as_ref()) {
        Standing::Later => {}
        Standing::Same => {
            if let Some(deleted) = last.and_then(|last| last.deleted) {
                close_connections(parlour, app, deleted, moment.now).await?;
            }
            return Ok(Some(Outcome::Duplicate));
        }
        Standing::Earlier => return Ok(Some(Outcome::Superseded)),
    }
    if let Some(row) = &row {
        remove_member::from_all_groups(parlour, moment, actor, row.id).await?;
    }
    let telling = Telling {
        user,
        before: last.as_ref(),
        after: &Told {
            gone: true,
            deleted: row.as_ref().map(|row| row.id),
            ..told(&event.stamp)
        },
        now: moment.now,
    };
    let doing = row.as_ref().map_or(Doing::Nothing, Doing::Delete);
    let written = store.tell(app, telling, doing).await?;
    if let (Written::Done, Some(row)) = (&written, &row) {
        close_connections(parlour, app, row.id, moment.now).await?;
    }
    Ok(settled(&written))
}

/// Two are friends, or are not. Whether both are users already does not matter: who becomes one has their friends.
async fn befriend(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (one, other): (&ExternalId, &ExternalId),
    stamp: &Stamp,
    are: bool,
) -> Result<Option<Outcome>, Error> {
    let (store, app) = (&parlour.store, actor.app());
    let before = store.friendship(app, (one, other)).await?;
    match stamp.standing(before.as_ref().map(Friendship::stamp).as_ref()) {
        Standing::Later => {}
        Standing::Same => return Ok(Some(Outcome::Duplicate)),
        Standing::Earlier => return Ok(Some(Outcome::Superseded)),
    }
    let after = Friendship {
        at: stamp.at,
        id: stamp.id.clone(),
        friends: are,
    };
    let mark = moment.entropy.below(u64::MAX);
    let changed = (before.as_ref(), &after);
    let written = store.set_friendship(app, (one, other), changed, mark, moment.now);
    Ok(settled(&written.await?))
}
