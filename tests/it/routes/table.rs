//! The REST routes: a valid request each, and what each actor gets for it.
//!
//! `401` unauthenticated, `401x` token_expired, `403` forbidden, `403u` user_required, `404` not_found, `400` invalid_input;
//! what begins with 2 is a success.

use serde_json::{Value, json};

use super::World;

/// A route of the description, and one request of it.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// As the description has it.
    pub(crate) path: &'static str,
    /// What fills the path.
    pub(crate) about: About,
    /// Every field of the body, each valid.
    pub(crate) body: Option<fn(&World) -> Value>,
    /// By actor, in the order of `Actor::ALL`.
    pub(crate) expected: [&'static str; 11],
}

/// What fills `{user_id}` and `{room_id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The guest, in the private room.
    Guest,
    /// The member who may also be the actor, in the private room.
    Member,
    /// The guest, in the public room.
    PublicRoom,
}

impl Route {
    /// The path of this request in a world.
    pub(crate) fn path_in(&self, world: &World) -> String {
        let user = if self.about == About::Member {
            &world.cast.member
        } else {
            &world.guest
        };
        let (room, message) = match self.about {
            About::PublicRoom => (&world.public_room, &world.message),
            About::Guest | About::Member => (&world.room, &world.message),
        };
        let path = self.path.replace("{room_id}", room).replace("{user_id}", &user.id);
        path.replace("{message_id}", message)
            .replace("{report_id}", &world.report)
            .replace("{token_id}", "000000000000")
            .replace("{task_id}", &world.cast.task)
            .replace("{attachment_id}", &world.cast.file)
            .replace("{webhook_id}", &world.cast.webhook)
            .replace("{delivery_id}", "000000000000001.018f4a5c-0000-8000-8000-0123456789ab")
            .replace("{reaction}", "%F0%9F%91%8D")
            .replace("/by-key", "/by-key?key=no-such-key")
    }
}

