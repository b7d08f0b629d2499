//! The table of rights, row by row.

use super::*;
use crate::invite::Invite;
use crate::member::{Mute, ReadPosition};
use crate::rate::Quotas;
use crate::room::RoomKind;
use crate::{Entropy, Moment, RoomNumber};

fn moment() -> Moment {
    Moment {
        now: Timestamp::from_millis(1_000_000),
        entropy: Entropy::from_seed([7; 32]),
    }
}

struct Given {
    room: Room,
    now: Timestamp,
    users: Vec<UserId>,
}

impl Given {
    fn new() -> Self {
        let mut moment = moment();
        Self {
            room: Room::new(RoomNumber::new(1).unwrap(), RoomKind::Group, moment.now),
            now: moment.now,
            users: (0..9).map(|_| UserId::generate(&mut moment)).collect(),
        }
    }

    fn member(&self, user: usize, role: Role) -> Member {
        Member::joined(self.users[user], role, self.now, ReadPosition::default())
    }

    fn actor(&self, user: usize) -> Actor {
        Actor::User {
            app: AppId::parse("tenant").unwrap(),
            user: self.users[user],
            quotas: Quotas::default(),
        }
    }
}

fn backend() -> Actor {
    Actor::Backend {
        app: AppId::parse("tenant").unwrap(),
    }
}

/// The roles that may do it to the room or to others in it.
fn roles_for(operation: Operation) -> Vec<Role> {
    let given = Given::new();
    let about = Some(given.users[8]);
    let may = |role: &Role| {
        let member = given.member(0, *role);
        in_room(&given.actor(0), operation, Some(&given.room), Some(&member), about).is_ok()
    };
    Role::ALL.into_iter().filter(may).collect()
}

#[test]
fn each_operation_has_its_roles() {
    use Operation as O;
    let (all, staff, owner) = (
        Role::ALL.to_vec(),
        vec![Role::Owner, Role::Moderator],
        vec![Role::Owner],
    );
    for (operations, roles) in [
        (
            vec![O::GetRoom, O::ListMembers, O::ListMessages, O::Subscribe, O::LeaveRoom],
            all,
        ),
        (
            vec![
                O::AddMember,
                O::InviteUser,
                O::ListInvites,
                O::RevokeInvite,
                O::RemoveMember,
                O::BanMember,
                O::MuteMember,
                O::ListBans,
                O::DeleteMessage,
            ],
            staff,
        ),
        (
            vec![
                O::UpdateRoom,
                O::DeleteRoom,
                O::ArchiveRoom,
                O::TruncateRoom,
                O::SetRole,
            ],
            owner,
        ),
        (vec![O::EditMessage], vec![]),
    ] {
        for operation in operations {
            assert_eq!(roles_for(operation), roles, "{operation:?}");
            let given = Given::new();
            assert_eq!(
                in_room(&given.actor(1), operation, Some(&given.room), None, None),
                Err(Denied::NotFound)
            );
        }
    }
}

#[test]
fn power_over_members_ends_below_oneself() {
    let given = Given::new();
    for (own, expected) in [
        (
            Role::Owner,
            vec![Role::Owner, Role::Moderator, Role::Member, Role::ReadOnly],
        ),
        (Role::Moderator, vec![Role::Member, Role::ReadOnly]),
        (Role::Member, vec![]),
        (Role::ReadOnly, vec![]),
    ] {
        let me = given.member(0, own);
        let below = |role: &Role| over(&given.actor(0), Some(&me), &given.member(1, *role)).is_ok();
        assert_eq!(
            Role::ALL.into_iter().filter(below).collect::<Vec<_>>(),
            expected,
            "{own:?}"
        );
        assert_eq!(over(&given.actor(0), Some(&me), &me), Err(Denied::Forbidden), "oneself");
    }
    assert_eq!(over(&backend(), None, &given.member(1, Role::Owner)), Ok(()));
    let left = Member {
        standing: crate::member::Standing::Leaving,
        ..given.member(0, Role::Owner)
    };
    assert!(over(&given.actor(0), Some(&left), &given.member(1, Role::Member)).is_err());
}

