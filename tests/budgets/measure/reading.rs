//! Pages of a room's messages, and the message with a number.

use parlour_domain::log::Body;
use parlour_domain::{RoomNumber, UserId};
use serde_json::json;

use crate::given::line;
use crate::table::Log;
use crate::world::{Measured, World};

fn other() -> Body {
    Body::RoomUpdated {
        name: None,
        custom: None,
        public: None,
        settings: None,
    }
}

/// A room whose log is like this, and its one member.
async fn room(world: &World, log: Log) -> (RoomNumber, UserId) {
    let user = world.user().await;
    let room = world.room(&[user]).await;
    let messages: Vec<bool> = match log {
        Log::Messages => vec![true; 1_000],
        Log::Mixed => (0..1_500).map(|index| index % 3 != 1).collect(),
        Log::Gap => [vec![true; 200], vec![false; 1_800], vec![true; 200]].concat(),
        Log::QuietEnd => [vec![true; 200], vec![false; 300]].concat(),
    };
    let bodies = messages
        .into_iter()
        .map(|message| if message { line() } else { other() });
    world.append(room, user, bodies).await;
    (room, user)
}

pub(crate) async fn history(world: &World, log: Log) -> Measured {
    let (room, user) = room(world, log).await;
    let client = world.connect(user).await;
    // A mixed log fills a page only where it is asked for fewer messages than entries are read.
    let limit = if log == Log::Mixed { 30 } else { 50 };
    let frame = json!({ "room_id": world.id(room), "limit": limit });
    let page = world.act(&client, "history", frame).await;
    let items = page.answer["items"].as_array().unwrap().len();
    assert!(items > 0 && items <= limit, "{items} items");
    assert!(log != Log::Messages || items == limit, "{items} items");
    page
}

pub(crate) async fn message_number(world: &World, log: Log) -> Measured {
    let (room, _) = room(world, log).await;
    let messages = world
        .store()
        .head(&world.app, room, true)
        .await
        .unwrap()
        .unwrap()
        .msg_no;
    let mut dearest = Measured::default();
    for number in [
        1,
        2,
        messages / 3,
        messages / 2,
        messages / 2 + 1,
        messages - 1,
        messages,
    ] {
        let find = world.store().message_number(&world.app, room, number);
        let (found, measured) = world.measure(find).await;
        let found = found.unwrap().unwrap();
        assert!(found.msg_no == number && found.body.is_message());
        dearest.usage.round_trips = dearest.usage.round_trips.max(measured.usage.round_trips);
        dearest.usage.read_units = dearest.usage.read_units.max(measured.usage.read_units);
        dearest.usage.by_operation.extend(measured.usage.by_operation);
    }
    dearest
}
