//! The list of public rooms: who is in it, in which order, and what takes a room out of it.

use serde_json::{Value, json};

use crate::harness::{Caller, Person, TestServer};

async fn make(by: &Caller, name: &str, public: bool) -> String {
    let body = json!({ "kind": "group", "name": name, "public": public, "custom": { "topic": "x" } });
    let room = by.post("/room", body).await.expect(201);
    room["id"].as_str().unwrap().to_owned()
}

/// The public rooms whose names begin with the id of this person: those of one test.
async fn listed(asking: &Caller, of: &Person) -> Vec<Value> {
    asking.all(&format!("/room/public?name_prefix={}", of.id)).await
}

fn names<'a>(rooms: &'a [Value], of: &Person) -> Vec<&'a str> {
    let name = |room: &'a Value| room["name"].as_str().unwrap().strip_prefix(&of.id).unwrap();
    rooms.iter().map(name).collect()
}

#[tokio::test]
async fn public_rooms_are_listed_by_name() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    for (name, public) in [
        (" tea", true),
        (" Lunch", true),
        (" board", false),
        (" lunch at eight", true),
    ] {
        make(&ada, &format!("{}{name}", ada.id), public).await;
    }
    let expected = [" Lunch", " lunch at eight", " tea"];
    let for_bob = listed(&bob, &ada).await;
    assert_eq!(names(&for_bob, &ada), expected);
    let for_backend = listed(&server, &ada).await;
    assert_eq!(names(&for_backend, &ada), expected);
    for (his, all) in for_bob.iter().zip(&for_backend) {
        assert_eq!(
            (his["member_count"].as_u64(), his.get("custom")),
            (Some(1), None),
            "{his}"
        );
        assert_eq!((&his["id"], &all["custom"]), (&all["id"], &json!({ "topic": "x" })));
    }
    let lunch = format!("/room/public?name_prefix={}%20LU&limit=1", ada.id);
    let first = bob.get(&lunch).await.expect(200);
    let next = first["next"].as_str().unwrap();
    let second = bob.get(&format!("{lunch}&after={next}")).await.expect(200);
    let both = [first["items"][0].clone(), second["items"][0].clone()];
    assert_eq!(names(&both, &ada), [" Lunch", " lunch at eight"]);
    for wrong in ["limit=0", "after=x", "kind=group"] {
        bob.get(&format!("/room/public?{wrong}"))
            .await
            .refused(400, "invalid_input");
    }
    let room = first["items"][0]["id"].as_str().unwrap();
    bob.call("POST", &format!("/room/{room}/join"), None).await.expect(200);
}

#[tokio::test]
async fn the_list_follows_what_becomes_of_a_room() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = make(&ada, &format!("{} one", ada.id), false).await;
    let path = format!("/room/{room}");
    let archive = format!("{path}/archive");
    let now = async || {
        let rooms = listed(&bob, &ada).await;
        names(&rooms, &ada).join(",")
    };
    assert_eq!(now().await, "");
    ada.patch(&path, json!({ "public": true })).await.expect(200);
    assert_eq!(now().await, " one");
    let renamed = json!({ "name": format!("{} two", ada.id) });
    ada.patch(&path, renamed).await.expect(200);
    assert_eq!(now().await, " two");
    ada.put(&archive).await.expect(200);
    assert_eq!(now().await, "");
    ada.delete(&archive).await.expect(200);
    assert_eq!(now().await, " two");
    ada.patch(&path, json!({ "public": false })).await.expect(200);
    assert_eq!(now().await, "");
    ada.patch(&path, json!({ "public": true })).await.expect(200);
    ada.delete(&path).await.expect(204);
    assert_eq!(now().await, "");
}
