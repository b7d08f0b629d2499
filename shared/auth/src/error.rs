//! Why a credential was refused: for logs, metrics and tests.
//!
//! A client learns less: every refusal is one and the same 401, except that an expired token may say so. No variant and no
//! message repeats any part of the credential.

use parlour_domain::Timestamp;

/// Why a credential was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not the text form of this kind of credential: wrong length, characters, parts, encoding or JSON.
    #[error("the credential is malformed")]
    Malformed,
    /// The form of an API token whose checksum does not fit: mistyped or cut, never issued.
    #[error("the checksum of the API token does not fit")]
    BadChecksum,
    /// A well-formed token of another kind (`typ`).
    #[error("the credential is of another kind")]
    WrongKind,
    /// Another algorithm than the one that its key has.
    #[error("the algorithm of the token is not accepted")]
    WrongAlgorithm,
    /// Its key id is malformed or no longer, or not yet, among the keys that may have signed it.
    #[error("the key of the token is not known")]
    UnknownKey,
    /// The signature is not by the key that the token names.
    #[error("the signature of the token does not fit")]
    BadSignature,
    /// Signed, but a claim is missing, of the wrong type or outside what may be issued.
    #[error("a claim of the token is missing or wrong")]
    BadClaims,
    /// Was valid until `at`, exclusive.
    #[error("the token expired at {at}")]
    Expired {
        /// The end of its life.
        at: Timestamp,
    },
    /// Not valid before `from`, which is further ahead than clocks differ.
    #[error("the token is not valid before {from}")]
    NotYetValid {
        /// The begin of its life.
        from: Timestamp,
    },
    /// Of another app than the one that it is used in, or than the one that its key belongs to; of another issuer, or for another
    /// audience.
    #[error("the credential belongs to another app")]
    WrongApp,
}
