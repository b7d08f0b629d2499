//! Recipients of a message, where the protocol of another service names them after it was sent: they are members of its room, who have
//! not read it.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::member::{Member, ReadPosition, Role};
use parlour_domain::{MessageId, Moment, RoomId, UserId};

use crate::add_member::add_member;
use crate::message::Target;
use crate::{Error, Key, Parlour};

/// Makes a user a recipient of a message. Who is a member of its room is one already. For who becomes a member by this, the message
/// and what follows it is unread. Again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::MessageDeleted`]; else as [`add_member`].
pub async fn add_recipient(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (room, message): (RoomId, MessageId),
    user: UserId,
    key: Option<&Key>,
) -> Result<(), Error> {
    let target = Target {
        actor,
        room,
        message,
        from: None,
    };
    let found = target.find(parlour, Operation::GetMessage).await?;
    if found.entry.deletion.is_some() {
        return Err(Error::MessageDeleted);
    }
    let (app, store) = (actor.app(), &parlour.store);
    let member = store.member(app, found.room, user).await?;
    let member = match member.filter(Member::is_active) {
        Some(member) => member,
        None => {
            add_member(parlour, moment, actor, room, (user, Role::Member), key).await?;
            let member = store.member(app, found.room, user).await?;
            member.filter(Member::is_active).ok_or(Error::Busy)?
        }
    };
    // Nothing was read since they joined, after the message.
    if found.entry.seq < member.joined_seq && member.read.seq == member.joined_seq {
        let before = ReadPosition {
            seq: found.entry.seq.previous(),
            msg_no: found.entry.msg_no.saturating_sub(1),
        };
        // If it moved meanwhile, they are reading.
        store.mark_unread(app, found.room, &member, before, None).await?;
    }
    Ok(())
}
