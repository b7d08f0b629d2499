//! Runs each operation once, on a world of its own, and tells what it used.

mod by_action;
mod changing;
mod dialect;
mod erasure;
mod files;
mod foreign;
mod incoming;
mod kept;
mod list;
mod live;
mod membership;
mod presence;
mod read_state;
mod reading;
mod room_write;
mod sending;
mod webhooks;

use parlour_auth::{TICKET_SECONDS, Ticket};
use serde_json::json;

use crate::clock::BEGINNING;
use crate::events;
use crate::table::Operation;
use crate::world::{Measured, World};

/// Runs the operation.
pub(crate) async fn measure(operation: Operation) -> Measured {
    let world = World::new().await;
    match operation {
        Operation::AuthorizerToken => token(&world).await,
        Operation::AuthorizerTicket => ticket(&world).await,
        Operation::AuthorizerForeign { known } => foreign::authorize(&world, known).await,
        Operation::Connect => {
            let client = world.visitor(world.user().await).await;
            world.open(&client).await
        }
        Operation::Dialect(what) => dialect::measure(&world, what).await,
        Operation::Disconnect { rooms } => live::disconnect(&world, rooms).await,
        Operation::UnknownAction => {
            let client = world.connect(world.user().await).await;
            world.act(&client, "no_such_action", json!({})).await
        }
        Operation::Send { how, connections } => sending::send(&world, how, connections).await,
        Operation::Change { what, connections } => changing::change(&world, what, connections).await,
        Operation::Resume { rooms } => changing::resume(&world, rooms).await,
        Operation::Connections(count) => sending::connections(&world, count).await,
        Operation::JoinRoom { backlog, connections } => live::join_room(&world, backlog, connections).await,
        Operation::Gathered { connections } => live::gathered(&world, connections).await,
        Operation::LeaveRoom => live::leave_room(&world).await,
        Operation::MarkRead { connections } => live::mark_read(&world, connections).await,
        Operation::MarkUnread => read_state::mark_unread(&world).await,
        Operation::MarkDelivered { connections } => read_state::mark_delivered(&world, connections).await,
        Operation::SetNotification => read_state::set_notification(&world).await,
        Operation::ReadPositions => read_state::positions(&world).await,
        Operation::MessageStatus => read_state::status(&world).await,
        Operation::Unread { rooms, unread } => read_state::unread(&world, rooms, unread).await,
        Operation::UnreadOf { users, rooms, unread } => read_state::unread_of(&world, users, rooms, unread).await,
        Operation::PinMessage { connections } => kept::pin_message(&world, connections).await,
        Operation::ListPins(pins) => kept::list_pins(&world, pins).await,
        Operation::StarMessage => kept::star_message(&world).await,
        Operation::ListStars(stars) => kept::list_stars(&world, stars).await,
        Operation::AnnounceFile => files::announce(&world).await,
        Operation::ConfirmFile => files::confirm(&world).await,
        Operation::SendFile { connections } => files::send(&world, connections).await,
        Operation::SendForm { connections } => files::send_form(&world, connections).await,
        Operation::GetFile => files::get(&world).await,
        Operation::Typing { connections } => live::typing(&world, connections).await,
        Operation::Coming => presence::coming(&world).await,
        Operation::Arrival { connections } => presence::arrival(&world, connections).await,
        Operation::End { connections } => presence::end(&world, connections).await,
        Operation::WatchPresence { users } => presence::watch(&world, users).await,
        Operation::Presence { users } => presence::presence(&world, users).await,
        Operation::Roster { connections } => presence::roster(&world, connections).await,
        Operation::OnlineMembers => presence::online_members(&world).await,
        Operation::Ping { rooms } => live::ping(&world, rooms).await,
        Operation::History(log) => reading::history(&world, log).await,
        Operation::RoomList { rooms, unread } => list::room_list(&world, rooms, unread).await,
        Operation::RoomListFiltered { rooms } => list::filtered(&world, rooms).await,
        Operation::RoomListOnline { connections } => list::online(&world, connections).await,
        Operation::AppRoomList => list::app_room_list(&world).await,
        Operation::PublicRoomList => list::public_room_list(&world).await,
        Operation::FindRoom { rooms } => list::find_room(&world, rooms).await,
        Operation::MessageNumber(log) => reading::message_number(&world, log).await,
        Operation::SetRole => membership::set_role(&world).await,
        Operation::SlowMode => sending::slow_mode(&world).await,
        Operation::Counted => sending::counted(&world).await,
        Operation::FirstOfTheApp => sending::first_of_the_app(&world).await,
        Operation::TakeEvents { users } => incoming::take(&world, users).await,
        Operation::ListFriends(friends) => incoming::friends(&world, friends).await,
        Operation::RateLimited => sending::rate_limited(&world).await,
        Operation::AddMember => membership::add(&world).await,
        Operation::RemoveMember { connections } => membership::remove(&world, connections).await,
        Operation::LeaveGroup => membership::leave(&world).await,
        Operation::StartErasure => erasure::start(&world).await,
        Operation::ErasurePiece { messages } => erasure::piece(&world, messages).await,
        Operation::Export { messages } => erasure::export(&world, messages).await,
        Operation::JoinPublicRoom => membership::join_public_room(&world).await,
        Operation::ExitRoom => membership::exit_room(&world).await,
        Operation::BanUser => membership::ban_user(&world).await,
        Operation::UpdateRoom => membership::update_room(&world).await,
        Operation::InviteUser => membership::invite_user(&world).await,
        Operation::AcceptInvite => membership::accept_invite(&world).await,
        Operation::Heard { noted } => webhooks::heard(noted).await,
        Operation::Deliver { events } => webhooks::deliver(events).await,
        Operation::OwnInvites(invites) => membership::own_invites(&world, invites).await,
        Operation::CreateRoom => room_write::create(&world).await,
        Operation::ArchiveRoom => room_write::archive(&world).await,
        Operation::TruncateRoom => room_write::truncate(&world).await,
        Operation::DeleteRoom => room_write::delete(&world).await,
        Operation::AddMembers => room_write::add_members(&world).await,
        Operation::WithdrawInvite => room_write::withdraw_invite(&world).await,
        Operation::UpdateProfile => room_write::update_profile(&world).await,
        Operation::ByAction(action) => by_action::by_action(&world, action).await,
        Operation::UnreadInFrames { rooms } => by_action::unread_in_frames(&world, rooms).await,
    }
}

async fn token(world: &World) -> Measured {
    let token = world.token(world.user().await);
    let event = events::authorizer("L0SM9cOFvHcCIhw=", BEGINNING, ("token", &token));
    world.invoke("authorizer", &event).await
}

async fn ticket(world: &World) -> Measured {
    let user = world.user().await;
    let ticket = Ticket::generate(&world.app, &mut world.moment());
    let (hash, expires) = (ticket.hash().to_text(), world.now().plus_seconds(TICKET_SECONDS));
    world
        .store()
        .put_ticket(&world.app, &hash, (user, expires), expires)
        .await
        .unwrap();
    let event = events::authorizer("L0SM9cOFvHcCIhw=", BEGINNING, ("ticket", ticket.expose()));
    let measured = world.invoke("authorizer", &event).await;
    assert_eq!(measured.answer["context"]["user"], user.to_string());
    measured
}
