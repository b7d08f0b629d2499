//! REST of facebook-clone's chat, as its client uses it.

mod defects;
mod refusals;

use serde_json::{Value, json};

use super::rest::{Client, Reply, id_of, token, understand};
use crate::harness::{Handshake, Tenant, Tenants};

/// A server, an app that understands these clients, and a client of it that is nobody yet.
struct Given {
    tenants: Tenants,
    nobody: Client,
}

impl Given {
    async fn start() -> Self {
        let tenants = Tenants::start();
        understand(&tenants.other, "facebook-clone").await;
        let nobody = Client::new(&tenants.server, &tenants.other, "facebook-clone");
        Self { tenants, nobody }
    }

    fn tenant(&self) -> &Tenant {
        &self.tenants.other
    }

    /// Users, each with the name that is the id.
    async fn users(&self, names: &[&str]) {
        let created = |name: &&str| event(&format!("u-{name}"), "user.created", name, json!({ "name": name }));
        self.tell(&names.iter().map(created).collect::<Vec<_>>()).await;
    }

    async fn friends(&self, one: &str, other: &str) {
        self.tell(&[friends(one, other)]).await;
    }

    async fn tell(&self, events: &[Value]) {
        let backend = &self.tenant().backend;
        backend.post("/events", json!({ "events": events })).await.expect(200);
    }

    fn client(&self, name: &str) -> Client {
        let token = token(json!({ "user_id": name, "full_name": name, "token_type": "access" }));
        self.nobody.with(&format!("JWT {token}"))
    }

