//! Users, and the tokens that their own system registers.

use parlour_protocol::dialect::callsewa_rest::{Body, Names, user};
use parlour_service::{Error, numbers, registered_users, users};

use super::super::caller;
use super::refusal::Refusal;
use super::{Answered, Asked, TOKEN, id};

impl Asked<'_> {
    /// Whether the header's token is a user's. Whoever it is of is not said.
    pub(super) async fn verify(&mut self) -> Result<bool, Refusal> {
        let Some(token) = self.parts.headers.get(&TOKEN) else {
            return Ok(false);
        };
        let token = token.to_str().unwrap_or_default();
        let headers = &self.parts.headers;
        match caller(self.rest, &mut self.moment, self.mounted, headers, token).await {
            Ok(_) => Ok(true),
            Err(Error::Unauthenticated | Error::TokenExpired | Error::UserSuspended) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn make_user(&mut self, body: &Body) -> Answered {
        body.only(&["appId", "appUserId", "firstName", "lastName", "token"])?;
        let (own, token) = (body.number("appUserId")?, body.text("token")?);
        let names = Names {
            first: body.text("firstName")?.to_owned(),
            middle: None,
            last: body.text("lastName")?.to_owned(),
        };
        let app = self.named(body.text("appId")?).await?;
        let at = (&app.backend, &self.mounted.app.id);
        let made = registered_users::register(&self.rest.parlour, &mut self.moment, at, (own, &names), token).await?;
        let made = made.ok_or_else(|| Refusal::returned(400, "Token Already Exists"))?;
        Ok(user(app.number, &made, Some(token), None))
    }

    pub(super) async fn users(&self, app: &str) -> Answered {
        let app = self.named(app).await?;
        let users = registered_users::list(self.parlour(), &app.backend).await?;
        Ok(users.iter().map(|one| user(app.number, one, None, None)).collect())
    }

    pub(super) async fn delete_user(&mut self, number: &str) -> Answered {
        let number = id(number)?;
        let app = self.app().await?;
        let none = || Refusal::returned(404, "ChatUser Not Found");
        let found = numbers::user_of(self.parlour(), app.backend.app(), number).await?;
        let found = found.ok_or_else(none)?;
        match users::delete(&self.rest.parlour, &mut self.moment, &app.backend, found.id, None).await {
            Ok(_) => Ok(user(app.number, &found, None, Some(self.moment.now))),
            Err(Error::NotFound) => Err(none()),
            Err(error) => Err(error.into()),
        }
    }
}
