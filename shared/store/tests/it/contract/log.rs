//! The room log: places, counts, reading in both directions, refusals.

use parlour_domain::Seq;
use parlour_domain::log::Body;
use parlour_domain::rate::Allowance;
use parlour_domain::room::Senders;
use parlour_store::{AppendRefusal, Appended, Begin, Start, Store};

use crate::given::{How, check_log, client_id, entry_of, number, send, seq, text_of};
use crate::world::World;

on_both_engines!(
    entries_are_numbered_and_carry_their_counts_forward,
    a_log_is_read_in_both_directions_page_by_page,
    nothing_is_appended_to_a_room_that_is_not_there,
    a_client_id_with_a_base_is_written_once,
    a_base_is_looked_up_inclusively_and_must_come_back,
    a_user_cannot_replay_the_client_id_of_another,
    a_message_follows_no_more_than_it_is_allowed_to,
    a_message_passes_nothing_that_narrows_its_room,
);

async fn entries_are_numbered_and_carry_their_counts_forward(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for (index, text) in ["one", "two", "three"].into_iter().enumerate() {
        world.clock.pass(1);
        let entry = world.say(room, members[index % 2], text).await;
        let place = u64::try_from(index).unwrap() + 2;
        assert_eq!(
            (entry.seq, entry.msg_no, entry.last_msg_seq),
            (seq(place), place - 1, seq(place))
        );
        assert_eq!(entry.at, world.now());
    }
    let body = Body::MemberLeft {
        user: members[1],
        banned: false,
    };
    let draft = world.clock.draft(None, None, body);
    let left = send(&world.store, &world.app, room, &draft, How::Once, world.now())
        .await
        .unwrap();
    assert_eq!((entry_of(&left).msg_no, entry_of(&left).last_msg_seq), (3, seq(4)));
    check_log(&world.log(room).await).unwrap();
    assert_eq!(
        world.store.head(&world.app, room, true).await.unwrap().as_ref(),
        Some(entry_of(&left))
    );
    assert_eq!(world.store.entry(&world.app, room, seq(9)).await.unwrap(), None);
}

async fn a_log_is_read_in_both_directions_page_by_page(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for index in 2..=10 {
        world.say(room, members[0], &format!("message {index}")).await;
    }
    let (mut forwards, mut after) = (Vec::new(), Seq::ZERO);
    loop {
        let page = world.store.entries_after(&world.app, room, after, 4).await.unwrap();
        assert!(page.entries.len() <= 4);
        after = page.entries.last().map_or(after, |entry| entry.seq);
        forwards.extend(page.entries);
        if !page.more {
            break;
        }
    }
    check_log(&forwards).unwrap();
    assert_eq!(forwards.len(), 10);
    let (mut backwards, mut before) = (Vec::new(), None);
    loop {
        let range = (before, seq(3));
        let page = world
            .store
            .entries_before(&world.app, room, range, 3, true)
            .await
            .unwrap();
        before = page.entries.last().map(|entry| entry.seq).or(before);
        backwards.extend(page.entries);
        if !page.more {
            break;
        }
    }
    backwards.reverse();
    assert_eq!(backwards, forwards[2..], "down to the first entry asked for");
    let none = world
        .store
        .entries_after(&world.app, room, seq(Seq::MAX), 4)
        .await
        .unwrap();
    assert!(none.entries.is_empty() && !none.more);
    let none = world
        .store
        .entries_before(&world.app, room, (Some(seq(1)), seq(1)), 4, true)
        .await
        .unwrap();
    assert!(none.entries.is_empty() && !none.more);
}

async fn nothing_is_appended_to_a_room_that_is_not_there(world: &World) {
    let user = world.clock.user_id();
    for (how, client) in [
        (How::Once, None),
        (How::Claim, Some("c")),
        (How::Base(seq(1)), Some("c")),
    ] {
        let draft = world.clock.message(user, client, "hello");
        let refused = send(&world.store, &world.app, number(7), &draft, how, world.now()).await;
        let expected = match how {
            How::Base(_) => matches!(refused, Err(AppendRefusal::StaleBase)),
            How::Once | How::Claim => matches!(refused, Err(AppendRefusal::NoRoom)),
        };
        assert!(expected, "{how:?}: {refused:?}");
    }
    assert!(
        world.rows().await.is_empty(),
        "nothing restarts a log, and nothing is claimed in it"
    );
}

