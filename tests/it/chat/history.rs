//! Pages of messages, in both directions, while others write.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

async fn page(person: &Person, room: &str, query: &str) -> (Vec<Value>, Option<u64>) {
    let page = person.get(&format!("/room/{room}/message?{query}")).await.expect(200);
    (page["items"].as_array().unwrap().clone(), page["next"].as_u64())
}

async fn filled() -> (TestServer, Person, String) {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    for number in 0..23 {
        ada.say(&room, &number.to_string()).await;
    }
    (server, ada, room)
}

fn texts(items: &[Value]) -> Vec<u64> {
    let number = |item: &Value| item["text_message"].as_str().unwrap().parse().unwrap();
    items.iter().map(number).collect()
}

#[tokio::test]
async fn newest_first_with_a_cursor_that_stays() {
    let (_server, ada, room) = filled().await;
    let (mut seen, mut next) = page(&ada, &room, "limit=5").await;
    let mut pages = 1;
    while let Some(before) = next {
        ada.say(&room, "900").await;
        let (items, after) = page(&ada, &room, &format!("limit=5&before_seq={before}")).await;
        assert!(items.len() <= 5);
        seen.extend(items);
        (next, pages) = (after, pages + 1);
        assert!(pages < 20);
    }
    assert_eq!(texts(&seen), (0..23).rev().collect::<Vec<_>>(), "each message once");
}

#[tokio::test]
async fn oldest_first_with_a_cursor_that_stays() {
    let (_server, ada, room) = filled().await;
    let (mut seen, mut next) = (Vec::new(), Some(0));
    let mut written = 23;
    while let Some(after) = next {
        let (items, cursor) = page(&ada, &room, &format!("limit=7&after_seq={after}")).await;
        seen.extend(items);
        next = cursor;
        if written < 26 {
            ada.say(&room, &written.to_string()).await;
            written += 1;
        }
    }
    let seen = texts(&seen);
    assert_eq!(seen, (0..seen.len() as u64).collect::<Vec<_>>(), "no hole, no repeat");
    assert!(seen.len() >= 23);
}

#[tokio::test]
async fn the_frame_gives_the_same_pages() {
    let (_server, ada, room) = filled().await;
    let mut socket = ada.connect().await;
    for query in [
        json!({}),
        json!({ "before_seq": 12 }),
        json!({ "after_seq": 12 }),
        json!({ "after_seq": 99 }),
    ] {
        let mut fields = query.clone();
        (fields["room_id"], fields["limit"]) = (json!(room), json!(4));
        let by_frame = socket.ok("history", fields).await;
        let mut asked = "limit=4".to_owned();
        for (name, value) in query.as_object().unwrap() {
            asked += &format!("&{name}={value}");
        }
        let (items, next) = page(&ada, &room, &asked).await;
        assert_eq!(by_frame, json!({ "room_id": room, "items": items, "next": next }));
    }
}

#[tokio::test]
async fn a_page_fits_a_frame() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let long = "\u{1F600}".repeat(2000);
    for _ in 0..9 {
        ada.say(&room, &long).await;
    }
    let (mut next, mut count) = (Some(0), 0);
    while let Some(after) = next {
        let path = format!("/room/{room}/message?after_seq={after}");
        let page = ada.get(&path).await.expect(200);
        assert!(page.to_string().len() <= 30_000);
        count += page["items"].as_array().unwrap().len();
        next = page["next"].as_u64();
    }
    assert_eq!(count, 9);
}

#[tokio::test]
async fn one_message_in_its_room_only() {
    let (server, ada, room) = filled().await;
    let other = server.group(&[&ada]).await;
    let (items, _) = page(&ada, &room, "limit=1").await;
    let id = items[0]["id"].as_str().unwrap();
    assert_eq!(
        ada.get(&format!("/room/{room}/message/{id}")).await.expect(200),
        items[0]
    );
    ada.get(&format!("/room/{other}/message/{id}"))
        .await
        .refused(404, "not_found");
    let backend = server.get(&format!("/room/{room}/message/{id}")).await.expect(200);
    assert_eq!(backend, items[0]);
    let unknown = format!("/room/{room}/message/018f4a5c-0000-7000-8000-0123456789ab");
    ada.get(&unknown).await.refused(404, "not_found");
}

