//! The native actions. Each reads its frame, runs its use-case and answers with what that says.

use parlour_protocol::WireError;
use parlour_protocol::frame;
use parlour_protocol::request::{page_limit, room_id, seq};
use parlour_protocol::view::{OfRoomView, PongView, ReauthView, ResumedRoomsView, RoomHistoryView};
use parlour_service::{history, join_room, leave_room, metric, ping, reauth, resume, send_message, typing};
use serde_json::json;

use super::{
    Action, Answer, Asked, member, member_list, membership, message, message_list, presence, profile, reading,
    room_list, room_write, user,
};
use crate::direction::place;

/// The actions of the function `join_room`.
pub(crate) const JOIN_ROOM: &[Action] = &[Action::new("join_room", |asked| Box::pin(join_room(asked)))];

/// The actions of the function `send_message`.
pub(crate) const SEND_MESSAGE: &[Action] = &[Action::new("send_message", |asked| Box::pin(send_message(asked)))];

/// The actions of the function `default`.
pub(crate) const OTHERS: &[Action] = &[
    Action::new("resume", |asked| Box::pin(resume(asked))),
    Action::new("leave_room", |asked| Box::pin(leave_room(asked))),
    Action::new("edit_message", |asked| Box::pin(message::edit(asked))),
    Action::new("delete_message", |asked| Box::pin(message::delete(asked))),
    Action::new("forward_message", |asked| Box::pin(message::forward(asked))),
    Action::new("add_reaction", |asked| Box::pin(message::react(asked, true))),
    Action::new("remove_reaction", |asked| Box::pin(message::react(asked, false))),
    Action::new("join_public_room", |asked| Box::pin(membership::join(asked))),
    Action::new("exit_room", |asked| Box::pin(membership::exit(asked))),
    Action::new("add_member", |asked| Box::pin(membership::add(asked))),
    Action::new("remove_member", |asked| Box::pin(membership::remove(asked))),
    Action::new("ban_user", |asked| Box::pin(membership::ban(asked))),
    Action::new("unban_user", |asked| Box::pin(membership::unban(asked))),
    Action::new("invite_user", |asked| Box::pin(membership::invite(asked))),
    Action::new("accept_invite", |asked| Box::pin(membership::accept(asked))),
    Action::new("decline_invite", |asked| Box::pin(membership::decline(asked))),
    Action::new("update_room", |asked| Box::pin(membership::update_room(asked))),
    Action::new("set_role", |asked| Box::pin(member::set_role(asked))),
    Action::new("mute_member", |asked| Box::pin(member::mute(asked))),
    Action::new("unmute_member", |asked| Box::pin(member::unmute(asked))),
    Action::new("history", |asked| Box::pin(history(asked))),
    Action::new("pin_message", |asked| Box::pin(message::pin(asked))),
    Action::new("unpin_message", |asked| Box::pin(message::unpin(asked))),
    Action::new("star_message", |asked| Box::pin(message::star(asked, true))),
    Action::new("unstar_message", |asked| Box::pin(message::star(asked, false))),
    Action::new("mark_read", |asked| Box::pin(reading::mark_read(asked))),
    Action::new("mark_unread", |asked| Box::pin(reading::mark_unread(asked))),
    Action::new("mark_delivered", |asked| Box::pin(reading::mark_delivered(asked))),
    Action::new("set_notification", |asked| Box::pin(reading::set_notification(asked))),
    Action::new("typing", |asked| Box::pin(typing(asked))),
    Action::new("block_user", |asked| Box::pin(user::block(asked, true))),
    Action::new("unblock_user", |asked| Box::pin(user::block(asked, false))),
    Action::new("list_friends", |asked| Box::pin(user::friends(asked))),
    Action::new("report_message", |asked| Box::pin(user::report_message(asked))),
    Action::new("report_user", |asked| Box::pin(user::report_user(asked))),
    Action::new("roster", |asked| Box::pin(presence::roster(asked))),
    Action::new("watch_presence", |asked| Box::pin(presence::watch(asked))),
    Action::new("create_room", |asked| Box::pin(room_write::create(asked))),
    Action::new("archive_room", |asked| Box::pin(room_write::archive(asked, true))),
    Action::new("unarchive_room", |asked| Box::pin(room_write::archive(asked, false))),
    Action::new("truncate_room", |asked| Box::pin(room_write::truncate(asked))),
    Action::new("delete_room", |asked| Box::pin(room_write::delete(asked))),
    Action::new("add_members", |asked| Box::pin(membership::add_several(asked))),
    Action::new("withdraw_invite", |asked| Box::pin(membership::withdraw(asked))),
    Action::new("update_profile", |asked| Box::pin(profile::update(asked))),
    Action::new("get_room", |asked| Box::pin(room_list::get(asked))),
    Action::new("list_rooms", |asked| Box::pin(room_list::own(asked))),
    Action::new("list_public_rooms", |asked| Box::pin(room_list::public(asked))),
    Action::new("find_rooms", |asked| Box::pin(room_list::find(asked))),
    Action::new("list_members", |asked| Box::pin(member_list::members(asked))),
    Action::new("get_message", |asked| Box::pin(message_list::get(asked))),
    Action::new("edit_history", |asked| Box::pin(message_list::edits(asked))),
    Action::new("list_replies", |asked| Box::pin(message_list::replies(asked))),
    Action::new("list_pins", |asked| Box::pin(message_list::pinned(asked))),
    Action::new("list_stars", |asked| Box::pin(message_list::stars(asked))),
    Action::new("read_positions", |asked| Box::pin(member_list::positions(asked))),
    Action::new("message_status", |asked| Box::pin(message_list::status(asked))),
    Action::new("unread", |asked| Box::pin(room_list::unread(asked))),
    Action::new("list_bans", |asked| Box::pin(member_list::banned(asked))),
    Action::new("list_room_invites", |asked| Box::pin(member_list::invited(asked))),
    Action::new("list_invites", |asked| Box::pin(member_list::own_invites(asked))),
    Action::new("list_blocks", |asked| Box::pin(user::list_blocks(asked))),
    Action::new("get_user", |asked| Box::pin(user::get(asked))),
    Action::new("presence", |asked| Box::pin(presence::presence(asked))),
    Action::new("ping", |asked| Box::pin(ping(asked))),
    Action {
        // A new token is the way out of an expired one.
        after_expiry: true,
        ..Action::new("reauth", |asked| Box::pin(reauth(asked)))
    },
];