#[test]
fn who_may_write_depends_on_role_mute_and_room() {
    let given = Given::new();
    let write =
        |room: &Room, operation, member: &Member| may_write(&given.actor(0), operation, room, Some(member), given.now);
    let (send, edit) = (Operation::SendMessage, Operation::EditMessage);
    for (role, usually, reserved) in [
        (Role::Owner, Ok(()), Ok(())),
        (Role::Moderator, Ok(()), Ok(())),
        (Role::Member, Ok(()), Err(Denied::Forbidden)),
        (Role::ReadOnly, Err(Denied::Forbidden), Err(Denied::Forbidden)),
    ] {
        let member = given.member(0, role);
        assert_eq!(write(&given.room, send, &member), usually);
        assert_eq!(write(&given.room, edit, &member), usually);
        assert_eq!(may_speak(&member, given.now), usually);
        let mut quiet = given.room.clone();
        quiet.settings.send = Senders::Moderators;
        assert_eq!(write(&quiet, send, &member), reserved);
        assert_eq!(write(&quiet, edit, &member), usually);
        quiet.archived = true;
        assert_eq!(write(&quiet, send, &member), Err(Denied::Archived));
    }
    let mute = |until: Option<i64>| Member {
        mute: Some(Mute {
            until: until.map(|after| given.now.plus_millis(after)),
        }),
        ..given.member(0, Role::Member)
    };
    assert_eq!(write(&given.room, send, &mute(None)), Err(Denied::Muted));
    assert_eq!(write(&given.room, edit, &mute(Some(1))), Err(Denied::Muted));
    assert_eq!(write(&given.room, send, &mute(Some(0))), Ok(()));
    assert_eq!(may_speak(&mute(None), given.now), Err(Denied::Muted));
    assert_eq!(may_speak(&mute(Some(0)), given.now), Ok(()));
    let moderator = Member {
        role: Role::Moderator,
        ..mute(None)
    };
    assert_eq!(write(&given.room, send, &moderator), Ok(()));
    let archived = Room {
        archived: true,
        ..given.room.clone()
    };
    assert_eq!(may_write(&backend(), send, &given.room, None, given.now), Ok(()));
    assert_eq!(
        may_write(&backend(), send, &archived, None, given.now),
        Err(Denied::Archived)
    );
}

#[test]
fn nothing_of_one_user_reaches_another_who_has_blocked_them() {
    use Operation as O;
    let given = Given::new();
    let direct = Room {
        kind: RoomKind::Direct,
        ..given.room.clone()
    };
    let free = given.member(0, Role::Member);
    let blocked = Member {
        blocked_by: [given.users[1]].into(),
        ..free.clone()
    };
    let may = |operation, member| {
        let about = Some(given.users[0]);
        in_room(&given.actor(0), operation, Some(&direct), Some(member), about)
    };
    for operation in [O::SendMessage, O::EditMessage, O::React, O::PinMessage] {
        assert_eq!(may(operation, &free), Ok(()), "{operation:?}");
        assert_eq!(may(operation, &blocked), Err(Denied::Blocked), "{operation:?}");
    }
    for operation in [O::GetRoom, O::ListMessages, O::ListPins, O::DeleteMessage, O::MarkRead] {
        assert_eq!(may(operation, &blocked), Ok(()), "{operation:?}");
    }
    assert_eq!(
        as_member(&given.actor(0), O::Typing, Some(&blocked)),
        Err(Denied::Blocked)
    );
}

#[test]
fn an_invite_is_for_its_user_alone_as_long_as_it_and_the_room_hold() {
    let given = Given::new();
    let accept = |actor: &Actor, room: &Room, member: Option<&Member>, invite: Option<&Invite>, now| {
        as_invited(actor, Operation::AcceptInvite, Some(room), (member, invite), now)
    };
    let invite = Invite::new(given.users[0], None, given.now, Some(given.now.plus_millis(5)));
    let (room, now, none) = (&given.room, given.now, Err(Denied::NotFound));
    let ok = Ok(given.users[0]);
    assert_eq!(accept(&given.actor(0), room, None, Some(&invite), now), ok);
    assert_eq!(accept(&given.actor(1), room, None, Some(&invite), now), none);
    assert_eq!(accept(&given.actor(0), room, None, None, now), none);
    assert_eq!(
        accept(&given.actor(0), room, None, Some(&invite), now.plus_millis(5)),
        none
    );
    assert_eq!(
        accept(&backend(), room, None, Some(&invite), now),
        Err(Denied::UserRequired)
    );
    let archived = Room {
        archived: true,
        ..room.clone()
    };
    let deleted = Room {
        deleted: true,
        ..room.clone()
    };
    for gone in [&archived, &deleted] {
        assert_eq!(accept(&given.actor(0), gone, None, Some(&invite), now), none);
    }
    let member = given.member(0, Role::ReadOnly);
    assert_eq!(accept(&given.actor(0), &archived, Some(&member), None, now), ok);
    assert_eq!(accept(&given.actor(1), room, Some(&member), None, now), none);
    let other = as_invited(
        &given.actor(0),
        Operation::GetRoom,
        Some(room),
        (None, Some(&invite)),
        now,
    );
    assert_eq!(other, Err(Denied::Forbidden));
}