#[tokio::test]
async fn entries_that_are_no_messages_do_not_end_the_history() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada]).await;
    ada.say(&room, "1").await;
    for _ in 0..6 {
        let path = format!("/room/{room}/member");
        server.post(&path, json!({ "user_id": bob.id })).await.expect(201);
        server.delete(&format!("{path}/{}", bob.id)).await.expect(204);
    }
    ada.say(&room, "2").await;
    for query in ["limit=2", "limit=2&after_seq=0"] {
        let direction = query.split_once('&').map_or("before_seq", |_| "after_seq");
        let (mut seen, mut next) = page(&ada, &room, query).await;
        while let Some(cursor) = next {
            let (items, after) = page(&ada, &room, &format!("limit=2&{direction}={cursor}")).await;
            seen.extend(items);
            next = after;
        }
        let mut seen = texts(&seen);
        seen.sort_unstable();
        assert_eq!(seen, [1, 2], "{query}");
    }
}

#[tokio::test]
async fn a_page_around_a_message_goes_on_in_both_directions() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    for number in 2..=21 {
        ada.say(&room, &format!("{number}")).await;
    }
    let mut hers = ada.connect().await;
    let page = ada
        .get(&format!("/room/{room}/message?around_seq=10&limit=6"))
        .await
        .expect(200);
    let around = json!({ "room_id": room, "around_seq": 10, "limit": 6 });
    let mut by_frame = hers.ok("history", around).await;
    by_frame.as_object_mut().unwrap().remove("room_id");
    assert_eq!(by_frame, page);
    let seqs = |page: &Value| -> Vec<u64> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(seqs(&page), [7, 8, 9, 10, 11, 12]);
    let (before, after) = (&page["previous"], &page["next"]);
    let older = ada
        .get(&format!("/room/{room}/message?before_seq={before}&limit=2"))
        .await;
    assert_eq!(seqs(&older.expect(200)), [6, 5]);
    let newer = ada
        .get(&format!("/room/{room}/message?after_seq={after}&limit=2"))
        .await;
    assert_eq!(seqs(&newer.expect(200)), [13, 14]);
    for (place, seen, previous, next) in [
        (1, vec![2, 3, 4], json!(null), json!(4)),
        (3, vec![2, 3, 4, 5], json!(null), json!(5)),
        (21, vec![18, 19, 20, 21], json!(18), json!(null)),
        (900, vec![19, 20, 21], json!(19), json!(null)),
    ] {
        let page = ada
            .get(&format!("/room/{room}/message?around_seq={place}&limit=6"))
            .await;
        let page = page.expect(200);
        assert_eq!(seqs(&page), seen, "around {place}");
        assert_eq!((&page["previous"], &page["next"]), (&previous, &next), "around {place}");
    }
    let both = format!("/room/{room}/message?around_seq=3&after_seq=1");
    ada.get(&both).await.refused(400, "invalid_input");
}

/// Pages end at 28 KB: around a place, both ends give way.
#[tokio::test]
async fn a_page_around_a_message_is_cut_on_both_sides() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    for _ in 0..12 {
        ada.say(&room, &"x".repeat(7_000)).await;
    }
    let page = ada
        .get(&format!("/room/{room}/message?around_seq=7&limit=12"))
        .await
        .expect(200);
    let seqs: Vec<&Value> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["seq"])
        .collect();
    assert_eq!(seqs, [&json!(6), &json!(7), &json!(8)]);
    assert_eq!((&page["previous"], &page["next"]), (&json!(6), &json!(8)));
}