async fn a_client_id_with_a_base_is_written_once(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let attempt = async |text: &str| {
        let draft = world.clock.message(members[0], Some("c1"), text);
        send(&world.store, &world.app, room, &draft, How::Base(seq(1)), world.now()).await
    };
    let first = attempt("hello").await.unwrap();
    assert!(matches!(&first, Appended::New(entry) if entry.seq == seq(2)));
    world.say(room, members[1], "between").await;
    let again = attempt("hello").await.unwrap();
    assert!(matches!(&again, Appended::Duplicate(entry) if entry == entry_of(&first)));
    assert!(matches!(attempt("something else").await, Err(AppendRefusal::Reused)));
    assert_eq!(world.log(room).await.len(), 3);
}

async fn a_base_is_looked_up_inclusively_and_must_come_back(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two"] {
        world.say(room, members[0], text).await;
    }
    for base in [0, 4, 5, 1_000_000, Seq::MAX] {
        let draft = world.clock.message(members[0], Some("forged"), "hole");
        let refused = send(
            &world.store,
            &world.app,
            room,
            &draft,
            How::Base(seq(base)),
            world.now(),
        )
        .await;
        assert!(matches!(refused, Err(AppendRefusal::StaleBase)), "{base}: {refused:?}");
    }
    assert_eq!(world.log(room).await.len(), 3);
    for base in [1, 2, 3] {
        let draft = world.clock.message(members[0], Some(&format!("good{base}")), "fine");
        let sent = send(
            &world.store,
            &world.app,
            room,
            &draft,
            How::Base(seq(base)),
            world.now(),
        )
        .await;
        assert_eq!(entry_of(&sent.unwrap()).seq, seq(3 + base));
    }
    check_log(&world.log(room).await).unwrap();
}

async fn a_user_cannot_replay_the_client_id_of_another(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for member in &members {
        let draft = world.clock.message(*member, Some("same"), "same");
        let start = Start::Base(seq(1));
        let begin = world.store.begin_append(&world.app, room, &draft, start).await.unwrap();
        let sent = world
            .store
            .append(&world.app, room, &draft, begin, world.now())
            .await
            .unwrap();
        assert!(matches!(&sent, Appended::New(entry) if entry.sender == Some(*member)));
    }
    let log = world.log(room).await;
    assert_eq!(log.iter().filter_map(text_of).collect::<Vec<_>>(), ["same", "same"]);
    assert_eq!(log[1].client_id, Some(client_id("same")));
}

async fn a_message_follows_no_more_than_it_is_allowed_to(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let head = world.say(room, members[0], "known").await.head();
    world.say(room, members[0], "own").await;
    world.say(room, members[1], "of another").await;
    for (own, last_msg_no, stands) in [
        (Some(0), None, false),
        (None, Some(head.msg_no + 2), false),
        (Some(1), Some(head.msg_no + 3), true),
    ] {
        let mut draft = world.clock.message(members[0], None, "mine");
        draft.allowance = Allowance { own, last_msg_no };
        let (app, begin) = (&world.app, Begin::After(head));
        let appended = world.store.append(app, room, &draft, begin, world.now()).await;
        match appended {
            Ok(Appended::New(entry)) => assert!(stands, "{entry:?}"),
            Err(AppendRefusal::Barred) => assert!(!stands),
            other => panic!("{other:?}"),
        }
    }
    check_log(&world.log(room).await).unwrap();
}

/// Whether it waited in this process or lost the race to another one.
async fn a_message_passes_nothing_that_narrows_its_room(world: &World) {
    let members = world.clock.user_ids(2);
    let mut room = world.room(1, &members).await;
    let number = room.number;
    let head = world.say(number, members[0], "known").await.head();
    room.settings.send = Senders::Moderators;
    let narrower = world.clock.draft(None, None, Body::room_updated(&room));
    send(&world.store, &world.app, number, &narrower, How::Once, world.now())
        .await
        .unwrap();
    let elsewhere = Store::new(world.raw.clone(), world.store.tables().clone());
    for store in [&world.store, &elsewhere] {
        let draft = world.clock.message(members[1], None, "late");
        let begin = Begin::After(head);
        let appended = store.append(&world.app, number, &draft, begin, world.now()).await;
        assert!(matches!(appended, Err(AppendRefusal::Barred)), "{appended:?}");
    }
    assert_eq!(world.log(number).await.len(), 3);
}
