//! The credentials of Parlour: API tokens, the `clientKey` header, user tokens (JWT, ours and those of others), tickets, and what
//! calls of webhooks are signed with.
//!
//! Everything here makes or checks a text. Nothing here looks into a store, reads a clock or draws randomness: whether an
//! API token is still live, or a ticket still unused, is the caller's question to the store, asked with the id and the hash
//! that these types give. No `Debug` text and no error holds a secret, and no credential type implements `Display`.

pub mod api_token;
pub mod client_key;
pub mod error;
pub mod foreign_token;
pub mod hash;
pub mod operator_token;
pub mod password;
pub mod ticket;
pub mod user_token;
pub mod webhook_secret;

mod base62;

pub use api_token::{ApiToken, TokenId};
pub use client_key::ClientKey;
pub use error::CredentialError;
pub use foreign_token::{ForeignToken, KeySet};
pub use hash::TokenHash;
pub use operator_token::{Operator, OperatorTokenError};
pub use ticket::{TICKET_SECONDS, Ticket};
pub use user_token::{IssueError, IssuedToken, MAX_USER_TOKEN_SECONDS, SigningKeys, SigningKeysError};
pub use user_token::{USER_TOKEN_SECONDS, UserClaims};
pub use webhook_secret::WebhookSecret;
