//! Rooms by name.

use parlour_domain::room::{History, RoomKind, RoomSettings};
use parlour_domain::text::{Custom, DisplayName};
use parlour_domain::{RoomId, RoomKey, RoomNumber, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::dialect::callsewa_rest::{Body, room};
use parlour_protocol::request::NewRoom;
use parlour_service::populated_rooms::{self, Populated};
use parlour_service::{
    Error, PageSize, add_members, create_room, delete_room, enter_room, find_room, hosted_apps, registered_users,
    remove_member,
};
use serde_json::{Value, json};

use super::super::caller;
use super::refusal::Refusal;
use super::{Answered, Asked, Named, TOKEN, id};

/// Users that one request removes.
const REMOVED: usize = 100;

fn row(app: &Named, of: &Populated) -> Value {
    room((app.number, app.backend.app()), &of.room, Some(&of.members), None)
}

fn exists() -> Refusal {
    Refusal::returned(400, "Room Already Exists")
}

fn invalid(field: &'static str, why: &impl ToString) -> Refusal {
    Error::from(InvalidInput::new(field, why.to_string())).into()
}

impl Asked<'_> {
    pub(super) async fn make_room(&mut self, body: &Body) -> Answered {
        body.only(&["room", "appId", "users", "extra"])?;
        let (name, users, extra) = (body.text("room")?, body.numbers("users")?, body.object_if_any("extra")?);
        let app = self.named(body.text("appId")?).await?;
        let key = RoomKey::parse(name).map_err(|why| invalid("room", &why))?;
        let custom = extra.filter(|extra| !extra.is_empty()).map(Custom::parse).transpose();
        let named = registered_users::named(self.parlour(), &app.backend, &users).await?;
        if !named.unknown.is_empty() {
            let unknown: Vec<String> = named.unknown.iter().map(ToString::to_string).collect();
            return Err(Refusal::returned(
                400,
                &format!("Users {} not registered", unknown.join(",")),
            ));
        }
        let (first, later) = named.users.split_at(named.users.len().min(limits::MEMBERS_AT_CREATION));
        let new = NewRoom {
            kind: RoomKind::Group,
            name: DisplayName::parse(name).ok(),
            members: first.to_vec(),
            public: false,
            key: Some(key),
            history: History::All,
            custom: custom.map_err(|why| invalid("extra", &why))?,
            settings: RoomSettings::default(),
        };
        let made = create_room::create_room(&self.rest.parlour, &mut self.moment, &app.backend, new, None).await;
        let made = match made {
            Ok(made) if made.replayed => return Err(exists()),
            Err(Error::RoomKeyTaken) => return Err(exists()),
            made => made?.value,
        };
        let id = RoomId::parse(&made.id).map_err(|error| Error::Defect(error.to_string()))?;
        self.add(&app, id, later).await?;
        Ok(row(
            &app,
            &populated_rooms::get(self.parlour(), &app.backend, id).await?,
        ))
    }

    async fn add(&mut self, app: &Named, id: RoomId, users: &[UserId]) -> Result<(), Refusal> {
        for users in users.chunks(limits::MEMBERS_AT_ONCE) {
            let (parlour, moment) = (&self.rest.parlour, &mut self.moment);
            add_members::add_members(parlour, moment, &app.backend, id, users, None).await?;
        }
        Ok(())
    }

    pub(super) async fn rooms(&self) -> Answered {
        let app = self.app().await?;
        let all = populated_rooms::of_app(self.parlour(), &app.backend).await?;
        let of = (app.number, app.backend.app());
        Ok(all.iter().map(|one| room(of, one, None, None)).collect())
    }

    pub(super) async fn my_rooms(&mut self) -> Answered {
        let token = self.header(&TOKEN)?.to_owned();
        let actor = caller(self.rest, &mut self.moment, self.mounted, &self.parts.headers, &token).await?;
        let number = hosted_apps::number_of(self.parlour(), self.home(), actor.app()).await?;
        let own = populated_rooms::of_user(self.parlour(), &actor).await?;
        let of = (number, actor.app());
        Ok(own
            .iter()
            .map(|one| room(of, &one.room, Some(&one.members), None))
            .collect())
    }

    /// The room of this name. `None`: there is none.
    async fn found(&self, app: &Named, name: &str) -> Result<Option<RoomId>, Refusal> {
        match enter_room::named(self.parlour(), &app.backend, name).await {
            Ok(room) => Ok(Some(room)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn room(&self, name: &str) -> Answered {
        let app = self.app().await?;
        let id = self.found(&app, name).await?.ok_or(Refusal::Unfit)?;
        match populated_rooms::get(self.parlour(), &app.backend, id).await {
            Ok(populated) => Ok(row(&app, &populated)),
            Err(Error::NotFound) => Err(Refusal::Unfit),
            Err(error) => Err(error.into()),
        }
    }

    /// The one room of exactly these users; of several the first that was made.
    pub(super) async fn check_room(&self, body: &Body) -> Answered {
        body.only(&["appId", "users"])?;
        let users = body.numbers("users")?;
        let app = self.named(body.text("appId")?).await?;
        let none = || Refusal::said(404, json!({ "status": 404, "message": "Room Not Found" }));
        let named = registered_users::named(self.parlour(), &app.backend, &users).await?;
        if named.users.is_empty() || !named.unknown.is_empty() {
            return Err(none());
        }
        let size = PageSize::whole(1);
        let found = find_room::find_rooms(self.parlour(), &app.backend, &named.users, size).await?;
        let id = found.items.first().and_then(|found| RoomId::parse(&found.id).ok());
        let populated = populated_rooms::get(self.parlour(), &app.backend, id.ok_or_else(none)?).await?;
        Ok(row(&app, &populated))
    }

    /// The room and the users whom a request about members names.
    async fn members_of(&self, body: &Body) -> Result<(Named, RoomId, Vec<UserId>), Refusal> {
        body.only(&["room", "appId", "users"])?;
        let (name, users) = (body.text("room")?, body.numbers("users")?);
        let app = self.named(body.text("appId")?).await?;
        let named = registered_users::named(self.parlour(), &app.backend, &users).await?;
        if let Some(unknown) = named.unknown.first() {
            return Err(Refusal::returned(404, &format!("ChatUser id {unknown} Not Found")));
        }
        let id = self.found(&app, name).await?;
        let id = id.ok_or_else(|| Refusal::returned(404, "Room Not Found"))?;
        Ok((app, id, named.users))
    }

    pub(super) async fn add_users(&mut self, body: &Body) -> Answered {
        let (app, id, users) = self.members_of(body).await?;
        self.add(&app, id, &users).await?;
        Ok(json!({ "message": "updated" }))
    }

    /// Whoever is none of the members stays none.
    pub(super) async fn remove_users(&mut self, body: &Body) -> Answered {
        let (app, id, users) = self.members_of(body).await?;
        if users.len() > REMOVED {
            return Err(invalid("users", &format!("must be at most {REMOVED}")));
        }
        for user in users {
            let (parlour, moment) = (&self.rest.parlour, &mut self.moment);
            match remove_member::remove_member(parlour, moment, &app.backend, id, user, None).await {
                Ok(_) | Err(Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(json!({ "message": "updated" }))
    }

    pub(super) async fn delete_room(&mut self, number: &str) -> Answered {
        let number = id(number)?;
        let app = self.app().await?;
        let none = || Refusal::returned(404, "ChatUser Not Found");
        let number = RoomNumber::new(number).ok_or_else(none)?;
        let id = RoomId::new(app.backend.app(), number);
        let missing = |error| match error {
            Error::NotFound => none(),
            error => error.into(),
        };
        let gone = populated_rooms::get(self.parlour(), &app.backend, id)
            .await
            .map_err(missing)?;
        let deleted = delete_room::delete_room(&self.rest.parlour, &mut self.moment, &app.backend, id, None).await;
        deleted.map_err(missing)?;
        let of = (app.number, app.backend.app());
        Ok(room(of, &gone.room, None, Some(self.moment.now)))
    }
}
