//! What the integrator's own system says of its users and of who is whose friend: twice and in any order, it comes to the same.

use serde_json::{Value, json};

use crate::harness::{Backend, Caller, Credential, Handshake, Tenants, jwt};

/// An event at this second of a day long past.
fn event(id: &str, kind: &str, second: u64, subject: &str, data: Value) -> Value {
    let time = format!("2020-01-31T12:00:{second:02}Z");
    let mut event = json!({ "id": id, "type": kind, "time": time, "subject": subject });
    event["data"] = data;
    event
}

async fn tell(backend: &Backend, events: &[Value]) -> Vec<String> {
    let taken = backend.post("/events", json!({ "events": events })).await.expect(200);
    let items = taken["items"].as_array().unwrap().iter().zip(events);
    let outcome = |(item, event): (&Value, &Value)| {
        assert_eq!(item["id"], event["id"]);
        item["outcome"].as_str().unwrap_or_else(|| panic!("{item}")).to_owned()
    };
    items.map(outcome).collect()
}

async fn find(backend: &Backend, external: &str) -> Option<Value> {
    let found = backend.get(&format!("/user?external_id={external}")).await.expect(200);
    found["items"].as_array().unwrap().first().cloned()
}

/// The user with this id in the integrator's system, as a caller.
async fn as_user(backend: &Backend, external: &str) -> Caller {
    let user = find(backend, external).await.unwrap();
    let token = backend.token(user["id"].as_str().unwrap()).await;
    backend.with(Credential::Bearer(token))
}

