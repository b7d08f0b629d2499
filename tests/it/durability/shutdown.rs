//! SIGTERM: what is under way finishes, sockets are closed with 1001, the process ends with 0.

use serde_json::json;

use crate::harness::{Person, TestServer};

#[tokio::test]
async fn sends_under_way_finish_and_sockets_close() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path());
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut his = bob.join(&room).await;
    let mut hers = ada.join(&room).await;
    for number in 0..40 {
        let fields = json!({ "room_id": room, "text_message": number.to_string() });
        hers.begin("send_message", fields).await;
    }
    let first = hers.next().await;
    assert_eq!(first["event"], "ack");
    let mut process = server.process();
    process.terminate();
    let mut acked = vec![first["data"].clone()];
    let code = loop {
        match hers.next_until_end().await {
            Ok(mut answer) => {
                assert_eq!(answer["event"], "ack", "{answer}");
                acked.push(answer["data"].take());
            }
            Err(code) => break code,
        }
    };
    assert_eq!(code, Some(1001));
    assert_eq!(his.expect_close().await, Some(1001));
    assert!(process.wait().await.success());

    let server = TestServer::on(folder.path());
    let stored = server.messages(&room).await;
    assert_eq!(stored, acked, "every send that was begun is acknowledged, and no other");
}

async fn writes_until_the_end(person: &Person, room: &str, name: &str) -> Vec<String> {
    let mut written = Vec::new();
    for number in 0.. {
        let text = format!("{name} {number}");
        let request = person.request("POST", &format!("/room/{room}/message/send"));
        let reply = crate::harness::Reply::of_unless_broken(request.json(&json!({ "text_message": text }))).await;
        match reply {
            Ok(reply) if reply.status == 201 => written.push(text),
            // Nothing listens any more, or the connection was idle when it was closed.
            Err(_) => break,
            Ok(reply) => panic!("{reply:?}"),
        }
    }
    written
}

#[tokio::test]
async fn requests_under_way_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path());
    let people = server.people(["A", "B"]).await;
    let room = server.group(&people.each_ref()).await;
    let mut listener = people[0].join(&room).await;
    let mut process = server.process();
    let stop = async {
        for _ in 0..10 {
            listener.next().await;
        }
        process.terminate();
    };
    let (one, two, ()) = tokio::join!(
        writes_until_the_end(&people[0], &room, "A"),
        writes_until_the_end(&people[1], &room, "B"),
        stop,
    );
    assert!(process.wait().await.success());
    let server = TestServer::on(folder.path());
    let stored = server.messages(&room).await;
    let mut texts: Vec<_> = stored
        .iter()
        .map(|message| message["text_message"].as_str().unwrap())
        .collect();
    let mut written: Vec<_> = one.iter().chain(&two).map(String::as_str).collect();
    texts.sort_unstable();
    written.sort_unstable();
    assert_eq!(texts, written, "no answer is lost, so no message is doubted");
}

#[tokio::test]
async fn nobody_gets_in_while_it_ends() {
    let mut server = TestServer::own_in_memory();
    let ada = server.person("Ada").await;
    let mut process = server.process();
    process.terminate();
    assert!(process.wait().await.success());
    let request = ada.request("GET", "/me");
    assert!(crate::harness::Reply::of_unless_broken(request).await.is_err());
}
