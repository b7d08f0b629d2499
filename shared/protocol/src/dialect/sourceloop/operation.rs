//! The 34 operations: where they are, and which permissions let somebody do them.

use super::model::Model;

/// What an operation does with the rows of its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Makes one.
    Create,
    /// Makes several.
    CreateMany,
    /// Answers with those that a filter wants.
    Find,
    /// Answers how many a condition holds for.
    Count,
    /// Answers with one.
    Get,
    /// Changes all that a condition holds for.
    Update,
    /// Changes one.
    Patch,
    /// Replaces one.
    Put,
    /// Deletes one.
    Delete,
    /// Deletes all that a condition holds for.
    DeleteAll,
    /// Answers with the message of one.
    Owner,
}

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its method.
    pub method: &'static str,
    /// Its path; `{id}` stands for one segment.
    pub path: &'static str,
    /// What its rows are.
    pub model: Model,
    /// What it does.
    pub verb: Verb,
    /// Whether the path names the message that its rows belong to.
    pub of_message: bool,
    /// Any one of these lets somebody do it.
    pub permissions: &'static [&'static str],
}

impl Operation {
    /// Whether somebody with these permissions may do it.
    #[must_use]
    pub fn is_permitted(&self, permissions: &[String]) -> bool {
        permissions.iter().any(|own| self.permissions.contains(&own.as_str()))
    }
}

const fn of(
    (method, path): (&'static str, &'static str),
    (model, verb): (Model, Verb),
    permissions: &'static [&'static str],
) -> Operation {
    Operation {
        method,
        path,
        model,
        verb,
        of_message: false,
        permissions,
    }
}

const fn under(
    (method, path): (&'static str, &'static str),
    (model, verb): (Model, Verb),
    permissions: &'static [&'static str],
) -> Operation {
    Operation {
        of_message: true,
        ..of((method, path), (model, verb), permissions)
    }
}

const VIEW: &[&str] = &["ViewMessage", "1"];
const CREATE: &[&str] = &["CreateMessage", "2"];
const UPDATE: &[&str] = &["UpdateMessage", "3"];
const DELETE: &[&str] = &["DeleteMessage", "4"];
const CREATE_RECIPIENT: &[&str] = &["CreateMessageRecipient", "5"];
const VIEW_RECIPIENT: &[&str] = &["ViewMessageRecipient", "6"];
const UPDATE_RECIPIENT: &[&str] = &["UpdateMessageRecipient", "7"];
const DELETE_RECIPIENT: &[&str] = &["DeleteMessageRecipient", "8"];
const CREATE_FILE: &[&str] = &["CreateAttachmentFile"];
const VIEW_FILE: &[&str] = &["ViewAttachmentFile"];
const UPDATE_FILE: &[&str] = &["UpdateAttachmentFile"];
const DELETE_FILE: &[&str] = &["DeleteAttachmentFile"];

use Model::{File, Message, Recipient};
use Verb::{Count, Create, CreateMany, Delete, DeleteAll, Find, Get, Owner, Patch, Put, Update};

