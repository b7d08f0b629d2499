//! How tokens are trusted that Parlour did not issue, as requests about the app say it.

use std::collections::BTreeMap;
use std::fmt;

use parlour_domain::dialect::{Dialect, Service};
use parlour_domain::verification::{ClaimName, Mapping, Method, Party, RequiredClaim, SharedSecret, Verification};
use parlour_domain::{ApplicationId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{optional, parsed};
use crate::error::InvalidInput;

/// How tokens are trusted that Parlour did not issue.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum VerificationBody {
    /// Your own JWTs, signed with a secret that you share with Parlour (HS256).
    Hs256 {
        /// Their `iss`; may be left out for the tokens of another service's clients, which have none.
        issuer: Option<String>,
        /// What their `aud` must hold; not given: it is not looked at.
        audience: Option<String>,
        /// 32 to 128 random bytes; two while you change it. Never shown again.
        secrets: Vec<String>,
        /// Whom they mean.
        user: Option<UserClaims>,
        /// Claims that they must have, each with exactly this text; at most 8. For the clients of a service whose tokens name their
        /// kind (`token_type`), `access` is required if nothing is said.
        required: Option<BTreeMap<String, String>>,
    },
    /// JWTs of an identity provider with public keys (RS256 or ES256).
    Jwks {
        /// Their `iss`; may be left out for the tokens of another service's clients, which have none.
        issuer: Option<String>,
        /// What their `aud` must hold; not given: it is not looked at. Give it where the provider serves others too.
        audience: Option<String>,
        /// Where the JSON Web Key Set is.
        url: String,
        /// Whom they mean.
        user: Option<UserClaims>,
        /// Claims that they must have, each with exactly this text; at most 8. For the clients of a service whose tokens name their
        /// kind (`token_type`), `access` is required if nothing is said.
        required: Option<BTreeMap<String, String>>,
    },
    /// Tokens that say nothing by themselves: your URL is asked, by `POST` of `{"token": …}`.
    Url {
        /// It answers 200 and an object of claims, or 401.
        url: String,
        /// Whom they mean.
        user: Option<UserClaims>,
    },
}

/// What of a token's claims makes a user.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserClaims {
    /// The claim that is the user's `external_id` [default: `sub`, for another service's clients as in its own tokens].
    pub id: Option<String>,
    /// The claim that is the name of a new user [default: `name`, in the same way].
    pub name: Option<String>,
    /// The claim that is the picture of a new user [default: `picture`].
    pub avatar_url: Option<String>,
    /// Whether a user who is not known yet is made at first sight [default: true].
    pub create: Option<bool>,
}

impl fmt::Debug for VerificationBody {
    /// Without the secrets and without URLs, which may hold one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hs256 { .. } => "Hs256(..)",
            Self::Jwks { .. } => "Jwks(..)",
            Self::Url { .. } => "Url(..)",
        })
    }
}

/// A service whose clients are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceOption {
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

impl From<ServiceOption> for Service {
    fn from(service: ServiceOption) -> Self {
        match service {
            ServiceOption::Sourceloop => Self::Sourceloop,
            ServiceOption::GoChat => Self::GoChat,
            ServiceOption::ChatPanel => Self::ChatPanel,
            ServiceOption::Callsewa => Self::Callsewa,
            ServiceOption::FacebookClone => Self::FacebookClone,
        }
    }
}

impl From<Service> for ServiceOption {
    fn from(service: Service) -> Self {
        match service {
            Service::Sourceloop => Self::Sourceloop,
            Service::GoChat => Self::GoChat,
            Service::ChatPanel => Self::ChatPanel,
            Service::Callsewa => Self::Callsewa,
            Service::FacebookClone => Self::FacebookClone,
        }
    }
}

/// Another service's clients, which are understood.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DialectBody {
    /// Which service.
    pub service: ServiceOption,
    /// How their tokens are trusted; not given: as the app's own.
    pub verification: Option<VerificationBody>,
    /// callsewa alone: the `applicationId` that your backend knows already, a UUID of version 4. It is a credential: who knows it
    /// registers users and makes rooms. Not given: operators are shown one that is drawn.
    #[schema(example = "f47ac10b-58cc-4372-a567-0e02b2c3d479")]
    pub application_id: Option<String>,
}

impl DialectBody {
    pub(super) fn check_all(bodies: Vec<Self>) -> Result<Vec<Dialect>, InvalidInput> {
        let mut dialects: Vec<Dialect> = Vec::with_capacity(bodies.len().min(Service::ALL.len()));
        for body in bodies {
            let service = Service::from(body.service);
            if dialects.iter().any(|dialect| dialect.service == service) {
                return Err(InvalidInput::new("dialects", "must name each service once"));
            }
            let verification = body
                .verification
                .map(|body| body.check("dialects.verification", Some(service)));
            dialects.push(Dialect {
                service,
                verification: verification.transpose()?,
                application_id: application_id(service, body.application_id.as_deref())?,
            });
        }
        Ok(dialects)
    }
}

