//! The JWTs of operators: people of an integrator's team who, in the protocol of another service, manage its apps. They are of one app
//! of Parlour's, the home, and open nothing else.
//!
//! They are signed with a key that is derived for this alone, so that no user token is ever one of these, nor the other way round.
//! What they say of their holder is for clients; who may do what is decided by what is kept.

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use parlour_domain::{AppId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::user_token::{IssueError, Parts, SigningKeys, part};

/// How long such a token lives, in seconds.
pub const OPERATOR_TOKEN_SECONDS: i64 = 24 * 60;

const PURPOSE: &[u8] = b"parlour operator token\0";
const ALG: &str = "HS256";
const TYP: &str = "parlour-operator+jwt";
const ALGORITHM: Algorithm = Algorithm::HS256;

/// Whose token it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The number that is theirs alone at the home.
    pub id: u64,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Their e-mail address.
    pub email: String,
    /// `admin` or `user`.
    pub scopes: Vec<String>,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a text is no such token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OperatorTokenError {
    /// It has not three parts.
    #[error("jwt malformed")]
    Malformed,
    /// It is a JWT for something else.
    #[error("invalid token")]
    Invalid,
    /// Nobody here signed it.
    #[error("invalid signature")]
    Signature,
    /// Its time is over.
    #[error("jwt expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    operator: Operator,
    iat: i64,
    exp: i64,
}

impl SigningKeys {
    /// A token for an operator of `home`, signed by the first key, that lives from `now` for [`OPERATOR_TOKEN_SECONDS`].
    ///
    /// # Errors
    /// [`IssueError::Signing`] means a broken rim.
    pub fn issue_operator(&self, home: &AppId, operator: Operator, now: Timestamp) -> Result<String, IssueError> {
        let key = self.first();
        let header = Header {
            alg: ALG.to_owned(),
            typ: TYP.to_owned(),
            kid: key.id().to_owned(),
        };
        let claims = Claims {
            operator,
            iat: now.seconds(),
            exp: now.seconds() + OPERATOR_TOKEN_SECONDS,
        };
        let (header, claims) = part::encode(&header)
            .zip(part::encode(&claims))
            .ok_or(IssueError::Signing)?;
        let message = format!("{header}.{claims}");
        let secret = EncodingKey::from_secret(&key.derived(PURPOSE, home));
        let signature = crypto::sign(message.as_bytes(), &secret, ALGORITHM).map_err(|_| IssueError::Signing)?;
        Ok(format!("{message}.{signature}"))
    }

    /// Checks form, key, signature and time, in this order.
    ///
    /// # Errors
    /// [`OperatorTokenError`].
    pub fn verify_operator(&self, home: &AppId, token: &str, now: Timestamp) -> Result<Operator, OperatorTokenError> {
        let parts = Parts::split(token).map_err(|_| OperatorTokenError::Malformed)?;
        let header = part::decode(parts.header).ok_or(OperatorTokenError::Invalid)?;
        let header: Header = part::object(&header).ok_or(OperatorTokenError::Invalid)?;
        if (header.alg.as_str(), header.typ.as_str()) != (ALG, TYP) {
            return Err(OperatorTokenError::Invalid);
        }
        let key = self.find(&header.kid).ok_or(OperatorTokenError::Signature)?;
        let secret = DecodingKey::from_secret(&key.derived(PURPOSE, home));
        let good = crypto::verify(parts.signature, parts.message.as_bytes(), &secret, ALGORITHM);
        if !good.unwrap_or(false) {
            return Err(OperatorTokenError::Signature);
        }
        let claims = part::decode(parts.claims).ok_or(OperatorTokenError::Invalid)?;
        let claims: Claims = part::object(&claims).ok_or(OperatorTokenError::Invalid)?;
        if claims.exp <= now.seconds() {
            return Err(OperatorTokenError::Expired);
        }
        Ok(claims.operator)
    }
}

#[cfg(test)]
mod tests {
    use parlour_domain::{Entropy, Moment, UserId};

    use super::*;

    fn keys() -> SigningKeys {
        SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap()
    }

    fn app(id: &str) -> AppId {
        AppId::parse(id).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000).plus_seconds(seconds)
    }

    fn ada() -> Operator {
        Operator {
            id: 1,
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
            email: "ada@example.com".to_owned(),
            scopes: vec!["admin".to_owned()],
        }
    }

    #[test]
    fn a_token_is_its_homes_for_24_minutes() {
        let token = keys().issue_operator(&app("home"), ada(), at(0)).unwrap();
        let verify = |home, seconds| keys().verify_operator(&app(home), &token, at(seconds));
        assert_eq!(verify("home", 0), Ok(ada()));
        assert_eq!(verify("home", OPERATOR_TOKEN_SECONDS - 1), Ok(ada()));
        assert_eq!(verify("home", OPERATOR_TOKEN_SECONDS), Err(OperatorTokenError::Expired));
        assert_eq!(verify("other", 0), Err(OperatorTokenError::Signature));
        let claims = part::decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert!(
            claims.get("password").is_none() && claims["first_name"] == "Ada",
            "{claims}"
        );
    }

    #[test]
    fn a_token_of_one_kind_is_none_of_another() {
        let mut moment = Moment {
            now: at(0),
            entropy: Entropy::from_seed([1; 32]),
        };
        let of_user = keys()
            .issue(&app("home"), UserId::generate(&mut moment), at(0), 60)
            .unwrap();
        let refused = keys().verify_operator(&app("home"), &of_user.token, at(0));
        assert_eq!(refused, Err(OperatorTokenError::Invalid));
        let of_operator = keys().issue_operator(&app("home"), ada(), at(0)).unwrap();
        assert!(keys().verify(&of_operator, at(0)).is_err());
        // Nor is it, if it says that it is.
        let (_, rest) = of_operator.split_once('.').unwrap();
        let (header, _) = of_user.token.split_once('.').unwrap();
        assert!(keys().verify(&format!("{header}.{rest}"), at(0)).is_err());
    }

    #[test]
    fn what_is_no_token_is_named_as_clients_know_it() {
        let verify = |token: &str| {
            keys()
                .verify_operator(&app("home"), token, at(0))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(verify(""), "jwt malformed");
        assert_eq!(verify("a.b"), "jwt malformed");
        assert_eq!(verify("a.b.c"), "invalid token");
        let token = keys().issue_operator(&app("home"), ada(), at(0)).unwrap();
        assert_eq!(verify(&token[..token.len() - 2]), "invalid signature");
    }
}
