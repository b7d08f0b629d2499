//! Users and their tokens.

use axum::body::Body;
use parlour_domain::access::Actor;
use parlour_domain::text::DisplayName;
use parlour_domain::user::UserChange;
use parlour_domain::{Moment, UserId};
use parlour_protocol::dialect::chat_panel::rest::{ChangedUser, Init, NewPanelUser, Paging, Problem, User};
use parlour_protocol::request::NewUser;
use parlour_service::{Error, issue, newest_users, people, users};
use serde_json::json;

use super::super::asked::decoded;
use super::{Answered, Asked, Refusal, read};

/// A token for the user whom the body names, as the service has it, or the path, as its document does.
pub(super) async fn init(
    asked: &Asked<'_>,
    moment: &Moment,
    actor: &Actor,
    (in_path, body): (Option<&str>, Body),
) -> Answered {
    let in_body = Init::read(&read(body).await?)?.user_id;
    let name = in_body.or_else(|| in_path.and_then(decoded)).unwrap_or_default();
    match issue::token_for(asked.parlour(), moment, actor, &name).await {
        Ok(issued) => asked.says("Successfully authenticated!", 200, json!({ "token": issued.token })),
        Err(Error::NotFound) => Err(Refusal::Says("User not found!", 404)),
        Err(Error::UserSuspended) => Err(Refusal::Says("This user is supended!", 404)),
        Err(error) => Err(error.into()),
    }
}

fn name(nickname: &str) -> Result<DisplayName, Refusal> {
    let name = DisplayName::parse(nickname);
    Ok(name.map_err(|why| Problem::invalid(&[format!("nickname {why}")]))?)
}

pub(super) async fn create(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, body: Body) -> Answered {
    let body = read(body).await?;
    let new = NewUser {
        name: name(&NewPanelUser::read(&body)?.nickname)?,
        external_id: None,
        avatar_url: None,
        custom: None,
    };
    let key = asked.key(&body)?;
    let made = users::create(asked.parlour(), moment, actor, new, key.as_ref()).await?;
    asked.says("Successfully created user.", 201, User::whole(&made.value))
}

pub(super) async fn list(asked: &Asked<'_>, actor: &Actor) -> Answered {
    let paging = Paging::read(&asked.query)?;
    let found = newest_users::list(asked.parlour(), actor, (paging.skip, paging.count)).await?;
    let users = found.items.iter().map(User::whole).collect();
    asked.says("Successfully found all users.", 200, paging.of(found.total, users))
}

/// The user whom the path names.
async fn named(asked: &Asked<'_>, actor: &Actor, id: &str) -> Result<UserId, Refusal> {
    let name = decoded(id).ok_or_else(Refusal::unknown_user)?;
    let known = people::known(asked.parlour(), actor.app(), &name).await?;
    known.ok_or_else(Refusal::unknown_user)
}

async fn found(asked: &Asked<'_>, actor: &Actor, user: UserId) -> Result<User, Refusal> {
    let found = people::person(asked.parlour(), actor, user).await;
    let (seen, user) = found.map_err(Refusal::no_user)?;
    Ok(User::new(seen, &user))
}

pub(super) async fn get(asked: &Asked<'_>, actor: &Actor, id: &str) -> Answered {
    let user = named(asked, actor, id).await?;
    let user = found(asked, actor, user).await?;
    asked.says("Successfully found the user.", 200, user)
}

pub(super) async fn update(asked: &Asked<'_>, moment: &Moment, actor: &Actor, (id, body): (&str, Body)) -> Answered {
    let body = read(body).await?;
    let nickname = ChangedUser::read(&body)?.nickname;
    let change = UserChange {
        name: nickname.as_deref().map(name).transpose()?,
        ..UserChange::default()
    };
    let (user, key) = (named(asked, actor, id).await?, asked.key(&body)?);
    let changed = users::update(asked.parlour(), moment, actor, user, change, key.as_ref()).await;
    let changed = changed.map_err(Refusal::no_user)?;
    asked.says("Successfully updated user.", 200, User::whole(&changed.value))
}

pub(super) async fn delete(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, id: &str) -> Answered {
    let user = named(asked, actor, id).await?;
    let gone = found(asked, actor, user).await?;
    let key = asked.key(b"")?;
    let deleted = users::delete(asked.parlour(), moment, actor, user, key.as_ref()).await;
    deleted.map_err(Refusal::no_user)?;
    let gone = gone.deleted(moment.now.to_string());
    asked.says("Successfully deleted user.", 200, gone)
}
