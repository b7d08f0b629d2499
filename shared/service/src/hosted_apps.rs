//! The apps of a home: itself, and those that its operators made. Each is an app of Parlour's; here it also has a number, and an id that
//! is the credential of the team's backend.

use parlour_auth::{ApiToken, TokenHash};
use parlour_domain::access::Actor;
use parlour_domain::app::{App, AppChange, AppToken};
use parlour_domain::dialect::{Dialect, Service};
use parlour_domain::rate::Quotas;
use parlour_domain::text::DisplayName;
use parlour_domain::{AppId, ApplicationId, ClientId, Moment};
use parlour_protocol::InvalidInput;
use parlour_store::{HOME, HostedApp, Operator, With};

use crate::{Error, Parlour, apps};

/// Apps of one home, itself among them.
const APPS: usize = 100;
/// Changes are tried so often while others change the same.
const TRIES: usize = 5;
const SERVICE: Service = Service::Callsewa;

/// An app of a home.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its number.
    pub number: u32,
    /// The credential of the team's backend: for operators alone.
    pub application_id: ApplicationId,
    /// Who made it; `None`: it is the home.
    pub operator: Option<u64>,
    /// The app.
    pub app: App,
}

/// What became of a deletion.
#[derive(Debug)]
pub enum Deleted {
    /// The app has ended.
    Done(Box<Member>),
    /// There is none of this number that the operator may see.
    Unknown,
    /// It is the home.
    Home,
}

/// As the backend of which app a request acts that names it by its id, and the app's number. `None`: no app has this id.
///
/// # Errors
/// [`Error::Store`].
pub async fn backend_of(parlour: &Parlour, home: &App, id: &ApplicationId) -> Result<Option<(Actor, u32)>, Error> {
    let (given, found) = match given_id(home) {
        Some(own) if is(own, id) => (true, None),
        own => (own.is_some(), Some(parlour.store.hosted(&home.id).await?)),
    };
    let app = match found {
        None => Some((home.id.clone(), HOME)),
        Some(hosted) if !given && hosted.home.as_ref().is_some_and(|own| is(own, id)) => Some((home.id.clone(), HOME)),
        Some(hosted) => {
            let of = hosted.apps.into_iter().find(|app| is(&app.application_id, id));
            of.map(|app| (app.app, app.number))
        }
    };
    let Some((app, number)) = app else { return Ok(None) };
    if number != HOME {
        // It may have been ended, or told not to understand these clients, by its own backend.
        let row = parlour.store.app(&app).await?;
        if row.is_none_or(|row| row.dialect(SERVICE).is_none()) {
            return Ok(None);
        }
    }
    Ok(Some((Actor::Backend { app }, number)))
}

/// The number of an app of the home: for answers to a user of that app.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn number_of(parlour: &Parlour, home: &AppId, app: &AppId) -> Result<u32, Error> {
    if home == app {
        return Ok(HOME);
    }
    let hosted = parlour.store.hosted(home).await?;
    let of = hosted.apps.iter().find(|hosted| hosted.app == *app);
    of.map(|of| of.number).ok_or(Error::NotFound)
}

fn given_id(home: &App) -> Option<&ApplicationId> {
    home.dialect(SERVICE)?.application_id.as_ref()
}

/// In constant time.
fn is(one: &ApplicationId, other: &ApplicationId) -> bool {
    let hash = |id: &ApplicationId| TokenHash::of_foreign("application", id.expose());
    hash(one) == hash(other)
}

/// The apps that an operator sees: their own, or all of the home.
///
/// # Errors
/// [`Error::Busy`], [`Error::Store`].
pub async fn list(parlour: &Parlour, moment: &mut Moment, home: &App, by: &Operator) -> Result<Vec<Member>, Error> {
    let mut members = Vec::new();
    if by.admin {
        members.push(own(parlour, moment, home).await?);
    }
    let hosted = parlour.store.hosted(&home.id).await?;
    let seen: Vec<HostedApp> = hosted.apps.into_iter().filter(|app| sees(by, app)).collect();
    let ids: Vec<AppId> = seen.iter().map(|app| app.app.clone()).collect();
    let mut rows = parlour.store.apps_by_id(&ids).await?;
    members.extend(seen.into_iter().filter_map(|hosted| {
        let app = rows.remove(&hosted.app)?;
        Some(member(hosted, app))
    }));
    Ok(members)
}

fn sees(by: &Operator, app: &HostedApp) -> bool {
    by.admin || app.operator == by.id
}

fn member(hosted: HostedApp, app: App) -> Member {
    Member {
        number: hosted.number,
        application_id: hosted.application_id,
        operator: Some(hosted.operator),
        app,
    }
}

