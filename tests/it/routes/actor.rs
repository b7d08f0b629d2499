//! Who can send a request: everyone that the matrix has a column for.

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// Without any credential.
    Nobody,
    /// With something that is no credential.
    Malformed,
    /// With a member's token of yesterday.
    Expired,
    /// The backend of another app.
    OtherBackend,
    /// A user of another app.
    OtherUser,
    /// A user of the app who was never a member of the room.
    Stranger,
    /// A user of the app who was removed from the room.
    Removed,
    /// A member of the room.
    Member,
    /// The room's owner.
    Owner,
    /// The app's backend.
    Backend,
    /// The app's backend, acting as the member.
    ActingAsMember,
}

impl Actor {
    /// In the order of the table's columns.
    pub(crate) const ALL: [Self; 11] = [
        Self::Nobody,
        Self::Malformed,
        Self::Expired,
        Self::OtherBackend,
        Self::OtherUser,
        Self::Stranger,
        Self::Removed,
        Self::Member,
        Self::Owner,
        Self::Backend,
        Self::ActingAsMember,
    ];

    /// Whether it belongs to another app.
    pub(crate) fn is_foreign(self) -> bool {
        matches!(self, Self::OtherBackend | Self::OtherUser)
    }
}
