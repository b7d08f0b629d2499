//! Entries without what a message says, for those who may not see the message.

use parlour_domain::Seq;

use super::EntryView;

impl EntryView {
    /// The same for a reader who may see what stands from `first` on: an edit of a message before that says that it happened, and not
    /// what the message says.
    #[must_use]
    pub fn seen_from(self, first: Seq) -> Self {
        match self.message_seq {
            Some(target) if target < first.get() => self.without_content(),
            _ => self,
        }
    }

    /// The same without what the message says, if it is an edit. No other entry says it of a message that is not the entry itself.
    #[must_use]
    pub fn without_content(self) -> Self {
        if self.kind != "message_edited" {
            return self;
        }
        // By what stays: whatever a message says one day is left out as well.
        Self {
            kind: self.kind,
            id: self.id,
            room_id: self.room_id,
            seq: self.seq,
            user_id: self.user_id,
            user: self.user,
            message_id: self.message_id,
            message_seq: self.message_seq,
            content_omitted: true,
            client_id: self.client_id,
            created_at: self.created_at,
            duplicate: self.duplicate,
            ..Self::default()
        }
    }
}
