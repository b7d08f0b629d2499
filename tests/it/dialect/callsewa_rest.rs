//! REST of callsewa, as the operators of a team and its backend call it.

mod defects;
mod operators;
mod rooms;
mod users;

use serde_json::{Value, json};

use super::rest::{Client, Reply};
use crate::harness::{Credential, Tenant, Tenants};

/// A server, an app that understands these clients, and what its first operator knows.
struct Given {
    tenants: Tenants,
    client: Client,
    /// The first operator's token.
    admin: String,
    /// The app's id.
    app: String,
}

/// Another app of the same home.
struct Further {
    id: String,
    number: u64,
}

/// Whom the tests register as operators.
fn person(email: &str, first: &str) -> Value {
    json!({ "firstName": first, "middleName": "", "lastName": "Lovelace", "email": email, "password": "correct horse" })
}

impl Given {
    async fn start() -> Self {
        Self::with(json!({ "service": "callsewa" })).await
    }

    /// With these settings of the app.
    async fn with(dialect: Value) -> Self {
        let tenants = Tenants::start();
        let dialects = json!({ "dialects": [dialect] });
        tenants.other.backend.patch("/app", dialects).await.expect(200);
        let client = Client::new(&tenants.server, &tenants.other, "callsewa");
        let mut given = Self {
            tenants,
            client,
            admin: String::new(),
            app: String::new(),
        };
        given.admin = token_in(&given.register_by_key("ada@example.com").await.expect(200));
        let apps = given.by("GET", "/app", None, &given.admin).await.expect(200);
        given.app = apps[0]["applicationId"].as_str().unwrap().to_owned();
        given
    }

    fn tenant(&self) -> &Tenant {
        &self.tenants.other
    }

    fn client_key(&self) -> &str {
        match &self.tenant().backend.credential {
            Credential::ClientKey(key) => key,
            other => panic!("a client key, not {other:?}"),
        }
    }

    async fn register_by_key(&self, email: &str) -> Reply {
        let body = person(email, "Ada").to_string();
        let key = [("clientKey", self.client_key())];
        self.client.call_with("POST", "/auth/register", Some(&body), &key).await
    }

    /// As an operator.
    async fn by(&self, method: &str, path: &str, body: Option<Value>, token: &str) -> Reply {
        let body = body.map(|body| body.to_string());
        self.client.with(token).call(method, path, body.as_deref()).await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        self.client.call(method, path, Some(&body.to_string())).await
    }

    /// With the app's id in the header.
    async fn of(&self, app: &str, method: &str, path: &str) -> Reply {
        self.client.call_with(method, path, None, &[("appId", app)]).await
    }

    /// With a user's token in the header.
    async fn with_token(&self, path: &str, token: &str) -> Reply {
        self.client.call_with("GET", path, None, &[("token", token)]).await
    }

    async fn further(&self, name: &str, token: &str) -> Further {
        let made = self
            .by("POST", "/app", Some(json!({ "name": name })), token)
            .await
            .expect(200);
        Further {
            id: made["applicationId"].as_str().unwrap().to_owned(),
            number: made["id"].as_u64().unwrap(),
        }
    }

    async fn register(&self, app: &str, user: i64, token: &str) -> Reply {
        let user = json!({
            "appId": app, "appUserId": user, "firstName": format!("use-{user}"), "lastName": format!("usr-{user}"), "token": token,
        });
        self.send("POST", "/user", user).await
    }

    /// Users 1 to `count` of the app, with their rows.
    async fn users(&self, app: &str, count: i64) -> Vec<Value> {
        let mut users = Vec::new();
        for user in 1..=count {
            let made = self.register(app, user, &format!("{app}-token-{user}")).await;
            users.push(made.expect(200));
        }
        users
    }

    async fn make_room(&self, app: &str, name: &str, users: &[i64]) -> Reply {
        let room = json!({ "room": name, "appId": app, "users": users });
        self.send("POST", "/room", room).await
    }
}

fn token_in(body: &Value) -> String {
    body["token"].as_str().unwrap().to_owned()
}

/// What the service returns in place of a row.
fn returned(status: u16, message: &str) -> Value {
    json!({ "status": status, "message": message })
}

fn thrown(status: u16, message: &str) -> Value {
    json!({ "error": { "status": status, "message": message } })
}

/// The page that a request gets that is not as its route's model says.
#[track_caller]
fn cannot(reply: &Reply, what: &str) {
    assert_eq!(reply.status, 404, "{reply:?}");
    assert!(reply.text.contains(&format!("<pre>Cannot {what}</pre>")), "{reply:?}");
}

/// The ids that the team's own system has, of the users of a room.
fn members(room: &Value) -> Vec<i64> {
    let users = room["users"].as_array().unwrap();
    let mut members: Vec<i64> = users.iter().map(|user| user["appUserId"].as_i64().unwrap()).collect();
    members.sort_unstable();
    members
}

#[tokio::test]
async fn it_describes_itself_without_anything_from_elsewhere() {
    let given = Given::start().await;
    for path in ["/swagger", "/swagger/"] {
        let page = given.client.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("/room/check_room"), "{page:?}");
        assert_eq!(page.header("content-security-policy"), Some("default-src 'none'"));
    }
    let described = given.client.get("/swagger.json").await.expect(200);
    // An API behind the emulator's address does not hear of all that address.
    let url = described["servers"][0]["url"].as_str().unwrap();
    let place = given.client.root.find("/a/").unwrap();
    assert!(
        url.starts_with("http") && url.ends_with(&given.client.root[place..]),
        "{url}"
    );
    assert!(described["paths"]["/room/{room}"]["get"].is_object(), "{described}");
}

#[tokio::test]
async fn what_it_has_not_and_what_it_cannot_read_is_refused_in_its_words() {
    let given = Given::start().await;
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("PATCH", "/app"),
        ("GET", "/auth/login"),
    ] {
        let reply = given.client.call(method, path, None).await;
        assert_eq!(reply.expect(404), json!({ "message": "Not Found" }), "{method} {path}");
    }
    let reply = given.client.call("POST", "/user", Some("{")).await;
    assert!(reply.expect(400)["message"].is_string());
    for (method, path, body) in [
        ("POST", "/user", json!({})),
        ("POST", "/auth/login", json!({ "email": "a" })),
        (
            "POST",
            "/auth/login",
            json!({ "email": "a", "password": "b", "more": 1 }),
        ),
        (
            "POST",
            "/room",
            json!({ "room": "r", "appId": given.app, "users": "1" }),
        ),
        ("POST", "/room", json!({ "room": "r", "appId": given.app })),
        (
            "PUT",
            "/room/add",
            json!({ "room": "r", "appId": given.app, "users": [1], "extra": {} }),
        ),
    ] {
        let reply = given.send(method, path, body).await;
        cannot(&reply, &format!("{method} {path}"));
    }
    for path in ["/room", "/room/my_room", "/room/nothing"] {
        cannot(&given.client.get(path).await, &format!("GET {path}"));
    }
    cannot(&given.of(&given.app, "DELETE", "/user/x").await, "DELETE /user/x");
}
