//! REST of go-chat's rooms and users, as its browser client calls it.

mod defects;

use serde_json::{Value, json};

use super::rest::{Client, Reply, id_of, token, understand};
use crate::harness::{Credential, Tenant, Tenants};

const ADA: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f01";
const BOB: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f02";
const NO_ROOM: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

/// A server, an app that understands these clients, and a client of it that is nobody yet.
struct Given {
    tenants: Tenants,
    nobody: Client,
}

impl Given {
    async fn start() -> Self {
        let tenants = Tenants::start();
        understand(&tenants.other, "go-chat").await;
        let nobody = Client::new(&tenants.server, &tenants.other, "go-chat");
        Self { tenants, nobody }
    }

    fn tenant(&self) -> &Tenant {
        &self.tenants.other
    }

    fn client(&self, user: &str, name: &str) -> Client {
        self.nobody.with(&format!("Bearer {}", access(user, name)))
    }

    fn ada(&self) -> Client {
        self.client(ADA, "ada")
    }

    fn bob(&self) -> Client {
        self.client(BOB, "bob")
    }
}

fn access(user: &str, name: &str) -> String {
    token(json!({
        "user_id": user, "email": "x@example.com", "username": name, "permissions": ["read"], "token_type": "access", "sub": user,
    }))
}

async fn make(client: &Client, name: &str, owner: &str) -> Reply {
    let body = json!({ "name": name, "owner_id": owner }).to_string();
    client.call("POST", "/api/v1/rooms", Some(&body)).await
}

/// Makes a room and gives its id.
async fn made(client: &Client, name: &str, owner: &str) -> String {
    let room = make(client, name, owner).await.expect(200);
    room["room"]["id"].as_str().unwrap().to_owned()
}

fn status(code: u8, message: &str) -> Value {
    json!({ "code": code, "message": message, "details": [] })
}

