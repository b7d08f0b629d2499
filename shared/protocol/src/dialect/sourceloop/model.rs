//! The three models: what fields they have, and what they are related to.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A time, RFC 3339.
    Date,
    /// An object of the client's own.
    Object,
}

/// A model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// A message.
    Message,
    /// A message and one to whom it goes.
    Recipient,
    /// A file of a message, as its key alone.
    File,
}

/// What a row is related to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The recipients of a message.
    Recipients,
    /// The files of a message.
    Files,
    /// The message that a message answers.
    Parent,
    /// The answers to a message.
    Replies,
    /// The message of a recipient or of a file.
    Message,
}

impl Relation {
    /// Of which model the other side is.
    #[must_use]
    pub const fn model(self) -> Model {
        match self {
            Self::Recipients => Model::Recipient,
            Self::Files => Model::File,
            Self::Parent | Self::Replies | Self::Message => Model::Message,
        }
    }

    /// Whether there is one at most.
    #[must_use]
    pub const fn is_one(self) -> bool {
        matches!(self, Self::Parent | Self::Message)
    }

    /// Its name, which is also that of the property that holds it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recipients => "messageRecipients",
            Self::Files => "attachmentFiles",
            Self::Parent => "parentMessage",
            Self::Replies => "messages",
            Self::Message => "message",
        }
    }
}

type Fields = &'static [(&'static str, Kind)];

/// What the service itself writes down about every row.
pub const AUDIT: Fields = &[
    ("deleted", Kind::Bool),
    ("deletedOn", Kind::Date),
    ("deletedBy", Kind::Text),
    ("createdOn", Kind::Date),
    ("modifiedOn", Kind::Date),
    ("createdBy", Kind::Text),
    ("modifiedBy", Kind::Text),
];

const MESSAGE: Fields = &[
    ("id", Kind::Text),
    ("body", Kind::Text),
    ("channelId", Kind::Text),
    ("channelType", Kind::Text),
    ("status", Kind::Number),
    ("subject", Kind::Text),
    ("toUserId", Kind::Text),
    ("parentMessageId", Kind::Text),
];

const RECIPIENT: Fields = &[
    ("id", Kind::Text),
    ("channelId", Kind::Text),
    ("recipientId", Kind::Text),
    ("messageId", Kind::Text),
    ("forwardedBy", Kind::Text),
    ("isFavorite", Kind::Bool),
    ("isForwarded", Kind::Bool),
    ("isRead", Kind::Bool),
];

const FILE: Fields = &[
    ("id", Kind::Text),
    ("channelId", Kind::Text),
    ("fileKey", Kind::Text),
    ("messageId", Kind::Text),
    ("metaData", Kind::Object),
];

impl Model {
    /// As errors name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "messages",
            Self::Recipient => "message_recipients",
            Self::File => "message_files",
        }
    }

    /// As the description names it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::Recipient => "MessageRecipient",
            Self::File => "AttachmentFile",
        }
    }

    /// All its fields.
    pub fn fields(self) -> impl Iterator<Item = (&'static str, Kind)> {
        let own = match self {
            Self::Message => MESSAGE,
            Self::Recipient => RECIPIENT,
            Self::File => FILE,
        };
        own.iter().chain(AUDIT).copied()
    }

    /// What a field of this name holds; `None`: there is none.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Kind> {
        self.fields().find(|(field, _)| *field == name).map(|(_, kind)| kind)
    }

    /// What a row must have. A file belongs to a message here: there is nowhere else to keep it, and nobody to ask who may see it.
    #[must_use]
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Message => &["body", "channelId", "channelType"],
            Self::Recipient => &["channelId", "recipientId", "messageId"],
            Self::File => &["messageId"],
        }
    }

    /// What its rows are related to.
    #[must_use]
    pub const fn relations(self) -> &'static [Relation] {
        match self {
            Self::Message => &[
                Relation::Recipients,
                Relation::Files,
                Relation::Parent,
                Relation::Replies,
            ],
            Self::Recipient | Self::File => &[Relation::Message],
        }
    }
}