async fn friends_of(user: &Caller) -> Vec<String> {
    let names = user.all("/friend").await.into_iter();
    names
        .map(|friend| friend["user"]["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn users_come_change_and_go_by_events() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let profile = json!({ "name": "Ada", "avatar_url": "https://a.example/a.png", "custom": { "plan": "free" } });
    let created = event("e-1", "user.created", 1, "shop|1", profile);
    assert_eq!(tell(backend, std::slice::from_ref(&created)).await, ["applied"]);
    let made = find(backend, "shop%7C1").await.unwrap();
    assert_eq!(
        (&made["name"], &made["custom"]["plan"]),
        (&json!("Ada"), &json!("free"))
    );

    // An event says how the user is, not what changed.
    let updated = event("e-2", "user.updated", 2, "shop|1", json!({ "name": "Ada L." }));
    assert_eq!(tell(backend, std::slice::from_ref(&updated)).await, ["applied"]);
    let changed = find(backend, "shop%7C1").await.unwrap();
    assert_eq!((&changed["id"], &changed["name"]), (&made["id"], &json!("Ada L.")));
    assert!(
        changed.get("avatar_url").is_none() && changed.get("custom").is_none(),
        "{changed}"
    );
    assert_eq!(tell(backend, &[updated, created]).await, ["duplicate", "superseded"]);

    let ada = as_user(backend, "shop%7C1").await;
    let room = ada
        .post("/room", json!({ "kind": "group", "members": [] }))
        .await
        .expect(201);
    let token = backend.token(made["id"].as_str().unwrap()).await;
    let mut socket = Handshake::new(backend.ws())
        .query("token", &token)
        .open()
        .await
        .unwrap();
    socket.ok("ping", json!({})).await;
    let deleted = event("e-3", "user.deleted", 3, "shop|1", json!({}));
    assert_eq!(tell(backend, std::slice::from_ref(&deleted)).await, ["applied"]);
    assert_eq!(find(backend, "shop%7C1").await, None);
    ada.get("/me").await.refused(401, "unauthenticated");
    let room = format!("/room/{}", room["id"].as_str().unwrap());
    assert_eq!(backend.get(&room).await.expect(200)["member_count"], 0);

    // What comes late brings nobody back, what is later does: as somebody new.
    let late = event("e-2b", "user.updated", 2, "shop|1", json!({ "name": "Late" }));
    assert_eq!(tell(backend, &[late, deleted]).await, ["superseded", "duplicate"]);
    assert_eq!(find(backend, "shop%7C1").await, None);
    let again = event("e-4", "user.created", 4, "shop|1", json!({ "name": "Ada again" }));
    assert_eq!(tell(backend, &[again]).await, ["applied"]);
    let again = find(backend, "shop%7C1").await.unwrap();
    assert_eq!(again["name"], "Ada again");
    assert_ne!(again["id"], made["id"]);
}

/// A story of two users; `of` keeps one telling of it apart from another.
fn story(of: &str) -> Vec<Value> {
    let [ada, bob] = ["ada", "bob"].map(|name| format!("{name}-{of}"));
    let named = |name: &str| json!({ "name": name });
    vec![
        event("e-1", "user.created", 1, &ada, named("Ada")),
        event("e-2", "user.created", 2, &bob, named("Bob")),
        event("e-3", "friend.created", 3, &ada, json!({ "friend": bob })),
        event("e-4", "user.updated", 4, &ada, named("Ada, changed")),
        event("e-5", "friend.removed", 5, &bob, json!({ "friend": ada })),
        event("e-6", "user.deleted", 6, &bob, json!({})),
        // Two at one time: the greater id counts.
        event("e-7", "friend.created", 7, &bob, json!({ "friend": ada })),
        event("e-7a", "friend.created", 7, &ada, json!({ "friend": bob })),
        event("e-8", "user.updated", 8, &bob, named("Bob, again")),
        event("e-9", "user.updated", 9, &ada, named("Ada, in the end")),
    ]
}

/// The order with this number: every event comes at least once, many of them twice.
fn shuffled(events: &[Value], number: u64) -> Vec<Value> {
    let mut twice = [events, events].concat();
    let mut random = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for place in (1..twice.len()).rev() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        twice.swap(place, usize::try_from(random % (place as u64 + 1)).unwrap());
    }
    twice
}

#[tokio::test]
async fn twice_and_in_any_order_they_come_to_the_same_as_once_and_in_order() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    for number in 0..8 {
        let of = number.to_string();
        let events = story(&of);
        let events = if number == 0 { events } else { shuffled(&events, number) };
        // All at once, or one after another.
        let size = if number % 2 == 0 { events.len() } else { 1 };
        for events in events.chunks(size) {
            tell(backend, events).await;
        }
        let (ada, bob) = (format!("ada-{of}"), format!("bob-{of}"));
        assert_eq!(
            find(backend, &ada).await.unwrap()["name"],
            "Ada, in the end",
            "{number}"
        );
        assert_eq!(find(backend, &bob).await.unwrap()["name"], "Bob, again", "{number}");
        let (ada, bob) = (as_user(backend, &ada).await, as_user(backend, &bob).await);
        assert_eq!(friends_of(&ada).await, ["Bob, again"], "{number}");
        assert_eq!(friends_of(&bob).await, ["Ada, in the end"], "{number}");
    }
    // And with another end.
    for number in 0..4 {
        let of = format!("gone-{number}");
        let mut events = story(&of);
        let ada = format!("ada-{of}");
        events.push(event("e-10", "user.deleted", 10, &ada, json!({})));
        events.push(event(
            "e-11",
            "friend.removed",
            11,
            &ada,
            json!({ "friend": format!("bob-{of}") }),
        ));
        let events = if number == 0 { events } else { shuffled(&events, number) };
        tell(backend, &events).await;
        assert_eq!(find(backend, &ada).await, None, "{number}");
        let bob = as_user(backend, &format!("bob-{of}")).await;
        assert_eq!(friends_of(&bob).await, [] as [String; 0], "{number}");
    }
}

