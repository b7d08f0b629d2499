//! What is unread, room by room and in all; the filters of the room list.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

fn count(number: u64) -> Value {
    json!({ "count": number, "more": false })
}

async fn mention(from: &Person, room: &str, whom: &Person) -> Value {
    let message = json!({ "text_message": "you", "mentions": [whom.id] });
    from.send(room, message).await.expect(201)
}

#[tokio::test]
async fn unread_is_told_for_each_room_and_in_all() {
    let server = TestServer::start();
    let [ada, bob, cyd] = server.people(["Ada", "Bob", "Cyd"]).await;
    let quiet = ada.group(&[&bob]).await;
    let busy = ada.group(&[&bob]).await;
    let direct = json!({ "kind": "direct", "members": [bob.id] });
    let direct = ada.post("/room", direct).await.expect(201);
    let direct = direct["id"].as_str().unwrap();
    let nothing = bob.get("/unread").await.expect(200);
    let expected = json!({ "items": [], "unread": count(0), "mentions": count(0), "next": null });
    assert_eq!(nothing, expected);

    for number in 0..20 {
        ada.say(&busy, &number.to_string()).await;
    }
    let named = mention(&ada, &busy, &bob).await;
    mention(&ada, &busy, &bob).await;
    ada.say(direct, "hello").await;
    bob.say(&quiet, "my own").await;
    ada.delete(&format!("/room/{busy}/message/{}", named["id"].as_str().unwrap()))
        .await
        .expect(204);
    let unread = bob.get("/unread").await.expect(200);
    assert_eq!(
        (&unread["unread"], &unread["mentions"]),
        (&count(22), &count(1)),
        "without what is deleted"
    );
    let items = unread["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{unread}");
    let item = items.iter().find(|item| item["room_id"] == busy).unwrap();
    assert_eq!((&item["unread"], &item["mentions"]), (&count(21), &count(1)));
    assert_eq!(
        (&item["head_seq"], &item["read_seq"], &item["notification"]),
        (&json!(24), &json!(1), &json!("all"))
    );
    let many = json!({ "user_ids": [cyd.id, ada.id, bob.id, bob.id] });
    let many = server.post("/unread", many).await.expect(200);
    let of_ada = json!({ "user_id": ada.id, "rooms": 1, "unread": count(1), "mentions": count(0) });
    let of_bob = json!({ "user_id": bob.id, "rooms": 2, "unread": count(22), "mentions": count(1) });
    assert_eq!(many, json!({ "items": [of_ada, of_bob], "left": [] }));
    let none = server.post("/unread", json!({ "user_ids": [] })).await;
    none.refused(400, "invalid_input");
}

#[tokio::test]
async fn more_than_a_hundred_are_a_hundred_and_more() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (one, other) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    mention(&ada, &one, &bob).await;
    let mut hers = ada.connect().await;
    for number in 0..60 {
        hers.say(&one, &number.to_string()).await;
        hers.say(&other, &number.to_string()).await;
    }
    let item = async |room: &str| {
        let rooms = bob.all("/room").await;
        rooms.into_iter().find(|item| item["id"] == room).unwrap()
    };
    // The end of the log does not reach back so far: the rest is read, and it is exact.
    let listed = item(&one).await;
    assert_eq!((&listed["unread"], &listed["mentions"]), (&count(61), &count(1)));
    let unread = bob.get("/unread").await.expect(200);
    assert_eq!(unread["unread"], json!({ "count": 100, "more": true }), "121 in all");
    assert_eq!(unread["mentions"], count(1));
    for number in 0..40 {
        hers.say(&one, &number.to_string()).await;
    }
    mention(&ada, &one, &bob).await;
    let listed = item(&one).await;
    assert_eq!(listed["unread"], json!({ "count": 100, "more": true }));
    assert_eq!(
        listed["mentions"],
        json!({ "count": 1, "more": true }),
        "only the latest are looked at"
    );
    bob.get("/unread?after=x").await.refused(400, "invalid_input");
}

#[tokio::test]
async fn the_room_list_shows_members_and_leaves_out_what_a_filter_says() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let read = ada.group(&[&bob]).await;
    let fresh = ada.group(&[&bob]).await;
    let own = ada.group(&[&bob]).await;
    let direct = json!({ "kind": "direct", "members": [bob.id] });
    let direct = ada.post("/room", direct).await.expect(201);
    let direct = direct["id"].as_str().unwrap().to_owned();
    for room in [&read, &fresh, &direct] {
        ada.say(room, "hi").await;
    }
    bob.say(&own, "hi").await;
    bob.post(&format!("/room/{read}/read"), json!({ "seq": 2 }))
        .await
        .expect(200);
    let ids = async |query: &str| {
        let page = bob.get(&format!("/room?{query}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        let ids: Vec<String> = items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect();
        ids
    };
    assert_eq!(
        ids("").await,
        [own.clone(), direct.clone(), fresh.clone(), read.clone()]
    );
    assert_eq!(ids("unread=true").await, [direct.clone(), fresh.clone()]);
    assert_eq!(ids("kind=direct").await, std::slice::from_ref(&direct));
    assert_eq!(ids("kind=group&unread=true").await, std::slice::from_ref(&fresh));
    assert_eq!(ids("kind=group&unread=false").await.len(), 3);

    let page = bob.get("/room?kind=direct").await.expect(200);
    let mut members = [&ada, &bob].map(|person| json!({ "user_id": person.id, "role": "member" }));
    members.sort_by_key(|member| member["user_id"].to_string());
    assert_eq!(page["items"][0]["members"], json!(members));
    for query in ["kind=other", "unread=maybe"] {
        bob.get(&format!("/room?{query}")).await.refused(400, "invalid_input");
    }
    server.get("/room?unread=true").await.refused(400, "invalid_input");
}

#[tokio::test]
async fn a_room_of_many_shows_eight_of_its_members() {
    let server = TestServer::start();
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(server.person(&format!("P{number}")).await);
    }
    people[0].group(&people.iter().collect::<Vec<_>>()).await;
    let page = people[3].get("/room").await.expect(200);
    let item = &page["items"][0];
    assert_eq!(item["member_count"], 10);
    assert_eq!(item["members"].as_array().unwrap().len(), 8);
}
