//! What the annotations of routes leave open in their description: a refusal is a problem document, its codes are told, every body
//! has an example, and writes that may be sent again take a key.

use parlour_protocol::{Code, refusals};
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::examples::example;
use super::key::parameter;

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";
/// Where a description has the codes of refusals for programs.
const CODES: &str = "x-codes";

/// Completes every operation.
pub(crate) fn complete(openapi: &mut OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        let PathItem {
            get,
            put,
            post,
            delete,
            patch,
            ..
        } = item;
        for operation in [get, put, post, delete, patch].into_iter().flatten() {
            complete_one(operation);
        }
    }
}

fn complete_one(operation: &mut Operation) {
    let name = operation.operation_id.clone().unwrap_or_default();
    let secured = operation.security.iter().any(|security| !security.is_empty());
    let codes = refusals::of_operation(&name, secured);
    if let Some(key) = parameter(&name) {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(RefOr::T(key));
    }
    let made = operation.responses.responses.contains_key("201");
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with(['4', '5']) {
            refusal(response, status.starts_with('4').then_some(codes.as_slice()));
        } else if response.description.is_empty() {
            success(status, made).clone_into(&mut response.description);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && let Some(RefOr::T(content)) = body.content.get_mut(JSON)
    {
        content.example = example(&name);
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

fn refusal(response: &mut Response, codes: Option<&[Code]>) {
    if let Some(content) = response.content.shift_remove(JSON) {
        response.content.insert(PROBLEM.to_owned(), content);
    }
    if let Some(codes) = codes {
        response.description = format!("Refused. `code` says why:\n\n{}", refusals::told(codes));
        let names: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        response.extensions = Some(ExtensionsBuilder::new().add(CODES, json!(names)).build());
    }
    if response.description.is_empty() {
        "Not at the moment: try again.".clone_into(&mut response.description);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::super::openapi;
    use super::{Code, refusals};

    #[test]
    fn every_refusal_is_a_problem_document_and_names_its_codes() {
        let openapi = serde_json::to_value(openapi()).unwrap();
        let (mut told, mut takes_credential) = (0, BTreeSet::new());
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
                        let description = response["description"].as_str().unwrap();
                        assert!(description.contains("401 `unauthenticated`"), "{place}");
                        let codes = response["x-codes"].as_array().unwrap();
                        assert!(codes.iter().any(|code| code == "unauthenticated"), "{place}");
                        told += 1;
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
                if secured {
                    takes_credential.insert(operation["operationId"].as_str().unwrap().to_owned());
                }
            }
        }
        let lines: BTreeSet<String> = refusals::operations().map(str::to_owned).collect();
        assert_eq!(lines, takes_credential, "each has its line");
        assert!(told > 70);
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