    /// The one room of this client.
    async fn room(&self, name: &str) -> String {
        let rooms = self.client(name).get("/api/chat/users/").await.expect(200);
        assert_eq!(rooms["count"], 1, "{rooms}");
        rooms["results"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Sends natively, as this user.
    async fn say(&self, name: &str, room: &str, text: &str) {
        let user = self.tenant().backend.acting_as(&id_of(self.tenant(), name).await);
        let path = format!("/room/{room}/message/send");
        user.post(&path, json!({ "text_message": text })).await.expect(201);
    }
}

fn event(id: &str, kind: &str, subject: &str, data: Value) -> Value {
    let mut event = json!({ "id": id, "type": kind, "time": "2020-01-31T12:00:00Z", "subject": subject });
    event["data"] = data;
    event
}

fn friends(one: &str, other: &str) -> Value {
    event(
        &format!("f-{one}-{other}"),
        "friend.created",
        one,
        json!({ "friend": other }),
    )
}

fn results(page: &Value) -> &Vec<Value> {
    page["results"].as_array().unwrap()
}

#[tokio::test]
async fn friends_have_one_room_however_often_they_are_told() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    let again = event("f-again", "friend.created", "bob", json!({ "friend": "ada" }));
    given.tell(&[friends("ada", "bob"), friends("ada", "bob"), again]).await;
    let room = given.room("ada").await;
    assert_eq!(given.room("bob").await, room);
    given.friends("ada", "bob").await;
    assert_eq!(given.room("ada").await, room);
    let natively = id_of(given.tenant(), "ada").await;
    let natively = given.tenant().backend.acting_as(&natively);
    assert_eq!(natively.all("/room").await.len(), 1);
}

#[tokio::test]
async fn friends_have_a_room_as_soon_as_both_are_users() {
    let given = Given::start().await;
    given.friends("ada", "bob").await;
    // The token is the first that is heard of her.
    let alone = given.client("ada").get("/api/chat/users/").await.expect(200);
    assert_eq!(
        alone,
        json!({ "count": 0, "next": null, "previous": null, "results": [] })
    );
    given.users(&["bob"]).await;
    assert_eq!(given.room("ada").await, given.room("bob").await);
}

#[tokio::test]
async fn rooms_come_in_pages_of_ten_with_whole_urls() {
    let given = Given::start().await;
    let names: Vec<String> = (10..22).map(|number| format!("f-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    given.users(&["ada"]).await;
    given.users(&names).await;
    for name in &names {
        given.friends("ada", name).await;
    }
    let ada = given.client("ada");
    let url = format!("{}/api/chat/users/", given.nobody.root);
    let first = ada.get("/api/chat/users/?page_size=50").await.expect(200);
    assert_eq!((&first["count"], results(&first).len()), (&json!(12), 10));
    assert_eq!(first["previous"], Value::Null);
    assert_eq!(first["next"], format!("{url}?page=2&page_size=50"));
    // As a client follows it.
    let second = ada.get(first["next"].as_str().unwrap()).await.expect(200);
    assert_eq!((&second["count"], results(&second).len()), (&json!(12), 2));
    assert_eq!(
        (&second["next"], &second["previous"]),
        (&Value::Null, &json!(format!("{url}?page_size=50")))
    );
    let last = ada.get("/api/chat/users/?page=last").await.expect(200);
    assert_eq!((&last["results"], &last["previous"]), (&second["results"], &json!(url)));
    let mut met: Vec<&str> = results(&first)
        .iter()
        .chain(results(&second))
        .map(|room| room["friend"]["id"].as_str().unwrap())
        .collect();
    met.sort_unstable();
    assert_eq!(met, names, "each once");
}

#[tokio::test]
async fn a_room_shows_the_friend_and_what_was_said() {
    let given = Given::start().await;
    given.users(&["ada", "bob", "eve"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    let path = format!("/api/chat/users/{room}/");
    let before = given.client("ada").get(&path).await.expect(200);
    assert_eq!(
        (
            &before["last_message"],
            &before["last_message_at"],
            &before["unread_count"]
        ),
        (&Value::Null, &Value::Null, &json!(0))
    );
    given.say("bob", &room, "hello").await;
    let shown = given.client("ada").get(&path).await.expect(200);
    let friend = &shown["friend"];
    assert_eq!((&friend["id"], &friend["full_name"]), (&json!("bob"), &json!("bob")));
    assert_eq!(
        (&friend["is_online"], &friend["last_seen"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        (&shown["last_message"], &shown["unread_count"]),
        (&json!("hello"), &json!(1))
    );
    let at = shown["last_message_at"].as_str().unwrap();
    assert!(
        at.len() == "2019-08-24T14:15:22.000000Z".len() && at.ends_with("000Z"),
        "{at}"
    );
    let listed = given.client("ada").get("/api/chat/users/").await.expect(200);
    assert_eq!(results(&listed), std::slice::from_ref(&shown));
    let own = given.client("bob").get(&path).await.expect(200);
    assert_eq!((&own["friend"]["id"], &own["unread_count"]), (&json!("ada"), &json!(0)));
}

/// Of each message what it says, whether it was sent or received, and whether it is read.
fn shown(page: &Value) -> Vec<(&str, &str, bool)> {
    let mut shown = Vec::new();
    for message in results(page) {
        let text = |name: &str| message[name].as_str().unwrap();
        shown.push((
            text("content"),
            text("direction"),
            message["is_read"].as_bool().unwrap(),
        ));
    }
    shown
}

#[tokio::test]
async fn messages_come_newest_first_and_are_marked_as_read_in_both_ways() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    let (ada, bob) = (given.client("ada"), given.client("bob"));
    let path = format!("/api/chat/{room}/messages/");
    let at = async |client: &Client| client.get(&path).await.expect(200);
    let done = |reply: Reply| assert_eq!((reply.status, reply.text.as_str()), (200, ""));
    given.say("bob", &room, "one").await;
    given.say("bob", &room, "two").await;
    let new = at(&ada).await;
    assert_eq!(shown(&new), [("two", "received", false), ("one", "received", false)]);
    assert_eq!(
        (&new["count"], &new["next"], &new["previous"]),
        (&json!(2), &Value::Null, &Value::Null)
    );
    let newest = &results(&new)[0];
    assert_eq!((&newest["room"], &newest["user"]["id"]), (&json!(room), &json!("bob")));
    assert_eq!(shown(&at(&bob).await), [("two", "sent", false), ("one", "sent", false)]);
    // Neither the parameter nor a body that says so.
    for body in [None, Some("{}"), Some("no JSON"), Some(r#"{"is_read":false}"#)] {
        done(ada.call("POST", &path, body).await);
    }
    done(ada.call("POST", &format!("{path}?mark_read="), None).await);
    assert_eq!(shown(&at(&bob).await), [("two", "sent", false), ("one", "sent", false)]);
    // Any text counts, as it always did.
    done(ada.call("POST", &format!("{path}?mark_read=false"), None).await);
    assert_eq!(
        shown(&at(&ada).await),
        [("two", "received", true), ("one", "received", true)]
    );
    assert_eq!(shown(&at(&bob).await), [("two", "sent", true), ("one", "sent", true)]);
    given.say("bob", &room, "three").await;
    assert_eq!(shown(&at(&bob).await)[0], ("three", "sent", false));
    let document = json!({ "user": { "full_name": "x" }, "content": "x", "is_read": true, "room": "x" });
    // Without the slash, as the document's readers may well send it.
    let bare = path.trim_end_matches('/');
    done(ada.call("POST", bare, Some(&document.to_string())).await);
    assert_eq!(shown(&at(&bob).await)[0], ("three", "sent", true));
    let item = ada.get(&format!("/api/chat/users/{room}/")).await.expect(200);
    assert_eq!(item["unread_count"], 0);
}

#[tokio::test]
async fn messages_come_in_pages_of_ten() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    for number in 1..=21 {
        given.say("bob", &room, &number.to_string()).await;
    }
    let ada = given.client("ada");
    let path = format!("/api/chat/{room}/messages/");
    let (mut next, mut met) = (Some(path.clone()), Vec::new());
    while let Some(url) = next {
        let page = ada.get(&url).await.expect(200);
        assert_eq!(page["count"], 21);
        met.extend(results(&page).iter().map(|message| message["content"].clone()));
        next = page["next"].as_str().map(str::to_owned);
    }
    let expected: Vec<Value> = (1..=21).rev().map(|number| json!(number.to_string())).collect();
    assert_eq!(met, expected);
    let last = ada.get(&format!("{path}?page=last")).await.expect(200);
    assert_eq!(shown(&last), [("1", "received", false)]);
    assert!(
        last["previous"].as_str().unwrap().ends_with("/messages/?page=2"),
        "{last}"
    );
}

#[tokio::test]
async fn rooms_may_be_named_by_the_key_of_the_integrators_own_system() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    let [ada, bob] = [id_of(given.tenant(), "ada").await, id_of(given.tenant(), "bob").await];
    let room = json!({ "kind": "direct", "members": [ada, bob], "key": "order-17" });
    let room = given.tenant().backend.post("/room", room).await.expect(201);
    let found = given.client("ada").get("/api/chat/users/order-17/").await.expect(200);
    assert_eq!((&found["id"], &found["friend"]["id"]), (&room["id"], &json!("bob")));
}

#[tokio::test]
async fn a_filter_leaves_the_rooms_whose_friend_is_online() {
    let given = Given::start().await;
    given.users(&["ada", "bob", "eve"]).await;
    given.friends("ada", "bob").await;
    given.friends("ada", "eve").await;
    let ada = given.client("ada");
    assert_eq!(ada.get("/api/chat/users/").await.expect(200)["count"], 2);
    let nobody = ada.get("/api/chat/users/?filter=online").await.expect(200);
    assert_eq!((&nobody["count"], results(&nobody).len()), (&json!(0), 0));
    let backend = &given.tenant().backend;
    let token = backend.token(&id_of(given.tenant(), "bob").await).await;
    let mut socket = Handshake::new(backend.ws())
        .query("token", &token)
        .open()
        .await
        .unwrap();
    socket.ok("ping", json!({})).await;
    let online = ada.get("/api/chat/users/?filter=online").await.expect(200);
    assert_eq!(online["count"], 1);
    let friend = &results(&online)[0]["friend"];
    assert_eq!(
        (&friend["id"], &friend["is_online"], &friend["last_seen"]),
        (&json!("bob"), &json!(true), &Value::Null)
    );
    assert_eq!(ada.get("/api/chat/users/?filter=").await.expect(200)["count"], 2);
}

#[tokio::test]
async fn the_description_has_the_documents_operations() {
    let given = Given::start().await;
    let described = given.nobody.get("/api/chat/swagger/?format=openapi").await.expect(200);
    let paths = described["paths"].as_object().unwrap();
    let ids: Vec<&Value> = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
        .map(|operation| &operation["operationId"])
        .collect();
    for id in [
        "chat_users_list",
        "chat_users_read",
        "chat_messages_list",
        "chat_messages_create",
    ] {
        assert!(ids.contains(&&json!(id)), "{id}: {described}");
    }
    let base = described["basePath"].as_str().unwrap();
    assert!(given.nobody.root.ends_with(base.trim_end_matches("/api")), "{base}");
    let page = given.nobody.get("/api/chat/swagger/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
}
