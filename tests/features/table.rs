//! The table of features.

/// A feature.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) area: &'static str,
    pub(crate) name: &'static str,
    /// Method and path, as the OpenAPI description has them.
    pub(crate) routes: &'static [&'static str],
    /// WebSocket actions.
    pub(crate) actions: &'static [&'static str],
    /// What others hear.
    pub(crate) events: &'static [&'static str],
    /// `file::test` in `tests/it`.
    pub(crate) tests: &'static [&'static str],
}

const fn feature(
    area: &'static str,
    name: &'static str,
    routes: &'static [&'static str],
    actions: &'static [&'static str],
    events: &'static [&'static str],
    tests: &'static [&'static str],
) -> Feature {
    Feature {
        area,
        name,
        routes,
        actions,
        events,
        tests,
    }
}

/// The headings, in their order.
pub(crate) const AREAS: &[&str] = &[MESSAGES, READ, LIVE, RESUME, ROOMS, MEMBERS, USERS, SERVICE];

const MESSAGES: &str = "Messages";
const READ: &str = "Read state";
const LIVE: &str = "Live";
const RESUME: &str = "Resume";
const ROOMS: &str = "Rooms";
const MEMBERS: &str = "Members";
const USERS: &str = "Users";
const SERVICE: &str = "Service";

