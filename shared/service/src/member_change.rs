//! What changes of a member have in common: the rows that decide, the write and its answer.

use parlour_domain::access::{Actor, Operation, over};
use parlour_domain::log::{Body, Draft};
use parlour_domain::member::{Member, Mute, Role};
use parlour_domain::room::RoomKind;
use parlour_domain::user::User;
use parlour_domain::{Moment, RoomId, RoomNumber, UserId};
use parlour_protocol::request::to_come;
use parlour_protocol::view::{EntryView, MemberView};
use parlour_store::{AppendRefusal, Appended, Writing};

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::message::{TRIES, step_back};
use crate::room::{decide, number};
use crate::{Error, Parlour};

/// Who changes which member of a room. The answer is the member, not the entry: the entry goes to every connection.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The room.
    pub room: RoomId,
    /// The member.
    pub user: UserId,
}

/// What a member becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Role(Role),
    Mute(Option<Mute>),
}

impl Change {
    const fn operation(self) -> Operation {
        match self {
            Self::Role(_) => Operation::SetRole,
            Self::Mute(_) => Operation::MuteMember,
        }
    }

    fn after(self, member: &Member) -> Member {
        match self {
            Self::Role(role) => Member { role, ..member.clone() },
            Self::Mute(mute) => Member { mute, ..member.clone() },
        }
    }

    fn body(self, user: UserId) -> Body {
        match self {
            Self::Role(role) => Body::RoleChanged { user, role },
            Self::Mute(Some(mute)) => Body::MemberMuted {
                user,
                until: mute.until,
            },
            Self::Mute(None) => Body::MemberUnmuted { user },
        }
    }
}

/// The rows of a change.
struct Found {
    number: RoomNumber,
    own: Option<Member>,
    target: Member,
    user: Option<User>,
}

/// Changes a member. What is so already stays so, without an entry.
pub(crate) async fn change(
    parlour: &Parlour,
    moment: &mut Moment,
    of: Of<'_>,
    change: Change,
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    if let Some(done) = replay(parlour, of.actor, key, moment.now).await? {
        return Ok(done);
    }
    if let Change::Mute(Some(mute)) = change {
        to_come(mute.until, moment.now)?;
    }
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let found = find(parlour, of, change.operation()).await?;
        let after = change.after(&found.target);
        let view = MemberView::new(of.actor.app(), found.number, &after, found.user.as_ref());
        if after == found.target {
            return Ok(Done::now(view));
        }
        if let Some(done) = write(parlour, moment, of, (&found, change, view), key).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

async fn find(parlour: &Parlour, of: Of<'_>, operation: Operation) -> Result<Found, Error> {
    let (app, number) = (of.actor.app(), number(of.actor, of.room)?);
    let (row, members, user) = tokio::join!(
        parlour.store.room(app, number),
        parlour.store.two_members(app, number, (of.actor.user(), of.user)),
        parlour.store.user(app, of.user),
    );
    let (own, target) = members?;
    let (row, own) = decide(of.actor, operation, row?, own, Some(of.user))?;
    if row.kind == RoomKind::Direct {
        return Err(Error::DirectRoom);
    }
    let target = target.filter(Member::is_active).ok_or(Error::NotFound)?;
    over(of.actor, own.as_ref(), &target)?;
    Ok(Found {
        number,
        own,
        target,
        user: user?,
    })
}

/// `None`: one of the two changed meanwhile; look again.
async fn write(
    parlour: &Parlour,
    moment: &mut Moment,
    of: Of<'_>,
    (found, change, view): (&Found, Change, MemberView),
    key: Option<&Key>,
) -> Result<Option<Done<MemberView>>, Error> {
    let (app, now) = (of.actor.app(), moment.now);
    let draft = Draft::new(moment, of.actor.user(), None, change.body(of.user));
    let claim = claim(of.actor, key, &view, now);
    let reply = |_: &_| serde_json::to_string(&view).unwrap_or_default();
    let writing = Writing {
        app,
        room: found.number,
        draft: &draft,
        claim: claim.as_ref().map(|claim| (claim, &reply as _)),
        now,
    };
    let own = found.own.as_ref();
    let written = match change {
        Change::Role(role) => parlour.store.set_role(writing, own, &found.target, role).await,
        Change::Mute(mute) => parlour.store.set_mute(writing, own, &found.target, mute).await,
    };
    match written {
        Ok(Appended::New(entry) | Appended::Duplicate(entry)) => {
            let told = EntryView::new(app, found.number, &entry, None);
            tell_entry(parlour, app, found.number, &told, None, now).await;
            Ok(Some(Done::now(view)))
        }
        Ok(Appended::Replayed(reply)) => replayed(&reply).map(Some),
        Err(AppendRefusal::Condition) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
