//! Entries of another system: many at once, right behind the end of the log or not at all.

use parlour_domain::log::{Body, Draft, Entry, Message, Past, Replies, place_past};
use parlour_domain::text::MessageText;
use parlour_domain::{RoomNumber, Seq, Timestamp, UserId};

use super::changes::{chat, stored};
use crate::given::{check_log, client_id, seq, text_of};
use crate::world::World;

on_both_engines!(
    many_are_put_at_once_with_their_times_and_threads,
    nothing_is_put_where_something_stands,
    what_follows_is_an_append_like_any_other,
);

/// Messages that were said a second after one another, long ago; each of those that say so is a reply.
async fn placed(world: &World, room: RoomNumber, by: UserId, old: &[(&str, Option<Seq>)]) -> Vec<Entry> {
    let mut head = world.store.head(&world.app, room, true).await.unwrap().unwrap().head();
    let mut entries = Vec::new();
    for (id, parent) in old {
        let message = Message {
            parent: *parent,
            ..Message::text(MessageText::parse(id).unwrap())
        };
        let past = Past {
            draft: Draft::of_import(Some(by), &client_id(id), Body::Message(message)),
            at: Timestamp::from_millis(1_000),
            deletion: None,
        };
        let entry = place_past(head, &past, world.now());
        head = entry.head();
        entries.push(entry);
    }
    entries
}

async fn many_are_put_at_once_with_their_times_and_threads(world: &World) {
    let (room, members, message) = chat(world).await;
    let ids: Vec<String> = (0..98).map(|number| format!("old-{number}")).collect();
    let old: Vec<_> = ids.iter().map(|id| (id.as_str(), Some(message.seq))).collect();
    let entries = placed(world, room, members[0], &old).await;
    let replies = Replies {
        count: 98,
        last: entries[97].seq,
    };
    let threads = [(message.seq, replies.clone())];
    let put = world.store.append_past(&world.app, room, &entries, &threads).await;
    assert!(put.unwrap());
    let log = world.log(room).await;
    check_log(&log).unwrap();
    assert_eq!(log[2..], entries);
    assert_eq!(stored(world, room, 2).await.replies, Some(replies));
    let page = world
        .store
        .replies(&world.app, room, seq(2), Seq::ZERO, 2)
        .await
        .unwrap();
    let texts: Vec<_> = page.entries.iter().filter_map(text_of).collect();
    assert_eq!(texts, ["old-0", "old-1"]);
}

async fn nothing_is_put_where_something_stands(world: &World) {
    let (room, members, message) = chat(world).await;
    let old = [("a", None), ("b", Some(message.seq))];
    let entries = placed(world, room, members[0], &old).await;
    world.say(room, members[1], "first!").await;
    let before = world.log(room).await;
    let replies = Replies {
        count: 1,
        last: entries[1].seq,
    };
    let threads = [(message.seq, replies)];
    for entries in [entries.as_slice(), &entries[..1]] {
        let put = world.store.append_past(&world.app, room, entries, &threads).await;
        assert!(!put.unwrap());
    }
    assert_eq!(world.log(room).await, before, "all or nothing");
}

async fn what_follows_is_an_append_like_any_other(world: &World) {
    let (room, members, _) = chat(world).await;
    // This process knows the end of the log as it was before.
    world.say(room, members[0], "before").await;
    let entries = placed(world, room, members[0], &[("a", None), ("b", None)]).await;
    assert!(world.store.append_past(&world.app, room, &entries, &[]).await.unwrap());
    world.say(room, members[1], "after").await;
    let log = world.log(room).await;
    check_log(&log).unwrap();
    assert_eq!(log.last().and_then(text_of), Some("after"));
    assert_eq!(log.len(), 6);
}
