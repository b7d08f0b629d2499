//! The rows that one request looks at, related to each other.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Row;
use super::filter::Filter;
use super::model::{Model, Relation};
use super::row::{self, Beside};
use crate::view::EntryView;

/// Rows that come along with others in one answer.
const RELATED: usize = 10_000;
/// An answer ends at this size: a function answers no more than 6 MB.
const ANSWER_BYTES: usize = 4_000_000;

/// The rows that one request looks at.
#[derive(Debug, Default)]
pub struct Dataset {
    messages: Vec<Row>,
    recipients: Vec<Row>,
    files: Vec<Row>,
    known: HashSet<String>,
    /// So many of the messages, recipients and files are looked at for themselves; the others are what those are related to.
    own: Option<[usize; 3]>,
}

/// What is answered.
#[derive(Debug, Default)]
pub struct Answer {
    /// The rows.
    pub rows: Vec<Value>,
    /// Whether there are more than these.
    pub cut: bool,
}

/// Where to find the other side of a relation.
struct Index<'a> {
    of_message: [HashMap<&'a str, Vec<&'a Row>>; 2],
    replies: HashMap<&'a str, Vec<&'a Row>>,
    messages: HashMap<&'a str, &'a Row>,
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn by<'a>(rows: &'a [Row], name: &str) -> HashMap<&'a str, Vec<&'a Row>> {
    let mut found: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows {
        found.entry(text(row, name)).or_default().push(row);
    }
    found
}

impl Dataset {
    /// Adds a message with its recipients and files; one that is there already is not added again.
    pub fn add(&mut self, message: &EntryView, beside: Beside<'_>) {
        if self.known.insert(message.id.clone()) {
            self.messages.push(row::message(message, beside));
            self.recipients.extend(row::recipients(message, beside));
            self.files.extend(row::files(message, beside));
        }
    }

    /// Whatever is added from here on is only what others are related to.
    pub fn only_related_from_here(&mut self) {
        self.own
            .get_or_insert([self.messages.len(), self.recipients.len(), self.files.len()]);
    }

    /// The parents that its messages name and that are not here.
    #[must_use]
    pub fn missing_parents(&self) -> Vec<&str> {
        let parents = self.messages.iter().map(|row| text(row, "parentMessageId"));
        let missing: HashSet<&str> = parents
            .filter(|id| !id.is_empty() && !self.known.contains(*id))
            .collect();
        missing.into_iter().collect()
    }

    /// The rows of a model, without what is only related to them.
    #[must_use]
    pub fn rows(&self, model: Model) -> &[Row] {
        let (rows, number) = match model {
            Model::Message => (&self.messages, 0),
            Model::Recipient => (&self.recipients, 1),
            Model::File => (&self.files, 2),
        };
        let own = self.own.map_or(rows.len(), |own| own[number]);
        rows.get(..own).unwrap_or(rows)
    }

    /// Those rows that a filter wants, with what they are to come with.
    #[must_use]
    pub fn answer(&self, model: Model, filter: &Filter) -> Answer {
        let index = Index {
            of_message: [by(&self.recipients, "messageId"), by(&self.files, "messageId")],
            replies: by(&self.messages, "parentMessageId"),
            messages: self.messages.iter().map(|row| (text(row, "id"), row)).collect(),
        };
        let (mut answer, mut related, mut bytes) = (Answer::default(), RELATED, 0);
        for row in filter.select(model, self.rows(model)) {
            let Some(row) = index.expanded(row, filter, &mut related) else {
                answer.cut = true;
                break;
            };
            bytes += serde_json::to_string(&row).map_or(0, |text| text.len());
            if bytes > ANSWER_BYTES && !answer.rows.is_empty() {
                answer.cut = true;
                break;
            }
            answer.rows.push(Value::Object(row));
        }
        answer
    }
}

impl<'a> Index<'a> {
    /// A row with its relations, as far as there are any; `None`: there are too many.
    fn expanded(&self, row: &Row, filter: &Filter, left: &mut usize) -> Option<Row> {
        let mut whole = filter.fields_of(row);
        for include in &filter.include {
            let relation = include.relation;
            let found = include.scope.select(relation.model(), self.related(relation, row));
            *left = left.checked_sub(found.len())?;
            let mut values = Vec::with_capacity(found.len());
            for other in found {
                values.push(Value::Object(self.expanded(other, &include.scope, left)?));
            }
            if relation.is_one() {
                values.truncate(1);
                if let Some(one) = values.pop() {
                    whole.insert(relation.name().to_owned(), one);
                }
            } else if !values.is_empty() {
                whole.insert(relation.name().to_owned(), Value::Array(values));
            }
        }
        Some(whole)
    }

