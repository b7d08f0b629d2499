//! Actions on members of rooms, and on who may become one.

use serde_json::json;

use super::super::example::{ROOM, USER};
use super::super::schemas::Schemas;
use super::{Action, action, of, of_member, page, page_of_room, room};
use crate::frame;
use crate::view::{
    BanView, InviteView, InvitesView, MemberView, MembersAddedView, OfRoomAndUserView, OfRoomView, RoomBansView,
    RoomInvitesView, RoomMembersView, RoomRosterView,
};

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("join_public_room", "Become a member of a public room.", of!(frame::OwnMembership => MemberView), room),
    action("exit_room", "End one's own membership.", of!(frame::OwnMembership => OfRoomView), room),
    action("add_member", "Make a user a member.", of!(frame::AddMember => MemberView),
        || json!({ "room_id": ROOM, "user_id": USER, "role": "member", "client_id": "c-1" })),
    action("add_members", "Make several users members at once.", of!(frame::AddMembers => MembersAddedView),
        || json!({ "room_id": ROOM, "user_ids": [USER], "client_id": "c-1" })),
    action("remove_member", "End a membership.", of!(frame::OfMember => OfRoomAndUserView), of_member),
    action("set_role", "Give a member another role.", of!(frame::SetRole => MemberView),
        || json!({ "room_id": ROOM, "user_id": USER, "role": "moderator", "client_id": "c-1" })),
    action("mute_member", "Let a member write nothing for a time.", of!(frame::MuteMember => MemberView), of_member),
    action("unmute_member", "Let a member write again.", of!(frame::OfMember => MemberView), of_member),
    action("ban_user", "Keep a user out of a room.", of!(frame::MuteMember => BanView),
        || json!({ "room_id": ROOM, "user_id": USER, "expires_at": "2200-01-01T00:00:00.000Z" })),
    action("unban_user", "Take a ban back.", of!(frame::OfMember => OfRoomAndUserView), of_member),
    action("invite_user", "Invite a user to a room.", of!(frame::MuteMember => InviteView), of_member),
    action("withdraw_invite", "Take an invite back.", of!(frame::OfMember => OfRoomAndUserView), of_member),
    action("accept_invite", "Become a member by an invite.", of!(frame::OwnMembership => MemberView), room),
    action("decline_invite", "Let an invite end.", of!(frame::OwnMembership => OfRoomView), room),
    action("list_members", "List the members of a room, by id.", of!(frame::ListMembers => RoomMembersView), page_of_room),
    action("roster", "List who is connected to a room.", of!(frame::PageOfRoom => RoomRosterView), page_of_room),
    action("list_bans", "List who may not become a member of a room.", of!(frame::PageOfRoom => RoomBansView), page_of_room),
    action("list_room_invites", "List who is invited to a room.", of!(frame::PageOfRoom => RoomInvitesView), page_of_room),
    action("list_invites", "List one's own invites, the oldest first.", of!(frame::OwnPage => InvitesView), page),
];
