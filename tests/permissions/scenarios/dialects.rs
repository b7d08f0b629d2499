//! Connections of other services' clients: how they come in, what they say, and who hears of it.

use parlour_domain::{RoomId, Seq, integer_id};
use serde_json::{Value, json};

use crate::client::Client;
use crate::rest::{From, User};
use crate::world::World;

async fn understand(world: &World) {
    let dialects = ["go-chat", "chat-panel", "callsewa", "facebook-clone"].map(|service| json!({ "service": service }));
    let dialects = json!({ "dialects": dialects });
    world.rest(From::Backend, "PATCH /app", dialects, 200).await;
}

async fn private(world: &World, users: &[&User]) -> String {
    let members: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
    let new = json!({ "kind": "group", "members": members, "key": format!("key-{}", world.draw()) });
    let made = world.rest(From::Backend, "POST /room", new, 201).await;
    made["id"].as_str().unwrap().to_owned()
}

async fn opened(world: &World, user: &User, (service, room): (&str, Option<&str>)) -> (Client, Value) {
    let client = world
        .visitor(user, ("token", &user.token))
        .await
        .speaking(service, room);
    let answer = world.open(&client, false).await;
    (client, answer["statusCode"].clone())
}

async fn say(world: &World, client: &Client, frame: Value) {
    world.frame(client, "default", "$default", &frame.to_string()).await;
}

/// One room for each connection; a public one is joined by opening it.
pub(crate) async fn go_chat(world: &World) {
    understand(world).await;
    let users = world.users(3).await;
    let public = world.room(&users[..2]).await;
    let own = private(world, &[&users[0]]).await;
    // Who comes in is told to those who are there.
    world.audience(&users[1..2], &public).await;
    for (user, room, status) in [
        (&users[0], public.as_str(), 200),
        (&users[2], public.as_str(), 200),
        (&users[2], public.as_str(), 200),
        (&users[2], own.as_str(), 404),
        (&users[2], "no such key", 400),
        (&users[2], "497f6eca-6276-4993-bfeb-53cbbbba6f08", 404),
    ] {
        let (client, answered) = opened(world, user, ("go-chat", Some(room))).await;
        // Who is refused is let in to be told so.
        assert_eq!(answered, 200, "{room}");
        world.fan_out().await;
        if status != 200 {
            world.told(&client).await;
            say(world, &client, json!({ "type": "message", "content": "hello" })).await;
            world.close(&client).await;
        } else {
            say(world, &client, json!({ "type": "message", "content": "hello" })).await;
            say(world, &client, json!({ "type": "message", "content": "" })).await;
            say(
                world,
                &client,
                json!({ "type": "get_history", "limit": 2, "offset": 1 }),
            )
            .await;
            world.act(&client, "ping", json!({})).await;
            world.act(&client, "send_message", json!({})).await;
        }
    }
    let (late, _) = opened(world, &users[0], ("go-chat", Some(&public))).await;
    world.pass(60);
    world.close(&late).await;
    world.pass(60);
    world.fan_out().await;
    world.deliver().await;
    world.pass(3_600);
    say(world, &late, json!({ "type": "message", "content": "hello" })).await;
}

