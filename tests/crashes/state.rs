//! What must be true after every crash that was made good, and what is the same in every run of one operation.

use std::collections::{BTreeMap, BTreeSet};

use parlour_domain::log::Entry;
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{RoomNumber, Seq, UserId};
use parlour_store::keys;
use serde_json::{Value, json};

use crate::scene::{Scene, number};
use crate::world::World;

/// A room as its rows say it is.
struct Found {
    number: RoomNumber,
    row: Room,
    log: Vec<Entry>,
    members: Vec<Member>,
}

/// Everything about the rooms and people of a scene that does not differ from run to run; or what is wrong with it. `made` is
/// a room that the operation made.
pub(crate) async fn look(world: &World, scene: &Scene, made: Option<&str>) -> Result<Value, String> {
    if !world.store().unfinished(10).await.unwrap().is_empty() {
        return Err("something is left half done".to_owned());
    }
    let names = [("group", scene.room.as_str()), ("direct", scene.direct.as_str())];
    let mut found = Vec::new();
    let mut state = json!({});
    for (name, id) in names.into_iter().chain(made.map(|id| ("made", id))) {
        let room = find(world, number(world, id)).await;
        state[name] = check(world, &room).await.map_err(|wrong| format!("{name}: {wrong}"))?;
        found.push((name, id.to_owned(), room));
    }
    for (name, person) in scene.people() {
        let unread = world.unread_of(person).await;
        if let Some(unread) = &unread {
            check_unread(unread, person.user, &found).map_err(|wrong| format!("{name}: {wrong}"))?;
        }
        let store = world.store();
        let connections = store
            .connections_of(&world.app, person.user, world.now())
            .await
            .unwrap();
        let (rooms, _) = store.rooms_of(&world.app, person.user, None, 50).await.unwrap();
        state[name] = json!({
            "rooms": rooms.len(), "connections": connections.len(), "unread in": unread.map(|unread| unread.len()),
        });
    }
    Ok(state)
}

async fn find(world: &World, number: RoomNumber) -> Found {
    let (store, app) = (world.store(), &world.app);
    Found {
        number,
        row: store.room(app, number).await.unwrap().unwrap(),
        log: store.entries_after(app, number, Seq::ZERO, 300).await.unwrap().entries,
        members: store.list_members(app, number, None, 50).await.unwrap().members,
    }
}

/// The room's log has no hole and no write twice, its count is that of its members, and nobody else hears of it.
async fn check(world: &World, room: &Found) -> Result<Value, String> {
    check_log(&room.log)?;
    check_files(world, room).await?;
    let count = u64::try_from(room.members.len()).unwrap();
    match room.row.deleted {
        false if room.row.member_count != count => {
            return Err(format!("{count} members are counted as {}", room.row.member_count));
        }
        true if count > 0 => return Err("a deleted room has members".to_owned()),
        _ => {}
    }
    let (store, app) = (world.store(), &world.app);
    let subscribers = store.subscribers(app, room.number, world.now()).await.unwrap();
    for subscriber in &subscribers {
        if !room.members.iter().any(|member| member.user == subscriber.user) {
            return Err("who is no member is subscribed".to_owned());
        }
        let row = store
            .connection(app, subscriber.user, &subscriber.connection, world.now())
            .await;
        if !row.unwrap().is_some_and(|row| row.rooms().any(|of| of == room.number)) {
            return Err("a subscription stands without its connection".to_owned());
        }
    }
    let pins = store.pins(app, room.number).await.unwrap().pins.len();
    let mut members: Vec<String> = room.members.iter().map(member).collect();
    members.sort_unstable();
    Ok(json!({
        "entries": room.log.iter().map(entry).collect::<Vec<_>>(),
        "members": members, "subscriptions": subscribers.len(), "pins": pins,
        "floor": room.row.floor.get(), "archived": room.row.archived, "deleted": room.row.deleted,
        "settings": format!("{:?} {:?}", room.row.name, room.row.settings),
    }))
}

fn member(member: &Member) -> String {
    format!(
        "{:?}, muted: {}, read: {}, delivered: {}, {:?}, blocked by {}",
        member.role,
        member.mute.is_some(),
        member.read.seq,
        member.delivered,
        member.notification,
        member.blocked_by.len()
    )
}

fn entry(entry: &Entry) -> Value {
    let body = serde_json::to_value(&entry.body).unwrap();
    json!([
        body["type"],
        entry.rev,
        entry.deletion.is_some(),
        entry.reactions,
        entry.replies,
        entry.message().map_or(0, |message| message.attachments.len())
    ])
}

fn check_log(log: &[Entry]) -> Result<(), String> {
    let (mut messages, mut last) = (0, Seq::ZERO);
    let (mut writes, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (place, entry) in (1..).zip(log) {
        if entry.seq.get() != place {
            return Err(format!("place {place} is taken by {}", entry.seq));
        }
        if entry.body.is_message() {
            (messages, last) = (messages + 1, entry.seq);
        }
        if (entry.msg_no, entry.last_msg_seq) != (messages, last) {
            return Err(format!("entry {place} does not carry the count of messages"));
        }
        if !writes.insert(entry.write_id.as_str()) {
            return Err(format!("the write of entry {place} stands twice"));
        }
        let client = entry.client_id.as_ref().map(|id| (entry.sender, id.as_str()));
        if client.is_some_and(|client| !ids.insert(client)) {
            return Err(format!("the client id of entry {place} stands twice"));
        }
    }
    Ok(())
}

/// Every file of a message is there, and that message's alone.
async fn check_files(world: &World, room: &Found) -> Result<(), String> {
    let objects = world.bucket.names();
    for entry in room.log.iter().filter(|entry| entry.deletion.is_none()) {
        for file in entry.message().into_iter().flat_map(|message| &message.attachments) {
            let row = world.store().attachment(&world.app, file.id).await.unwrap();
            let own = row.is_some_and(|row| {
                row.confirmed && !row.doomed && (row.room, row.seq) == (Some(room.number), Some(entry.seq))
            });
            if !own || !objects.contains(&keys::object(&world.app, file.id)) {
                return Err(format!("the file of entry {} is not there, or not its own", entry.seq));
            }
        }
    }
    Ok(())
}

/// What the user is told is unread is what the log says.
fn check_unread(told: &[Value], user: UserId, rooms: &[(&str, String, Found)]) -> Result<(), String> {
    let told: BTreeMap<&str, u64> = told
        .iter()
        .map(|room| {
            (
                room["room_id"].as_str().unwrap(),
                room["unread"]["count"].as_u64().unwrap(),
            )
        })
        .collect();
    for (name, id, room) in rooms {
        let member = room.members.iter().find(|member| member.user == user);
        let counted = member.map_or(0, |member| {
            let read = member.read_in(&room.row).seq;
            let unread = room.log.iter().filter(|entry| {
                entry.seq > read && entry.body.is_message() && entry.deletion.is_none() && entry.sender != Some(user)
            });
            u64::try_from(unread.count()).unwrap()
        });
        let told = told.get(id.as_str()).copied().unwrap_or_default();
        if told != counted {
            return Err(format!("{counted} unread in {name} are told as {told}"));
        }
    }
    Ok(())
}
