//! The other chat services whose clients are understood, and what an app says about them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ApplicationId;
use crate::verification::Verification;

/// A service whose clients are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// `@sourceloop/chat-service`.
    Sourceloop,
    /// `HexArchy/go-chat`, its chat service.
    GoChat,
    /// `zawhtetnaing006/chat-panel`.
    ChatPanel,
    /// `sub-rat/ChatServer`, known as callsewa.
    Callsewa,
    /// `apexkv/facebook-clone`, its chat service.
    FacebookClone,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Sourceloop,
        Self::GoChat,
        Self::ChatPanel,
        Self::Callsewa,
        Self::FacebookClone,
    ];

    /// As URLs, settings and the authorizer's context name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sourceloop => "sourceloop",
            Self::GoChat => "go-chat",
            Self::ChatPanel => "chat-panel",
            Self::Callsewa => "callsewa",
            Self::FacebookClone => "facebook-clone",
        }
    }

    /// The service of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// One letter, for rows of which a fan-out reads many.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Sourceloop => "s",
            Self::GoChat => "g",
            Self::ChatPanel => "p",
            Self::Callsewa => "c",
            Self::FacebookClone => "f",
        }
    }

    /// The service of this letter.
    #[must_use]
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.letter() == letter)
    }

    /// Whether one connection hears of all rooms of its user, new ones too, without asking.
    #[must_use]
    pub const fn hears_of_all_rooms(self) -> bool {
        matches!(self, Self::FacebookClone)
    }

    /// Whether its clients connect by Socket.IO.
    #[must_use]
    pub const fn speaks_socket_io(self) -> bool {
        matches!(self, Self::ChatPanel | Self::Callsewa)
    }

    /// Whether its clients know users by whole numbers.
    #[must_use]
    pub const fn needs_numbers(self) -> bool {
        matches!(self, Self::Callsewa)
    }

    /// Whether the tokens of its users are registered by the integrator's own system, one by one. Where a verification URL is set, it
    /// is then only asked whether such a token is still good, as the service asks.
    #[must_use]
    pub const fn registers_tokens(self) -> bool {
        matches!(self, Self::Callsewa)
    }

    /// Whether backends name their app by an id that is a credential.
    #[must_use]
    pub const fn has_application_id(self) -> bool {
        matches!(self, Self::Callsewa)
    }

    /// The claim that names the user in the service's own tokens.
    #[must_use]
    pub const fn user_claim(self) -> &'static str {
        match self {
            Self::Sourceloop | Self::ChatPanel | Self::Callsewa => "id",
            Self::GoChat | Self::FacebookClone => "user_id",
        }
    }

    /// The claim that names the user in place of that one, in those of the service's own tokens that have it.
    #[must_use]
    pub const fn preferred_user_claim(self) -> Option<&'static str> {
        match self {
            Self::Sourceloop => Some("userTenantId"),
            Self::GoChat | Self::ChatPanel | Self::Callsewa | Self::FacebookClone => None,
        }
    }

    /// The claim that is the name of a new user in the service's own tokens.
    #[must_use]
    pub const fn name_claim(self) -> &'static str {
        match self {
            Self::Sourceloop | Self::GoChat => "username",
            Self::ChatPanel => "nickname",
            Self::Callsewa => "firstName",
            Self::FacebookClone => "full_name",
        }
    }

    /// What the service's own tokens that open something say about themselves: others, such as those that only get new ones, are
    /// signed with the same secret.
    #[must_use]
    pub const fn token_type(self) -> Option<&'static str> {
        match self {
            Self::Sourceloop | Self::ChatPanel | Self::Callsewa => None,
            Self::GoChat | Self::FacebookClone => Some("access"),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an app says about one service's clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Which.
    pub service: Service,
    /// How their tokens are proven; none: as the app's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// The id by which the service's own backends name the app: a credential of theirs. None: one is drawn when it is needed. Only
    /// where [`Service::has_application_id`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
}

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn names_and_letters_are_one_services_each() {
        for service in Service::ALL {
            assert_eq!(Service::named(service.name()), Some(service));
            assert_eq!(Service::of_letter(service.letter()), Some(service));
            assert_eq!(serde_json::to_value(service).unwrap(), service.name());
        }
        assert_eq!((Service::named("native"), Service::of_letter("")), (None, None));
    }
}