fn application_id(service: Service, given: Option<&str>) -> Result<Option<ApplicationId>, InvalidInput> {
    let Some(given) = given else { return Ok(None) };
    let refused = |why| InvalidInput::new("dialects.application_id", why);
    if !service.has_application_id() {
        return Err(refused("is for callsewa alone"));
    }
    let id = ApplicationId::parse_random(given);
    id.map(Some).ok_or_else(|| refused("must be a UUID of version 4"))
}

/// The claim that says of what kind a token is.
const TOKEN_TYPE: &str = "token_type";

impl VerificationBody {
    /// Checks every field but URLs. `of` is the service for whose clients it is; none: it is the app's own.
    pub(super) fn check(self, field: &'static str, of: Option<Service>) -> Result<Verification, InvalidInput> {
        let (method, user, required) = match self {
            Self::Hs256 {
                issuer,
                audience,
                secrets,
                user,
                required,
            } => {
                let (issuer, audience) = parties(issuer.as_deref(), audience.as_deref(), of)?;
                let secrets = checked(&secrets)?;
                let method = Method::Hs256 {
                    issuer,
                    audience,
                    secrets,
                };
                (method, user, required)
            }
            Self::Jwks {
                issuer,
                audience,
                url,
                user,
                required,
            } => {
                let (issuer, audience) = parties(issuer.as_deref(), audience.as_deref(), of)?;
                (Method::Jwks { issuer, audience, url }, user, required)
            }
            Self::Url { url, user } => (Method::Url { url }, user, Some(BTreeMap::new())),
        };
        Ok(Verification {
            method,
            user: user.unwrap_or_default().check(of)?,
            required: claims(field, required, of)?,
        })
    }
}

fn claims(
    field: &'static str,
    given: Option<BTreeMap<String, String>>,
    of: Option<Service>,
) -> Result<Vec<RequiredClaim>, InvalidInput> {
    let own = || of.and_then(Service::token_type);
    let given = given.unwrap_or_else(|| {
        own()
            .map(|kind| (TOKEN_TYPE.to_owned(), kind.to_owned()))
            .into_iter()
            .collect()
    });
    if given.len() > limits::REQUIRED_CLAIMS || given.values().any(|value| value.len() > limits::ISSUER_BYTES) {
        let (most, bytes) = (limits::REQUIRED_CLAIMS, limits::ISSUER_BYTES);
        let reason = format!("may require at most {most} claims, each of a text of at most {bytes} bytes");
        return Err(InvalidInput::new(field, reason));
    }
    let claim = |(name, value): (String, String)| {
        let name = parsed(field, ClaimName::parse(&name))?;
        Ok(RequiredClaim { name, value })
    };
    given.into_iter().map(claim).collect()
}

fn parties(
    issuer: Option<&str>,
    audience: Option<&str>,
    of: Option<Service>,
) -> Result<(Option<Party>, Option<Party>), InvalidInput> {
    if issuer.is_none() && of.is_none() {
        return Err(InvalidInput::new("verification.issuer", "is required"));
    }
    Ok((
        optional("verification.issuer", issuer, Party::parse)?,
        optional("verification.audience", audience, Party::parse)?,
    ))
}

fn checked(secrets: &[String]) -> Result<Vec<SharedSecret>, InvalidInput> {
    if !(1..=limits::SHARED_SECRETS).contains(&secrets.len()) {
        let reason = format!("must hold 1 to {}", limits::SHARED_SECRETS);
        return Err(InvalidInput::new("verification.secrets", reason));
    }
    let secret = |text: &String| parsed("verification.secrets", SharedSecret::parse(text));
    secrets.iter().map(secret).collect()
}

impl UserClaims {
    fn check(&self, of: Option<Service>) -> Result<Mapping, InvalidInput> {
        let claim = |field, given: &Option<String>, default: &str| {
            parsed(field, ClaimName::parse(given.as_deref().unwrap_or(default)))
        };
        // Who says what would be so anyway, like one who sends back what was shown, changes nothing.
        let is_usual = |of: &Service| self.id.as_deref().is_none_or(|id| id == of.user_claim());
        let preferred = of.filter(is_usual).and_then(Service::preferred_user_claim);
        let preferred_id = preferred.map(|name| parsed("verification.user.id", ClaimName::parse(name)));
        Ok(Mapping {
            preferred_id: preferred_id.transpose()?,
            id: claim("verification.user.id", &self.id, of.map_or("sub", Service::user_claim))?,
            name: claim(
                "verification.user.name",
                &self.name,
                of.map_or("name", Service::name_claim),
            )?,
            avatar_url: claim("verification.user.avatar_url", &self.avatar_url, "picture")?,
            create: self.create.unwrap_or(true),
        })
    }
}