/// A connection for the rooms that it joins, and the REST beside it, files in forms among it.
pub(crate) async fn chat_panel(world: &World) {
    understand(world).await;
    let users = world.users(2).await;
    let (ada, bob) = (&users[0], &users[1]);
    let backend = async |what: &str, body: Value, status: u16| {
        let answer = world.compat_of_backend("chat-panel", what, body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        answer.body["content"].clone()
    };
    let user = async |user: &User, what: &str, body: Value, status: u16| {
        let answer = world.compat(user, "chat-panel", what, body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
    };
    let made = backend("POST /user", json!({ "nickname": "Cyd" }), 201).await;
    let cyd = made["id"].as_str().unwrap().to_owned();
    backend("GET /user?page=1&perPage=10", Value::Null, 200).await;
    backend(&format!("PATCH /user/{cyd}"), json!({ "nickname": "Cid" }), 200).await;
    let token = backend(&format!("POST /auth/{cyd}"), Value::Null, 201).await["token"].clone();
    let cyd = User {
        token: token.as_str().unwrap().to_owned(),
        id: cyd,
    };
    world.connect(&cyd).await;
    let made = backend("POST /room", json!({ "name": "Tea", "users": [ada.id, cyd.id] }), 201).await;
    let room = made["id"].as_str().unwrap().to_owned();
    let emitted = |name: &str, payload: Value| format!("42{}", json!([name, payload.to_string()]));
    let here = json!({ "room_id": room, "text_message": "hello" });
    for (user, payload) in [(ada, &here), (bob, &here), (bob, &json!({ "room_id": "nowhere" }))] {
        let (client, _) = opened(world, user, ("chat-panel", None)).await;
        for name in ["join_room", "send_message"] {
            let text = emitted(name, payload.clone());
            world.frame(&client, "default", "$default", &text).await;
        }
        world.pass(60);
    }
    world.fan_out().await;
    user(bob, &format!("POST /room/{room}/join"), Value::Null, 201).await;
    let send = format!("POST /room/{room}/message/send");
    user(ada, &send, json!({ "text_message": "r1" }), 201).await;
    // It is kept before it is looked into, and no message takes it.
    let png = "PNG";
    let part = "Content-Disposition: form-data; name=\"fileMessages\"; filename=\"a.png\"\r\nContent-Type: image/png";
    user(ada, &send, json!(format!("--x\r\n{part}\r\n\r\n{png}\r\n--x--")), 400).await;
    user(
        ada,
        &format!("GET /room/{room}/message?page=1&perPage=10"),
        Value::Null,
        200,
    )
    .await;
    user(ada, "GET /room?page=1&perPage=10", Value::Null, 200).await;
    backend("GET /room?page=1&perPage=10", Value::Null, 200).await;
    backend(&format!("GET /room/{room}"), Value::Null, 200).await;
    backend(&format!("PATCH /room/{room}"), json!({ "name": "Coffee" }), 200).await;
    backend(&format!("DELETE /user/{}", cyd.id), Value::Null, 200).await;
    backend(&format!("DELETE /room/{room}"), Value::Null, 200).await;
    world.fan_out().await;
    world.deliver().await;
}

/// One connection for all rooms, those too that are made later.
pub(crate) async fn facebook_clone(world: &World) {
    understand(world).await;
    let users = world.users(3).await;
    let room = private(world, &[&users[0], &users[1]]).await;
    let (one, _) = opened(world, &users[0], ("facebook-clone", None)).await;
    let (other, _) = opened(world, &users[1], ("facebook-clone", None)).await;
    world.fan_out().await;
    world.pass(60);
    for (kind, data) in [
        ("chat.message", json!({ "room": room, "content": "hello" })),
        ("friend.typing.start", json!({ "room": room })),
        ("friend.typing.stop", json!({ "room": room })),
        ("chat.message", json!({ "room": users[2].id, "content": "hello" })),
        ("chat.message", json!({ "room": "nobody", "content": "hello" })),
        ("dance", json!({ "room": room })),
    ] {
        say(world, &one, json!({ "type": kind, "data": data })).await;
    }
    say(world, &other, json!({ "type": "chat.read", "data": { "room": room } })).await;
    let later = world.room(&[users[2].clone(), users[0].clone()]).await;
    world.fan_out().await;
    say(
        world,
        &one,
        json!({ "type": "chat.message", "data": { "room": later, "content": "hello" } }),
    )
    .await;
    world.close(&other).await;
    world.pass(60);
    world.fan_out().await;
    world.deliver().await;
}

async fn emit(world: &World, client: &Client, name: &str, argument: Value) {
    let packet = format!("42{}", json!([name, argument]));
    world.frame(client, "default", "$default", &packet).await;
}

/// Rooms by name; all but joining is about the one that was joined first.
pub(crate) async fn callsewa(world: &World) {
    understand(world).await;
    let users = world.users(3).await;
    let key = format!("room-{}", world.draw());
    let new = json!({ "kind": "group", "members": [users[0].id, users[1].id], "key": key });
    let made = world.rest(From::Backend, "POST /room", new, 201).await;
    let room = RoomId::parse(made["id"].as_str().unwrap()).unwrap();
    let number = room.number(&world.app).unwrap();
    let message = |seq| integer_id::of_message(number, Seq::new(seq).unwrap()).unwrap();
    let second = private(world, &[&users[0], &users[1]]).await;
    let (one, _) = opened(world, &users[0], ("callsewa", None)).await;
    let (other, _) = opened(world, &users[1], ("callsewa", None)).await;
    world.fan_out().await;
    world.pass(60);
    for (client, named) in [(&one, key.as_str()), (&one, &second), (&other, &key), (&other, "none")] {
        emit(world, client, "join", json!(named)).await;
        world.fan_out().await;
    }
    for (name, argument) in [
        ("join", json!(key)),
        ("seen", json!(null)),
        ("send_message", json!("hello")),
        ("send_message", json!({})),
        ("typing", json!(true)),
        ("typing", json!(false)),
        ("load_more", json!({ "page": 1, "limit": 2 })),
        ("update", json!({ "id": message(2), "message": "hello again" })),
        ("update", json!({ "id": message(1), "message": "no message" })),
    ] {
        emit(world, &one, name, argument).await;
    }
    world.fan_out().await;
    for (name, argument) in [
        ("seen", json!(null)),
        ("delete", json!(message(2))),
        ("no such event", json!(null)),
    ] {
        emit(world, &other, name, argument).await;
    }
    emit(world, &one, "delete", json!(message(2))).await;
    let stranger = opened(world, &users[2], ("callsewa", None)).await.0;
    emit(world, &stranger, "join", json!(key)).await;
    emit(world, &one, "leave", json!(null)).await;
    world.close(&other).await;
    world.pass(60);
    world.fan_out().await;
    world.deliver().await;
    world.pass(3_600);
    emit(world, &one, "send_message", json!("hello")).await;
}

async fn named(world: &World, name: &str) -> User {
    let new = json!({ "name": name, "external_id": name });
    let made = world.rest(From::Backend, "POST /user", new, 201).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let token = world.token(&id).await;
    User { id, token }
}

/// Operators, their apps, users and rooms.
pub(crate) async fn callsewa_rest(world: &World) {
    let dialects = json!({ "dialects": [{ "service": "callsewa" }] });
    world.rest(From::Backend, "PATCH /app", dialects, 200).await;
    let call = async |header: (&str, &str), what: &str, body: Value, status: u16| {
        let answer = world.compat_with(header, "callsewa", what, body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        answer.body
    };
    let ada = json!({
        "firstName": "Ada", "middleName": "", "lastName": "Lovelace", "email": "ada@example.com", "password": "correct horse",
    });
    let key = ("clientkey", world.backend.as_str());
    call(key, "POST /auth/register", ada, 200).await;
    let login = json!({ "email": "ada@example.com", "password": "correct horse" });
    let token = call(("accept", "*/*"), "POST /auth/login", login, 200).await["token"].clone();
    let operator = ("authorization", token.as_str().unwrap());
    let made = call(operator, "POST /app", json!({ "name": "Shop" }), 200).await;
    let home = call(operator, "GET /app", Value::Null, 200).await[0]["applicationId"].clone();
    let home = home.as_str().unwrap();
    let further = made["applicationId"].as_str().unwrap();
    for app in [home, further] {
        for user in [1, 2, 3] {
            let user = json!({
                "appId": app, "appUserId": user, "firstName": "Some", "lastName": "One", "token": format!("{app}-{user}"),
            });
            call(("accept", "*/*"), "POST /user", user, 200).await;
        }
        let named = ("appid", app);
        call(named, &format!("GET /user/{app}"), Value::Null, 200).await;
        let room = json!({ "room": "lobby", "appId": app, "users": [1, 2] });
        call(named, "POST /room", room, 200).await;
        for (what, users) in [("PUT /room/add", [2, 3]), ("PUT /room/remove", [1, 3])] {
            let body = json!({ "room": "lobby", "appId": app, "users": users });
            call(named, what, body, 200).await;
        }
        let only = json!({ "appId": app, "users": [2] });
        let found = call(named, "POST /room/check_room", only, 200).await;
        call(named, "GET /room", Value::Null, 200).await;
        call(named, "GET /room/lobby", Value::Null, 200).await;
        let own = format!("{app}-2");
        call(("token", &own), "GET /room/my_room", Value::Null, 200).await;
        call(("token", &own), "GET /auth/verify", Value::Null, 200).await;
        let user = format!("DELETE /user/{}", found["users"][0]["id"]);
        call(named, &user, Value::Null, 200).await;
        call(named, &format!("DELETE /room/{}", found["id"]), Value::Null, 200).await;
    }
    // A connection of a user who is deleted is closed.
    let joins = json!({ "appId": home, "appUserId": 7, "firstName": "Some", "lastName": "One", "token": "seven" });
    let user = call(("accept", "*/*"), "POST /user", joins, 200).await;
    let found = world
        .rest(From::Backend, "GET /user?external_id=7", Value::Null, 200)
        .await;
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    let token = world.token(&id).await;
    world.connect(&User { id, token }).await;
    call(
        ("appid", home),
        &format!("DELETE /user/{}", user["id"]),
        Value::Null,
        200,
    )
    .await;
    call(operator, &format!("DELETE /app/{}", made["id"]), Value::Null, 200).await;
    world.fan_out().await;
    world.deliver().await;
}

/// The REST of both.
pub(crate) async fn rest(world: &World) {
    understand(world).await;
    let (ada, bob) = (&named(world, "ada").await, &named(world, "bob").await);
    let events = json!({ "events": [{
        "id": "e", "type": "friend.created", "time": "2020-01-31T12:00:00Z", "subject": "ada", "data": { "friend": "bob" },
    }] });
    world.rest(From::Backend, "POST /events", events, 200).await;
    let django = async |what: String, status: u16| {
        let answer = world.compat(ada, "facebook-clone", &what, Value::Null).await;
        assert_eq!(answer.status, status, "{what}");
        answer.body
    };
    let page = django("GET /api/chat/users/".to_owned(), 200).await;
    let room = page["results"][0]["id"].as_str().unwrap().to_owned();
    let (theirs, _) = opened(world, bob, ("facebook-clone", None)).await;
    let said = json!({ "type": "chat.message", "data": { "room": room, "content": "hello" } });
    say(world, &theirs, said).await;
    for (what, status) in [
        ("GET /api/chat/users/?filter=online".to_owned(), 200),
        (format!("GET /api/chat/users/{room}/"), 200),
        (format!("GET /api/chat/{room}/messages/"), 200),
        (format!("GET /api/chat/{room}/messages/?page=2"), 404),
        (format!("POST /api/chat/{room}/messages/?mark_read=true"), 200),
        ("GET /api/chat/swagger/?format=openapi".to_owned(), 200),
        ("GET /api/chat/nothing/".to_owned(), 404),
    ] {
        django(what, status).await;
    }
    let gopher = async |what: &str, body: Value, status: u16| {
        let answer = world.compat(ada, "go-chat", what, body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        answer.body
    };
    let made = gopher(
        "POST /api/v1/rooms",
        json!({ "name": "A room", "owner_id": "ada" }),
        200,
    )
    .await;
    let room = made["room"]["id"].as_str().unwrap().to_owned();
    gopher("GET /api/v1/rooms", Value::Null, 200).await;
    gopher(&format!("GET /api/v1/rooms/{room}"), Value::Null, 200).await;
    gopher("GET /api/v1/rooms/search?name=room", Value::Null, 200).await;
    gopher("GET /api/v1/users/ada/rooms", Value::Null, 200).await;
    gopher("GET /api/v1/users/bob", Value::Null, 200).await;
    gopher("POST /api/v1/auth/validate", json!({ "token": ada.token }), 200).await;
    let listens = world.connect(bob).await;
    world
        .acked(&listens, "join_public_room", json!({ "room_id": room }))
        .await;
    world.join(&listens, &room).await;
    world.pass(60);
    gopher(&format!("DELETE /api/v1/rooms/{room}?owner_id=ada"), Value::Null, 200).await;
    let nobodys = world.compat(ada, "", "GET /api/chat/users/", Value::Null).await;
    assert_eq!(nobodys.status, 404);
    world.fan_out().await;
    world.deliver().await;
}
