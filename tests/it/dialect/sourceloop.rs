//! sourceloop: the 34 operations as its clients use them, and what of its defects is gone.

mod errors;
mod files;
mod messages;
mod native;
mod queries;
mod recipients;
mod weaknesses;

use serde_json::{Value, json};

use crate::harness::{Caller, Credential, Tenants, jwt};

const SECRET: &str = "the secret of a chat service, 0123456789";
const ISSUER: &str = "sourceloop";

/// By number where there is one, as older clients have them, else by name.
const ALL: [&str; 12] = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "CreateAttachmentFile",
    "ViewAttachmentFile",
    "UpdateAttachmentFile",
    "DeleteAttachmentFile",
];

/// An app whose clients these are.
struct World {
    tenants: Tenants,
    native: Caller,
}

/// A client with a token, or without.
struct Client {
    native: Caller,
    prefix: String,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug)]
struct Said {
    status: u16,
    incomplete: bool,
    body: Value,
}

impl World {
    async fn start() -> Self {
        let tenants = Tenants::start();
        let verification = json!({ "method": "hs256", "issuer": ISSUER, "secrets": [SECRET] });
        let dialects = json!([{ "service": "sourceloop", "verification": verification }]);
        let backend = &tenants.server.tenant.backend;
        backend.patch("/app", json!({ "dialects": dialects })).await.expect(200);
        Self {
            native: backend.with(Credential::Nothing),
            tenants,
        }
    }

    fn bearer(&self, token: Option<String>) -> Client {
        Client {
            native: self.native.clone(),
            prefix: format!("/a/{}/sourceloop", self.tenants.server.tenant.app_id),
            token,
        }
    }

    fn claims(&self, claims: Value) -> Client {
        self.bearer(Some(jwt(SECRET, claims)))
    }

    /// Somebody who may do these.
    fn with(&self, id: &str, permissions: &[&str]) -> Client {
        self.claims(json!({ "iss": ISSUER, "id": id, "username": id, "permissions": permissions }))
    }

    /// Somebody who may do everything, and has been here.
    async fn user(&self, id: &str) -> Client {
        let client = self.with(id, &ALL);
        client.get("/messages").await.ok();
        client
    }

    async fn users<const N: usize>(&self, ids: [&str; N]) -> [Client; N] {
        let mut clients = Vec::new();
        for id in ids {
            clients.push(self.user(id).await);
        }
        clients.try_into().ok().unwrap()
    }
}

impl Client {
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Said {
        self.send(self.request(method, path), body).await
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.native.request(method, &format!("{}{path}", self.prefix));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder, body: Option<Value>) -> Said {
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Said {
            status,
            incomplete: headers.contains_key("parlour-incomplete"),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    async fn get(&self, path: &str) -> Said {
        self.call("GET", path, None).await
    }

    /// A list, by a filter as JSON.
    async fn list(&self, path: &str, filter: Value) -> Vec<Value> {
        let rows = self
            .send(self.request("GET", &with(path, "filter", &filter)), None)
            .await
            .ok();
        rows.as_array().unwrap().clone()
    }

    /// How many, by a condition.
    async fn counted(&self, method: &str, path: &str, condition: Value, body: Option<Value>) -> u64 {
        let request = self.request(method, &with(path, "where", &condition));
        self.send(request, body).await.ok()["count"].as_u64().unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Said {
        self.call("POST", path, Some(body)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Said {
        self.call("PATCH", path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Said {
        self.call("PUT", path, Some(body)).await
    }

    async fn delete(&self, path: &str) -> Said {
        self.call("DELETE", path, None).await
    }

    /// A new message.
    async fn say(&self, channel: &str, body: &str) -> Value {
        self.post("/messages", message(channel, body)).await.ok()
    }

    /// The first message of a new channel, to somebody.
    async fn tell(&self, channel: &str, to: &str, body: &str) -> Value {
        let mut message = message(channel, body);
        message["toUserId"] = to.into();
        self.post("/messages", message).await.ok()
    }
}

impl Said {
    #[track_caller]
    fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.body
    }

    #[track_caller]
    fn done(self) {
        assert_eq!((self.status, &self.body), (204, &Value::Null), "{self:?}");
    }

    /// The error of an answer with this status.
    #[track_caller]
    fn error(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.body["error"]["statusCode"], status);
        self.body["error"].clone()
    }

    #[track_caller]
    fn forbidden(self) {
        let error = self.error(403);
        assert_eq!(
            (&error["name"], &error["message"]),
            (&json!("ForbiddenError"), &json!("NotAllowedAccess"))
        );
    }

    #[track_caller]
    fn no_entity(self) {
        let error = self.error(404);
        assert_eq!(
            (&error["name"], &error["code"]),
            (&json!("Error"), &json!("ENTITY_NOT_FOUND")),
            "{error}"
        );
    }

    #[track_caller]
    fn not_found(self) {
        let error = self.error(404);
        assert_eq!(
            (&error["name"], &error["message"]),
            (&json!("NotFoundError"), &json!("EntityNotFound"))
        );
    }
}

fn message(channel: &str, body: &str) -> Value {
    json!({ "body": body, "channelId": channel, "channelType": "task" })
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

/// One field of all rows.
fn each<'a>(rows: &'a [Value], field: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[field].as_str().unwrap()).collect()
}

/// A path with a parameter as JSON.
fn with(path: &str, name: &str, value: &Value) -> String {
    let text: String = value.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("{path}?{name}={text}")
}
