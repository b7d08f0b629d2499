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