const fn route(
    method: &'static str,
    path: &'static str,
    about: About,
    body: Option<fn(&World) -> Value>,
    expected: [&'static str; 11],
) -> Route {
    Route {
        method,
        path,
        about,
        body,
        expected,
    }
}

use About::{Guest, Member, PublicRoom};

#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    //                                                       nobody malformed expired  otherKey otherUser stranger removed member  owner   key     asMember
    route("GET", "/app", Guest, None,                       ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PATCH", "/app", Guest, Some(settings),           ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("POST", "/app/token", Guest, None,                ["401", "401", "401x",     "201",  "403",     "403",   "403",  "403",  "403",  "201",  "403"]),
    route("DELETE", "/app/token/{token_id}", Guest, None,   ["401", "401", "401x",     "204",  "403",     "403",   "403",  "403",  "403",  "204",  "403"]),
    route("POST", "/auth/{user_id}", Guest, None,           ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "201",  "403"]),
    route("POST", "/ticket", Guest, None,                   ["401", "401", "401x",     "403u", "201",     "201",   "201",  "201",  "201",  "403u", "201"]),
    route("GET", "/me", Guest, None,                        ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("POST", "/user", Guest, Some(new_user),           ["401", "401", "401x",     "201",  "403",     "403",   "403",  "403",  "403",  "201",  "403"]),
    route("GET", "/user", Guest, None,                      ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PUT", "/user", Guest, Some(known_users),         ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("POST", "/events", Guest, Some(events),           ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/friend", Guest, None,                    ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("PUT", "/user/{user_id}/suspension", Guest, Some(suspend),
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("DELETE", "/user/{user_id}/suspension", Guest, None,
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("POST", "/user/{user_id}/report", Guest, Some(report),
                                                            ["401", "401", "401x",     "403u", "404",     "201",   "201",  "201",  "201",  "403u", "201"]),
    route("GET", "/block", Guest, None,                     ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("PUT", "/block/{user_id}", Guest, None,           ["401", "401", "401x",     "403u", "404",     "204",   "204",  "204",  "204",  "403u", "204"]),
    route("DELETE", "/block/{user_id}", Guest, None,        ["401", "401", "401x",     "403u", "404",     "204",   "204",  "204",  "204",  "403u", "204"]),
    route("GET", "/report", Guest, None,                    ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PATCH", "/report/{report_id}", Guest, Some(review),
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("POST", "/webhook", Guest, Some(new_webhook),     ["401", "401", "401x",     "201",  "403",     "403",   "403",  "403",  "403",  "201",  "403"]),
    route("GET", "/webhook", Guest, None,                   ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PATCH", "/webhook/{webhook_id}", Guest, Some(webhook),
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("POST", "/webhook/{webhook_id}/secret", Guest, None,
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/webhook/{webhook_id}/delivery", Guest, None,
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    // There is none.
    route("POST", "/webhook/{webhook_id}/delivery/{delivery_id}/replay", Guest, None,
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "404",  "403"]),
    // The last of them: it is the same webhook.
    route("DELETE", "/webhook/{webhook_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "204",  "403"]),
    route("GET", "/user/{user_id}", Guest, None,            ["401", "401", "401x",     "404",  "404",     "200",   "200",  "200",  "200",  "200",  "200"]),
    route("PATCH", "/user/{user_id}", Guest, Some(change),  ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PATCH", "/user/{user_id}", Member, Some(change), ["401", "401", "401x",     "404",  "403",     "403",   "403",  "200",  "403",  "200",  "200"]),
    route("DELETE", "/user/{user_id}", Guest, None,         ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "204",  "403"]),
    route("POST", "/user/{user_id}/erasure", Guest, None,   ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "202",  "403"]),
    route("GET", "/user/{user_id}/export", Guest, None,     ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/user/{user_id}/room", Guest, None,       ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/task", Guest, None,                      ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/task/{task_id}", Guest, None,            ["401", "401", "401x",     "404",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/user/{user_id}/presence", Guest, None,   ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("POST", "/presence", Guest, Some(presence),       ["401", "401", "401x",     "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/{room_id}/roster", Guest, None,     ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    // Keys are for the backend.
    route("POST", "/room", Guest, Some(keyed_room),         ["401", "401", "401x",     "400",  "400",     "400",   "400",  "400",  "400",  "201",  "400"]),
    route("POST", "/room", Guest, Some(new_room),           ["401", "401", "401x",     "400",  "400",     "201",   "201",  "201",  "201",  "201",  "201"]),
    route("GET", "/room", Guest, None,                      ["401", "401", "401x",     "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/public", Guest, None,               ["401", "401", "401x",     "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
    // Of another app's user there are none.
    route("POST", "/room/find", Guest, Some(find),          ["401", "401", "401x",     "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
    // No room has this key.
    route("GET", "/room/by-key", Guest, None,               ["401", "401", "401x",     "404",  "404",     "404",   "404",  "404",  "404",  "404",  "404"]),
    route("GET", "/room/{room_id}", Guest, None,            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/{room_id}", PublicRoom, None,       ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("PATCH", "/room/{room_id}", Guest, Some(rename),  ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("DELETE", "/room/{room_id}", Guest, None,         ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "204",  "204",  "403"]),
    route("GET", "/room/{room_id}/member", Guest, None,     ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("POST", "/room/{room_id}/member", Guest, Some(new_member),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "201",  "201",  "403"]),
    route("DELETE", "/room/{room_id}/member/{user_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "204",  "204",  "403"]),
    route("DELETE", "/room/{room_id}/member/{user_id}", Member, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "204",  "204",  "204",  "204"]),
    route("POST", "/room/{room_id}/members", Guest, Some(new_members),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("PUT", "/room/{room_id}/member/{user_id}/role", Guest, Some(role),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("PUT", "/room/{room_id}/member/{user_id}/mute", Guest, Some(until),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("DELETE", "/room/{room_id}/member/{user_id}/mute", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("GET", "/room/{room_id}/ban", Guest, None,        ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("PUT", "/room/{room_id}/ban/{user_id}", Guest, Some(until),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    // The guest is not banned.
    route("DELETE", "/room/{room_id}/ban/{user_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "404",  "404",  "403"]),
    route("POST", "/room/{room_id}/invite", Guest, Some(invite),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "201",  "201",  "403"]),
    route("GET", "/room/{room_id}/invite", Guest, None,     ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    // The guest is not invited.
    route("DELETE", "/room/{room_id}/invite/{user_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "404",  "404",  "403"]),
    route("GET", "/invite", Guest, None,                    ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    // Nobody is invited; who is a member already stays one.
    route("POST", "/invite/{room_id}/accept", Guest, None,  ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    // Whether there was an invite is not told.
    route("POST", "/invite/{room_id}/decline", Guest, None, ["401", "401", "401x",     "403u", "404",     "204",   "204",  "204",  "204",  "403u", "204"]),
    route("POST", "/room/{room_id}/truncate", Guest, Some(truncate),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("PUT", "/room/{room_id}/archive", Guest, None,    ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("DELETE", "/room/{room_id}/archive", Guest, None, ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("POST", "/room/{room_id}/join", Guest, None,      ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("POST", "/room/{room_id}/join", PublicRoom, None, ["401", "401", "401x",     "404",  "404",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("POST", "/room/{room_id}/leave", Guest, None,     ["401", "401", "401x",     "404",  "404",     "404",   "404",  "204",  "204",  "403u", "204"]),
    route("POST", "/attachments", Guest, Some(file),        ["401", "401", "401x",     "404",  "404",     "404",   "404",  "201",  "201",  "201",  "201"]),
    // The member's file.
    route("POST", "/attachments/{attachment_id}/confirm", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "404",  "404",  "200"]),
    // No message has it.
    route("GET", "/room/{room_id}/attachment/{attachment_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "404",  "404",  "404",  "404"]),
    route("POST", "/room/{room_id}/message/send", Guest, Some(message),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "201",  "201",  "201",  "201"]),
    route("POST", "/room/{room_id}/message/send", PublicRoom, Some(public_message),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "201",  "201",  "201",  "201"]),
    route("POST", "/message/send", Guest, Some(messages),   ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("GET", "/room/{room_id}/message", Guest, None,    ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/{room_id}/message", PublicRoom, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/{room_id}/message/{message_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("PATCH", "/room/{room_id}/message/{message_id}", Guest, Some(edit),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "403",  "200",  "200"]),
    route("DELETE", "/room/{room_id}/message/{message_id}", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "204",  "204",  "204",  "204"]),
    route("POST", "/room/{room_id}/message/{message_id}/forward", Guest, Some(forward),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "201",  "201",  "201",  "201"]),
    route("POST", "/room/{room_id}/message/{message_id}/report", Guest, Some(report),
                                                            ["401", "401", "401x",     "403u",  "404",     "404",   "404",  "201",  "201",  "403u", "201"]),
    route("GET", "/room/{room_id}/message/{message_id}/edit", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("GET", "/room/{room_id}/message/{message_id}/reply", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("PUT", "/room/{room_id}/message/{message_id}/reaction/{reaction}", Guest, None,
                                                            ["401", "401", "401x",     "403u",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("DELETE", "/room/{room_id}/message/{message_id}/reaction/{reaction}", Guest, None,
                                                            ["401", "401", "401x",     "403u",  "404",     "404",   "404",  "204",  "204",  "403u", "204"]),
    route("POST", "/room/{room_id}/read", Guest, Some(read), ["401", "401", "401x",    "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("GET", "/room/{room_id}/read", Guest, None,       ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("POST", "/room/{room_id}/unread", Guest, Some(read), ["401", "401", "401x",  "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("POST", "/room/{room_id}/delivered", Guest, Some(read),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("PUT", "/room/{room_id}/notification", Guest, Some(notification),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("GET", "/room/{room_id}/message/{message_id}/status", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "403",  "200",  "200"]),
    route("GET", "/unread", Guest, None,                    ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("POST", "/unread", Guest, Some(unread_of),        ["401", "401", "401x",     "200",  "403",     "403",   "403",  "403",  "403",  "200",  "403"]),
    route("PUT", "/room/{room_id}/message/{message_id}/pin", Guest, Some(pin),
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "200",  "200",  "403"]),
    route("DELETE", "/room/{room_id}/message/{message_id}/pin", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "403",  "204",  "204",  "403"]),
    route("GET", "/room/{room_id}/pin", Guest, None,        ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "200",  "200"]),
    route("PUT", "/room/{room_id}/message/{message_id}/star", Guest, None,
                                                            ["401", "401", "401x",     "404",  "404",     "404",   "404",  "200",  "200",  "403u", "200"]),
    route("DELETE", "/room/{room_id}/message/{message_id}/star", Guest, None,
                                                            ["401", "401", "401x",     "403u", "404",     "204",   "204",  "204",  "204",  "403u", "204"]),
    route("GET", "/star", Guest, None,                      ["401", "401", "401x",     "403u", "200",     "200",   "200",  "200",  "200",  "403u", "200"]),
    route("GET", "/limits", Guest, None,                    ["200", "200", "200",      "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
    route("GET", "/health", Guest, None,                    ["200", "200", "200",      "200",  "200",     "200",   "200",  "200",  "200",  "200",  "200"]),
];

fn settings(_: &World) -> Value {
    let user = json!({ "id": "sub", "name": "name", "avatar_url": "picture", "create": true });
    let url = json!({ "method": "url", "url": "https://shop.example.com/verify", "user": user });
    let quotas = json!({ "user_messages_per_minute": 60_000, "messages_per_minute": 60_000 });
    let mut settings =
        json!({ "name": "Shop", "allowed_origins": ["https://shop.example"], "quotas": quotas, "verification": url });
    // One that is there would be asked about every message of the app.
    settings["message_hook"] = Value::Null;
    settings["dialects"] = json!([{ "service": "go-chat" }]);
    settings
}

fn new_user(world: &World) -> Value {
    let external = format!("crm-{}", world.room.replace('-', ""));
    json!({ "name": "New", "external_id": external, "avatar_url": "https://a.example/a.png", "custom": { "a": 1 } })
}

fn known_users(world: &World) -> Value {
    let external = format!("crm-{}", world.room.replace('-', ""));
    let user = json!({ "external_id": external, "name": "Known", "avatar_url": null, "custom": { "a": 1 } });
    json!({ "users": [user] })
}

fn events(world: &World) -> Value {
    let subject = format!("crm-{}", world.room.replace('-', ""));
    let made = json!({ "id": "e-1", "type": "user.created", "time": "2020-01-31T12:00:00Z", "subject": subject,
        "data": { "name": "Told", "avatar_url": "https://a.example/a.png", "custom": { "a": 1 } } });
    let friends = json!({ "id": "e-2", "type": "friend.created", "time": "2020-01-31T12:00:01Z", "subject": subject,
        "data": { "friend": "crm-0" } });
    json!({ "events": [made, friends] })
}

fn suspend(_: &World) -> Value {
    json!({ "until": "2190-01-31T12:00:00Z" })
}

fn report(_: &World) -> Value {
    json!({ "reason": "spam", "comment": "again" })
}

fn new_webhook(_: &World) -> Value {
    json!({ "url": "https://receiver.invalid/hook", "events": ["room.deleted"] })
}

fn webhook(_: &World) -> Value {
    json!({ "url": "https://receiver.invalid/other", "events": ["room.deleted"], "enabled": false })
}

fn review(_: &World) -> Value {
    json!({ "status": "closed", "note": "seen" })
}

fn presence(world: &World) -> Value {
    json!({ "user_ids": [world.guest.id] })
}

fn change(_: &World) -> Value {
    json!({ "name": "Changed", "avatar_url": "https://a.example/b.png", "custom": { "b": 2 } })
}

fn new_room(world: &World) -> Value {
    json!({
        "kind": "group", "name": "New", "members": [world.guest.id], "public": false, "history": "all", "custom": { "a": 1 },
        "slow_mode_seconds": 30, "max_message_bytes": 500, "send": "all", "retention_days": 30, "messages_per_minute": 60,
        "member_messages_per_minute": 20,
    })
}

fn find(world: &World) -> Value {
    json!({ "members": [world.guest.id] })
}

fn keyed_room(world: &World) -> Value {
    let mut room = new_room(world);
    room["key"] = json!(format!("room-{}", world.room));
    room
}

fn rename(_: &World) -> Value {
    json!({
        "name": "Renamed", "custom": { "b": 2 }, "public": false, "slow_mode_seconds": 30, "max_message_bytes": 500,
        "send": "moderators", "retention_days": 30, "messages_per_minute": 60, "member_messages_per_minute": 20,
    })
}

fn new_members(world: &World) -> Value {
    json!({ "user_ids": [world.cast.newcomer.id, world.guest.id] })
}

fn invite(world: &World) -> Value {
    json!({ "user_id": world.cast.newcomer.id, "expires_at": "2999-12-31T23:59:59Z" })
}

fn truncate(_: &World) -> Value {
    json!({ "before_seq": 2 })
}

fn role(_: &World) -> Value {
    json!({ "role": "moderator" })
}

fn until(_: &World) -> Value {
    json!({ "expires_at": "2999-12-31T23:59:59Z" })
}

fn new_member(world: &World) -> Value {
    json!({ "user_id": world.cast.newcomer.id, "role": "member" })
}

fn message(world: &World) -> Value {
    message_about(world, &world.message)
}

fn public_message(world: &World) -> Value {
    message_about(world, &world.public_message)
}

fn message_about(world: &World, about: &str) -> Value {
    json!({
        "parent_id": about, "quote_id": about,
        "text_message": "sent", "client_id": format!("c-{}", world.room.replace('-', "")), "after_seq": 1, "custom": { "a": 1 },
        "subject": "Lunch", "priority": "high", "label": "order.update", "status": "open", "mentions": [], "attachments": [],
    })
}

fn file(world: &World) -> Value {
    json!({ "name": "a.png", "content_type": "image/png", "size": 100, "room_id": world.room })
}

fn messages(world: &World) -> Value {
    json!({ "messages": [{ "room_id": world.room, "user_id": world.guest.id, "message": message(world) }] })
}

fn forward(world: &World) -> Value {
    json!({ "to_room_id": world.room, "client_id": format!("f-{}", world.room.replace('-', "")), "after_seq": 1 })
}

fn edit(_: &World) -> Value {
    json!({ "text_message": "edited", "custom": { "b": 2 }, "subject": "Dinner", "status": "done", "mentions": [] })
}

fn read(_: &World) -> Value {
    json!({ "seq": 1 })
}

fn notification(_: &World) -> Value {
    json!({ "notification": "mentions" })
}

fn unread_of(world: &World) -> Value {
    json!({ "user_ids": [world.cast.member.id] })
}

fn pin(_: &World) -> Value {
    json!({ "expires_at": "2200-01-01T00:00:00Z" })
}
