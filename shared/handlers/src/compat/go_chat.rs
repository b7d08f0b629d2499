//! go-chat: what of its REST has to do with chat, as its gRPC gateway answers.
//!
//! Every call needs a token: the service shows its rooms to anybody.

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::room::{History, RoomKind, RoomSettings};
use parlour_domain::text::{DisplayName, NamePrefix};
use parlour_domain::{Moment, RoomId, UserId};
use parlour_protocol::dialect::go_chat::rest::{
    Call, Got, Made, NewRoom, Room, Rooms, Rpc, Status, User, Validated, call, no_owner, paging, parameter, searched,
    token_in,
};
use parlour_protocol::dialect::uuid::is_uuid;
use parlour_protocol::request::{self, client_id};
use parlour_protocol::view::RoomView;
use parlour_service::{Error, Key, create_room, delete_room, enter_room, people, public_rooms};
use serde_json::json;

use super::asked::{self, answer, credential, decoded, failed, query, whole};
use super::{Mounted, caller};
use crate::rest::Rest;
use crate::rest::edge::RequestId;

/// How the service's clients send their tokens.
const SCHEME: &str = "Bearer";

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new().fallback(serve)
}

/// A request.
struct Asked<'a> {
    rest: &'a Rest,
    mounted: &'a Mounted,
    parts: &'a Parts,
    query: Vec<(String, String)>,
}

/// Why a request is refused.
enum Refusal {
    Says(Status),
    Failed(Error),
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self::Says(status)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Refusal {
    fn response(self, request_id: &str) -> Response {
        let (status, retry_after_ms) = match self {
            Self::Says(status) => (status, None),
            Self::Failed(error) => {
                let error = failed(error, request_id);
                (
                    Status::new(Rpc::of(error.code.status()), error.message),
                    error.retry_after_ms,
                )
            }
        };
        answer(status.http(), &status, retry_after_ms)
    }
}

type Answered = Result<Response, Refusal>;

async fn serve(
    State(rest): State<Rest>,
    Extension(mounted): Extension<Mounted>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked {
        rest: &rest,
        mounted: &mounted,
        query: query(&parts.uri),
        parts: &parts,
    };
    let answered = asked.answer(body).await;
    answered.unwrap_or_else(|refusal| refusal.response(&request_id))
}

impl Asked<'_> {
    async fn answer(&self, body: Body) -> Answered {
        let call = call(self.parts.method.as_str(), self.parts.uri.path())?;
        let mut moment = (self.rest.moments)();
        if call == Call::Validate {
            return self.validate(&mut moment, body).await;
        }
        let token = bearer(&self.parts.headers)?;
        let actor = self.who(&mut moment, token).await?;
        match call {
            Call::CreateRoom => self.create(&mut moment, &actor, body).await,
            Call::Rooms => self.list(&actor, None).await,
            Call::SearchRooms => {
                let name = NamePrefix::parse(searched(&self.query)?);
                let name = name.map_err(|why| invalid(&format!("the name to search for {why}")))?;
                self.list(&actor, Some(&name)).await
            }
            Call::Room(id) => self.room(&actor, id).await,
            Call::DeleteRoom(id) => self.delete(&mut moment, &actor, id).await,
            Call::RoomsOf(id) => self.rooms_of(&actor, id).await,
            Call::User(id) => self.user(&actor, id).await,
            Call::Validate => Err(Status::new(Rpc::Internal, "internal error").into()),
        }
    }

    async fn who(&self, moment: &mut Moment, token: &str) -> Result<Actor, Refusal> {
        let actor = caller(self.rest, moment, self.mounted, &self.parts.headers, token).await;
        actor.map_err(|error| match error {
            Error::Unauthenticated | Error::TokenExpired => no_token("invalid token"),
            error => error.into(),
        })
    }

    /// Whose token it is. It is in the body, or it is the request's own.
    async fn validate(&self, moment: &mut Moment, body: Body) -> Answered {
        let given = token_in(&read(body).await?)?;
        let token = match &given {
            Some(token) => token,
            None => bearer(&self.parts.headers)?,
        };
        let actor = self.who(moment, token).await?;
        let user = actor.user().ok_or_else(|| no_token("invalid token"))?;
        Ok(Json(Validated::from(self.person(&actor, user).await?)).into_response())
    }

    async fn person(&self, actor: &Actor, user: UserId) -> Result<User, Refusal> {
        let (seen, user) = people::person(&self.rest.parlour, actor, user).await?;
        Ok(User::new(seen, &user))
    }

    async fn user(&self, actor: &Actor, id: &str) -> Answered {
        let user = self.named(actor, &part(id)?).await?;
        let user = user.ok_or_else(|| Status::new(Rpc::NotFound, "user not found"))?;
        match self.person(actor, user).await {
            Err(Refusal::Failed(Error::NotFound)) => Err(Status::new(Rpc::NotFound, "user not found").into()),
            person => Ok(Json(person?).into_response()),
        }
    }

    async fn named(&self, actor: &Actor, name: &str) -> Result<Option<UserId>, Refusal> {
        Ok(people::named(&self.rest.parlour, actor, name).await?)
    }

    /// Whether the owner whom a request names is the one who asks.
    async fn is_own(&self, actor: &Actor, owner: &str) -> Result<bool, Refusal> {
        let owner = self.named(actor, owner).await?;
        Ok(owner.is_some() && owner == actor.user())
    }

