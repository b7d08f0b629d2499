//! Operators and their apps.

use axum::http::header::AUTHORIZATION;
use parlour_domain::Moment;
use parlour_protocol::dialect::callsewa_rest::{Body, app, dialects, operator};
use parlour_protocol::request::client_id;
use parlour_service::Error;
use parlour_service::authenticate::{self, Credential};
use parlour_service::hosted_apps::{self, Deleted, Member};
use parlour_service::operators::{self, NewOperator, NoOperator, Registrar};
use parlour_store::Operator;
use serde_json::{Value, json};

use super::super::asked::query;
use super::refusal::Refusal;
use super::{Answered, Asked, id};

/// The key of the app's backend, in place of an operator's token.
const CLIENT_KEY: &str = "clientkey";

fn row(member: &Member, deleted: Option<&Moment>) -> Value {
    let own = (member.number, member.application_id.expose(), member.operator);
    app(own, &member.app, deleted.map(|moment| moment.now))
}

fn no_operator(why: NoOperator) -> Refusal {
    match why {
        NoOperator::Token(why) => Refusal::said(400, json!({ "message": why.to_string() })),
        NoOperator::Failed(error) => error.into(),
    }
}

impl Asked<'_> {
    /// Who asks, by the token of the header, the body or the query.
    async fn operator(&self, body: &mut Body) -> Result<Operator, Refusal> {
        let in_body = body.take_token();
        let in_query = query(&self.parts.uri).into_iter().find(|(name, _)| name == "token");
        let token = match self.parts.headers.get(AUTHORIZATION) {
            Some(value) => Some(value.to_str().unwrap_or_default().to_owned()),
            None => in_body.or(in_query.map(|(_, token)| token)),
        };
        let token = token.filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| Refusal::thrown(401, "No token provided"))?;
        let found = operators::of_token(self.parlour(), self.home(), &token, self.moment.now).await;
        found.map_err(no_operator)
    }

    /// By whose power operators are registered: the backend's, or an operator's who may.
    async fn registrar(&mut self, body: &mut Body) -> Result<Registrar, Refusal> {
        if let Some(key) = self.parts.headers.get(CLIENT_KEY) {
            body.take_token();
            let key = Credential::ClientKey(key.to_str().unwrap_or_default());
            let (actor, _) = authenticate::rest(&self.rest.parlour, &mut self.moment, key, None).await?;
            return Ok(Registrar::backend(self.home(), &actor)?);
        }
        let by = self.operator(body).await?;
        Registrar::operator(&by).ok_or(Refusal::Unfit)
    }

    /// What an operator is told who is one now.
    fn welcome(&self, of: &Operator) -> Answered {
        let token = operators::token(self.parlour(), self.home(), of, self.moment.now)?;
        Ok(operator(&token, (&of.first_name, &of.last_name), &of.email))
    }

    pub(super) async fn log_in(&self, body: Body) -> Answered {
        body.only(&["email", "password"])?;
        let given = (body.text("email")?, body.text("password")?);
        match operators::log_in(self.parlour(), self.home(), given, self.moment.now).await? {
            Some(operator) => self.welcome(&operator),
            None => {
                let refused = json!({ "name": "InvalidLogin", "message": "Login failed" });
                Err(Refusal::said(401, refused))
            }
        }
    }

    pub(super) async fn register(&mut self, mut body: Body) -> Answered {
        let by = self.registrar(&mut body).await?;
        body.only(&["firstName", "middleName", "lastName", "email", "password"])?;
        let new = NewOperator {
            first_name: body.text("firstName")?,
            middle_name: body.text("middleName")?,
            last_name: body.text("lastName")?,
            email: body.text("email")?,
            password: body.text("password")?,
        };
        let home = &self.mounted.app.id;
        let made = operators::register(&self.rest.parlour, &mut self.moment, (home, by), new).await?;
        match made {
            Some(operator) => self.welcome(&operator),
            None => Err(Refusal::returned(400, "ChatUser Already Exists")),
        }
    }

    pub(super) async fn make_app(&mut self, mut body: Body) -> Answered {
        let by = self.operator(&mut body).await?;
        body.only(&["name", "verifyUrl"])?;
        let name = body.text_if_any("name")?;
        let dialects = dialects(body.text_if_any("verifyUrl")?).map_err(Error::from)?;
        let key = self.parts.headers.get("idempotency-key");
        let key = key.map(|key| client_id("Idempotency-Key", key.to_str().unwrap_or_default()));
        let key = key.transpose().map_err(Error::from)?;
        let of = (&self.mounted.app.id, &by);
        let made = hosted_apps::create(&self.rest.parlour, &mut self.moment, of, name, dialects, key.as_ref()).await?;
        Ok(row(&made, None))
    }

    pub(super) async fn apps(&mut self, mut body: Body) -> Answered {
        let by = self.operator(&mut body).await?;
        let apps = hosted_apps::list(&self.rest.parlour, &mut self.moment, &self.mounted.app, &by).await?;
        Ok(apps.iter().map(|app| row(app, None)).collect())
    }

    pub(super) async fn delete_app(&mut self, number: &str, mut body: Body) -> Answered {
        let by = self.operator(&mut body).await?;
        match hosted_apps::delete(self.parlour(), self.home(), &by, id(number)?).await? {
            Deleted::Done(member) => Ok(row(&member, Some(&self.moment))),
            Deleted::Unknown => Err(Refusal::returned(404, "App Not Found")),
            Deleted::Home => {
                let why = "The app of this address is deleted by whoever runs the server: parlour app delete";
                Err(Refusal::returned(400, why))
            }
        }
    }
}
