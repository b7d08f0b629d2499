//! Texts that came from people, checked once: after that they are data and pass through unchanged.
//!
//! Control characters are refused (they serve attacks on terminals and logs, not people) except newline, carriage return and
//! tab in messages. Direction marks and zero-width characters are kept: scripts and emoji need them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::limits;

/// Why a text is refused. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing, or nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Above the limit.
    #[error("must not be longer than {limit} {unit}")]
    TooLong {
        /// The limit.
        limit: usize,
        /// What it counts.
        unit: &'static str,
    },
    /// A control character.
    #[error("must not contain control characters")]
    Control,
    /// Custom data nested too deeply.
    #[error("must not be nested deeper than {0} levels")]
    TooDeep(usize),
    /// Not a word.
    #[error("must be letters, digits, `_`, `-`, `.` or `:`")]
    NotLabel,
    /// Not an `https` or `http` URL.
    #[error("must be an http or https URL")]
    NotUrl,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// The kind and the size; what people wrote is not for logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}

text!(
    /// The text of a message: 1 to [`limits::TEXT_MESSAGE_BYTES`] bytes, not only white space.
    MessageText
);
text!(
    /// The name of a user or room: 1 to [`limits::NAME_CHARS`] characters on one line.
    DisplayName
);
text!(
    /// What a message is about: 1 to [`limits::SUBJECT_CHARS`] characters on one line.
    Subject
);
text!(
    /// A word of the integrator's about a message: 1 to [`limits::LABEL_CHARS`] letters, digits, `_`, `-`, `.` or `:`.
    Label
);
text!(
    /// A reaction: an emoji or a word, 1 to [`limits::REACTION_BYTES`] bytes without white space.
    Reaction
);
text!(
    /// What the name of a user or room begins with: 1 to [`limits::NAME_CHARS`] characters on one line.
    NamePrefix
);
text!(
    /// The address of a user's picture.
    AvatarUrl
);

/// A name as names are compared and sorted: each letter in lower case by itself, whatever follows it, so that the folded
/// beginning of a name is the beginning of the folded name. Accents count; composed and decomposed forms differ.
fn folded(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}

impl MessageText {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is empty, too long or has a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > limits::TEXT_MESSAGE_BYTES {
            return Err(TextError::TooLong {
                limit: limits::TEXT_MESSAGE_BYTES,
                unit: "bytes",
            });
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextError::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

impl DisplayName {
    /// Checks the name and takes the white space off its ends.
    ///
    /// # Errors
    /// If it is empty, too long or has a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let name = text.trim();
        one_line(name, limits::NAME_CHARS)?;
        Ok(Self(name.to_owned()))
    }

    /// The name as names are compared and sorted.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl Subject {
    /// Checks the subject and takes the white space off its ends.
    ///
    /// # Errors
    /// If it is empty, too long or has a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let subject = text.trim();
        one_line(subject, limits::SUBJECT_CHARS)?;
        Ok(Self(subject.to_owned()))
    }
}

impl Label {
    /// Checks the word.
    ///
    /// # Errors
    /// If it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        one_line(text, limits::LABEL_CHARS)?;
        if text.chars().all(word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::NotLabel)
        }
    }
}

impl Reaction {
    /// Checks the reaction.
    ///
    /// # Errors
    /// If it is empty, too long or has white space or control characters.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > limits::REACTION_BYTES {
            return Err(TextError::TooLong {
                limit: limits::REACTION_BYTES,
                unit: "bytes",
            });
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(TextError::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

impl NamePrefix {
    /// Checks the text. White space at its end counts: a name may go on after it.
    ///
    /// # Errors
    /// If it is empty, longer than any name or has a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let prefix = text.trim_start();
        one_line(prefix, limits::NAME_CHARS)?;
        Ok(Self(prefix.to_owned()))
    }

    /// The text as names are compared and sorted.
    #[must_use]
    pub fn folded(&self) -> String {
        folded(&self.0)
    }
}

impl PartialOrd for Reaction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reaction {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// Not empty, not too long, and on one line.
fn one_line(text: &str, limit: usize) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > limit {
        return Err(TextError::TooLong {
            limit,
            unit: "characters",
        });
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    Ok(())
}

impl AvatarUrl {
    /// Checks that a browser would take it for a picture's address and nothing else (`javascript:` is refused).
    ///
    /// # Errors
    /// If it is no `http` or `https` URL, too long or has white space or a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.len() > limits::AVATAR_URL_BYTES {
            return Err(TextError::TooLong {
                limit: limits::AVATAR_URL_BYTES,
                unit: "bytes",
            });
        }
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(TextError::NotUrl)?;
        if rest.is_empty() || rest.starts_with('/') || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(TextError::NotUrl);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Data of the integrator's own, kept as the JSON text of one object so that nothing about it changes in the store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Custom(String);

impl Custom {
    /// Checks size and depth.
    ///
    /// # Errors
    /// If it is larger than [`limits::CUSTOM_BYTES`] or nested deeper than [`limits::CUSTOM_DEPTH`].
    pub fn parse(object: &Map<String, Value>) -> Result<Self, TextError> {
        if !object.values().all(|value| within(value, limits::CUSTOM_DEPTH - 1)) {
            return Err(TextError::TooDeep(limits::CUSTOM_DEPTH));
        }
        let text = serde_json::to_string(object).unwrap_or_default();
        if text.len() > limits::CUSTOM_BYTES {
            return Err(TextError::TooLong {
                limit: limits::CUSTOM_BYTES,
                unit: "bytes",
            });
        }
        Ok(Self(text))
    }

    /// The object; empty if the stored text is damaged.
    #[must_use]
    pub fn object(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({} bytes)", self.0.len())
    }
}

fn within(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(|item| within(item, depth - 1)),
        Value::Object(fields) => depth > 0 && fields.values().all(|item| within(item, depth - 1)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests;
