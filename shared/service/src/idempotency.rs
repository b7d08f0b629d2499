//! Writes that may be sent twice: the client's key, the claim made of it, and the reply that a repeat gets.

use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::{ClientId, Timestamp, limits};
use parlour_store::{WriteClaim, Written};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Parlour};

/// The client's id of a write, and what the write says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The client's id.
    pub client_id: ClientId,
    /// The hash of method, path and body.
    pub hash: BodyHash,
}

/// A result, and whether it is that of an earlier attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// The result.
    pub value: T,
    /// Whether an earlier attempt did it.
    pub replayed: bool,
}

impl<T> Done<T> {
    /// Done by this attempt.
    pub const fn now(value: T) -> Self {
        Self { value, replayed: false }
    }
}

/// The result of an earlier attempt under this key, if there was one.
///
/// # Errors
/// [`Error::ClientIdConflict`] if the key belongs to another write.
pub async fn replay<T: DeserializeOwned>(
    parlour: &Parlour,
    actor: &Actor,
    key: Option<&Key>,
    now: Timestamp,
) -> Result<Option<Done<T>>, Error> {
    let Some(key) = key else { return Ok(None) };
    match parlour
        .store
        .claimed(actor.app(), actor.user(), &key.client_id, &key.hash, now)
        .await?
    {
        Some(Written::Replayed(reply)) => replayed(&reply).map(Some),
        Some(_) => Err(Error::ClientIdConflict),
        None => Ok(None),
    }
}

/// The claim of a write whose result will be `value`.
pub(crate) fn claim<T: Serialize>(actor: &Actor, key: Option<&Key>, value: &T, now: Timestamp) -> Option<WriteClaim> {
    key.map(|key| WriteClaim {
        app: actor.app().clone(),
        actor: actor.user(),
        client_id: key.client_id.clone(),
        hash: key.hash.clone(),
        reply: serde_json::to_string(value).unwrap_or_default(),
        now,
        expires: now.plus_seconds(limits::CLAIM_SECONDS).seconds(),
    })
}

/// The result that a claim kept.
pub(crate) fn replayed<T: DeserializeOwned>(reply: &str) -> Result<Done<T>, Error> {
    let value = serde_json::from_str(reply).map_err(|_| Error::Defect("a claim's reply cannot be read".to_owned()))?;
    Ok(Done { value, replayed: true })
}

/// What a write came to; `refused` says what its condition stands for.
pub(crate) fn settle<T: DeserializeOwned>(written: Written, value: T, refused: Error) -> Result<Done<T>, Error> {
    match written {
        Written::Done => Ok(Done::now(value)),
        Written::Replayed(reply) => replayed(&reply),
        Written::Reused => Err(Error::ClientIdConflict),
        Written::Refused => Err(refused),
        Written::Busy => Err(Error::Busy),
    }
}
