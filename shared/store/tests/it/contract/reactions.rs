//! Reactions: counted in the message, and each user's own ones.

use std::collections::BTreeSet;

use parlour_domain::log::{Body, Entry};
use parlour_domain::text::Reaction;
use parlour_domain::{RoomNumber, UserId, limits};
use parlour_store::{AppendRefusal, Appended};

use super::changes::{chat, stored, writing};
use crate::given::seq;
use crate::world::World;

on_both_engines!(
    a_reaction_is_counted_once_for_each_user,
    what_is_taken_back_no_longer_counts,
    a_message_has_at_most_20_different_reactions,
    own_reactions_are_read_for_a_page_at_once,
);

fn reaction(text: &str) -> Reaction {
    Reaction::parse(text).unwrap()
}

async fn react(
    world: &World,
    (room, message): (RoomNumber, u64),
    user: UserId,
    (what, add): (&str, bool),
) -> Result<Appended, AppendRefusal> {
    let before: Entry = stored(world, room, message).await;
    let (target, what) = (before.seq, reaction(what));
    let body = if add {
        Body::ReactionAdded {
            target,
            reaction: what.clone(),
        }
    } else {
        Body::ReactionRemoved {
            target,
            reaction: what.clone(),
        }
    };
    let draft = world.clock.draft(Some(user), None, body);
    world
        .store
        .react(writing(world, room, &draft), &before, user, (&what, add))
        .await
}

fn refused(result: &Result<Appended, AppendRefusal>) -> bool {
    matches!(result, Err(AppendRefusal::Condition))
}

async fn counts(world: &World, room: RoomNumber) -> Vec<(String, u64)> {
    let message = stored(world, room, 2).await;
    let counts = message.reactions.iter();
    counts.map(|(what, count)| (what.as_str().to_owned(), *count)).collect()
}

async fn a_reaction_is_counted_once_for_each_user(world: &World) {
    let (room, members, _) = chat(world).await;
    for (user, what) in [(0, "👍"), (1, "👍"), (1, "a.b#c:d")] {
        react(world, (room, 2), members[user], (what, true)).await.unwrap();
    }
    assert!(refused(&react(world, (room, 2), members[1], ("👍", true)).await));
    assert_eq!(
        counts(world, room).await,
        [("a.b#c:d".to_owned(), 1), ("👍".to_owned(), 2)]
    );
    assert_eq!(world.log(room).await.len(), 5);
}

async fn what_is_taken_back_no_longer_counts(world: &World) {
    let (room, members, _) = chat(world).await;
    assert!(
        refused(&react(world, (room, 2), members[0], ("👍", false)).await),
        "there is none"
    );
    react(world, (room, 2), members[0], ("👍", true)).await.unwrap();
    react(world, (room, 2), members[0], ("👍", false)).await.unwrap();
    assert_eq!(counts(world, room).await, [("👍".to_owned(), 0)]);
    assert!(refused(&react(world, (room, 2), members[0], ("👍", false)).await));
    react(world, (room, 2), members[0], ("👍", true)).await.unwrap();
    assert_eq!(counts(world, room).await, [("👍".to_owned(), 1)]);
}

async fn a_message_has_at_most_20_different_reactions(world: &World) {
    let (room, members, _) = chat(world).await;
    for number in 0..limits::REACTIONS {
        react(world, (room, 2), members[0], (&format!("r{number}"), true))
            .await
            .unwrap();
    }
    assert!(refused(&react(world, (room, 2), members[0], ("one-more", true)).await));
    react(world, (room, 2), members[1], ("r3", true)).await.unwrap();
    // What all have taken back takes no place; what one still has does.
    for what in ["r3", "r4"] {
        react(world, (room, 2), members[0], (what, false)).await.unwrap();
    }
    react(world, (room, 2), members[0], ("one-more", true)).await.unwrap();
    let now = counts(world, room).await;
    assert_eq!(now.len(), limits::REACTIONS);
    assert!(now.iter().all(|(what, count)| what != "r4" && *count == 1), "{now:?}");
    assert!(refused(
        &react(world, (room, 2), members[0], ("yet-another", true)).await
    ));
}

async fn own_reactions_are_read_for_a_page_at_once(world: &World) {
    let (room, members, _) = chat(world).await;
    for text in ["three", "four", "five"] {
        world.say(room, members[0], text).await;
    }
    for (user, message, what) in [(1, 2, "a"), (1, 4, "b"), (1, 4, "c"), (0, 4, "d"), (1, 5, "e")] {
        react(world, (room, message), members[user], (what, true))
            .await
            .unwrap();
    }
    let own = world
        .store
        .own_reactions(&world.app, room, members[1], (seq(3), seq(4)))
        .await
        .unwrap();
    let expected = BTreeSet::from(["b".to_owned(), "c".to_owned()]);
    assert_eq!(own.into_iter().collect::<Vec<_>>(), [(seq(4), expected.clone())]);
    let one = world
        .store
        .own_reactions_to(&world.app, room, members[1], seq(4))
        .await
        .unwrap();
    assert_eq!(one, expected);
}
