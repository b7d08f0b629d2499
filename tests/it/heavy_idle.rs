//! Many connections that do nothing: they are all held, all answer, and each costs little memory.

use futures_util::stream::{StreamExt as _, iter};
use serde_json::json;

use crate::harness::{Person, Socket, TestServer, heavy, raise_file_limit};

/// Files that a process needs beside its connections.
const OTHER_FILES: usize = 200;
/// Handshakes under way at once.
const PARALLEL: usize = 32;

/// Resident memory of a process in KiB, where the system tells it.
fn resident(process: u64) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The least number of files that this process and the server may open.
fn files_for(server: u64, wanted: usize) -> usize {
    let ours = raise_file_limit(std::process::id(), wanted);
    ours.min(raise_file_limit(u32::try_from(server).unwrap(), wanted))
}

#[tokio::test]
async fn heavy_idle_connections_are_held_and_answer() {
    let server = TestServer::start();
    let process = server.ready["pid"].as_u64().unwrap();
    let wanted = usize::try_from(heavy(5000, 100)).unwrap();
    let files = files_for(process, wanted + OTHER_FILES);
    let count = wanted.min(files - OTHER_FILES);
    if count < wanted {
        println!("{count} connections instead of {wanted}: only {files} files may be open (`ulimit -n`)");
    }
    let mut people = Vec::new();
    for number in 0..50 {
        people.push(server.person(&format!("P{number}")).await);
    }
    let room = server.group(&people.iter().take(40).collect::<Vec<_>>()).await;
    // What the first connections bring into memory once is not theirs.
    connect(&people, 50).await;
    let before = resident(process);
    let mut sockets = connect(&people, count).await;
    let after = resident(process);
    assert_eq!(sockets.len(), count);
    if let (Some(before), Some(after)) = (before, after) {
        let each = after.saturating_sub(before) / count as u64;
        println!("{count} idle connections: {before} KiB before, {after} KiB after, {each} KiB each");
    }
    let pings = sockets.iter_mut().map(|socket| socket.act("ping", json!({})));
    let answered = iter(pings)
        .buffer_unordered(PARALLEL)
        .filter(|pong| std::future::ready(pong.is_ok()))
        .count();
    assert_eq!(answered.await, count, "all answer");

    let mut listener = people[1].join(&room).await;
    let said = people[0].say(&room, "still quick").await;
    assert_eq!(listener.expect_event("new_message").await, said);
    drop(sockets);
    let mut fresh = connect(&people, 10).await;
    fresh[0].expect_silence().await;
}

async fn connect(people: &[Person], count: usize) -> Vec<Socket> {
    let connecting = (0..count).map(|number| people[number % people.len()].connect());
    iter(connecting).buffer_unordered(PARALLEL).collect().await
}
