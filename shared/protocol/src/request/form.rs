//! A message and its files in one form (`multipart/form-data`).

use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{PriorityOption, SendMessage};
use crate::error::InvalidInput;
use crate::frame::describe;

/// A file, as it is.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FormFile(pub Vec<u8>);

/// `POST /room/{room_id}/message/send` as `multipart/form-data`: a part for each field of the message, and one for each file.
#[derive(Debug, ToSchema)]
pub struct SendForm {
    /// Up to 10, each of up to 25 MB; on AWS 4 MB in all (`form_bytes` of `GET /limits`). Every part that has a file name is one, by
    /// whatever name the part has.
    pub files: Vec<FormFile>,
    /// What it says; may be left out where there are files.
    #[schema(example = "Hello!")]
    pub text_message: Option<String>,
    /// Files of yours that were uploaded before; a part for each.
    pub attachments: Option<Vec<String>>,
    /// Your id of this message: sent again with the same one, and with the same files, the original message is answered.
    pub client_id: Option<String>,
    /// The last `seq` you knew when you first tried.
    pub after_seq: Option<u64>,
    /// Your own data, a JSON object.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// What it is about.
    pub subject: Option<String>,
    /// The message in whose thread it is.
    pub parent_id: Option<String>,
    /// A message of the room that it quotes.
    pub quote_id: Option<String>,
    /// Members that it names; a part for each.
    pub mentions: Option<Vec<String>>,
    /// How much it matters.
    pub priority: Option<PriorityOption>,
    /// Your own word for its kind.
    pub label: Option<String>,
    /// Your own word for its state.
    pub status: Option<String>,
}

/// The parts of such a form that are no files.
#[derive(Debug, Default)]
pub struct FormFields(Map<String, Value>);

impl FormFields {
    /// Takes a part. A name that is none of the message's is refused later, by [`Self::message`].
    ///
    /// # Errors
    /// If a field is there twice that has one value, or has not the form that it must have.
    pub fn add(&mut self, name: String, text: String) -> Result<(), InvalidInput> {
        if matches!(name.as_str(), "attachments" | "mentions") {
            if let Value::Array(values) = self.0.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                values.push(Value::String(text));
            }
            return Ok(());
        }
        let value = match name.as_str() {
            "custom" => serde_json::from_str(&text)
                .map(Value::Object)
                .map_err(|_| InvalidInput::new("custom", "must be a JSON object"))?,
            "after_seq" => text
                .parse::<u64>()
                .map(Value::from)
                .map_err(|_| InvalidInput::new("after_seq", "must be a number"))?,
            _ => Value::String(text),
        };
        match self.0.insert(name, value) {
            None => Ok(()),
            Some(_) => Err(InvalidInput::new("body", "has a field twice")),
        }
    }

    /// The message that they make.
    ///
    /// # Errors
    /// If there is a field that messages do not have, or one of the wrong type.
    pub fn message(self) -> Result<SendMessage, InvalidInput> {
        serde_json::from_value(Value::Object(self.0)).map_err(|error| InvalidInput::new("body", describe(&error)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn made(parts: &[(&str, &str)]) -> Result<SendMessage, InvalidInput> {
        let mut fields = FormFields::default();
        for (name, text) in parts {
            fields.add((*name).to_owned(), (*text).to_owned())?;
        }
        fields.message()
    }

    #[test]
    fn a_form_makes_the_same_message_as_json() {
        let message = made(&[
            ("text_message", "12"),
            ("mentions", "one"),
            ("mentions", "two"),
            ("custom", r#"{"a":[1]}"#),
            ("after_seq", "7"),
            ("client_id", "8"),
            ("priority", "high"),
        ])
        .unwrap();
        assert_eq!(message.text_message, "12");
        assert_eq!(message.mentions, ["one", "two"]);
        assert_eq!(Value::Object(message.custom.unwrap()), serde_json::json!({ "a": [1] }));
        assert_eq!((message.after_seq, message.client_id.as_deref()), (Some(7), Some("8")));
        assert_eq!(message.priority, Some(PriorityOption::High));
        assert_eq!(made(&[]).unwrap().text_message, "");
    }

    #[test]
    fn what_is_no_field_or_not_of_its_form_is_refused() {
        for (parts, field) in [
            (vec![("sender_id", "x")], "body"),
            (vec![("label", "a"), ("label", "b")], "body"),
            (vec![("priority", "most")], "body"),
            (vec![("custom", "x")], "custom"),
            (vec![("custom", "[]")], "custom"),
            (vec![("after_seq", "-1")], "after_seq"),
        ] {
            assert_eq!(made(&parts).unwrap_err().field, field, "{parts:?}");
        }
    }

    #[test]
    fn a_form_is_described_with_every_field_of_a_message() {
        let properties = |schema: utoipa::openapi::RefOr<utoipa::openapi::Schema>| {
            let schema = serde_json::to_value(schema).unwrap();
            let named = schema["properties"].as_object().unwrap().keys().cloned();
            named.collect::<BTreeSet<String>>()
        };
        let mut expected = properties(<SendMessage as utoipa::PartialSchema>::schema());
        expected.insert("files".to_owned());
        assert_eq!(properties(<SendForm as utoipa::PartialSchema>::schema()), expected);
    }
}
