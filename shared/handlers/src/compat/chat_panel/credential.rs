//! Who asks: a backend by its API token, alone or for one of its users, or a user by a token of theirs.

use axum::http::HeaderName;
use axum::http::header::{HOST, ORIGIN};
use parlour_domain::Moment;
use parlour_domain::access::Actor;
use parlour_protocol::dialect::chat_panel::rest::Problem;
use parlour_service::authenticate::{self, Credential};
use parlour_service::{Error, people};

use super::super::asked::credential;
use super::super::caller;
use super::{Asked, Refusal};
use crate::authorizer::foreign_origin;

/// The header with the API token: `<api_token>` or `<api_token>.<user_id>`.
const CLIENT_KEY: &str = "clientkey";
/// How users send their tokens.
const SCHEME: &str = "Bearer";

/// Proves the request's credential. One that proves a backend wins over a user's token, which is not looked at then.
pub(super) async fn who(asked: &Asked<'_>, moment: &mut Moment) -> Result<Actor, Refusal> {
    match by_key(asked, moment).await? {
        Some(actor) => Ok(actor),
        None => by_token(asked, moment).await,
    }
}

/// `None`: there is no key, or none of this app.
async fn by_key(asked: &Asked<'_>, moment: &mut Moment) -> Result<Option<Actor>, Refusal> {
    let mut given = asked.parts.headers.get_all(CLIENT_KEY).iter();
    let (Some(key), None) = (given.next(), given.next()) else {
        return Ok(None);
    };
    let Ok(key) = key.to_str() else { return Ok(None) };
    let (token, user) = match key.split_once('.') {
        Some((token, user)) => (token, Some(user)),
        None => (key, None),
    };
    let Some(backend) = proven(asked, moment, token).await? else {
        return Ok(None);
    };
    let Some(user) = user else { return Ok(Some(backend)) };
    // Who is named and not there has no more rights than nobody: not those of the backend.
    let known = people::known(asked.parlour(), backend.app(), user).await?;
    let known = known.ok_or_else(Problem::no_user)?;
    let actor = proven(asked, moment, &format!("{token}.{known}")).await?;
    Ok(Some(actor.ok_or_else(Problem::no_user)?))
}

/// Whom a key stands for in the app that the request came to.
async fn proven(asked: &Asked<'_>, moment: &mut Moment, key: &str) -> Result<Option<Actor>, Error> {
    let text = |name: HeaderName| {
        let value = asked.parts.headers.get(name);
        value.map(|value| value.to_str().unwrap_or("null"))
    };
    let foreign_origin = foreign_origin(text(ORIGIN), text(HOST));
    let key = Credential::ClientKey(key);
    match authenticate::rest(asked.parlour(), moment, key, foreign_origin).await {
        Ok((actor, _)) => Ok(Some(actor).filter(|actor| *actor.app() == asked.mounted.app.id)),
        Err(Error::Unauthenticated) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn by_token(asked: &Asked<'_>, moment: &mut Moment) -> Result<Actor, Refusal> {
    let headers = &asked.parts.headers;
    match credential(headers) {
        Ok(Some((scheme, token))) if scheme.eq_ignore_ascii_case(SCHEME) => {
            Ok(caller(asked.rest, moment, asked.mounted, headers, token).await?)
        }
        _ => Err(Problem::forbidden().into()),
    }
}
