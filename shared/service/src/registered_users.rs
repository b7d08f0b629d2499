//! Users as the backends of another service register, list and name them: by whole numbers of their own system.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::text::{Custom, DisplayName};
use parlour_domain::user::User;
use parlour_domain::{AppId, ExternalId, Moment, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::dialect::callsewa_rest::Names;
use parlour_store::Written;

use crate::register_token::register_token;
use crate::{Error, Parlour, numbers};

/// Users that are listed.
const LISTED: usize = 1_000;
/// Rows of one read.
const ROWS: usize = 100;

/// The id of a user of the integrator's own system.
fn own_id(number: i64) -> Result<ExternalId, InvalidInput> {
    ExternalId::parse(&number.to_string()).map_err(|why| InvalidInput::new("appUserId", why))
}

/// Registers a user with the token that is theirs from now on. One who is there already keeps their name. The same again changes
/// nothing. `None`: the token is another user's.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn register(
    parlour: &Parlour,
    moment: &mut Moment,
    (actor, home): (&Actor, &AppId),
    (own, names): (i64, &Names),
    token: &str,
) -> Result<Option<User>, Error> {
    on_app(actor, Operation::CreateUser, None)?;
    let id = own_id(own)?;
    let user = match parlour.store.user_by_external_id(actor.app(), &id).await? {
        Some(user) => user,
        None => made(parlour, moment, actor.app(), (&id, names)).await?,
    };
    if !register_token(parlour, actor, home, user.id, token).await? {
        return Ok(None);
    }
    let mut users = [user];
    numbers::give(parlour, actor.app(), &mut users).await?;
    let [user] = users;
    Ok(Some(user))
}

/// A new user; whoever comes second of two at once is the same user.
async fn made(
    parlour: &Parlour,
    moment: &mut Moment,
    app: &AppId,
    (id, names): (&ExternalId, &Names),
) -> Result<User, Error> {
    let name = DisplayName::parse(&names.whole()).map_err(|why| InvalidInput::new("firstName", why))?;
    let custom = Custom::parse(&names.kept()).map_err(|why| InvalidInput::new("firstName", why))?;
    let user = User {
        id: UserId::generate(moment),
        external_id: Some(id.clone()),
        name,
        avatar_url: None,
        custom: Some(custom),
        suspension: None,
        number: None,
        created_at: moment.now,
        updated_at: moment.now,
    };
    match parlour.store.create_user(app, &user, None).await? {
        Written::Done => Ok(user),
        Written::Refused => parlour.store.user_by_external_id(app, id).await?.ok_or(Error::Busy),
        Written::Busy | Written::Replayed(_) | Written::Reused => Err(Error::Busy),
    }
}

/// The users of an app in the order in which they were made, at most a thousand, each with their number.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor) -> Result<Vec<User>, Error> {
    on_app(actor, Operation::ListUsers, None)?;
    let (mut users, mut after): (Vec<User>, Option<UserId>) = (Vec::new(), None);
    while users.len() < LISTED {
        let mut page = parlour.store.list_users(actor.app(), after, ROWS).await?;
        numbers::give(parlour, actor.app(), &mut page.users).await?;
        users.extend(page.users);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(users)
}

/// Users whom a request names by the ids of their own system: those that are there, and those ids that are nobody's.
#[derive(Debug)]
pub struct Named {
    /// Who is there, in the order of the request.
    pub users: Vec<UserId>,
    /// Whom nobody has registered.
    pub unknown: Vec<i64>,
}

/// Looks up whom a request names, at most [`limits::MEMBERS_LOOKED_AT`]. A read for each hundred.
///
/// # Errors
/// [`Error::Invalid`] for too many, [`Error::Denied`], [`Error::Store`].
pub async fn named(parlour: &Parlour, actor: &Actor, own: &[i64]) -> Result<Named, Error> {
    on_app(actor, Operation::ListUsers, None)?;
    if own.len() > limits::MEMBERS_LOOKED_AT {
        let reason = format!("must be at most {}", limits::MEMBERS_LOOKED_AT);
        return Err(InvalidInput::new("users", reason).into());
    }
    let mut named = Named {
        users: Vec::with_capacity(own.len()),
        unknown: Vec::new(),
    };
    for own in own.chunks(ROWS) {
        let ids = own.iter().map(|own| own_id(*own)).collect::<Result<Vec<_>, _>>()?;
        let known = parlour.store.user_ids_by_external_ids(actor.app(), &ids).await?;
        for (own, id) in own.iter().zip(&ids) {
            match known.get(id) {
                Some(user) => named.users.push(*user),
                None => named.unknown.push(*own),
            }
        }
    }
    Ok(named)
}