#[tokio::test]
async fn friends_are_listed_and_see_each_others_presence() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let names: Vec<String> = (0..5).map(|number| format!("f-{number}")).collect();
    let mut events: Vec<Value> = Vec::new();
    for (second, name) in (10..).zip(&names) {
        events.push(event(
            &format!("u-{name}"),
            "user.created",
            second,
            name,
            json!({ "name": name }),
        ));
        if name != "f-0" {
            let with = json!({ "friend": name });
            events.push(event(&format!("f-{name}"), "friend.created", second, "f-0", with));
        }
    }
    // Who is no user is no friend that anybody sees.
    events.push(event(
        "f-none",
        "friend.created",
        30,
        "f-0",
        json!({ "friend": "f-none" }),
    ));
    tell(backend, &events).await;

    let one = as_user(backend, "f-0").await;
    assert_eq!(friends_of(&one).await, ["f-4", "f-3", "f-2", "f-1"], "the latest first");
    let page = one.get("/friend?limit=2").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "one of the two is no user");
    assert_eq!(page["items"][0]["since"], "2020-01-31T12:00:14.000Z");
    let user = &page["items"][0]["user"];
    assert!(user.get("external_id").is_none(), "{user}");
    let more = format!("/friend?limit=2&after={}", page["next"].as_str().unwrap());
    let more = one.get(&more).await.expect(200);
    assert_eq!(more["items"].as_array().unwrap().len(), 2);
    one.get("/friend?after=x").await.refused(400, "invalid_input");
    backend.get("/friend").await.refused(403, "user_required");
    let nobodys = as_user(backend, "f-4").await;
    assert_eq!(friends_of(&nobodys).await, ["f-0"]);

    // Over a socket, and with no room that they share.
    let id = find(backend, "f-0").await.unwrap()["id"].as_str().unwrap().to_owned();
    let other = find(backend, "f-1").await.unwrap()["id"].as_str().unwrap().to_owned();
    let stranger = backend.person("Stranger").await;
    let token = backend.token(&id).await;
    let mut socket = Handshake::new(backend.ws())
        .query("token", &token)
        .open()
        .await
        .unwrap();
    let listed = socket.ok("list_friends", json!({ "limit": 50 })).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 4);
    let watch = json!({ "user_ids": [other, stranger.id] });
    let watched = socket.ok("watch_presence", watch).await;
    let offline = json!({ "user_id": other, "online": false, "last_seen_at": null });
    assert_eq!(watched, json!({ "items": [offline] }), "no stranger is watched");
    let token = backend.token(&other).await;
    let _his = Handshake::new(backend.ws())
        .query("token", &token)
        .open()
        .await
        .unwrap();
    let come = socket.next_live().await;
    let online = json!({ "user_id": other, "online": true, "last_seen_at": null });
    assert_eq!((&come["event"], &come["data"]), (&json!("presence"), &online));

    let end = event("f-end", "friend.removed", 40, "f-1", json!({ "friend": "f-0" }));
    assert_eq!(tell(backend, &[end]).await, ["applied"]);
    let path = format!("/user/{other}/presence");
    one.get(&path).await.refused(404, "not_found");
    assert_eq!(friends_of(&one).await.len(), 3);
}

#[tokio::test]
async fn of_events_that_are_none_nothing_is_taken() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let good = event("e-1", "user.created", 1, "nobody", json!({ "name": "Nobody" }));
    for (name, value) in [
        ("id", json!("two words")),
        ("type", json!("user.renamed")),
        ("time", json!("2999-01-01T00:00:00Z")),
        ("subject", json!("")),
        ("data", json!({})),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        let body = json!({ "events": [good, wrong] });
        backend.post("/events", body).await.refused(400, "invalid_input");
    }
    let many = vec![good.clone(); 101];
    let body = json!({ "events": many });
    let problem = backend.post("/events", body).await.refused(400, "invalid_input");
    assert_eq!(problem["field"], "events");
    assert_eq!(find(backend, "nobody").await, None);
    assert_eq!(
        tell(backend, &vec![good; 100])
            .await
            .iter()
            .filter(|one| *one == "applied")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_token_brings_nobody_back_who_is_gone() {
    let tenants = Tenants::start();
    let (app, backend) = (&tenants.other.app_id, &tenants.other.backend);
    let secret = "a secret of 0123456789 and 32 bytes";
    let verification = json!({ "method": "hs256", "issuer": "shop", "secrets": [secret] });
    backend
        .patch("/app", json!({ "verification": verification }))
        .await
        .expect(200);
    let ada = backend.with(Credential::BearerOf {
        app: app.clone(),
        token: jwt(secret, json!({ "iss": "shop", "sub": "ada", "name": "Ada" })),
    });
    assert_eq!(
        ada.get("/me").await.expect(200)["external_id"],
        "ada",
        "made at first sight"
    );
    tell(backend, &[event("e-1", "user.deleted", 1, "ada", json!({}))]).await;
    for _ in 0..2 {
        ada.get("/me").await.refused(401, "unauthenticated");
    }
    tell(
        backend,
        &[event("e-2", "user.created", 2, "ada", json!({ "name": "Ada again" }))],
    )
    .await;
    assert_eq!(ada.get("/me").await.expect(200)["name"], "Ada again");
}
