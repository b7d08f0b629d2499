//! Credentials for users: tokens, given out to the backend, and tickets, given out to the user.

use parlour_auth::{TICKET_SECONDS, Ticket};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{Moment, Timestamp, UserId, limits};
use parlour_protocol::view::{TicketView, TokenView};

use crate::authenticate::let_in;
use crate::{Error, Parlour, people};

/// `POST /auth/{user_id}`: a token for a user that exists; an unknown one is never created.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn user_token(parlour: &Parlour, moment: &Moment, actor: &Actor, user: UserId) -> Result<TokenView, Error> {
    on_app(actor, Operation::IssueUserToken, Some(user))?;
    parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    let issued = parlour
        .signing
        .issue(actor.app(), user, moment.now, limits::USER_TOKEN_SECONDS)
        .map_err(|error| Error::Defect(error.to_string()))?;
    Ok(TokenView {
        token: issued.token,
        expires_at: issued.expires_at.to_string(),
    })
}

/// A token for the user whom a client of another service names, unless that user is kept out.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::UserSuspended`], [`Error::Store`].
pub async fn token_for(parlour: &Parlour, moment: &Moment, actor: &Actor, name: &str) -> Result<TokenView, Error> {
    on_app(actor, Operation::IssueUserToken, None)?;
    let user = people::known(parlour, actor.app(), name)
        .await?
        .ok_or(Error::NotFound)?;
    let row = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    let_in(&row, moment.now)?;
    user_token(parlour, moment, actor, user).await
}

/// `POST /ticket`: a credential for a WebSocket URL that works once and for a minute. What it opens ends no later than the credential
/// that it is got with, which holds until `until`.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn ticket(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    until: Timestamp,
) -> Result<TicketView, Error> {
    on_app(actor, Operation::IssueTicket, None)?;
    let user = actor.user().ok_or(Error::Unauthenticated)?;
    let ticket = Ticket::generate(actor.app(), moment);
    let expires = moment.now.plus_seconds(TICKET_SECONDS).min(until);
    parlour
        .store
        .put_ticket(actor.app(), &ticket.hash().to_text(), (user, until), expires)
        .await?;
    Ok(TicketView {
        ticket: ticket.expose().to_owned(),
        expires_at: expires.to_string(),
    })
}