/// All of them. Where two paths fit, the first is meant.
pub const OPERATIONS: [Operation; 34] = [
    of(("POST", "/messages"), (Message, Create), CREATE),
    of(("GET", "/messages"), (Message, Find), VIEW),
    of(("PATCH", "/messages"), (Message, Update), UPDATE),
    of(("GET", "/messages/count"), (Message, Count), VIEW),
    of(("GET", "/messages/{id}"), (Message, Get), VIEW),
    of(("PATCH", "/messages/{id}"), (Message, Patch), UPDATE),
    of(("PUT", "/messages/{id}"), (Message, Put), UPDATE),
    of(("DELETE", "/messages/{id}"), (Message, Delete), DELETE),
    under(("GET", "/messages/{id}/messages"), (Message, Find), VIEW),
    under(("POST", "/messages/{id}/messages"), (Message, Create), CREATE),
    under(("PATCH", "/messages/{id}/messages"), (Message, Update), UPDATE),
    under(("DELETE", "/messages/{id}/messages"), (Message, DeleteAll), DELETE),
    under(
        ("GET", "/messages/{id}/message-recipients"),
        (Recipient, Find),
        VIEW_RECIPIENT,
    ),
    under(
        ("POST", "/messages/{id}/message-recipients"),
        (Recipient, Create),
        CREATE_RECIPIENT,
    ),
    under(
        ("PATCH", "/messages/{id}/message-recipients"),
        (Recipient, Update),
        UPDATE_RECIPIENT,
    ),
    under(
        ("DELETE", "/messages/{id}/message-recipients"),
        (Recipient, DeleteAll),
        DELETE_RECIPIENT,
    ),
    of(("POST", "/message-recipients"), (Recipient, Create), CREATE_RECIPIENT),
    of(("GET", "/message-recipients"), (Recipient, Find), VIEW_RECIPIENT),
    of(("PATCH", "/message-recipients"), (Recipient, Update), UPDATE_RECIPIENT),
    of(("GET", "/message-recipients/count"), (Recipient, Count), VIEW_RECIPIENT),
    of(("GET", "/message-recipients/{id}"), (Recipient, Get), VIEW_RECIPIENT),
    of(
        ("PATCH", "/message-recipients/{id}"),
        (Recipient, Patch),
        UPDATE_RECIPIENT,
    ),
    of(("PUT", "/message-recipients/{id}"), (Recipient, Put), UPDATE_RECIPIENT),
    of(
        ("DELETE", "/message-recipients/{id}"),
        (Recipient, Delete),
        DELETE_RECIPIENT,
    ),
    of(("GET", "/message-recipients/{id}/message"), (Recipient, Owner), VIEW),
    of(("POST", "/attach-files"), (File, Create), CREATE_FILE),
    of(("POST", "/attach-files/bulk"), (File, CreateMany), CREATE_FILE),
    of(("GET", "/attach-files"), (File, Find), VIEW_FILE),
    of(("PATCH", "/attach-files"), (File, Update), UPDATE_FILE),
    of(("GET", "/attach-files/count"), (File, Count), VIEW_FILE),
    of(("GET", "/attach-files/{id}"), (File, Get), VIEW_FILE),
    of(("PATCH", "/attach-files/{id}"), (File, Patch), UPDATE_FILE),
    of(("PUT", "/attach-files/{id}"), (File, Put), UPDATE_FILE),
    of(("DELETE", "/attach-files/{id}"), (File, Delete), DELETE_FILE),
];

/// The operation at a path, and the id that the path names. A slash at the end does not count.
#[must_use]
pub fn find(method: &str, path: &str) -> Option<(&'static Operation, Option<String>)> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let fits = |operation: &'static Operation| {
        let id = id_in(operation.path, path)?;
        (operation.method == method).then_some((operation, id))
    };
    OPERATIONS.iter().find_map(fits)
}

/// Whether a path is of this form, and the id in it.
fn id_in(form: &str, path: &str) -> Option<Option<String>> {
    let (mut form, mut path, mut id) = (form.split('/'), path.split('/'), None);
    loop {
        match (form.next(), path.next()) {
            (None, None) => return Some(id),
            (Some("{id}"), Some(named)) if !named.is_empty() => id = Some(named.to_owned()),
            (Some(wanted), Some(there)) if wanted == there => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_where_it_is_and_with_a_slash_behind() {
        for operation in &OPERATIONS {
            let path = operation.path.replace("{id}", "42");
            let id = operation.path.contains("{id}").then(|| "42".to_owned());
            assert_eq!(find(operation.method, &path), Some((operation, id.clone())), "{path}");
            assert_eq!(
                find(operation.method, &format!("{path}/")),
                Some((operation, id)),
                "{path}/"
            );
        }
        for (method, path) in [
            ("GET", "/"),
            ("GET", "/message"),
            ("DELETE", "/messages"),
            ("GET", "/messages/1/2/3"),
        ] {
            assert_eq!(find(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn any_one_permission_is_enough_by_name_or_number_and_files_have_no_numbers() {
        let may = |method, path, own: &str| find(method, path).unwrap().0.is_permitted(&[own.to_owned()]);
        assert!(may("GET", "/messages", "ViewMessage") && may("GET", "/messages", "1"));
        assert!(!may("GET", "/messages", "2") && !may("GET", "/messages", "viewmessage"));
        assert!(may("GET", "/message-recipients/1/message", "1"));
        assert!(!may("GET", "/message-recipients/1/message", "6"));
        assert!(may("POST", "/attach-files/bulk", "CreateAttachmentFile"));
        assert!(!(1..=12).any(|number| may("POST", "/attach-files", &number.to_string())));
    }
}
