//! Threads: replies are messages of the log, counted and listed by their parent.

use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::text::MessageText;
use parlour_domain::{RoomNumber, Seq, UserId};
use parlour_store::{Along, AppendRefusal, Appended, Start};

use super::changes::{chat, stored};
use crate::given::{check_log, entry_of, seq, text_of};
use crate::world::World;

on_both_engines!(
    replies_are_counted_and_listed_in_order,
    the_first_reply_of_someone_else_is_not_overwritten,
    a_repeated_reply_is_one_reply,
);

fn reply(world: &World, to: &Entry, by: UserId, (client, text): (Option<&str>, &str)) -> Draft {
    let message = Message {
        parent: Some(to.seq),
        ..Message::text(MessageText::parse(text).unwrap())
    };
    world.clock.draft(Some(by), client, Body::Message(message))
}

async fn append(
    world: &World,
    room: RoomNumber,
    draft: &Draft,
    (parent, start): (&Entry, Start),
) -> Result<Appended, AppendRefusal> {
    let begin = world.store.begin_append(&world.app, room, draft, start).await?;
    let along = Along {
        parent: Some(parent),
        files: &[],
    };
    world
        .store
        .append_along((&world.app, room), draft, begin, along, world.now())
        .await
}

async fn replies_are_counted_and_listed_in_order(world: &World) {
    let (room, members, message) = chat(world).await;
    for number in 0..5 {
        let parent = stored(world, room, 2).await;
        let draft = reply(world, &message, members[1], (None, &format!("reply {number}")));
        append(world, room, &draft, (&parent, Start::Head)).await.unwrap();
        world.say(room, members[0], "something else").await;
    }
    let replies = stored(world, room, 2).await.replies.unwrap();
    assert_eq!((replies.count, replies.last), (5, seq(11)));
    let page = |after: Seq| world.store.replies(&world.app, room, seq(2), after, 3);
    let first = page(Seq::ZERO).await.unwrap();
    let texts: Vec<_> = first.entries.iter().filter_map(text_of).collect();
    assert_eq!((texts, first.more), (vec!["reply 0", "reply 1", "reply 2"], true));
    let rest = page(first.entries[2].seq).await.unwrap();
    let texts: Vec<_> = rest.entries.iter().filter_map(text_of).collect();
    assert_eq!(texts, ["reply 3", "reply 4"]);
    let log = world.log(room).await;
    check_log(&log).unwrap();
    assert_eq!(log.last().unwrap().msg_no, 11, "replies are messages");
}

async fn the_first_reply_of_someone_else_is_not_overwritten(world: &World) {
    let (room, members, message) = chat(world).await;
    let mut refused = 0;
    for user in &members {
        let draft = reply(world, &message, *user, (None, "first!"));
        // Both looked at the message before either replied.
        match append(world, room, &draft, (&message, Start::Head)).await {
            Err(AppendRefusal::Condition) => refused += 1,
            appended => drop(appended.unwrap()),
        }
    }
    let replies = stored(world, room, 2).await.replies.unwrap();
    assert_eq!((replies.count, refused), (1, 1));
    assert_eq!(world.log(room).await.len(), 3);
}

async fn a_repeated_reply_is_one_reply(world: &World) {
    let (room, members, message) = chat(world).await;
    let draft = reply(world, &message, members[1], (Some("c1"), "hi"));
    let first = append(world, room, &draft, (&message, Start::Base(message.seq)))
        .await
        .unwrap();
    let again = reply(world, &message, members[1], (Some("c1"), "hi"));
    let parent = stored(world, room, 2).await;
    let second = append(world, room, &again, (&parent, Start::Base(message.seq)))
        .await
        .unwrap();
    assert_eq!(second, Appended::Duplicate(entry_of(&first).clone()));
    assert_eq!(stored(world, room, 2).await.replies.unwrap().count, 1);
}