/// All of them.
#[rustfmt::skip]
pub(crate) const FEATURES: &[Feature] = &[
    feature(MESSAGES, "Send a message",
        &["POST /room/{room_id}/message/send"], &["send_message"], &["new_message"],
        &["first_steps::a_message_and_its_event", "sending::a_repeat_over_a_socket_is_the_original", "large_room::every_connection_of_a_large_room_hears_each_message_once"]),
    feature(MESSAGES, "Send many messages", &["POST /message/send"], &[], &["new_message"], &["bulk::each_message_is_answered_for_itself"]),
    feature(MESSAGES, "Subject, priority, label, state", &[], &[], &[], &["changes::an_edit_reaches_everyone_and_stands_in_history_and_resume"]),
    feature(MESSAGES, "Edit a message",
        &["PATCH /room/{room_id}/message/{message_id}"], &["edit_message"], &["message_edited"],
        &["changes::an_edit_reaches_everyone_and_stands_in_history_and_resume"]),
    feature(MESSAGES, "Edit history", &["GET /room/{room_id}/message/{message_id}/edit"], &["edit_history"], &[], &["changes::an_edit_reaches_everyone_and_stands_in_history_and_resume", "reading_actions::what_is_too_much_for_a_frame_comes_in_more_of_them"]),
    feature(MESSAGES, "Delete a message",
        &["DELETE /room/{room_id}/message/{message_id}"], &["delete_message"], &["message_deleted"],
        &["changes::a_deleted_message_is_a_tombstone_for_everyone"]),
    feature(MESSAGES, "Reply in a thread",
        &["GET /room/{room_id}/message/{message_id}/reply"], &["list_replies"], &["new_message"],
        &["threads::a_thread_is_counted_and_listed_page_by_page", "reading_actions::every_list_comes_page_by_page"]),
    feature(MESSAGES, "Quote a message", &[], &[], &[], &["threads::what_a_message_refers_to_must_be_there"]),
    feature(MESSAGES, "Name members", &[], &[], &[], &["threads::only_members_are_named"]),
    feature(MESSAGES, "React",
        &["PUT /room/{room_id}/message/{message_id}/reaction/{reaction}", "DELETE /room/{room_id}/message/{message_id}/reaction/{reaction}"],
        &["add_reaction", "remove_reaction"], &["reaction_added", "reaction_removed"],
        &["reactions::a_reaction_is_told_counted_and_taken_back"]),
    feature(MESSAGES, "Forward a message",
        &["POST /room/{room_id}/message/{message_id}/forward"], &["forward_message"], &["new_message"],
        &["forward::a_forwarded_message_says_where_it_comes_from"]),
    feature(MESSAGES, "Pin a message",
        &["PUT /room/{room_id}/message/{message_id}/pin", "DELETE /room/{room_id}/message/{message_id}/pin", "GET /room/{room_id}/pin"],
        &["pin_message", "unpin_message", "list_pins"], &["message_pinned", "message_unpinned"],
        &["kept::a_pin_is_told_listed_and_ended", "kept::a_room_has_at_most_50_pins_of_messages_that_are_there", "reading_actions::what_is_too_much_for_a_frame_comes_in_more_of_them"]),
    feature(MESSAGES, "Star a message",
        &["PUT /room/{room_id}/message/{message_id}/star", "DELETE /room/{room_id}/message/{message_id}/star", "GET /star"],
        &["star_message", "unstar_message", "list_stars"], &["message_starred", "message_unstarred"], &["kept::a_star_is_ones_own_over_all_rooms", "reading_actions::what_is_too_much_for_a_frame_comes_in_more_of_them"]),
    feature(MESSAGES, "Read the history",
        &["GET /room/{room_id}/message", "GET /room/{room_id}/message/{message_id}"], &["history", "get_message"], &[],
        &["history::the_frame_gives_the_same_pages", "history::a_page_around_a_message_goes_on_in_both_directions", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(READ, "Mark as read", &["POST /room/{room_id}/read"], &["mark_read"], &["read", "receipts", "unread_changed"],
        &["notices::reading_is_told_to_the_others", "aggregates::positions_and_typing_of_a_larger_room_are_told_together"]),
    feature(READ, "Mark as unread", &["POST /room/{room_id}/unread"], &["mark_unread"], &["unread_changed"],
        &["reading::what_is_marked_unread_is_unread_for_oneself_alone", "reading::marking_unread_again_under_one_key_moves_nothing"]),
    feature(READ, "Delivered", &["POST /room/{room_id}/delivered"], &["mark_delivered"], &["delivered", "receipts"], &["reading::the_sender_sees_how_far_a_message_has_come"]),
    feature(READ, "Read positions of all members", &["GET /room/{room_id}/read"], &["read_positions"], &[], &["reading::the_sender_sees_how_far_a_message_has_come", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(READ, "Status of a message", &["GET /room/{room_id}/message/{message_id}/status"], &["message_status"], &[], &["reading::the_sender_sees_how_far_a_message_has_come", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(READ, "Unread counts and mentions", &["GET /unread", "POST /unread", "GET /room"], &["unread", "list_rooms"], &[],
        &["unread::unread_is_told_for_each_room_and_in_all", "unread::more_than_a_hundred_are_a_hundred_and_more", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(READ, "What to notify of", &["PUT /room/{room_id}/notification"], &["set_notification"], &["notification_changed"], &["reading::what_to_notify_of_is_ones_own"]),
    feature(LIVE, "Show who is typing", &[], &["typing"], &["typing", "typing_users"],
        &["notices::typing_is_told_to_every_other_connection", "aggregates::positions_and_typing_of_a_larger_room_are_told_together"]),
    feature(LIVE, "Hear of a room", &[], &["join_room"], &[], &["resume::everything_since_then_is_complete"]),
    feature(LIVE, "Hear no more of a room", &[], &["leave_room"], &[], &["connections::leaving_ends_the_pushes_and_keeps_the_membership"]),
    feature(LIVE, "Presence", &["GET /user/{user_id}/presence", "POST /presence"], &["presence"], &[], &["presence::presence_of_many_is_asked_at_once", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(LIVE, "Watch who is online", &[], &["watch_presence"], &["presence"],
        &["presence::watchers_and_the_room_hear_of_the_first_connection_and_of_the_end_of_the_last"]),
    feature(LIVE, "Who is connected to a room", &["GET /room/{room_id}/roster", "GET /room/{room_id}/member"], &["roster", "list_members"], &["user_connected", "user_disconnected"],
        &["presence::a_roster_has_every_connected_user_once", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(LIVE, "Hear of one's own rooms", &[], &[], &["added_to_room", "removed_from_room"],
        &["presence::a_user_hears_on_every_connection_of_joining_and_leaving_a_room"]),
    feature(LIVE, "Every device hears", &[], &[], &[], &["presence::every_device_of_everyone_hears_a_message_once"]),
    feature(LIVE, "Know the connection", &[], &["ping"], &["hello", "error"], &["connections::the_heartbeat_shows_a_lost_last_message", "hello::who_asks_for_it_hears_hello_first"]),
    feature(RESUME, "Resume a room", &[], &["join_room"], &[], &["resume::a_long_absence_comes_in_pages", "resume::nothing_is_lost_between_backlog_and_push"]),
    feature(RESUME, "Resume many rooms", &[], &["resume"], &[], &["resume::many_rooms_are_resumed_in_one_request"]),
    feature(ROOMS, "Make a room", &["POST /room"], &["create_room"], &["room_created"], &["first_steps::a_room_and_its_members", "direct::twenty_tries_at_once_make_one_room", "room_settings::a_room_has_its_settings_from_its_first_entry_on", "room_actions::a_group_is_made_once_however_often_it_is_asked_for"]),
    feature(ROOMS, "Find public rooms", &["GET /room/public"], &["list_public_rooms"], &[],
        &["public_rooms::public_rooms_are_listed_by_name", "public_rooms::the_list_follows_what_becomes_of_a_room", "reading_actions::every_list_comes_page_by_page"]),
    feature(ROOMS, "Find the room of certain people", &["POST /room/find"], &["find_rooms"], &[], &["find_room::the_rooms_of_exactly_these_members_are_found", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(ROOMS, "Get a room", &["GET /room/{room_id}"], &["get_room"], &[], &["first_steps::a_room_and_its_members", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers"]),
    feature(ROOMS, "Change a room", &["PATCH /room/{room_id}"], &["update_room"], &["room_updated"],
        &["rooms::a_change_is_told_and_kept", "membership_actions::a_room_is_changed_once_however_often_it_is_asked_for"]),
    feature(ROOMS, "A room's own limits", &["PATCH /room/{room_id}"], &[], &["room_updated"],
        &["room_settings::slow_mode_keeps_a_time_between_the_messages_of_one_member", "room_settings::a_room_may_take_shorter_messages_and_only_those_of_moderators"]),
    feature(ROOMS, "Archive a room", &["PUT /room/{room_id}/archive", "DELETE /room/{room_id}/archive"], &["archive_room", "unarchive_room"], &["room_archived", "room_unarchived"],
        &["room_settings::nobody_writes_into_an_archived_room", "room_actions::an_archive_is_closed_and_opened"]),
    feature(ROOMS, "Truncate a room, keep messages for some days only", &["POST /room/{room_id}/truncate", "PATCH /room/{room_id}"], &["truncate_room"], &["room_truncated"],
        &["truncation::what_is_below_the_floor_is_nowhere", "room_actions::the_beginning_of_a_log_is_taken_away", "truncation::retention_is_a_setting_of_the_room"]),
    feature(ROOMS, "Keys of the backend's own", &["POST /room", "GET /room/by-key"], &[], &[], &["room_keys::a_key_is_one_room_for_the_whole_app"]),
    feature(ROOMS, "Delete a room", &["DELETE /room/{room_id}"], &["delete_room"], &["room_deleted"], &["rooms::a_deleted_room_is_gone_for_everyone", "rooms::a_direct_room_made_again_is_a_new_one", "room_actions::a_room_is_deleted_once"]),
    feature(ROOMS, "List one's rooms", &["GET /room"], &["list_rooms"], &[], &["rooms::the_most_active_room_comes_first", "notices::unread_counts_the_messages_of_others", "rooms::a_user_finds_rooms_by_name_and_by_who_is_online", "reading_actions::a_list_of_long_rooms_ends_where_the_frame_does"]),
    feature(ROOMS, "List the app's rooms by name", &["GET /room"], &[], &[], &["rooms::the_backend_finds_every_room_by_name"]),
    feature(MEMBERS, "List the members", &["GET /room/{room_id}/member"], &["list_members"], &[], &["rooms::members_come_in_pages", "reading_actions::what_is_too_much_for_a_frame_comes_in_more_of_them"]),
    feature(MEMBERS, "Add a member", &["POST /room/{room_id}/member"], &["add_member"], &["member_joined"],
        &["members::whoever_is_added_can_read_and_everyone_hears_of_it", "membership_actions::members_are_added_removed_and_banned"]),
    feature(MEMBERS, "Add many members", &["POST /room/{room_id}/members"], &["add_members"], &["members_added"], &["members::ninety_at_once_are_told_by_one_entry", "room_actions::several_members_are_added_at_once"]),
    feature(MEMBERS, "Roles", &["PUT /room/{room_id}/member/{user_id}/role"], &["set_role"], &["role_changed"],
        &["roles::an_owner_gives_roles_and_everyone_hears_of_it", "roles::the_oldest_moderator_or_member_owns_what_the_owner_leaves"]),
    feature(MEMBERS, "Mute a member", &["PUT /room/{room_id}/member/{user_id}/mute", "DELETE /room/{room_id}/member/{user_id}/mute"], &["mute_member", "unmute_member"],
        &["member_muted", "member_unmuted"], &["bans::whoever_is_muted_reads_and_does_not_write"]),
    feature(MEMBERS, "Remove a member", &["DELETE /room/{room_id}/member/{user_id}"], &["remove_member"], &["member_left"],
        &["members::whoever_is_removed_hears_and_reads_nothing_more", "membership_actions::members_are_added_removed_and_banned"]),
    feature(MEMBERS, "Ban a user", &["GET /room/{room_id}/ban", "PUT /room/{room_id}/ban/{user_id}", "DELETE /room/{room_id}/ban/{user_id}"],
        &["ban_user", "unban_user", "list_bans"], &["member_left"],
        &["bans::whoever_is_banned_hears_nothing_more_on_any_path", "bans::a_stranger_is_banned_too_and_bans_are_listed", "membership_actions::members_are_added_removed_and_banned", "reading_actions::every_list_comes_page_by_page"]),
    feature(MEMBERS, "Invite a user",
        &["POST /room/{room_id}/invite", "GET /room/{room_id}/invite", "DELETE /room/{room_id}/invite/{user_id}"], &["invite_user", "list_room_invites", "withdraw_invite"], &["invited_to_room"],
        &["invites::who_is_invited_hears_of_it_and_becomes_a_member", "invites::who_looks_after_a_room_invites_who_may_come", "reading_actions::every_list_comes_page_by_page", "room_actions::an_invite_is_taken_back"]),
    feature(MEMBERS, "Accept or decline an invite",
        &["GET /invite", "POST /invite/{room_id}/accept", "POST /invite/{room_id}/decline"], &["accept_invite", "decline_invite", "list_invites"], &["member_joined"],
        &["invites::who_is_invited_hears_of_it_and_becomes_a_member", "invites::an_invite_is_declined_or_taken_back", "invites::an_old_invite_does_not_lead_back_into_a_room", "reading_actions::every_list_comes_page_by_page"]),
    feature(MEMBERS, "Join a public room", &["POST /room/{room_id}/join"], &["join_public_room"], &["member_joined"],
        &["members::a_public_room_can_be_joined_and_left", "membership_actions::a_public_room_is_joined_and_left_for_good"]),
    feature(MEMBERS, "Leave a room", &["POST /room/{room_id}/leave"], &["exit_room"], &["member_left"],
        &["members::a_public_room_can_be_joined_and_left", "membership_actions::a_public_room_is_joined_and_left_for_good"]),
    feature(USERS, "Make a user", &["POST /user"], &[], &[], &["first_steps::a_user_and_a_token", "users::an_external_id_belongs_to_one_user"]),
    feature(USERS, "Users of one's own system", &["PUT /user", "GET /user"], &[], &[], &["upsert::users_are_made_and_changed_by_their_external_ids", "users::users_are_listed_in_order_of_creation"]),
    feature(USERS, "Profile", &["GET /me", "GET /user/{user_id}", "PATCH /user/{user_id}"], &["get_user", "update_profile"], &[], &["users::others_see_the_public_part", "upsert::a_colour_stays", "reading_actions::what_is_read_over_a_socket_is_what_rest_answers", "room_actions::a_profile_is_changed_by_its_user"]),
    feature(USERS, "Suspend a user", &["PUT /user/{user_id}/suspension", "DELETE /user/{user_id}/suspension"], &[], &[], &["suspension::who_is_suspended_is_out_at_once_until_it_is_lifted"]),
    feature(USERS, "Delete a user", &["DELETE /user/{user_id}"], &[], &["member_left"], &["users::a_deleted_user_is_out_at_once"]),
    feature(USERS, "Erase what a user said", &["DELETE /user/{user_id}", "POST /user/{user_id}/erasure", "GET /task", "GET /task/{task_id}"], &[], &["messages_erased"],
        &["erasure::nothing_is_left_of_what_a_deleted_user_said", "erasure::who_stays_goes_on_from_there"]),
    feature(USERS, "Export what a user said", &["GET /user/{user_id}/export", "GET /user/{user_id}/room"], &[], &[], &["export::an_export_has_everything_the_user_said"]),
    feature(USERS, "Block a user", &["GET /block", "PUT /block/{user_id}", "DELETE /block/{user_id}"], &["block_user", "unblock_user", "list_blocks"], &[], &["blocks::neither_writes_to_the_other_until_the_block_ends", "reading_actions::every_list_comes_page_by_page", "blocks::nobody_is_invited_by_whom_they_have_blocked"]),
    feature(USERS, "Report", &["POST /room/{room_id}/message/{message_id}/report", "POST /user/{user_id}/report"], &["report_message", "report_user"], &[], &["reports::a_report_waits_until_somebody_closes_it"]),
    feature(USERS, "Moderate", &["GET /report", "PATCH /report/{report_id}"], &[], &[], &["reports::a_report_waits_until_somebody_closes_it"]),
    feature(SERVICE, "Tokens and tickets", &["POST /auth/{user_id}", "POST /ticket"], &["reauth"], &[], &["credentials::a_ticket_works_once", "credentials::reauth_extends_before_the_end_without_a_gap"]),
    feature(SERVICE, "Limits and health", &["GET /limits", "GET /health"], &[], &[], &["first_steps::the_service_says_what_it_is"]),
];
