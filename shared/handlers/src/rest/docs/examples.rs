//! An example of every request body. The end-to-end suite sends each of them, with ids of its own in the places of these.

use parlour_protocol::asyncapi::example::{MESSAGE, OTHER_ROOM, ROOM, USER};
use serde_json::{Value, json};

/// The body of an operation's request; `None`: it has none.
pub(super) fn example(operation: &str) -> Option<Value> {
    of_app(operation)
        .or_else(|| of_user(operation))
        .or_else(|| of_room(operation))
        .or_else(|| of_member(operation))
        .or_else(|| of_message(operation))
}

fn of_app(operation: &str) -> Option<Value> {
    Some(match operation {
        "update_app" => json!({
            "name": "Shop",
            "allowed_origins": ["https://shop.example.com"],
            "quotas": { "user_messages_per_minute": 600, "messages_per_minute": 60_000 },
            "verification": {
                "method": "jwks",
                "issuer": "https://id.example.com/",
                "audience": "chat",
                "url": "https://id.example.com/keys",
                "user": { "id": "sub", "name": "name", "avatar_url": "picture", "create": true },
            },
        }),
        "create_webhook" => json!({ "url": "https://shop.example.com/parlour", "events": ["room.deleted"] }),
        "update_webhook" => json!({ "enabled": true }),
        _ => return None,
    })
}

fn of_user(operation: &str) -> Option<Value> {
    Some(match operation {
        "create_user" => json!({ "name": "Ada", "external_id": "crm-17", "custom": { "plan": "gold" } }),
        "upsert_users" => json!({ "users": [{ "external_id": "crm-18", "name": "Bob", "avatar_url": null }] }),
        "update_user" => json!({ "name": "Ada L.", "avatar_url": "https://shop.example.com/ada.png" }),
        "take_events" => json!({ "events": [{
            "id": "e-1", "type": "user.created", "time": "2020-01-31T12:00:00Z", "subject": "crm-19", "data": { "name": "Cleo" },
        }] }),
        "suspend_user" => json!({ "until": "2190-01-31T12:00:00Z" }),
        "report_user" | "report_message" => json!({ "reason": "spam", "comment": "Again and again." }),
        "review_report" => json!({ "status": "closed", "note": "They have talked about it." }),
        "list_presence" | "list_unread" => json!({ "user_ids": [USER] }),
        _ => return None,
    })
}

fn of_room(operation: &str) -> Option<Value> {
    Some(match operation {
        "create_room" => json!({
            "kind": "group", "name": "Order 17", "members": [USER], "custom": { "order": 17 }, "slow_mode_seconds": 10,
        }),
        "find_rooms" => json!({ "members": [USER] }),
        "update_room" => json!({ "name": "Order 18", "messages_per_minute": 120, "slow_mode_seconds": null }),
        "truncate_room" => json!({ "before_seq": 2 }),
        "set_notification" => json!({ "notification": "mentions" }),
        "mark_read" | "mark_unread" | "mark_delivered" => json!({ "seq": 1 }),
        _ => return None,
    })
}

fn of_member(operation: &str) -> Option<Value> {
    Some(match operation {
        "add_member" => json!({ "user_id": USER, "role": "member" }),
        "add_members" => json!({ "user_ids": [USER] }),
        "invite_user" => json!({ "user_id": USER, "expires_at": "2190-01-31T12:00:00Z" }),
        "set_role" => json!({ "role": "moderator" }),
        "mute_member" | "ban_user" => json!({ "expires_at": "2190-01-31T12:00:00Z" }),
        _ => return None,
    })
}

fn of_message(operation: &str) -> Option<Value> {
    Some(match operation {
        "send_message" => json!({
            "text_message": "Hello!", "client_id": "c-1", "after_seq": 1, "quote_id": MESSAGE, "mentions": [USER],
            "custom": { "mood": "good" },
        }),
        "send_messages" => json!({ "messages": [{
            "room_id": ROOM, "user_id": USER, "message": { "text_message": "Your order is on its way.", "client_id": "c-2" },
        }] }),
        "edit_message" => json!({ "text_message": "Hello again!", "subject": null }),
        "forward_message" => json!({ "to_room_id": OTHER_ROOM, "client_id": "c-3" }),
        "pin_message" => json!({ "expires_at": "2190-01-31T12:00:00Z" }),
        "announce_attachment" => json!({
            "name": "holiday.jpg", "content_type": "image/jpeg", "size": 182_044, "room_id": ROOM,
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::openapi;

    #[test]
    fn every_body_has_an_example() {
        let openapi = serde_json::to_value(openapi()).unwrap();
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                let body = &operation["requestBody"]["content"]["application/json"];
                assert_eq!(body.is_object(), example(name).is_some(), "{method} {path}");
                assert_eq!(body.get("example").cloned(), example(name), "{method} {path}");
            }
        }
    }
}
