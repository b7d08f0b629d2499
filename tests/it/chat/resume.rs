//! Coming back after an absence: never a silent gap.

use serde_json::{Value, json};

use crate::harness::TestServer;

fn seqs(items: &Value) -> Vec<u64> {
    let seq = |item: &Value| item["seq"].as_u64().unwrap();
    items.as_array().unwrap().iter().map(seq).collect()
}

#[tokio::test]
async fn everything_since_then_is_complete() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    for number in 0..5 {
        ada.say(&room, &number.to_string()).await;
    }
    ada.patch(&format!("/room/{room}"), json!({ "name": "Renamed" }))
        .await
        .expect(200);
    let mut his = bob.connect().await;
    let all = his.resume(&room, 0).await;
    assert_eq!((&all["verdict"], &all["head_seq"]), (&json!("complete"), &json!(7)));
    assert_eq!(seqs(&all["items"]), [1, 2, 3, 4, 5, 6, 7]);
    let kinds: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].clone())
        .collect();
    assert_eq!((&kinds[0], &kinds[6]), (&json!("room_created"), &json!("room_updated")));
    assert_eq!(seqs(&his.resume(&room, 5).await["items"]), [6, 7]);
    let nothing = his.resume(&room, 7).await;
    assert_eq!(
        (&nothing["verdict"], &nothing["items"]),
        (&json!("complete"), &json!([]))
    );
}

#[tokio::test]
async fn a_long_absence_comes_in_pages() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.connect().await;
    for number in 0..120 {
        hers.say(&room, &number.to_string()).await;
    }
    let mut his = bob.connect().await;
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let page = his.resume(&room, after).await;
        seen.extend(seqs(&page["items"]));
        match page["verdict"].as_str() {
            Some("more") => after = page["next"].as_u64().unwrap(),
            Some("complete") => break,
            _ => panic!("{page}"),
        }
    }
    assert_eq!(seen, (1..=121).collect::<Vec<u64>>());
    let live = ada.say(&room, "now live").await;
    assert_eq!(his.expect_event("new_message").await, live);
}

#[tokio::test]
async fn a_place_ahead_of_the_log_is_limited() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let mut hers = ada.connect().await;
    let limited = hers.resume(&room, 50).await;
    assert_eq!(
        (&limited["verdict"], &limited["reason"]),
        (&json!("limited"), &json!("ahead_of_log"))
    );
    assert_eq!((&limited["items"], &limited["head_seq"]), (&json!([]), &json!(1)));
}

/// Everything between `join_room` and its answer is in the items or comes by push.
#[tokio::test]
async fn nothing_is_lost_between_backlog_and_push() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.connect().await;
    let write = async {
        for number in 0..40 {
            hers.say(&room, &number.to_string()).await;
        }
    };
    let come_and_go = async {
        let (mut last, mut seen) = (1, Vec::new());
        while last < 41 {
            let mut his = bob.connect().await;
            let joined = his.resume(&room, last).await;
            // `more`: the log grew while it was read. What is missing is asked for, as after an answer that was full.
            let complete = joined["verdict"] == "complete";
            assert!(complete || joined["verdict"] == "more", "{joined}");
            seen.extend(seqs(&joined["items"]));
            last = seen.last().copied().unwrap_or(last);
            if last < 41 && complete {
                let pushed = his.expect_event("new_message").await;
                let seq = pushed["seq"].as_u64().unwrap();
                assert!(seq <= last + 1, "{seq} after {last}");
                if seq == last + 1 {
                    seen.push(seq);
                    last = seq;
                }
            }
        }
        seen
    };
    let ((), seen) = tokio::join!(write, come_and_go);
    assert_eq!(seen, (2..=41).collect::<Vec<u64>>());
}

#[tokio::test]
async fn many_rooms_are_resumed_in_one_request() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let mut rooms = Vec::new();
    for number in 0..8 {
        let room = server.group(&[&ada, &bob]).await;
        for message in 0..number {
            ada.say(&room, &format!("message {message}")).await;
        }
        rooms.push(room);
    }
    let (foreign, left) = (server.group(&[&ada, &eve]).await, server.group(&[&ada, &bob]).await);
    bob.post(&format!("/room/{left}/leave"), json!({})).await.expect(204);
    let ask = |room: &String, after: u64| json!({ "room_id": room, "after_seq": after });
    let mut asked: Vec<Value> = rooms.iter().map(|room| ask(room, 1)).collect();
    asked.extend([ask(&foreign, 0), ask(&left, 0), ask(&rooms[7].replace('8', "9"), 0)]);
    let mut his = bob.connect().await;
    let answer = his.ok("resume", json!({ "rooms": asked })).await;
    let answers = answer["rooms"].as_array().unwrap();
    for (number, answer) in answers[..8].iter().enumerate() {
        assert_eq!(
            (&answer["verdict"], &answer["room_id"]),
            (&json!("complete"), &json!(rooms[number]))
        );
        assert_eq!(answer["items"].as_array().unwrap().len(), number);
        assert_eq!(answer["head_seq"], number + 1);
    }
    for answer in &answers[8..] {
        assert_eq!(
            (&answer["verdict"], &answer["items"]),
            (&json!("forbidden"), &json!([])),
            "{answer}"
        );
    }
    // From here on they are heard live, and asking again takes no further places.
    for room in &rooms {
        let sent = ada.say(room, "live").await;
        assert_eq!(his.expect_event("new_message").await, sent);
    }
    let again: Vec<Value> = rooms.iter().map(|room| ask(room, 99)).collect();
    let answer = his.ok("resume", json!({ "rooms": again })).await;
    assert_eq!(
        (&answer["rooms"][0]["verdict"], &answer["rooms"][0]["reason"]),
        (&json!("limited"), &json!("ahead_of_log"))
    );
}

#[tokio::test]
async fn what_does_not_fit_one_frame_is_asked_for_again() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let mut rooms = Vec::new();
    for _ in 0..5 {
        let room = server.group(&[&ada, &bob]).await;
        for number in 0..3 {
            ada.say(&room, &format!("{number}{}", "\n".repeat(7_900) + "x")).await;
        }
        rooms.push(json!({ "room_id": room, "after_seq": 1 }));
    }
    let (mut his, mut got) = (bob.connect().await, 0);
    while !rooms.is_empty() {
        let answer = his.ok("resume", json!({ "rooms": rooms })).await;
        assert!(answer.to_string().len() < 30_000, "it fits a frame");
        let before = got;
        rooms.clear();
        for room in answer["rooms"].as_array().unwrap() {
            got += room["items"].as_array().unwrap().len();
            if room["verdict"] == "more" {
                rooms.push(json!({ "room_id": room["room_id"], "after_seq": room["next"] }));
            }
        }
        assert!(got > before, "every answer goes further");
    }
    assert_eq!(got, 15);
}

#[tokio::test]
async fn a_resume_names_its_rooms_once_and_not_too_many() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let mut hers = ada.connect().await;
    let ask = json!({ "room_id": room, "after_seq": 0 });
    for rooms in [
        json!([]),
        json!([ask, ask]),
        json!(vec![ask.clone(); 101]),
        json!([{ "room_id": room }]),
    ] {
        assert_eq!(hers.refused("resume", json!({ "rooms": rooms })).await, "invalid_input");
    }
}