/// The home itself, whose id is drawn when it is first needed.
async fn own(parlour: &Parlour, moment: &mut Moment, home: &App) -> Result<Member, Error> {
    let whole = |application_id| Member {
        number: HOME,
        application_id,
        operator: None,
        app: home.clone(),
    };
    if let Some(given) = given_id(home) {
        return Ok(whole(given.clone()));
    }
    for _ in 0..TRIES {
        let mut hosted = parlour.store.hosted(&home.id).await?;
        if let Some(own) = hosted.home {
            return Ok(whole(own));
        }
        let drawn = ApplicationId::generate(moment);
        hosted.home = Some(drawn.clone());
        if parlour.store.change_hosted(&home.id, hosted, With::Nothing).await? {
            return Ok(whole(drawn));
        }
    }
    Err(Error::Busy)
}

/// Makes an app for an operator. Its API token is shown to nobody: its backend has the id. A repeat with the client's id of the request
/// gets the app that the first made.
///
/// # Errors
/// [`Error::Invalid`] (the name, the URL, or there are too many apps), [`Error::ClientIdConflict`], [`Error::Busy`], [`Error::Store`].
pub async fn create(
    parlour: &Parlour,
    moment: &mut Moment,
    (home, by): (&AppId, &Operator),
    name: Option<&str>,
    dialects: Vec<Dialect>,
    client_id: Option<&ClientId>,
) -> Result<Member, Error> {
    let settings = AppChange {
        dialects: Some(dialects.clone()),
        ..AppChange::default()
    };
    apps::check(parlour, &settings)?;
    let name = DisplayName::parse(name.unwrap_or("App")).map_err(|why| InvalidInput::new("name", why))?;
    for _ in 0..TRIES {
        let mut hosted = parlour.store.hosted(home).await?;
        let is_it = |app: &&HostedApp| app.operator == by.id && app.client_id.as_ref() == client_id;
        if let Some(made) = client_id.and_then(|_| hosted.apps.iter().find(is_it)) {
            return same(parlour, made.clone(), &name, &dialects).await;
        }
        if hosted.apps.len() + 1 >= APPS {
            return Err(InvalidInput::new("app", format!("can be made no more: {APPS} are there")).into());
        }
        let api_token = ApiToken::generate(moment);
        let app = App {
            id: AppId::generate(moment),
            name: name.as_str().to_owned(),
            allowed_origins: Vec::new(),
            created_at: moment.now,
            tokens: vec![AppToken {
                id: api_token.id().as_str().to_owned(),
                created_at: moment.now,
            }],
            quotas: Quotas::default(),
            verification: None,
            message_hook: None,
            dialects: dialects.clone(),
        };
        hosted.last += 1;
        let new = HostedApp {
            number: hosted.last,
            application_id: ApplicationId::generate(moment),
            app: app.id.clone(),
            operator: by.id,
            client_id: client_id.cloned(),
        };
        hosted.apps.push(new.clone());
        let hash = api_token.hash().to_text();
        if parlour
            .store
            .change_hosted(home, hosted, With::Made(&app, &hash))
            .await?
        {
            tracing::info!(%home, app = %app.id, operator = by.id, "an operator made an app");
            return Ok(member(new, app));
        }
    }
    Err(Error::Busy)
}

/// The app that an earlier attempt made, if it was to be the same.
async fn same(parlour: &Parlour, made: HostedApp, name: &DisplayName, dialects: &[Dialect]) -> Result<Member, Error> {
    let app = parlour.store.app(&made.app).await?;
    let same = app.filter(|app| app.name == name.as_str() && app.dialects == dialects);
    same.map(|app| member(made, app)).ok_or(Error::ClientIdConflict)
}

/// Ends an app that the operator sees: its credentials and its users' tokens are refused from here on. What they wrote stays in the
/// table. The home is ended otherwise.
///
/// # Errors
/// [`Error::Busy`], [`Error::Store`].
pub async fn delete(parlour: &Parlour, home: &AppId, by: &Operator, number: u64) -> Result<Deleted, Error> {
    if number == u64::from(HOME) && by.admin {
        return Ok(Deleted::Home);
    }
    for _ in 0..TRIES {
        let mut hosted = parlour.store.hosted(home).await?;
        let place = hosted
            .apps
            .iter()
            .position(|app| u64::from(app.number) == number && sees(by, app));
        let Some(place) = place else {
            return Ok(Deleted::Unknown);
        };
        let gone = hosted.apps.remove(place);
        let app = parlour.store.app(&gone.app).await?;
        let with = app.as_ref().map_or(With::Nothing, With::Ended);
        if parlour.store.change_hosted(home, hosted, with).await? {
            tracing::info!(%home, app = %gone.app, operator = by.id, "an operator deleted an app");
            let done = app.map(|app| Deleted::Done(Box::new(member(gone, app))));
            return Ok(done.unwrap_or(Deleted::Unknown));
        }
    }
    Err(Error::Busy)
}
