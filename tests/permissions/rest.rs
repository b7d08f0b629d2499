//! REST as the function `rest` serves it, and what scenarios begin with: users and rooms.

use axum::body::Body;
use axum::http::Request;
use parlour_domain::{RoomId, RoomNumber, UserId};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::World;

/// A user with a token.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl User {
    pub(crate) fn user_id(&self) -> UserId {
        UserId::parse(&self.id).unwrap()
    }
}

/// Who sends a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From<'a> {
    Nobody,
    Backend,
    /// The backend as a user.
    BackendAs(&'a User),
    User(&'a User),
    /// A user, from a page of this origin.
    Page(&'a User, &'a str),
}

/// An answer: its status and its body, null without one.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl World {
    /// Sends a request; what it comes to must have this status.
    pub(crate) async fn rest(&self, from: From<'_>, what: &str, body: Value, status: u16) -> Value {
        self.rest_once(from, what, body, None, status).await
    }

    /// The same with an `Idempotency-Key`.
    pub(crate) async fn rest_once(
        &self,
        from: From<'_>,
        what: &str,
        body: Value,
        key: Option<&str>,
        status: u16,
    ) -> Value {
        let answer = self.request(from, what, body, key).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        answer.body
    }

    /// Sends a request: `what` is method and path.
    pub(crate) async fn request(&self, from: From<'_>, what: &str, body: Value, key: Option<&str>) -> Answer {
        let (method, path) = what.split_once(' ').unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "chat.example");
        request = match from {
            From::Nobody => request,
            From::Backend => request.header("clientkey", &self.backend),
            From::BackendAs(user) => request.header("clientkey", format!("{}.{}", self.backend, user.id)),
            From::User(user) => request.header("authorization", format!("Bearer {}", user.token)),
            From::Page(user, origin) => request
                .header("authorization", format!("Bearer {}", user.token))
                .header("origin", origin),
        };
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let body = match body {
            Value::Null => Body::empty(),
            // A form as it is written.
            Value::String(form) => {
                request = request.header("content-type", "multipart/form-data; boundary=x");
                Body::from(form)
            }
            body => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
        };
        let (router, request) = (self.router.clone(), request.body(body).unwrap());
        let answered = async {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            // The answer is what a client has in its hands: all of the body.
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            (status, body)
        };
        let (status, body) = self.watch("rest", what, answered).await;
        Answer {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    /// Sends a request as a client of another service does; `what` is method and the service's own path. The answer's status is told.
    pub(crate) async fn compat(&self, user: &User, service: &str, what: &str, body: Value) -> Answer {
        let scheme = if service == "facebook-clone" { "JWT" } else { "Bearer" };
        let authorization = format!("{scheme} {}", user.token);
        self.compat_with(("authorization", &authorization), service, what, body)
            .await
    }

    /// The same with another header to prove it.
    pub(crate) async fn compat_with(
        &self,
        (name, value): (&str, &str),
        service: &str,
        what: &str,
        body: Value,
    ) -> Answer {
        let (method, path) = what.split_once(' ').unwrap();
        let (route, uri) = match service {
            // Nobody's: the path names no app.
            "" => ("ANY /api/{proxy+}", path.to_owned()),
            service => ("ANY /a/{proxy+}", format!("/a/{}/{service}{path}", self.app)),
        };
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "chat.example")
            .header("content-type", "application/json")
            .header(name, value);
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let (router, request) = (self.compat.clone(), request.body(body).unwrap());
        let answered = async {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            (
                status,
                axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap(),
            )
        };
        let (status, body) = self.watch("compat_rest", route, answered).await;
        Answer {
            status,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    pub(crate) async fn user(&self) -> User {
        let made = self
            .rest(From::Backend, "POST /user", json!({ "name": "Someone" }), 201)
            .await;
        let id = made["id"].as_str().unwrap().to_owned();
        let token = self.token(&id).await;
        User { id, token }
    }

    pub(crate) async fn users(&self, count: usize) -> Vec<User> {
        let mut users = Vec::with_capacity(count);
        for _ in 0..count {
            users.push(self.user().await);
        }
        users
    }

    pub(crate) async fn token(&self, user: &str) -> String {
        let issued = self
            .rest(From::Backend, &format!("POST /auth/{user}"), Value::Null, 201)
            .await;
        issued["token"].as_str().unwrap().to_owned()
    }

    /// A public group of the first user with the others.
    pub(crate) async fn room(&self, users: &[User]) -> String {
        let members: Vec<&str> = users.iter().skip(1).take(30).map(|user| user.id.as_str()).collect();
        let new = json!({ "kind": "group", "name": "room", "members": members, "public": true });
        let made = self.rest(From::User(&users[0]), "POST /room", new, 201).await;
        let room = made["id"].as_str().unwrap().to_owned();
        for user in users.iter().skip(31) {
            let what = format!("POST /room/{room}/join");
            self.rest(From::User(user), &what, Value::Null, 200).await;
        }
        room
    }

    /// The number that the store knows a room by.
    pub(crate) fn number(&self, room: &str) -> RoomNumber {
        RoomId::parse(room).unwrap().number(&self.app).unwrap()
    }
}
