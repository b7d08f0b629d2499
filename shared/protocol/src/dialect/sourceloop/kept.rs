//! What of a message is kept in its custom data, because ours have no place for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::KEPT;

/// What is kept. Whatever cannot be read is not there: native clients may write into custom data what they like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Kept {
    /// The client's own word for the kind of the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_type: Option<String>,
    /// Whom it is for, in the client's own ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_user_id: Option<String>,
    /// The message that it answers, where that is an answer itself: our threads have one level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_message_id: Option<String>,
    /// A subject that ours cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Files, as their keys alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<KeptFile>,
    /// Members to whom the sender says it was forwarded, and by whom, in the client's own ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub forwarded: BTreeMap<String, String>,
    /// Members whom the sender took off the recipients.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<String>,
}

/// A file, as its key alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct KeptFile {
    /// Which of the message.
    pub id: String,
    /// Where the client's own storage has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_key: Option<String>,
    /// What the client says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<Map<String, Value>>,
    /// RFC 3339.
    pub created_on: String,
    /// RFC 3339.
    pub modified_on: String,
}

impl Kept {
    /// What a message's custom data keeps.
    #[must_use]
    pub fn of(custom: Option<&Map<String, Value>>) -> Self {
        let kept = custom.and_then(|custom| custom.get(KEPT));
        kept.and_then(|kept| Self::deserialize(kept).ok()).unwrap_or_default()
    }

    /// The custom data with this kept in it; none: nothing is left.
    #[must_use]
    pub fn into_custom(self, custom: Option<Map<String, Value>>) -> Option<Map<String, Value>> {
        let mut custom = custom.unwrap_or_default();
        custom.remove(KEPT);
        if self != Self::default() {
            custom.insert(KEPT.to_owned(), serde_json::to_value(self).unwrap_or_default());
        }
        (!custom.is_empty()).then_some(custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_keep_in_custom_data_stays() {
        let custom = json!({ "own": 1, "sourceloop": { "channelType": "task" } });
        let custom = custom.as_object().cloned();
        let kept = Kept::of(custom.as_ref());
        assert_eq!(kept.channel_type.as_deref(), Some("task"));
        assert_eq!(kept.into_custom(custom.clone()), custom);
        assert_eq!(
            Kept::default().into_custom(custom).map(Value::from),
            Some(json!({ "own": 1 }))
        );
        assert_eq!(Kept::default().into_custom(None), None);
    }

    #[test]
    fn what_is_not_ours_under_the_name_is_nothing() {
        for custom in [
            json!({ "sourceloop": 7 }),
            json!({ "sourceloop": { "files": "none" } }),
            json!({}),
        ] {
            assert_eq!(Kept::of(custom.as_object()), Kept::default(), "{custom}");
        }
    }
}
