//! Which operations take an `Idempotency-Key`, and how their description says so. The end-to-end suite sends each of them twice.

use parlour_domain::limits;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

const NAME: &str = "Idempotency-Key";

const ABOUT: &str = "Your own name for this write. Sent again within 7 days, the original answer comes back, with `Idempotent-Replayed: true` \
(of a message: marked `duplicate`); the same key with another request is 409 `client_id_conflict`.";

/// All others either only look, or are the same however often they are sent, or make something new each time.
const TAKE_IT: [&str; 34] = [
    "accept_invite",
    "add_member",
    "add_members",
    "announce_attachment",
    "archive_room",
    "ban_user",
    "create_room",
    "create_user",
    "create_webhook",
    "decline_invite",
    "delete_message",
    "delete_room",
    "delete_user",
    "delete_webhook",
    "edit_message",
    "forward_message",
    "invite_user",
    "lift_suspension",
    "mark_unread",
    "mute_member",
    "remove_member",
    "revoke_invite",
    "rotate_webhook_secret",
    "send_message",
    "send_messages",
    "set_role",
    "suspend_user",
    "truncate_room",
    "unarchive_room",
    "unban_user",
    "unmute_member",
    "update_room",
    "update_user",
    "update_webhook",
];

/// The parameter, if the operation takes it.
pub(super) fn parameter(operation: &str) -> Option<Parameter> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(limits::CLIENT_ID_CHARS))
        .pattern(Some("^[A-Za-z0-9_.:-]+$"));
    let parameter = ParameterBuilder::new()
        .name(NAME)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(ABOUT))
        .schema(Some(text));
    TAKE_IT.contains(&operation).then(|| parameter.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::openapi;

    #[test]
    fn every_name_is_that_of_an_operation_and_no_operation_that_only_looks_takes_a_key() {
        let openapi = serde_json::to_value(openapi()).unwrap();
        let mut taken = 0;
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let keys = parameters.filter(|parameter| parameter["name"] == NAME).count();
                assert!(keys == 0 || method != "get", "{method} {path}");
                taken += keys;
            }
        }
        assert_eq!(taken, TAKE_IT.len());
        assert!(TAKE_IT.is_sorted());
    }
}
