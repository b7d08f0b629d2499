//! Rooms and their members over REST, with connections that hear of it.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn rooms(world: &World) {
    let users = world.users(4).await;
    let owner = From::User(&users[0]);
    let new = json!({ "kind": "group", "name": "one", "members": [users[1].id] });
    let made = world
        .rest_once(owner, "POST /room", new.clone(), Some("make"), 201)
        .await;
    world
        .rest_once(owner, "POST /room", new.clone(), Some("make"), 200)
        .await;
    let other = json!({ "kind": "group", "name": "other" });
    world.rest_once(owner, "POST /room", other, Some("make"), 409).await;
    let strangers = json!({ "kind": "group", "members": ["018f4a5c-0000-7000-8000-0123456789ac"] });
    world.rest(owner, "POST /room", strangers, 400).await;
    world.rest(From::Backend, "POST /room", new, 201).await;

    world.room(&users[..2]).await;
    world.room(&users[..2]).await;
    let page = world.rest(owner, "GET /room/public?limit=1", Value::Null, 200).await;
    let more = format!("GET /room/public?limit=1&after={}", page["next"].as_str().unwrap());
    world.rest(From::Backend, &more, Value::Null, 200).await;
    let find = json!({ "members": [users[1].id] });
    world.rest(owner, "POST /room/find", find.clone(), 200).await;
    world.rest(From::Backend, "POST /room/find", find, 200).await;

    let direct = json!({ "kind": "direct", "members": [users[1].id] });
    world.rest(owner, "POST /room", direct.clone(), 201).await;
    world.rest(owner, "POST /room", direct.clone(), 200).await;
    world.rest_once(owner, "POST /room", direct, Some("direct"), 200).await;

    let room = made["id"].as_str().unwrap();
    let path = format!("/room/{room}");
    world.audience(&users[..2], room).await;
    for (from, status) in [(owner, 200), (From::Backend, 200), (From::User(&users[2]), 404)] {
        world.rest(from, &format!("GET {path}"), Value::Null, status).await;
    }
    let (patch, change) = (format!("PATCH {path}"), json!({ "name": "two" }));
    world.rest(owner, &patch, change.clone(), 200).await;
    for _ in 0..2 {
        world
            .rest_once(owner, &patch, change.clone(), Some("rename"), 200)
            .await;
    }
    world.rest(From::User(&users[1]), &patch, change, 403).await;

    // Many unread, among entries that are no messages.
    for number in 0..15 {
        let send = format!("POST {path}/message/send");
        world
            .rest(owner, &send, json!({ "text_message": number.to_string() }), 201)
            .await;
    }
    for number in 0..15 {
        world
            .rest(owner, &patch, json!({ "name": number.to_string() }), 200)
            .await;
    }
    let page = world
        .rest(From::User(&users[1]), "GET /room?limit=1", Value::Null, 200)
        .await;
    let more = format!("GET /room?limit=1&after={}", page["next"].as_str().unwrap());
    world.rest(From::User(&users[1]), &more, Value::Null, 200).await;
    world
        .rest(From::User(&users[1]), "GET /room?after=joined:0", Value::Null, 200)
        .await;
    let page = world.rest(From::Backend, "GET /room?limit=1", Value::Null, 200).await;
    let more = format!("GET /room?limit=1&after={}", page["next"].as_str().unwrap());
    world.rest(From::Backend, &more, Value::Null, 200).await;

    let delete = format!("DELETE {path}");
    world.rest(From::User(&users[1]), &delete, Value::Null, 403).await;
    for _ in 0..2 {
        world.rest_once(owner, &delete, Value::Null, Some("delete"), 204).await;
    }
    world.rest(owner, &format!("GET {path}"), Value::Null, 404).await;
}

pub(crate) async fn members(world: &World) {
    let users = world.users(6).await;
    let room = world.room(&users[..3]).await;
    let path = format!("/room/{room}");
    world.audience(&users[..3], &room).await;
    let owner = From::User(&users[0]);
    let list = format!("GET {path}/member?limit=1");
    let page = world.rest(owner, &list, Value::Null, 200).await;
    let more = format!("{list}&after={}", page["next"].as_str().unwrap());
    world.rest(owner, &more, Value::Null, 200).await;

    let add = format!("POST {path}/member");
    let new = json!({ "user_id": users[3].id });
    world.rest_once(owner, &add, new.clone(), Some("add"), 201).await;
    world.rest_once(owner, &add, new.clone(), Some("add"), 200).await;
    world.rest(From::User(&users[1]), &add, new, 403).await;
    let nobody = json!({ "user_id": "018f4a5c-0000-7000-8000-0123456789ac" });
    world.rest(owner, &add, nobody, 400).await;

    let remove = format!("DELETE {path}/member/{}", users[1].id);
    for _ in 0..2 {
        world.rest_once(owner, &remove, Value::Null, Some("remove"), 204).await;
    }
    world.rest(owner, &remove, Value::Null, 404).await;

    let (join, leave) = (format!("POST {path}/join"), format!("POST {path}/leave"));
    for _ in 0..2 {
        world.rest(From::User(&users[4]), &join, Value::Null, 200).await;
    }
    world.rest(From::User(&users[4]), &leave, Value::Null, 204).await;
    world.rest(From::User(&users[4]), &leave, Value::Null, 404).await;

    // A departure that was begun and not ended is ended by who adds the user again.
    let (number, leaving) = (world.number(&room), users[2].user_id());
    let begun = world
        .parlour
        .store
        .begin_departure(&world.app, number, leaving, None, &mut world.moment(), None)
        .await;
    assert_eq!(begun.unwrap(), parlour_store::Written::Done);
    let back = json!({ "user_id": users[2].id });
    world.rest(owner, &add, back, 201).await;
}
