//! Actions that begin and end memberships, and that change a room: what REST does, by the same use-cases.
//!
//! The ack says how it is now. The entry of the log comes as an event to every connection that hears of the room, this one too.

use parlour_protocol::frame::{self, AddMember, AddMembers, MuteMember, OfMember, OwnMembership, UpdateRoom};
use parlour_protocol::request::{self, CreateInvite, Until, room_id, user_id};
use parlour_protocol::view::{OfRoomAndUserView, OfRoomView};
use parlour_service::{
    add_member as members, add_members as several, ban as bans, invite as invites, remove_member as departures,
    update_room as rooms,
};
use serde_json::json;

use super::message::key;
use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn join(asked: Asked<'_>) -> Answered {
    let frame: OwnMembership = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let joined = members::join_public_room(asked.parlour, asked.moment, &actor, room, key.as_ref()).await;
    Ok(Answer::Ack(json!(joined.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn exit(asked: Asked<'_>) -> Answered {
    let frame: OwnMembership = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    departures::leave(asked.parlour, asked.moment, &actor, room, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfRoomView { room_id: frame.room_id })))
}

pub(super) async fn add(asked: Asked<'_>) -> Answered {
    let frame: AddMember = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let (new, key) = (frame.member().check()?, key(frame.client_id.as_deref(), asked.text)?);
    let added = members::add_member(asked.parlour, asked.moment, &actor, room, new, key.as_ref()).await;
    Ok(Answer::Ack(json!(added.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn add_several(asked: Asked<'_>) -> Answered {
    let frame: AddMembers = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let named = request::AddMembers {
        user_ids: frame.user_ids,
    };
    let users = named.check()?;
    let added = several::add_members(asked.parlour, asked.moment, &actor, room, &users, key.as_ref()).await;
    Ok(Answer::Ack(json!(added.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn remove(asked: Asked<'_>) -> Answered {
    let frame: OfMember = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let (user, key) = (
        user_id("user_id", &frame.user_id)?,
        key(frame.client_id.as_deref(), asked.text)?,
    );
    departures::remove_member(asked.parlour, asked.moment, &actor, room, user, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(of_user(frame))
}

pub(super) async fn ban(asked: Asked<'_>) -> Answered {
    let frame: MuteMember = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let whom = (room_id(&frame.room_id)?, user_id("user_id", &frame.user_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let until = Until {
        expires_at: frame.expires_at,
    };
    let until = until.check()?;
    let banned = bans::ban(asked.parlour, asked.moment, &actor, whom, until, key.as_ref()).await;
    Ok(Answer::Ack(json!(banned.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn unban(asked: Asked<'_>) -> Answered {
    let frame: OfMember = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let whom = (room_id(&frame.room_id)?, user_id("user_id", &frame.user_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    bans::unban(asked.parlour, asked.moment, &actor, whom, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(of_user(frame))
}

pub(super) async fn update_room(asked: Asked<'_>) -> Answered {
    let frame: UpdateRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let change = frame.change().check()?;
    let changed = rooms::update_room(asked.parlour, asked.moment, &actor, room, change, key.as_ref()).await;
    Ok(Answer::Ack(json!(changed.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn invite(asked: Asked<'_>) -> Answered {
    let frame: MuteMember = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let new = CreateInvite {
        user_id: frame.user_id,
        expires_at: frame.expires_at,
    };
    let whom = new.check()?;
    let invited = invites::invite(asked.parlour, asked.moment, &actor, room, whom, key.as_ref()).await;
    Ok(Answer::Ack(json!(invited.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn withdraw(asked: Asked<'_>) -> Answered {
    let frame: OfMember = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let whom = (room_id(&frame.room_id)?, user_id("user_id", &frame.user_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    invites::revoke(asked.parlour, asked.moment, &actor, whom, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(of_user(frame))
}

pub(super) async fn accept(asked: Asked<'_>) -> Answered {
    let frame: OwnMembership = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let joined = invites::accept(asked.parlour, asked.moment, &actor, room, key.as_ref()).await;
    Ok(Answer::Ack(json!(joined.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn decline(asked: Asked<'_>) -> Answered {
    let frame: OwnMembership = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    invites::decline(asked.parlour, asked.moment, &actor, room, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfRoomView { room_id: frame.room_id })))
}

fn of_user(frame: OfMember) -> Answer {
    Answer::Ack(json!(OfRoomAndUserView {
        room_id: frame.room_id,
        user_id: frame.user_id,
    }))
}