    async fn create(&self, moment: &mut Moment, actor: &Actor, body: Body) -> Answered {
        let body = read(body).await?;
        let new = NewRoom::read(&body)?;
        if !self.is_own(actor, &new.owner_id).await? {
            return Err(forbidden("can only create rooms for yourself"));
        }
        new.check_name()?;
        let name = DisplayName::parse(&new.name).map_err(|why| invalid(&format!("room name {why}")))?;
        let key = self.key(&body)?;
        let new = request::NewRoom {
            kind: RoomKind::Group,
            name: Some(name),
            members: Vec::new(),
            public: true,
            key: None,
            history: History::All,
            custom: None,
            settings: RoomSettings::default(),
        };
        let made = create_room::create_room(&self.rest.parlour, moment, actor, new, key.as_ref()).await?;
        let mut rooms = self.rooms(actor, vec![made.value]).await?;
        let room = rooms.pop().ok_or_else(|| Error::Defect("a room is gone".to_owned()))?;
        Ok(Json(Made { room }).into_response())
    }

    /// The client's key of a write, if it sends one as Parlour's own clients do.
    fn key(&self, body: &[u8]) -> Result<Option<Key>, Refusal> {
        let Some(key) = self.parts.headers.get("idempotency-key") else {
            return Ok(None);
        };
        let id = client_id("Idempotency-Key", key.to_str().unwrap_or_default()).map_err(Error::from)?;
        let what = (self.parts.method.to_string(), self.parts.uri.to_string());
        Ok(Some(Key {
            client_id: id,
            hash: BodyHash::of(&(what, body)),
        }))
    }

    async fn list(&self, actor: &Actor, name: Option<&NamePrefix>) -> Answered {
        let (limit, offset) = paging(&self.query)?;
        let rooms = public_rooms::list(&self.rest.parlour, actor, name, (offset, limit)).await?;
        let rooms = self.rooms(actor, rooms).await?;
        Ok(Json(Rooms { rooms }).into_response())
    }

    async fn rooms_of(&self, actor: &Actor, owner: &str) -> Answered {
        let owner = self.named(actor, &part(owner)?).await?;
        let rooms = match owner {
            Some(owner) => public_rooms::of_owner(&self.rest.parlour, actor, owner).await?,
            None => Vec::new(),
        };
        let rooms = self.rooms(actor, rooms).await?;
        Ok(Json(Rooms { rooms }).into_response())
    }

    async fn room(&self, actor: &Actor, id: &str) -> Answered {
        let room = self.room_named(actor, id).await?;
        let found = public_rooms::get(&self.rest.parlour, actor, room).await;
        let mut rooms = self.rooms(actor, vec![found.map_err(no_room)?]).await?;
        let room = rooms.pop().ok_or_else(|| Error::Defect("a room is gone".to_owned()))?;
        Ok(Json(Got::from(room)).into_response())
    }

    async fn delete(&self, moment: &mut Moment, actor: &Actor, id: &str) -> Answered {
        let owner = parameter(&self.query, ["owner_id", "ownerId"]).filter(|owner| !owner.is_empty());
        let owner = owner.ok_or_else(no_owner)?;
        let room = self.room_named(actor, id).await?;
        if !self.is_own(actor, owner).await? {
            return Err(forbidden("only room owner can delete the room"));
        }
        let key = self.key(b"")?;
        let done = delete_room::delete_room(&self.rest.parlour, moment, actor, room, key.as_ref()).await;
        done.map_err(no_room)?;
        Ok(Json(json!({})).into_response())
    }

    async fn room_named(&self, actor: &Actor, id: &str) -> Result<RoomId, Refusal> {
        let id = part(id)?;
        let found = enter_room::named(&self.rest.parlour, actor, &id).await;
        found.map_err(|error| match error {
            Error::NotFound if !is_uuid(&id) => invalid("invalid room ID format"),
            error => no_room(error),
        })
    }

    /// Rooms with their makers, whom one read gives for up to 100 of them.
    async fn rooms(&self, actor: &Actor, rooms: Vec<RoomView>) -> Result<Vec<Room>, Refusal> {
        let makers = rooms.iter().filter_map(|room| room.created_by.as_deref());
        let mut makers: Vec<UserId> = makers.filter_map(|id| UserId::parse(id).ok()).collect();
        makers.sort_unstable();
        makers.dedup();
        let people = people::people(&self.rest.parlour, actor.app(), &makers).await?;
        Ok(rooms.iter().map(|room| Room::new(room, &people)).collect())
    }
}

fn invalid(why: &str) -> Refusal {
    Status::new(Rpc::InvalidArgument, why).into()
}

fn forbidden(why: &str) -> Refusal {
    Status::new(Rpc::PermissionDenied, why).into()
}

fn no_token(why: &str) -> Refusal {
    Status::new(Rpc::Unauthenticated, why).into()
}

fn no_room(error: Error) -> Refusal {
    match error {
        Error::NotFound => Status::new(Rpc::NotFound, "room not found").into(),
        error => error.into(),
    }
}

/// The token of the header.
fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    match credential(headers) {
        Ok(None) => Err(no_token("no authorization header")),
        Ok(Some((scheme, token))) if scheme.eq_ignore_ascii_case(SCHEME) => Ok(token),
        Ok(Some(_)) | Err(asked::Unreadable) => Err(no_token("invalid authorization format")),
    }
}

async fn read(body: Body) -> Result<axum::body::Bytes, Refusal> {
    whole(body).await.ok_or_else(|| invalid("the body is too large"))
}

/// A part of the path.
fn part(text: &str) -> Result<String, Refusal> {
    decoded(text).ok_or_else(|| invalid("the path is no text"))
}
