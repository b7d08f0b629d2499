//! Rooms by name.

use serde_json::{Value, json};

use super::{Given, cannot, members, returned, thrown};

#[tokio::test]
async fn a_room_is_made_of_registered_users() {
    let given = Given::start().await;
    let users = given.users(&given.app, 2).await;
    let new = json!({ "room": "usr-1-2", "appId": given.app, "users": [1, 2, 2], "extra": { "topic": "tea" } });
    let room = given.send("POST", "/room", new).await.expect(200);
    assert_eq!(
        (&room["id"], &room["appId"], &room["room"]),
        (&json!(1), &json!(1), &json!("usr-1-2"))
    );
    assert_eq!(
        (&room["extra"], &room["deletedAt"]),
        (&json!({ "topic": "tea" }), &Value::Null)
    );
    assert_eq!(members(&room), [1, 2]);
    let one = room["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["appUserId"] == 1)
        .unwrap();
    assert_eq!(
        (&one["id"], &one["firstName"], &one["token"]),
        (&users[0]["id"], &json!("use-1"), &Value::Null)
    );
    assert_eq!(
        (&one["RoomUser"]["userId"], &one["RoomUser"]["roomId"]),
        (&users[0]["id"], &json!(1))
    );
    let again = given.make_room(&given.app, "usr-1-2", &[1, 2]).await;
    assert_eq!(again.expect(200), returned(400, "Room Already Exists"));
    let other = given.make_room(&given.app, "usr-1-2", &[1]).await;
    assert_eq!(other.expect(200), returned(400, "Room Already Exists"));
    let unknown = given.make_room(&given.app, "other", &[1, 999]).await;
    assert_eq!(unknown.expect(200), returned(400, "Users 999 not registered"));
    assert_eq!(given.make_room(&given.app, "two words", &[1]).await.status, 400);
}

#[tokio::test]
async fn a_room_is_found_by_its_name_and_in_lists() {
    let given = Given::start().await;
    given.users(&given.app, 3).await;
    for (name, users) in [("a", [1, 2]), ("b", [2, 3])] {
        given.make_room(&given.app, name, &users).await.expect(200);
    }
    let room = given.of(&given.app, "GET", "/room/a").await.expect(200);
    assert_eq!(members(&room), [1, 2]);
    cannot(&given.of(&given.app, "GET", "/room/c").await, "GET /room/c");
    let names = |rooms: &Value| {
        let rooms = rooms.as_array().unwrap().iter();
        rooms
            .map(|room| room["room"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let all = given.of(&given.app, "GET", "/room").await.expect(200);
    assert_eq!(names(&all), ["a", "b"]);
    assert!(all[0].get("users").is_none(), "{all}");
    let own = given
        .with_token("/room/my_room", &format!("{}-token-1", given.app))
        .await
        .expect(200);
    assert_eq!(names(&own), ["a"]);
    assert_eq!(members(&own[0]), [1, 2]);
    let nobody = given.with_token("/room/my_room", "nobodys").await;
    assert_eq!(nobody.expect(401), thrown(401, "token key mismatch"));
}

#[tokio::test]
async fn users_come_and_go_as_often_as_it_is_said() {
    let given = Given::start().await;
    given.users(&given.app, 3).await;
    given.make_room(&given.app, "a", &[1]).await.expect(200);
    let change = async |what: &str, app: &str, room: &str, users: &[i64]| {
        let body = json!({ "room": room, "appId": app, "users": users });
        given.send("PUT", &format!("/room/{what}"), body).await
    };
    let now = async || members(&given.of(&given.app, "GET", "/room/a").await.expect(200));
    let updated = json!({ "message": "updated" });
    for _ in 0..2 {
        assert_eq!(change("add", &given.app, "a", &[1, 2, 3]).await.expect(200), updated);
        assert_eq!(now().await, [1, 2, 3]);
    }
    for _ in 0..2 {
        assert_eq!(change("remove", &given.app, "a", &[2]).await.expect(200), updated);
        assert_eq!(now().await, [1, 3]);
    }
    for what in ["add", "remove"] {
        let unknown = change(what, &given.app, "a", &[1, 777]).await;
        assert_eq!(unknown.expect(200), returned(404, "ChatUser id 777 Not Found"));
        let no_room = change(what, &given.app, "b", &[1]).await;
        assert_eq!(no_room.expect(200), returned(404, "Room Not Found"));
        let other = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
        assert_eq!(
            change(what, other, "a", &[1]).await.expect(404),
            thrown(404, "App Not Found")
        );
    }
    assert_eq!(now().await, [1, 3], "all of them or none");
}

#[tokio::test]
async fn a_room_is_deleted_by_number() {
    let given = Given::start().await;
    given.users(&given.app, 1).await;
    let room = given.make_room(&given.app, "a", &[1]).await.expect(200);
    let path = format!("/room/{}", room["id"]);
    let gone = given.of(&given.app, "DELETE", &path).await.expect(200);
    assert_eq!(gone["room"], "a");
    assert!(gone["deletedAt"].is_string(), "{gone}");
    let again = given.of(&given.app, "DELETE", &path).await.expect(200);
    assert_eq!(again, returned(404, "ChatUser Not Found"));
    cannot(&given.of(&given.app, "GET", "/room/a").await, "GET /room/a");
    for none in ["0", "999999"] {
        let none = given.of(&given.app, "DELETE", &format!("/room/{none}")).await;
        assert_eq!(none.expect(200), returned(404, "ChatUser Not Found"));
    }
}

#[tokio::test]
async fn a_room_of_many_is_made_at_once() {
    let given = Given::start().await;
    given.users(&given.app, 45).await;
    let all: Vec<i64> = (1..=45).collect();
    let room = given.make_room(&given.app, "many", &all).await.expect(200);
    assert_eq!(members(&room), all);
}