    fn related(&self, relation: Relation, row: &Row) -> Vec<&'a Row> {
        let many = |index: &HashMap<&'a str, Vec<&'a Row>>, id: &str| index.get(id).cloned().unwrap_or_default();
        let message = |id: &str| self.messages.get(id).copied().into_iter().collect();
        match relation {
            Relation::Recipients => many(&self.of_message[0], text(row, "id")),
            Relation::Files => many(&self.of_message[1], text(row, "id")),
            Relation::Replies => many(&self.replies, text(row, "id")),
            Relation::Parent => message(text(row, "parentMessageId")),
            Relation::Message => message(text(row, "messageId")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dialect::People;
    use crate::dialect::sourceloop::row::{Channel, Reader};

    fn dataset() -> Dataset {
        let reader = Reader {
            user: "u2".to_owned(),
            read: 1,
            from: 1,
        };
        let channel = Channel {
            name: "c".to_owned(),
            kind: "group",
            members: vec![reader],
        };
        let people = People::default();
        let beside = Beside {
            channel: &channel,
            people: &people,
            asking: "u2",
            starred: false,
        };
        let message = |id: &str, seq, parent: Option<&str>| EntryView {
            id: id.to_owned(),
            seq,
            user_id: Some("u1".to_owned()),
            text_message: Some(format!("text {id}")),
            parent_id: parent.map(str::to_owned),
            created_at: format!("2026-01-01T00:00:0{seq}.000Z"),
            ..EntryView::default()
        };
        let mut dataset = Dataset::default();
        dataset.add(&message("m1", 1, None), beside);
        dataset.add(&message("m2", 2, Some("m1")), beside);
        dataset.add(&message("m2", 2, Some("m1")), beside);
        dataset.only_related_from_here();
        dataset.add(&message("m3", 3, Some("m0")), beside);
        dataset
    }

    fn answer(model: Model, filter: &Value) -> Vec<Value> {
        let filter = Filter::read(model, Some(filter), false).unwrap();
        dataset().answer(model, &filter).rows
    }

    #[test]
    fn rows_come_with_what_they_are_related_to() {
        let rows = answer(
            Model::Message,
            &json!({ "fields": ["id"], "include": [{ "relation": "messages", "scope": { "fields": ["id"] } },
                { "relation": "parentMessage", "scope": { "fields": ["body"] } },
                { "relation": "messageRecipients", "scope": { "fields": ["isRead"] } }, "attachmentFiles"] }),
        );
        assert_eq!(
            rows,
            [
                json!({ "id": "m1", "messages": [{ "id": "m2" }], "messageRecipients": [{ "isRead": true }] }),
                json!({ "id": "m2", "parentMessage": { "body": "text m1" }, "messageRecipients": [{ "isRead": false }] }),
            ]
        );
        let rows = answer(
            Model::Recipient,
            &json!({ "where": { "isRead": false }, "fields": ["id"], "include": [{ "relation": "message", "scope": { "fields": ["id"] } }] }),
        );
        assert_eq!(rows, [json!({ "id": "m2.u2", "message": { "id": "m2" } })]);
    }

    #[test]
    fn what_is_only_related_is_not_answered_by_itself() {
        let dataset = dataset();
        assert_eq!(
            (dataset.rows(Model::Message).len(), dataset.rows(Model::Recipient).len()),
            (2, 2)
        );
        assert_eq!(dataset.missing_parents(), ["m0"]);
    }

    #[test]
    fn an_answer_has_a_size() {
        let mut dataset = Dataset::default();
        let channel = Channel::default();
        let people = People::default();
        let beside = Beside {
            channel: &channel,
            people: &people,
            asking: "",
            starred: false,
        };
        for number in 0..5 {
            let large = EntryView {
                id: number.to_string(),
                text_message: Some("x".repeat(1_000_000)),
                ..EntryView::default()
            };
            dataset.add(&large, beside);
        }
        let answer = dataset.answer(Model::Message, &Filter::default());
        assert_eq!((answer.rows.len(), answer.cut), (3, true));
    }
}
