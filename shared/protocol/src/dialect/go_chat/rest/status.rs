//! Errors, with the codes of gRPC.

use serde::Serialize;
use serde_json::Value;

/// A code of gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rpc {
    /// The request is not valid.
    InvalidArgument = 3,
    /// There is none.
    NotFound = 5,
    /// The caller is known and may not.
    PermissionDenied = 7,
    /// Too much at once.
    ResourceExhausted = 8,
    /// It contradicts something else.
    Aborted = 10,
    /// This is not done here.
    Unimplemented = 12,
    /// The server failed.
    Internal = 13,
    /// Try again later.
    Unavailable = 14,
    /// No credential that is valid.
    Unauthenticated = 16,
}

impl Rpc {
    /// The code for an HTTP status.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            400 | 413 | 415 => Self::InvalidArgument,
            401 => Self::Unauthenticated,
            403 => Self::PermissionDenied,
            404 | 410 => Self::NotFound,
            409 => Self::Aborted,
            429 => Self::ResourceExhausted,
            503 => Self::Unavailable,
            _ => Self::Internal,
        }
    }

    /// The HTTP status of the code.
    #[must_use]
    pub const fn http(self) -> u16 {
        match self {
            Self::InvalidArgument => 400,
            Self::NotFound => 404,
            Self::PermissionDenied => 403,
            Self::ResourceExhausted => 429,
            Self::Aborted => 409,
            Self::Unimplemented => 501,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Unauthenticated => 401,
        }
    }
}

/// An error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    code: u8,
    message: String,
    details: Vec<Value>,
    #[serde(skip)]
    rpc: Rpc,
}

impl Status {
    /// An error that says this.
    pub fn new(rpc: Rpc, message: impl Into<String>) -> Self {
        Self {
            code: rpc as u8,
            message: message.into(),
            details: Vec::new(),
            rpc,
        }
    }

    /// Its HTTP status.
    #[must_use]
    pub const fn http(&self) -> u16 {
        self.rpc.http()
    }
}
