//! The rooms that have exactly these members.

use serde_json::{Value, json};

use crate::harness::{Caller, Person, TestServer};

async fn find(asking: &Caller, people: &[&Person]) -> Value {
    let members: Vec<_> = people.iter().map(|person| &person.id).collect();
    asking
        .post("/room/find", json!({ "members": members }))
        .await
        .expect(200)
}

fn ids(found: &Value) -> Vec<&str> {
    assert_eq!((&found["next"], &found["more"]), (&Value::Null, &json!(false)));
    let items = found["items"].as_array().unwrap().iter();
    items.map(|room| room["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_rooms_of_exactly_these_members_are_found() {
    let server = TestServer::start();
    let [ada, bob, carol, eve] = server.people(["Ada", "Bob", "Carol", "Eve"]).await;
    let two = ada.group(&[&bob]).await;
    let three = bob.group(&[&ada, &carol]).await;
    let others = bob.group(&[&carol]).await;
    let direct = ada
        .post("/room", json!({ "kind": "direct", "members": [bob.id] }))
        .await;
    let direct = direct.expect(201);
    let both = [two.as_str(), direct["id"].as_str().unwrap()];
    let found = find(&ada, &[&bob]).await;
    assert_eq!(ids(&found), both);
    assert_eq!(found["items"][1], direct);
    assert_eq!(ids(&find(&ada, &[&bob, &ada, &bob]).await), both);
    assert_eq!(ids(&find(&bob, &[&ada]).await), both);
    assert_eq!(ids(&find(&server, &[&bob, &ada]).await), both);
    for asking in [&ada, &bob, &carol] {
        assert_eq!(ids(&find(asking, &[&carol, &bob, &ada]).await), [&three]);
    }
    assert_eq!(ids(&find(&server, &[&carol, &bob]).await), [&others]);
    // Who asks is always one of them, so nobody finds what others have together.
    assert_eq!(ids(&find(&eve, &[&ada, &bob]).await), [""; 0]);
    assert_eq!(ids(&find(&ada, &[&bob, &eve]).await), [""; 0]);
    assert_eq!(ids(&find(&server, &[&ada]).await), [""; 0]);
}

#[tokio::test]
async fn what_has_other_members_by_now_or_is_deleted_is_not_found() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    carol
        .call("POST", &format!("/room/{room}/leave"), None)
        .await
        .expect(204);
    assert_eq!(ids(&find(&ada, &[&bob, &carol]).await), [""; 0]);
    assert_eq!(ids(&find(&ada, &[&bob]).await), [&room]);
    ada.delete(&format!("/room/{room}")).await.expect(204);
    assert_eq!(ids(&find(&ada, &[&bob]).await), [""; 0]);
    let nobody = "018f4a5c-0000-7000-8000-0123456789ab";
    let found = ada.post("/room/find", json!({ "members": [nobody] })).await.expect(200);
    assert_eq!(ids(&found), [""; 0]);
    let many: Vec<String> = (10..51)
        .map(|n| format!("018f4a5c-0000-7000-8000-0123456789{n}"))
        .collect();
    for wrong in [json!([]), json!(many), json!(many[..40])] {
        let refused = ada.post("/room/find", json!({ "members": wrong })).await;
        assert_eq!(refused.refused(400, "invalid_input")["field"], "members");
    }
}
