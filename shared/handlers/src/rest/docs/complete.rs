//! What the annotations of routes leave open in their description: a refusal is a problem document, and its codes are told.

use parlour_protocol::Code;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Response};

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// Completes every operation.
pub(crate) fn complete(openapi: &mut OpenApi) {
    for (path, item) in &mut openapi.paths.paths {
        let PathItem {
            get,
            put,
            post,
            delete,
            patch,
            ..
        } = item;
        let reads = get.iter_mut().map(|operation| (operation, false));
        let writes = [put, post, delete, patch].into_iter().flatten();
        for (operation, writes) in reads.chain(writes.map(|operation| (operation, true))) {
            let codes = told(&codes(path, operation, writes));
            let made = operation.responses.responses.contains_key("201");
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else { continue };
                if status.starts_with(['4', '5']) {
                    refusal(response, status.starts_with('4').then_some(codes.as_str()));
                } else if response.description.is_empty() {
                    success(status, made).clone_into(&mut response.description);
                }
            }
        }
    }
}

/// `made`: the operation may also be answered with 201.
fn success(status: &str, made: bool) -> &'static str {
    match status {
        "201" => "It is made.",
        "200" if made => "It was there already.",
        "202" => "It is done later.",
        "204" => "It is done.",
        _ => "What was asked for.",
    }
}

fn refusal(response: &mut Response, codes: Option<&str>) {
    if let Some(content) = response.content.shift_remove(JSON) {
        response.content.insert(PROBLEM.to_owned(), content);
    }
    if let Some(codes) = codes {
        codes.clone_into(&mut response.description);
    }
    if response.description.is_empty() {
        "Not at the moment: try again.".clone_into(&mut response.description);
    }
}

fn told(codes: &[Code]) -> String {
    let lines = codes
        .iter()
        .map(|code| format!("- {} `{}`: {}", code.status(), code.as_str(), code.title()));
    format!("Refused. `code` says why:\n\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// The codes of refusals, by status.
fn codes(path: &str, operation: &Operation, writes: bool) -> Vec<Code> {
    let mut codes = vec![Code::InvalidInput];
    if operation.security.iter().any(|security| !security.is_empty()) {
        codes.extend([
            Code::Unauthenticated,
            Code::TokenExpired,
            Code::AmbiguousCredentials,
            Code::Forbidden,
            Code::UserRequired,
            Code::OriginNotAllowed,
            Code::UserSuspended,
        ]);
    }
    if path.contains('{') {
        codes.push(Code::NotFound);
    }
    if operation.request_body.is_some() {
        codes.extend([Code::MalformedJson, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    }
    if writes {
        codes.push(Code::ClientIdConflict);
    }
    codes.extend(own(operation.operation_id.as_deref().unwrap_or_default()));
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes
}

/// Those that few operations have.
fn own(operation: &str) -> &'static [Code] {
    match operation {
        "send_message" => &[
            Code::Muted,
            Code::Blocked,
            Code::StaleBase,
            Code::OutcomeUnknown,
            Code::RoomArchived,
            Code::RateLimited,
        ],
        "forward_message" => &[
            Code::Muted,
            Code::Blocked,
            Code::StaleBase,
            Code::OutcomeUnknown,
            Code::RoomArchived,
            Code::RateLimited,
            Code::MessageDeleted,
        ],
        "edit_message" => &[
            Code::Muted,
            Code::Blocked,
            Code::MessageDeleted,
            Code::TooManyEdits,
            Code::RoomArchived,
        ],
        "add_reaction" | "remove_reaction" => &[
            Code::Muted,
            Code::Blocked,
            Code::MessageDeleted,
            Code::TooManyReactions,
            Code::RoomArchived,
        ],
        "pin_message" | "unpin_message" => &[
            Code::Blocked,
            Code::MessageDeleted,
            Code::TooManyPins,
            Code::RoomArchived,
        ],
        "list_edits" | "star_message" | "report_message" => &[Code::MessageDeleted],
        "create_user" | "update_user" | "upsert_users" => &[Code::ExternalIdTaken],
        "create_room" => &[Code::RoomKeyTaken, Code::Blocked, Code::NotFound],
        "find_rooms" | "get_room_by_key" | "get_me" => &[Code::NotFound],
        // For a room that it is to be sent into.
        "announce_attachment" => &[Code::Muted, Code::Blocked, Code::RoomArchived, Code::NotFound],
        "confirm_attachment" => &[Code::NotUploaded, Code::FileMismatch],
        "remove_token" => &[Code::LastToken],
        "create_webhook" => &[Code::TooManyWebhooks],
        "add_member" | "add_members" | "join_room" | "accept_invite" => {
            &[Code::Banned, Code::DirectRoom, Code::RoomFull, Code::RoomArchived]
        }
        "remove_member" | "leave_room" | "set_role" | "mute_member" | "unmute_member" | "ban_user" => {
            &[Code::DirectRoom]
        }
        "update_room" | "truncate_room" => &[Code::DirectRoom, Code::RoomArchived],
        "invite_user" => &[
            Code::AlreadyMember,
            Code::Banned,
            Code::Blocked,
            Code::DirectRoom,
            Code::RoomArchived,
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::super::openapi;
    use super::Code;

    #[test]
    fn every_refusal_is_a_problem_document_and_names_its_codes() {
        let openapi = serde_json::to_value(openapi()).unwrap();
        let mut refusals = 0;
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let place = format!("{method} {path} {status}");
                    assert!(
                        response["description"].as_str().is_some_and(|text| !text.is_empty()),
                        "{place}"
                    );
                    if status.starts_with(['4', '5']) {
                        let content = response["content"].as_object().unwrap_or_else(|| panic!("{place}"));
                        assert_eq!(content.keys().collect::<Vec<_>>(), [super::PROBLEM], "{place}");
                    }
                    if status == "4XX" {
                        let told = response["description"].as_str().unwrap();
                        assert!(told.contains("400 `invalid_input`"), "{place}");
                        refusals += 1;
                    }
                }
                let secured = operation["security"]
                    .as_array()
                    .is_some_and(|schemes| !schemes.is_empty());
                let refused = operation["responses"].get("4XX").is_some();
                assert_eq!(
                    secured, refused,
                    "{method} {path}: who must show a credential can be refused"
                );
            }
        }
        assert!(refusals > 70);
    }

    #[test]
    fn every_refusal_of_the_catalogue_belongs_to_an_operation() {
        let openapi = serde_json::to_string(&openapi()).unwrap();
        for code in Code::ALL {
            // Those of a connection, of a path without an operation, and of what is tried again.
            let elsewhere = matches!(
                code,
                Code::UnknownAction | Code::TooManyRooms | Code::UnknownConnection | Code::MethodNotAllowed
            );
            let told = openapi.contains(&format!("- {} `{}`: ", code.status(), code.as_str()));
            assert_eq!(told, !elsewhere && code.status() < 500, "{code:?}");
        }
    }

    /// Every `$ref` within a description leads to something in it.
    fn resolve(whole: &Value, part: &Value) {
        match part {
            Value::Object(members) => {
                if let Some(place) = members.get("$ref").and_then(Value::as_str) {
                    assert!(whole.pointer(place.trim_start_matches('#')).is_some(), "{place}");
                }
                members.values().for_each(|member| resolve(whole, member));
            }
            Value::Array(items) => items.iter().for_each(|item| resolve(whole, item)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let openapi = serde_json::to_value(openapi()).unwrap();
        resolve(&openapi, &openapi);
    }
}
