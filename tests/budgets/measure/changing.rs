//! Edits, deletions, reactions and replies; and the resume that tells of them.

use serde_json::json;

use crate::given::line;
use crate::table::Change;
use crate::world::{Measured, World};

/// One change of a message, in a room with so many connections, its author's among them.
pub(crate) async fn change(world: &World, what: Change, connections: usize) -> Measured {
    world.knows_the_hook().await;
    let chat = world.chat(connections).await;
    let author = &chat.clients[0];
    let message = world.append(chat.room, author.user, [line()].into_iter()).await;
    let id = world.message_id(chat.room, message.seq);
    let mut frame = json!({ "room_id": world.id(chat.room) });
    let place = if what == Change::Reply {
        "parent_id"
    } else {
        "message_id"
    };
    frame[place] = id.into();
    match what {
        Change::Edit | Change::Reply => frame["text_message"] = "Hello".into(),
        Change::AddReaction => frame["reaction"] = "👍".into(),
        Change::Delete => {}
    }
    let changed = world.act(author, what.action(), frame).await;
    assert_eq!(changed.posted.len(), connections - 1, "everyone else, once");
    changed
}

/// A connection that comes back to so many rooms, in which nothing was said.
pub(crate) async fn resume(world: &World, rooms: usize) -> Measured {
    let user = world.user().await;
    let mut asked = Vec::with_capacity(rooms);
    for _ in 0..rooms {
        let room = world.room(&[user]).await;
        asked.push(json!({ "room_id": world.id(room), "after_seq": 1 }));
    }
    let client = world.connect(user).await;
    let resumed = world.act(&client, "resume", json!({ "rooms": asked })).await;
    let answers = resumed.answer["rooms"].as_array().unwrap();
    assert!(answers.iter().all(|room| room["verdict"] == "complete"), "{answers:?}");
    assert_eq!(answers.len(), rooms);
    resumed
}
