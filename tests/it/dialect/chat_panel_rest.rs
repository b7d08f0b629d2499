//! REST of chat-panel, as its backends and its users call it.

mod credentials;
mod defects;
mod files;
mod messages;
mod rooms;
mod users;

use serde_json::{Value, json};

use super::rest::{Client, Reply, token, understand};
use crate::harness::{Form, LIMIT, Person, Tenant, Tenants};

/// Nobody's.
const NO_ROOM: &str = "76afed16-7e57-42a9-a9d8-520fbbb68a87";

/// A server, an app that understands these clients, and a client of it that is nobody yet.
struct Given {
    tenants: Tenants,
    nobody: Panel,
}

impl Given {
    async fn start() -> Self {
        let tenants = Tenants::start();
        understand(&tenants.other, "chat-panel").await;
        let client = Client::new(&tenants.server, &tenants.other, "chat-panel");
        let nobody = Panel { client, key: None };
        Self { tenants, nobody }
    }

    fn tenant(&self) -> &Tenant {
        &self.tenants.other
    }

    /// The backend.
    fn backend(&self) -> Panel {
        self.keyed(self.tenant().backend.key())
    }

    /// The backend for one of its users.
    fn acting_as(&self, user: &str) -> Panel {
        self.keyed(&format!("{}.{user}", self.tenant().backend.key()))
    }

    fn keyed(&self, key: &str) -> Panel {
        Panel {
            key: Some(key.to_owned()),
            ..self.nobody.clone()
        }
    }

    fn bearer(&self, token: &str) -> Panel {
        Panel {
            client: self.nobody.client.with(&format!("Bearer {token}")),
            key: None,
        }
    }

    /// A user with a token of the service's own.
    fn foreign(&self, id: &str, nickname: &str) -> Panel {
        let at = "2024-06-13T08:00:39.000Z";
        let row =
            json!({ "id": id, "nickname": nickname, "created_at": at, "updated_at": at, "deleted_at": null, "iat": 1 });
        self.bearer(&token(row))
    }

    /// A user of Parlour's own, and the same as a client of the service.
    async fn person(&self, name: &str) -> (Person, Panel) {
        let person = self.tenant().backend.person(name).await;
        let panel = self.bearer(&person.token);
        (person, panel)
    }

    /// A room that the backend makes of these.
    async fn room(&self, name: &str, users: &[&str]) -> String {
        let made = self
            .backend()
            .post("/room", json!({ "name": name, "users": users }))
            .await;
        id(&content(&made, (201, 201), "Room successfully crated!"))
    }
}

/// A client of the service.
#[derive(Debug, Clone)]
struct Panel {
    client: Client,
    key: Option<String>,
}

impl Panel {
    /// Calls: `what` is method and path.
    async fn call(&self, what: &str, body: Value) -> Reply {
        self.call_with(what, body, &[]).await
    }

    async fn call_with(&self, what: &str, body: Value, headers: &[(&str, &str)]) -> Reply {
        let (method, path) = what.split_once(' ').unwrap();
        let body = (!body.is_null()).then(|| body.to_string());
        let key = self.key.iter().map(|key| ("clientKey", key.as_str()));
        let headers: Vec<_> = key.chain(headers.iter().copied()).collect();
        self.client.call_with(method, path, body.as_deref(), &headers).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.call(&format!("GET {path}"), Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(&format!("POST {path}"), body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call(&format!("PATCH {path}"), body).await
    }

    async fn delete(&self, path: &str) -> Reply {
        self.call(&format!("DELETE {path}"), Value::Null).await
    }

    async fn send(&self, room: &str, body: Value) -> Reply {
        self.post(&format!("/room/{room}/message/send"), body).await
    }

    /// Sends a form as a user.
    async fn send_form(&self, token: &str, room: &str, form: Form) -> (u16, Value) {
        let client = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        let sent = client
            .post(format!("{}/room/{room}/message/send", self.client.root))
            .bearer_auth(token)
            .header("content-type", Form::kind())
            .body(form.written())
            .send()
            .await
            .unwrap();
        (sent.status().as_u16(), sent.json().await.unwrap())
    }
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// What stands in the envelope of an answer with this HTTP status, this status in its body, and this message.
#[track_caller]
fn content(reply: &Reply, (http, said): (u16, u16), message: &str) -> Value {
    let body = reply.expect(http);
    assert_eq!(
        (&body["message"], &body["statusCode"]),
        (&json!([message]), &json!(said)),
        "{reply:?}"
    );
    body["content"].clone()
}

/// An answer without anything in its envelope.
#[track_caller]
fn says(reply: &Reply, (http, said): (u16, u16), message: &str) {
    let body = reply.expect(http);
    assert_eq!(body, json!({ "message": [message], "statusCode": said }));
}

fn forbidden() -> Value {
    json!({ "message": "Forbidden resource", "error": "Forbidden", "statusCode": 403 })
}

fn thrown(status: u16, message: &str) -> Value {
    json!({ "statusCode": status, "message": message })
}

fn not_theirs() -> Value {
    thrown(403, "The room does not belong to the logged in user")
}

#[tokio::test]
async fn the_service_says_what_it_is_to_anybody() {
    let given = Given::start().await;
    let healthy = given.nobody.get("/healthCheck").await;
    assert_eq!((healthy.status, healthy.text.as_str()), (200, "Chat Panel is healthy"));
    let page = given.nobody.get("/docs").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type").unwrap().starts_with("text/html"),
        "{page:?}"
    );
    assert!(
        page.text.contains("/docs-json") && !page.text.contains("<script"),
        "{page:?}"
    );
    let described = given.nobody.get("/docs-json").await.expect(200);
    // An API behind the emulator's address does not hear of all that address.
    let (url, root) = (
        described["servers"][0]["url"].as_str().unwrap(),
        &given.nobody.client.root,
    );
    let place = root.find("/a/").unwrap();
    assert!(url.starts_with("http") && url.ends_with(&root[place..]), "{url}");
    assert!(described["paths"]["/room/{room_id}/join"]["post"].is_object());
    let nope = given.nobody.get("/nope").await.expect(404);
    let expected = json!({ "message": "Cannot GET /nope", "error": "Not Found", "statusCode": 404 });
    assert_eq!(nope, expected);
    let method = given.backend().call("PUT /room?page=1", Value::Null).await.expect(404);
    assert_eq!(method["message"], "Cannot PUT /room?page=1");
}
