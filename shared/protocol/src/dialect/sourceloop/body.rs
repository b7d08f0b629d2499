//! Bodies: what of a row a client sends, by the rules of its model.

use parlour_domain::Timestamp;
use serde_json::{Value, json};

use super::Row;
use super::model::{AUDIT, Kind, Model};
use super::problem::Detail;

/// Longest `channelType` and `subject`, in characters.
const WORD_CHARS: usize = 200;
/// Files of one request.
const FILES: usize = 20;

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new row: it has no id yet.
    Create,
    /// All of a row.
    Replace,
    /// Some of a row.
    Change,
}

/// Checks a body. What the service writes down by itself, who made a row and when, and whether it is deleted, may be there and is
/// left out: it is not the client's to say. `given`: what need not be there, because the path says it.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(model: Model, body: &Value, purpose: Purpose, given: &[&str]) -> Result<Row, Vec<Detail>> {
    check_at("", model, body, purpose, given)
}

fn check_at(path: &str, model: Model, body: &Value, purpose: Purpose, given: &[&str]) -> Result<Row, Vec<Detail>> {
    let Some(object) = body.as_object() else {
        return Err(vec![of_type(path, "object")]);
    };
    let mut wrong = Vec::new();
    if purpose != Purpose::Change {
        let missing = model
            .required()
            .iter()
            .filter(|name| !object.contains_key(**name) && !given.contains(name));
        wrong.extend(missing.map(|name| {
            let detail = Detail::new(path, "required", format!("must have required property '{name}'"));
            detail.with(json!({ "missingProperty": name }))
        }));
    }
    for (name, value) in object {
        let kind = model.field(name).filter(|_| purpose != Purpose::Create || name != "id");
        let at = format!("{path}/{name}");
        match kind {
            Some(kind) => wrong.extend(wrong_value(&at, kind, value)),
            None => wrong.push(
                Detail::new(path, "additionalProperties", "must NOT have additional properties")
                    .with(json!({ "additionalProperty": name })),
            ),
        }
        wrong.extend(too_long(&at, name, value));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let own = object.iter().filter(|(name, _)| *name != "id" && !is_audit(name));
    Ok(own.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn is_audit(name: &str) -> bool {
    AUDIT.iter().any(|(field, _)| *field == name)
}

fn of_type(path: &str, kind: &str) -> Detail {
    Detail::new(path, "type", format!("must be {kind}")).with(json!({ "type": kind }))
}

fn wrong_value(path: &str, kind: Kind, value: &Value) -> Option<Detail> {
    let nullable = path.ends_with("/deletedOn") || path.ends_with("/deletedBy");
    if nullable && value.is_null() {
        return None;
    }
    let (good, name) = match kind {
        Kind::Text => (value.is_string(), "string"),
        Kind::Number => (value.is_number(), "number"),
        Kind::Bool => (value.is_boolean(), "boolean"),
        Kind::Object => (value.is_object(), "object"),
        Kind::Date => {
            let Some(text) = value.as_str() else {
                return Some(of_type(path, "string"));
            };
            let rule = || Detail::new(path, "format", "must match format \"date-time\"");
            return Timestamp::parse(text)
                .is_err()
                .then(|| rule().with(json!({ "format": "date-time" })));
        }
    };
    (!good).then(|| of_type(path, name))
}

fn too_long(path: &str, name: &str, value: &Value) -> Option<Detail> {
    let text = value.as_str().filter(|_| ["channelType", "subject"].contains(&name))?;
    (text.chars().count() > WORD_CHARS).then(|| {
        Detail::new(
            path,
            "maxLength",
            format!("must NOT have more than {WORD_CHARS} characters"),
        )
        .with(json!({ "limit": WORD_CHARS }))
    })
}

/// The files of `POST /attach-files/bulk`; other fields beside them do not matter.
///
/// # Errors
/// Everything that is wrong with them.
pub fn files(body: &Value) -> Result<Vec<Row>, Vec<Detail>> {
    let Some(object) = body.as_object() else {
        return Err(vec![of_type("", "object")]);
    };
    let Some(files) = object.get("attachmentFiles") else {
        let detail = Detail::new("", "required", "must have required property 'attachmentFiles'");
        return Err(vec![detail.with(json!({ "missingProperty": "attachmentFiles" }))]);
    };
    let files = files
        .as_array()
        .ok_or_else(|| vec![of_type("/attachmentFiles", "array")])?;
    if files.len() > FILES {
        let detail = Detail::new(
            "/attachmentFiles",
            "maxItems",
            format!("must NOT have more than {FILES} items"),
        );
        return Err(vec![detail.with(json!({ "limit": FILES }))]);
    }
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    for (number, file) in files.iter().enumerate() {
        let path = format!("/attachmentFiles/{number}");
        match check_at(&path, Model::File, file, Purpose::Create, &[]) {
            Ok(row) => rows.push(row),
            Err(more) => wrong.extend(more),
        }
    }
    if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(model: Model, body: &Value, purpose: Purpose) -> String {
        let wrong = check(model, body, purpose, &[]).err().unwrap_or_default();
        let codes = wrong.iter().map(|detail| format!("{}:{}", detail.path, detail.code));
        codes.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_message_has_its_fields_and_no_others() {
        let good = json!({ "body": "hi", "channelId": "c1", "channelType": "task", "status": 0 });
        assert_eq!(codes(Model::Message, &good, Purpose::Create), "");
        assert_eq!(
            codes(Model::Message, &json!({}), Purpose::Create),
            ":required :required :required"
        );
        assert_eq!(codes(Model::Message, &json!({}), Purpose::Change), "");
        assert_eq!(codes(Model::Message, &json!([]), Purpose::Change), ":type");
        let wrong =
            json!({ "body": 1, "channelId": "c", "channelType": "t", "status": "0", "colour": "red", "id": "1" });
        assert_eq!(
            codes(Model::Message, &wrong, Purpose::Create),
            "/body:type :additionalProperties :additionalProperties /status:type"
        );
        let long = json!({ "subject": "x".repeat(201), "createdOn": "yesterday" });
        assert_eq!(
            codes(Model::Message, &long, Purpose::Change),
            "/createdOn:format /subject:maxLength"
        );
    }

    #[test]
    fn who_made_a_row_and_whether_it_is_deleted_is_not_the_clients_to_say() {
        let body = json!({ "id": "7", "body": "hi", "createdBy": "eve", "createdOn": "2020-01-01T00:00:00Z",
            "deleted": true, "deletedBy": null, "deletedOn": null, "modifiedBy": "eve" });
        let row = check(Model::Message, &body, Purpose::Change, &[]).unwrap();
        assert_eq!(Value::from(row), json!({ "body": "hi" }));
    }

    #[test]
    fn the_path_may_say_what_the_body_does_not() {
        let body = json!({ "channelId": "c", "recipientId": "u" });
        assert!(check(Model::Recipient, &body, Purpose::Create, &["messageId"]).is_ok());
        assert!(check(Model::Recipient, &body, Purpose::Create, &[]).is_err());
    }

    #[test]
    fn files_come_in_a_list_with_anything_beside_it() {
        let body =
            json!({ "attachmentFiles": [{ "messageId": "m", "fileKey": "k", "metaData": { "a": 1 } }], "more": 1 });
        assert_eq!(files(&body).unwrap().len(), 1);
        assert_eq!(files(&json!({})).unwrap_err()[0].code, "required");
        let wrong = files(&json!({ "attachmentFiles": [{ "messageId": 1 }] })).unwrap_err();
        assert_eq!(wrong[0].path, "/attachmentFiles/0/messageId");
        assert!(files(&json!({ "attachmentFiles": vec![json!({}); 21] })).is_err());
    }
}
