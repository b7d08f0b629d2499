//! Actions on users, and on what one has to do with them.

use serde_json::json;

use super::super::example::{MESSAGE, ROOM, USER};
use super::super::schemas::Schemas;
use super::{Action, action, of, of_user, of_users, page};
use crate::frame;
use crate::view::{BlocksView, FriendsView, OfUserView, PresencesView, ReportView, UserView};

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("get_user", "Get a user; oneself, if none is named.", of!(frame::GetUser => UserView), of_user),
    action("update_profile", "Change what others see of oneself.", of!(frame::UpdateProfile => UserView),
        || json!({ "name": "Ada Lovelace", "avatar_url": null, "custom": { "team": "tea" }, "client_id": "c-1" })),
    action("presence", "Get whether these users are there.", of!(frame::Presence => PresencesView), of_users),
    action("watch_presence", "Hear of these users' coming and going.", of!(frame::WatchPresence => PresencesView), of_users),
    action("block_user", "Block a user.", of!(frame::BlockUser => OfUserView), of_user),
    action("unblock_user", "Take a block back.", of!(frame::BlockUser => OfUserView), of_user),
    action("list_blocks", "List whom one has blocked.", of!(frame::OwnPage => BlocksView), page),
    action("list_friends", "List one's friends, the latest first.", of!(frame::ListFriends => FriendsView), page),
    action("report_message", "Report a message to the backend.", of!(frame::ReportMessage => ReportView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "reason": "spam" })),
    action("report_user", "Report a user to the backend.", of!(frame::ReportUser => ReportView),
        || json!({ "user_id": USER, "reason": "spam", "comment": "Again and again." })),
];
