//! The text of a frame, and what of it one user gets: who types is not told so.

use std::borrow::Cow;

use parlour_domain::UserId;
use parlour_protocol::frame;
use parlour_protocol::view::TypingUsersView;
use serde::Deserialize;

/// A frame for many connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) frame: &'a str,
    /// Whether each user gets it without what it says of them: then it is one of those who type.
    pub(super) apart: bool,
}

#[derive(Deserialize)]
struct Typing {
    event: String,
    data: TypingUsersView,
}

impl<'a> Text<'a> {
    /// What a user's connections get; `None`: nothing, because it is about that user alone.
    pub(super) fn of(self, user: UserId) -> Option<Cow<'a, str>> {
        let user = user.to_string();
        // Most are not in it, and share one frame.
        if !self.apart || !self.frame.contains(&user) {
            return Some(Cow::Borrowed(self.frame));
        }
        let mut typing: Typing = serde_json::from_str(self.frame).ok()?;
        typing.data.items.retain(|item| item.user_id != user);
        (!typing.data.items.is_empty()).then(|| Cow::Owned(frame::event(&typing.event, &typing.data)))
    }
}