pub(super) type Answered = Result<Answer, WireError>;

async fn join_room(asked: Asked<'_>) -> Answered {
    let frame: frame::JoinRoom = frame::read(asked.text)?;
    let after = frame.after_seq.map(|number| seq("after_seq", number)).transpose()?;
    let (room, session) = (room_id(&frame.room_id)?, &asked.event.session);
    let joined = join_room::join_room(asked.parlour, asked.moment, session, room, after).await;
    Ok(Answer::Ack(json!(joined.map_err(|error| asked.refused(error))?)))
}

async fn resume(asked: Asked<'_>) -> Answered {
    let rooms = frame::read::<frame::Resume>(asked.text)?.check()?;
    let resumed = resume::resume(asked.parlour, asked.moment, &asked.event.session, &rooms).await;
    Ok(Answer::Ack(json!(ResumedRoomsView {
        rooms: resumed.map_err(|error| asked.refused(error))?,
    })))
}

async fn leave_room(asked: Asked<'_>) -> Answered {
    let frame: frame::LeaveRoom = frame::read(asked.text)?;
    leave_room::leave_room(asked.parlour, &asked.event.session, room_id(&frame.room_id)?)
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfRoomView { room_id: frame.room_id })))
}

async fn send_message(asked: Asked<'_>) -> Answered {
    let (room, message) = frame::read::<frame::Send>(asked.text)?.split();
    let (room, message, session) = (room_id(&room)?, message.check()?, &asked.event.session);
    let (actor, from) = (session.actor(), Some(&session.connection));
    let sent = send_message::send_message(asked.parlour, asked.moment, &actor, room, message, from).await;
    let sent = sent.map_err(|error| asked.refused(error))?;
    metric::SEND_LATENCY.record(asked.begin.elapsed());
    Ok(Answer::Ack(json!(sent.value)))
}

async fn history(asked: Asked<'_>) -> Answered {
    let frame: frame::History = frame::read(asked.text)?;
    let place = place(frame.before_seq, frame.after_seq, frame.around_seq)?;
    let room = room_id(&frame.room_id)?;
    let (actor, limit) = (asked.event.session.actor(), page_limit(frame.limit)?);
    let page = history::list(asked.parlour, &actor, room, place, limit).await;
    let page = page.map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(RoomHistoryView {
        room_id: frame.room_id,
        page,
    })))
}

async fn typing(asked: Asked<'_>) -> Answered {
    let frame: frame::Typing = frame::read(asked.text)?;
    let (room, session) = (room_id(&frame.room_id)?, &asked.event.session);
    typing::typing(asked.parlour, asked.moment, session, room, frame.typing)
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfRoomView { room_id: frame.room_id })))
}

async fn ping(asked: Asked<'_>) -> Answered {
    frame::read::<frame::Ping>(asked.text)?;
    let rooms = ping::ping(asked.parlour, &asked.event.session, asked.moment.now).await;
    Ok(Answer::Pong(json!(PongView {
        rooms: rooms.map_err(|error| asked.refused(error))?,
    })))
}

async fn reauth(asked: Asked<'_>) -> Answered {
    let frame: frame::Reauth = frame::read(asked.text)?;
    let expires = reauth::reauth(asked.parlour, &asked.event.session, &frame.token, asked.moment).await;
    let expires = expires.map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(ReauthView {
        expires_at: expires.to_string(),
    })))
}
