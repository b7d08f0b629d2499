//! Operators: people of an integrator's team who, in the protocol of another service, manage its apps. They are of one app of Parlour's,
//! the home, at whose base URL they log in.
//!
//! There is none to begin with: who has the home's API token registers the first, and whoever is registered so sees all of the home.

use parlour_auth::{OperatorTokenError, TokenHash, password};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::rate::until_next_minute;
use parlour_domain::{AppId, Moment, Timestamp};
use parlour_protocol::InvalidInput;
use parlour_store::Operator;

use crate::{Error, Parlour};

/// Tries to log in with one address within a minute of the clock.
const TRIES: u32 = 10;
/// The longest address, name and password, in bytes.
const LONGEST: usize = 254;

/// Who is to be an operator.
#[derive(Debug)]
pub struct NewOperator<'a> {
    /// Their first name.
    pub first_name: &'a str,
    /// Their middle name; may be empty.
    pub middle_name: &'a str,
    /// Their last name.
    pub last_name: &'a str,
    /// What they log in with.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
}

/// Why somebody is no operator.
#[derive(Debug)]
pub enum NoOperator {
    /// The token is none of an operator's.
    Token(OperatorTokenError),
    /// Something else.
    Failed(Error),
}

impl From<Error> for NoOperator {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// An address in its one spelling.
fn address(email: &str) -> String {
    email.to_lowercase()
}

/// Registers an operator, for the backend or for an operator who may: who is registered by the backend sees all of the home. `None`:
/// there is one with this address.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`], [`Error::Store`].
pub async fn register(
    parlour: &Parlour,
    moment: &mut Moment,
    (home, by): (&AppId, Registrar),
    new: NewOperator<'_>,
) -> Result<Option<Operator>, Error> {
    let email = address(new.email);
    let texts = [
        ("firstName", new.first_name),
        ("middleName", new.middle_name),
        ("lastName", new.last_name),
        ("email", email.as_str()),
        ("password", new.password),
    ];
    for (field, text) in texts {
        let good = text.len() <= LONGEST && !text.chars().any(char::is_control);
        if !good || text.is_empty() && field != "middleName" {
            let reason = format!("must be 1 to {LONGEST} bytes without control characters");
            return Err(InvalidInput::new(field, reason).into());
        }
    }
    if parlour.store.operator(home, &email).await?.is_some() {
        return Ok(None);
    }
    let hash = password::hash(new.password, moment).map_err(|error| Error::Defect(error.to_string()))?;
    let operator = Operator {
        id: parlour.store.draw_operator_number(home).await?,
        email,
        first_name: new.first_name.to_owned(),
        middle_name: new.middle_name.to_owned(),
        last_name: new.last_name.to_owned(),
        password: hash,
        admin: by == Registrar::Backend,
        created_at: moment.now,
    };
    let made = parlour.store.create_operator(home, &operator).await?;
    Ok(made.then_some(operator))
}

/// By whose power an operator is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registrar {
    /// The home's own API token.
    Backend,
    /// An operator who sees all of the home.
    Admin,
}

impl Registrar {
    /// The backend's power.
    ///
    /// # Errors
    /// [`Error::Denied`] for another app's backend, and for users.
    pub fn backend(home: &AppId, actor: &Actor) -> Result<Self, Error> {
        on_app(actor, Operation::ManageApp, None)?;
        if actor.app() == home {
            Ok(Self::Backend)
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// An operator's power; `None`: they have it not.
    #[must_use]
    pub fn operator(operator: &Operator) -> Option<Self> {
        operator.admin.then_some(Self::Admin)
    }
}

/// Whose address and password these are; `None`: nobody's, which takes as long to say.
///
/// # Errors
/// [`Error::RateLimited`] after ten tries with one address within a minute, [`Error::Store`].
pub async fn log_in(
    parlour: &Parlour,
    home: &AppId,
    (email, given): (&str, &str),
    now: Timestamp,
) -> Result<Option<Operator>, Error> {
    let email = address(email);
    let hash = TokenHash::of_foreign("login", &email).to_text();
    if !parlour.store.count_login(home, &hash, TRIES, now).await? {
        let retry_after_ms = until_next_minute(now);
        return Err(Error::RateLimited { retry_after_ms });
    }
    if email.is_empty() || email.len() > LONGEST || given.len() > LONGEST {
        return Ok(None);
    }
    let operator = parlour.store.operator(home, &email).await?;
    let kept = operator.as_ref().map(|operator| operator.password.as_str());
    let good = password::matches(given, kept).map_err(|error| Error::Defect(error.to_string()))?;
    Ok(operator.filter(|_| good))
}

/// A token for an operator, which holds nothing of the password.
///
/// # Errors
/// [`Error::Defect`].
pub fn token(parlour: &Parlour, home: &AppId, operator: &Operator, now: Timestamp) -> Result<String, Error> {
    let scope = if operator.admin { "admin" } else { "user" };
    let said = parlour_auth::Operator {
        id: operator.id,
        first_name: operator.first_name.clone(),
        last_name: operator.last_name.clone(),
        email: operator.email.clone(),
        scopes: vec![scope.to_owned()],
    };
    let issued = parlour.signing.issue_operator(home, said, now);
    issued.map_err(|error| Error::Defect(error.to_string()))
}

/// Whose token it is. What they may do is what is kept of them now, not what the token says.
///
/// # Errors
/// [`NoOperator`].
pub async fn of_token(parlour: &Parlour, home: &AppId, token: &str, now: Timestamp) -> Result<Operator, NoOperator> {
    let said = parlour.signing.verify_operator(home, token, now);
    let said = said.map_err(NoOperator::Token)?;
    let kept = parlour.store.operator(home, &said.email).await.map_err(Error::from)?;
    kept.filter(|kept| kept.id == said.id)
        .ok_or(NoOperator::Token(OperatorTokenError::Invalid))
}
