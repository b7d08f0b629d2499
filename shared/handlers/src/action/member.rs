//! Actions on a member of a room. The ack holds the member as it is now.

use parlour_domain::access::Actor;
use parlour_protocol::InvalidInput;
use parlour_protocol::frame::{self, MuteMember, OfMember, SetRole};
use parlour_protocol::request::{Until, room_id, user_id};
use parlour_protocol::view::MemberView;
use parlour_service::{Done, Error, Of, mute as mutes, set_role as roles};
use serde_json::json;

use super::message::key;
use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn set_role(asked: Asked<'_>) -> Answered {
    let frame: SetRole = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let of = of(&actor, (&frame.room_id, &frame.user_id))?;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let changed = roles::set_role(asked.parlour, asked.moment, of, frame.role.into(), key.as_ref()).await;
    answer(&asked, changed)
}

pub(super) async fn mute(asked: Asked<'_>) -> Answered {
    let frame: MuteMember = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let of = of(&actor, (&frame.room_id, &frame.user_id))?;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let until = Until {
        expires_at: frame.expires_at,
    };
    let mute = until.mute()?;
    let changed = mutes::mute(asked.parlour, asked.moment, of, Some(mute), key.as_ref()).await;
    answer(&asked, changed)
}

pub(super) async fn unmute(asked: Asked<'_>) -> Answered {
    let frame: OfMember = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let of = of(&actor, (&frame.room_id, &frame.user_id))?;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let changed = mutes::mute(asked.parlour, asked.moment, of, None, key.as_ref()).await;
    answer(&asked, changed)
}

fn of<'a>(actor: &'a Actor, (room, user): (&str, &str)) -> Result<Of<'a>, InvalidInput> {
    Ok(Of {
        actor,
        room: room_id(room)?,
        user: user_id("user_id", user)?,
    })
}

fn answer(asked: &Asked<'_>, changed: Result<Done<MemberView>, Error>) -> Answered {
    let changed = changed.map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(changed.value)))
}