fn names(rooms: &Value) -> Vec<&str> {
    let rooms = rooms["rooms"].as_array().unwrap();
    rooms.iter().map(|room| room["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_room_that_is_made_there_is_public_and_its_makers() {
    let given = Given::start().await;
    let (ada, bob) = (given.ada(), given.bob());
    let room = make(&ada, "Lobby", ADA).await.expect(200);
    let room = &room["room"];
    assert_eq!((&room["name"], &room["ownerId"]), (&json!("Lobby"), &json!(ADA)));
    assert!(room["createdAt"].is_string() && room["updatedAt"].is_string(), "{room}");
    let path = format!("/api/v1/rooms/{}", room["id"].as_str().unwrap());
    for client in [&ada, &bob] {
        let got = client.get(&path).await.expect(200);
        for field in ["id", "name", "ownerId", "createdAt", "updatedAt"] {
            assert_eq!(got[field], room[field], "{field}");
        }
        assert_eq!(&got["room"], room);
        let all = client.get("/api/v1/rooms").await.expect(200);
        assert_eq!(all, json!({ "rooms": [room] }));
        let of_ada = client.get(&format!("/api/v1/users/{ADA}/rooms")).await.expect(200);
        assert_eq!(of_ada, json!({ "rooms": [room] }));
        let of_bob = client.get(&format!("/api/v1/users/{BOB}/rooms")).await.expect(200);
        assert_eq!(of_bob, json!({ "rooms": [] }));
    }
    let natively = given.tenant().backend.acting_as(&id_of(given.tenant(), ADA).await);
    let natively = natively
        .get(&format!("/room/{}", room["id"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(
        (&natively["public"], &natively["member_count"]),
        (&json!(true), &json!(1))
    );
}

#[tokio::test]
async fn rooms_are_found_by_a_part_of_their_names() {
    let given = Given::start().await;
    let ada = given.ada();
    for name in ["Green tea", "Tea room", "Coffee", "Old teapots"] {
        made(&ada, name, ADA).await;
    }
    let found = async |query: &str| given.bob().get(&format!("/api/v1/rooms{query}")).await.expect(200);
    let tea = found("/search?name=tea").await;
    assert_eq!(
        names(&tea),
        ["Tea room", "Green tea", "Old teapots"],
        "beginnings first"
    );
    assert_eq!(names(&found("/search?name=tea&limit=1").await), ["Tea room"]);
    assert_eq!(
        names(&found("/search?name=tea&limit=2&offset=1").await),
        ["Green tea", "Old teapots"]
    );
    assert_eq!(names(&found("/search?name=zz").await), [] as [&str; 0]);
    assert_eq!(
        names(&found("").await),
        ["Coffee", "Green tea", "Old teapots", "Tea room"]
    );
    assert_eq!(names(&found("?limit=2&offset=1").await), ["Green tea", "Old teapots"]);
    assert_eq!(names(&found("?offset=4").await), [] as [&str; 0]);
    let short = given.bob().get("/api/v1/rooms/search?name=t").await;
    assert_eq!(
        short.expect(400),
        status(3, "search query must be at least 2 characters")
    );
    let wrong = given.bob().get("/api/v1/rooms?limit=x").await.expect(400);
    assert_eq!(wrong["code"], 3);
}

#[tokio::test]
async fn only_the_owner_deletes_a_room() {
    let given = Given::start().await;
    let (ada, bob) = (given.ada(), given.bob());
    let room = made(&ada, "Lobby", ADA).await;
    let path = format!("/api/v1/rooms/{room}");
    let delete = async |client: &Client, query: &str| client.call("DELETE", &format!("{path}{query}"), None).await;
    let not_own = status(7, "only room owner can delete the room");
    assert_eq!(delete(&bob, &format!("?owner_id={ADA}")).await.expect(403), not_own);
    assert_eq!(delete(&ada, "").await.expect(400), status(3, "invalid owner ID format"));
    // A stranger is told that there is none, a member that they may not.
    let as_stranger = delete(&bob, &format!("?owner_id={BOB}")).await;
    assert_eq!(as_stranger.expect(404), status(5, "room not found"));
    let natively = given.tenant().backend.acting_as(&id_of(given.tenant(), BOB).await);
    let joined = natively.call("POST", &format!("/room/{room}/join"), None).await;
    assert!(joined.status < 300, "{joined:?}");
    let as_member = delete(&bob, &format!("?owner_id={BOB}")).await.expect(403);
    assert_eq!(as_member["code"], 7);
    assert_eq!(delete(&ada, &format!("?ownerId={ADA}")).await.expect(200), json!({}));
    assert_eq!(ada.get(&path).await.expect(404), status(5, "room not found"));
    assert_eq!(
        delete(&ada, &format!("?owner_id={ADA}")).await.expect(404),
        status(5, "room not found")
    );
    assert_eq!(names(&bob.get("/api/v1/rooms").await.expect(200)), [] as [&str; 0]);
}

#[tokio::test]
async fn a_room_that_cannot_be_made_is_refused_in_the_services_words() {
    let given = Given::start().await;
    let ada = given.ada();
    let own_only = status(7, "can only create rooms for yourself");
    for owner in [BOB, "nobody at all", NO_ROOM] {
        assert_eq!(make(&ada, "Lobby", owner).await.expect(403), own_only, "{owner}");
    }
    let length = status(3, "room name must be between 3 and 50 characters");
    for name in ["", "ab", &"x".repeat(51)] {
        assert_eq!(make(&ada, name, ADA).await.expect(400), length, "{name}");
    }
    assert_eq!(
        make(&ada, "Lobby", "").await.expect(400),
        status(3, "invalid owner ID format")
    );
    for body in [None, Some("{}")] {
        let reply = ada.call("POST", "/api/v1/rooms", body).await;
        assert_eq!(reply.expect(400), status(3, "invalid owner ID format"));
    }
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(70_000));
    for body in ["{", "[]", "no JSON", r#"{"name":5}"#, &long] {
        let refused = ada.call("POST", "/api/v1/rooms", Some(body)).await.expect(400);
        assert_eq!((&refused["code"], &refused["details"]), (&json!(3), &json!([])));
    }
    assert_eq!(names(&ada.get("/api/v1/rooms").await.expect(200)), [] as [&str; 0]);
    let wrong = ada.get("/api/v1/rooms/lobby").await;
    assert_eq!(wrong.expect(400), status(3, "invalid room ID format"));
    let none = ada.get(&format!("/api/v1/rooms/{NO_ROOM}")).await;
    assert_eq!(none.expect(404), status(5, "room not found"));
}

#[tokio::test]
async fn a_room_is_made_once_with_one_key() {
    let given = Given::start().await;
    let ada = given.ada();
    let body = json!({ "name": "Lobby", "ownerId": ADA }).to_string();
    let mut rooms = Vec::new();
    for _ in 0..2 {
        let key = [("idempotency-key", "once")];
        let reply = ada.call_with("POST", "/api/v1/rooms", Some(&body), &key).await;
        rooms.push(reply.expect(200));
    }
    assert_eq!(rooms[0], rooms[1]);
    assert_eq!(names(&ada.get("/api/v1/rooms").await.expect(200)), ["Lobby"]);
    let other = json!({ "name": "Other", "ownerId": ADA }).to_string();
    let key = [("idempotency-key", "once")];
    let reply = ada.call_with("POST", "/api/v1/rooms", Some(&other), &key).await;
    assert_eq!(reply.expect(409)["code"], 10);
}

#[tokio::test]
async fn a_token_is_proven_and_says_who_it_is() {
    let given = Given::start().await;
    let validate = async |body: &str| given.nobody.call("POST", "/api/v1/auth/validate", Some(body)).await;
    let body = |token: &str| json!({ "token": token }).to_string();
    let good = access(ADA, "ada");
    let proven = validate(&body(&good)).await.expect(200);
    let user = &proven["user"];
    assert_eq!((&user["id"], &user["username"]), (&json!(ADA), &json!("ada")));
    assert_eq!((&user["email"], &user["age"]), (&json!(""), &json!(0)));
    assert_eq!(
        (&proven["permissions"], &user["permissions"]),
        (&json!(["read", "write"]), &json!(["read", "write"]))
    );
    let own = given.ada().call("POST", "/api/v1/auth/validate", None).await;
    assert_eq!(own.expect(200), proven);
    let refresh = token(json!({ "user_id": ADA, "username": "ada", "token_type": "refresh" }));
    let old = token(json!({ "user_id": ADA, "username": "ada", "token_type": "access", "exp": 1_600_000_000 }));
    for bad in ["x", "x.y.z", &refresh, &old] {
        assert_eq!(
            validate(&body(bad)).await.expect(401),
            status(16, "invalid token"),
            "{bad}"
        );
    }
    assert_eq!(validate("{}").await.expect(401), status(16, "no authorization header"));
    assert_eq!(validate("[]").await.expect(400)["code"], 3);
    // Users are known by the id of the service, and by Parlour's.
    for id in [ADA, &id_of(given.tenant(), ADA).await] {
        let got = given.bob().get(&format!("/api/v1/users/{id}")).await.expect(200);
        assert_eq!(&got, user, "{id}");
    }
    for id in [NO_ROOM, "nobody"] {
        let none = given.bob().get(&format!("/api/v1/users/{id}")).await;
        assert_eq!(none.expect(404), status(5, "user not found"), "{id}");
    }
}

#[tokio::test]
async fn nothing_is_told_without_a_token() {
    let given = Given::start().await;
    let good = access(ADA, "ada");
    for (authorization, said) in [
        (None, "no authorization header"),
        (Some("Bearer".to_owned()), "invalid authorization format"),
        (Some(format!("JWT {good}")), "invalid authorization format"),
        (Some("Bearer x.y.z".to_owned()), "invalid token"),
    ] {
        let client = match &authorization {
            Some(authorization) => given.nobody.with(authorization),
            None => given.nobody.clone(),
        };
        for (method, path) in [
            ("GET", "/api/v1/rooms".to_owned()),
            ("POST", "/api/v1/rooms".to_owned()),
            ("GET", "/api/v1/rooms/search?name=lobby".to_owned()),
            ("GET", format!("/api/v1/rooms/{NO_ROOM}")),
            ("DELETE", format!("/api/v1/rooms/{NO_ROOM}?owner_id={ADA}")),
            ("GET", format!("/api/v1/users/{ADA}")),
            ("GET", format!("/api/v1/users/{ADA}/rooms")),
        ] {
            let reply = client.call(method, &path, None).await;
            assert_eq!(reply.expect(401), status(16, said), "{method} {path} {authorization:?}");
        }
    }
    // A token of the app at its other door opens nothing here, and neither does one of another app.
    let other = &given.tenants.server.tenant;
    let person = other.backend.person("Eve").await;
    let reply = given
        .nobody
        .with(&format!("Bearer {}", person.token))
        .get("/api/v1/rooms")
        .await;
    assert_eq!(reply.expect(401), status(16, "invalid token"));
    let natively = other.backend.with(Credential::Bearer(good));
    natively.get("/me").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn passwords_and_accounts_are_not_kept_here() {
    let given = Given::start().await;
    for (method, path) in [
        ("POST", "/api/v1/auth/register".to_owned()),
        ("POST", "/api/v1/auth/login".to_owned()),
        ("POST", "/api/v1/auth/refresh".to_owned()),
        ("POST", "/api/v1/auth/logout".to_owned()),
        ("GET", "/api/v1/users".to_owned()),
        ("PUT", format!("/api/v1/users/{ADA}")),
        ("DELETE", format!("/api/v1/users/{ADA}")),
    ] {
        let body = r#"{"email":"x@example.com","password":"secret"}"#;
        let said = given.ada().call(method, &path, Some(body)).await.expect(501);
        assert_eq!(
            (&said["code"], &said["details"]),
            (&json!(12), &json!([])),
            "{method} {path}"
        );
        assert!(said["message"].as_str().unwrap().contains("service"), "{said}");
    }
    let method = given.ada().call("PUT", "/api/v1/rooms", Some("{}")).await;
    assert_eq!(method.expect(501), status(12, "Method Not Allowed"));
    for path in ["/api/v1/rooms/", "/api/v1/rooms/x/y", "/api/v1/auth"] {
        assert_eq!(
            given.ada().get(path).await.expect(404),
            status(5, "Not Found"),
            "{path}"
        );
    }
}
