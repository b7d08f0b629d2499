//! `kill -9` right after an ack, again and again on the same data.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Person, Socket, TestServer, heavy};

/// Messages that were acknowledged: text by id.
type Acked = BTreeMap<String, String>;

/// Sends until the server is gone; tells of every ack.
async fn write(mut socket: Socket, room: &str, name: String, told: Arc<Notify>) -> Acked {
    let mut acked = Acked::new();
    for number in 0.. {
        let text = format!("{name} {number}");
        let frame = json!({ "action": "send_message", "room_id": room, "text_message": text, "client_id": format!("{name}-{number}") });
        socket.try_send(Message::text(frame.to_string())).await;
        let Ok(answer) = socket.next_until_end().await else {
            break;
        };
        assert_eq!(answer["event"], "ack", "{answer}");
        acked.insert(answer["data"]["id"].as_str().unwrap().to_owned(), text);
        told.notify_one();
    }
    acked
}

/// Runs writers until there were `acks`, then kills the server.
async fn round(server: &mut TestServer, writers: &[(Person, String)], room: &str, acks: u32) -> Acked {
    let told = Arc::new(Notify::new());
    let mut writing = Vec::new();
    for (person, name) in writers {
        let (socket, room) = (person.connect().await, room.to_owned());
        let (name, told) = (name.clone(), Arc::clone(&told));
        writing.push(tokio::spawn(async move { write(socket, &room, name, told).await }));
    }
    for _ in 0..acks {
        told.notified().await;
    }
    server.process().kill();
    join_all(writing).await.into_iter().flat_map(Result::unwrap).collect()
}

/// The whole log, as a member who was away for all of it gets it.
async fn log(person: &Person, room: &str) -> Vec<Value> {
    let mut socket = person.connect().await;
    let (mut entries, mut after) = (Vec::new(), 0);
    loop {
        let page = socket.resume(room, after).await;
        entries.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => return entries,
        }
    }
}

#[tokio::test]
async fn heavy_a_kill_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path());
    let people = server.people(["A", "B", "C"]).await;
    let room = server.group(&people.each_ref()).await;
    let mut acked = Acked::new();
    let rounds = heavy(40, 4);
    for number in 0..rounds {
        let mut writers = Vec::new();
        for person in &people {
            let name = format!("{}{number}", person.name);
            writers.push((person.at(&server, server.token(&person.id).await), name));
        }
        acked.extend(round(&mut server, &writers, &room, 1 + (number * 13) % 60).await);
        server = TestServer::on(folder.path());
        let stored = server.messages(&room).await;
        for (id, text) in &acked {
            let found: Vec<_> = stored
                .iter()
                .filter(|message| message["text_message"] == text.as_str())
                .collect();
            assert_eq!(found.len(), 1, "round {number}: {text} is there once");
            assert_eq!(found[0]["id"], id.as_str(), "round {number}: {text}");
        }
        let person = people[0].at(&server, server.token(&people[0].id).await);
        let entries = log(&person, &room).await;
        assert!(
            entries.iter().zip(1..).all(|(entry, seq)| entry["seq"] == seq),
            "round {number}: no hole"
        );
        assert!(entries.len() > stored.len());
    }
    println!(
        "{rounds} kills, {} messages acknowledged, none lost or doubled",
        acked.len()
    );
    // Whatever was sent and not acknowledged can be sent again: it is there once in any case.
    let person = people[0].at(&server, server.token(&people[0].id).await);
    let before = server.messages(&room).await;
    for message in before.iter().filter(|message| message["user_id"] == person.id.as_str()) {
        let again = json!({ "text_message": message["text_message"], "client_id": message["client_id"] });
        let again = person.send(&room, again).await.expect(200);
        assert_eq!(again["id"], message["id"]);
    }
    assert_eq!(server.messages(&room).await, before);
}

#[tokio::test]
async fn a_kill_keeps_rooms_members_and_read_positions() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = TestServer::on(folder.path());
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    ada.say(&room, "1").await;
    let key = "k-1";
    let rename = json!({ "name": "Kept" });
    let path = format!("/room/{room}");
    server
        .call_once(key, "PATCH", &path, Some(rename.clone()))
        .await
        .expect(200);
    bob.post(&format!("{path}/read"), json!({ "seq": 2 })).await.expect(200);
    server.delete(&format!("{path}/member/{}", bob.id)).await.expect(204);
    server.process().kill();
    let server = TestServer::on(folder.path());
    let ada = ada.at(&server, ada.token.clone());
    let replayed = server.call_once(key, "PATCH", &path, Some(rename)).await;
    assert!(replayed.replayed());
    assert_eq!(
        ada.get(&path).await.expect(200)["name"],
        "Kept",
        "and the token still holds"
    );
    assert_eq!(
        ada.get(&format!("{path}/member")).await.expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let bob = bob.at(&server, bob.token.clone());
    bob.get(&path).await.refused(404, "not_found");
}
