//! What is imported is there once, in order, with its times; what somebody has written since stays the end of its room.

use parlour_connectors::fault::Fault;
use parlour_domain::log::Entry;
use parlour_domain::member::Member;
use parlour_domain::room::RoomKind;
use parlour_domain::text::{DisplayName, MessageText};
use parlour_domain::{ClientId, Entropy, ExternalId, RoomId, RoomKey, RoomNumber, Seq, Timestamp, UserId};
use parlour_protocol::request::SendMessage;
use parlour_service::import::{ImportError, OldMessage, OldRoom, OldUser, RoomImport, user};
use parlour_service::{Session, send_message};
use serde_json::{from_value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

/// Long before the tests' clock.
const THEN: i64 = 1_700_000_000_000;

fn then(second: i64) -> Timestamp {
    Timestamp::from_millis(THEN + 1_000 * second)
}

fn id(text: &str) -> ClientId {
    ClientId::parse(text).unwrap()
}

fn said(name: &str, by: UserId, second: i64) -> OldMessage {
    OldMessage {
        id: id(name),
        sender: Some(by),
        at: then(second),
        text: Some(MessageText::parse(name).unwrap()),
        subject: None,
        label: None,
        status: None,
        parent: None,
        deleted: None,
        read: None,
    }
}

fn old_room(key: &str, members: &[UserId]) -> OldRoom {
    OldRoom {
        key: RoomKey::parse(key).unwrap(),
        name: Some(DisplayName::parse("Lunch").unwrap()),
        custom: None,
        public: false,
        direct: false,
        members: members.to_vec(),
        created_at: then(0),
    }
}

async fn users(world: &World, count: usize) -> Vec<UserId> {
    let mut users = Vec::new();
    for number in 0..count {
        let old = OldUser {
            external_id: ExternalId::parse(&format!("old-{number}")).unwrap(),
            name: DisplayName::parse("Ada").unwrap(),
            created_at: Some(then(0)),
            gone_since: (number == 1).then(|| then(5)),
        };
        let mut moment = moment(9);
        moment.entropy = Entropy::from_seed([u8::try_from(number).unwrap(); 32]);
        let made = user(&world.parlour.store, &mut moment, &world.session.app, &old).await;
        users.push(made.unwrap().0);
    }
    users
}

/// Opens the room, puts these messages, and says how many were new.
async fn fill(world: &World, room: OldRoom, messages: &[OldMessage]) -> Result<usize, ImportError> {
    let (store, app) = (&world.parlour.store, &world.session.app);
    let mut filled = RoomImport::open(store, &mut moment(20), app, room).await?;
    let new = filled.add(messages).await?;
    filled.finish().await?;
    Ok(new)
}

async fn number(world: &World, key: &str) -> RoomNumber {
    let key = RoomKey::parse(key).unwrap();
    let keyed = world.parlour.store.room_by_key(&world.session.app, &key).await;
    keyed.unwrap().unwrap().room
}

async fn log(world: &World, key: &str) -> Vec<Entry> {
    let (store, app, room) = (&world.parlour.store, &world.session.app, number(world, key).await);
    let page = store.entries_after(app, room, Seq::ZERO, 1_000).await.unwrap();
    page.entries
}

async fn member(world: &World, key: &str, user: UserId) -> Member {
    let (store, app, room) = (&world.parlour.store, &world.session.app, number(world, key).await);
    store.member(app, room, user).await.unwrap().unwrap()
}

fn texts(log: &[Entry]) -> Vec<&str> {
    let text = |entry: &Entry| entry.message().is_some();
    let messages = log.iter().filter(|entry| text(entry));
    messages
        .map(|entry| entry.client_id.as_ref().unwrap().as_str())
        .collect()
}

#[tokio::test]
async fn a_user_is_made_once_and_who_is_deleted_is_kept_out() {
    let world = World::new(Behaviour::Take, 0).await;
    let first = users(&world, 2).await;
    assert_eq!(users(&world, 2).await, first);
    let stored = async |user| {
        world
            .parlour
            .store
            .user(&world.session.app, user)
            .await
            .unwrap()
            .unwrap()
    };
    let (ada, bob) = (stored(first[0]).await, stored(first[1]).await);
    assert_eq!((ada.created_at, ada.suspension), (then(0), None));
    assert!(bob.is_suspended(moment(9).now));
}

#[tokio::test]
async fn a_large_room_is_filled_once_however_often() {
    let world = World::new(Behaviour::Take, 1).await;
    world.outside.posts();
    let members = users(&world, 135).await;
    let mut messages: Vec<_> = (0..100)
        .map(|n| said(&format!("m{n}"), members[n % 5], 1 + n as i64))
        .collect();
    messages[5].parent = Some(id("m4"));
    messages[70].parent = Some(id("m3"));
    messages[71].parent = Some(id("m70"));
    messages[72].parent = Some(id("elsewhere"));
    messages[99].at = then(2);
    messages[50].deleted = Some((then(60), Some(members[0])));
    for expected in [100, 0, 0] {
        let new = fill(&world, old_room("r", &members), &messages).await.unwrap();
        assert_eq!(new, expected);
    }
    let log = log(&world, "r").await;
    let names: Vec<_> = (0..100).map(|n| format!("m{n}")).collect();
    assert_eq!(texts(&log), names);
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq.get() == seq));
    assert!(log.is_sorted_by_key(|entry| entry.at));
    let entry = |name: &str| {
        log.iter()
            .find(|entry| entry.client_id.as_ref() == Some(&id(name)))
            .unwrap()
    };
    assert_eq!(
        (entry("m0").at, entry("m99").at),
        (then(1), then(99)),
        "time does not decrease"
    );
    assert_eq!((entry("m99").msg_no, entry("m99").sender), (100, Some(members[4])));
    assert_eq!(entry("m4").replies.as_ref().unwrap().last, entry("m5").seq);
    let thread = entry("m3").replies.as_ref().unwrap();
    assert_eq!((thread.count, thread.last), (2, entry("m71").seq));
    assert_eq!(
        entry("m71").message().unwrap().parent,
        Some(entry("m3").seq),
        "a thread is one level deep"
    );
    assert_eq!(entry("m72").message().unwrap().parent, None);
    let gone = entry("m50");
    assert!(gone.message().unwrap().text.is_none() && gone.deletion.as_ref().unwrap().by == Some(members[0]));
    let room = world
        .parlour
        .store
        .room(&world.session.app, number(&world, "r").await)
        .await;
    let room = room.unwrap().unwrap();
    assert_eq!(
        (room.member_count, room.created_at, room.kind),
        (135, then(0), RoomKind::Group)
    );
    let last = member(&world, "r", members[134]).await;
    assert_eq!(
        (last.read.seq, last.read.msg_no),
        (entry("m99").seq, 100),
        "of whom nothing is said has read all"
    );
    assert!(world.outside.posts().is_empty(), "nobody is told");
}

#[tokio::test]
async fn half_of_it_is_completed_and_messages_may_come_later() {
    let world = World::new(Behaviour::Take, 0).await;
    let members = users(&world, 3).await;
    let mut messages: Vec<_> = (0..90).map(|n| said(&format!("m{n}"), members[0], n)).collect();
    messages[80].parent = Some(id("m1"));
    assert_eq!(
        fill(&world, old_room("r", &members[..2]), &messages[..45])
            .await
            .unwrap(),
        45
    );
    messages[45].parent = Some(id("m1"));
    assert_eq!(fill(&world, old_room("r", &members), &messages).await.unwrap(), 45);
    let log = log(&world, "r").await;
    assert_eq!(texts(&log).len(), 90);
    let thread = log.iter().find_map(|entry| entry.replies.as_ref()).unwrap();
    assert_eq!(thread.count, 2);
    assert!(member(&world, "r", members[2]).await.is_active());
    let twice = [said("m90", members[0], 91), said("m90", members[0], 91)];
    assert_eq!(fill(&world, old_room("r", &members), &twice).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_doubles_nothing() {
    let world = World::new(Behaviour::Take, 0).await;
    let members = users(&world, 2).await;
    let (store, app) = (&world.parlour.store, &world.session.app);
    let mut messages: Vec<_> = (0..3).map(|n| said(&format!("m{n}"), members[0], n)).collect();
    messages[2].parent = Some(id("m1"));
    let faults = [Fault::DropResponse, Fault::Throttle, Fault::FailBefore, Fault::Conflict];
    for fault in faults {
        let key = fault.name();
        let mut room = RoomImport::open(store, &mut moment(20), app, old_room(key, &members))
            .await
            .unwrap();
        world.faults.fail_nth("TransactWriteItems", 1, fault);
        assert_eq!(room.add(&messages).await.unwrap(), 3, "{key}");
        let later = OldMessage {
            parent: Some(id("m0")),
            ..said("m3", members[0], 4)
        };
        world.faults.fail_nth("TransactWriteItems", 1, fault);
        assert_eq!(room.add(&[later]).await.unwrap(), 1, "{key}");
        let last = OldMessage {
            parent: Some(id("m0")),
            ..said("m4", members[0], 5)
        };
        assert_eq!(room.add(&[last]).await.unwrap(), 1, "{key}");
        let log = log(&world, key).await;
        assert_eq!(texts(&log), ["m0", "m1", "m2", "m3", "m4"], "{key}");
        assert_eq!(world.faults.injected().get(key), Some(&2));
        let replies = |place: usize| log[place].replies.as_ref().unwrap().count;
        assert_eq!((replies(1), replies(2)), (2, 1), "{key}");
    }
}

#[tokio::test]
async fn what_was_written_since_stays_the_end() {
    let world = World::new(Behaviour::Take, 0).await;
    let members = users(&world, 2).await;
    let messages = [said("m0", members[0], 1), said("m1", members[0], 2)];
    fill(&world, old_room("r", &members), &messages).await.unwrap();
    let room = RoomId::new(&world.session.app, number(&world, "r").await);
    let session = Session {
        user: members[0],
        ..world.session.clone()
    };
    let message: SendMessage = from_value(json!({ "text_message": "now" })).unwrap();
    let actor = session.actor();
    let (message, mut at) = (message.check().unwrap(), moment(30));
    let sent = send_message::send_message(&world.parlour, &mut at, &actor, room, message, None);
    sent.await.unwrap();
    let before = log(&world, "r").await;
    assert_eq!(fill(&world, old_room("r", &members), &messages).await.unwrap(), 0);
    let late = [said("m2", members[0], 3)];
    let refused = fill(&world, old_room("r", &members), &late).await;
    assert!(matches!(refused, Err(ImportError::WrittenSince)), "{refused:?}");
    assert_eq!(log(&world, "r").await, before);
    assert_eq!(
        member(&world, "r", members[1]).await.read.msg_no,
        2,
        "the new one is unread"
    );
}

#[tokio::test]
async fn read_positions_are_those_of_the_other_service() {
    let world = World::new(Behaviour::Take, 0).await;
    let members = users(&world, 4).await;
    let (store, app) = (&world.parlour.store, &world.session.app);
    let messages: Vec<_> = (0..4).map(|n| said(&format!("m{n}"), members[0], n)).collect();
    let mut marked = RoomImport::open(store, &mut moment(20), app, old_room("marked", &members))
        .await
        .unwrap();
    marked.add(&messages).await.unwrap();
    for (user, read) in [
        (1, Some("m2")),
        (1, Some("m1")),
        (1, None),
        (2, None),
        (2, Some("unknown")),
    ] {
        marked.mark(members[user], read.map(id).as_ref());
    }
    marked.finish().await.unwrap();
    let mut flagged = messages.clone();
    flagged[3].sender = Some(members[1]);
    for (message, read) in flagged.iter_mut().zip([true, true, false, true]) {
        message.read = Some(read);
    }
    fill(&world, old_room("flagged", &members), &flagged).await.unwrap();
    let read = async |key: &str, user: usize| member(&world, key, members[user]).await.read.msg_no;
    let all = async |key: &str| {
        [
            read(key, 0).await,
            read(key, 1).await,
            read(key, 2).await,
            read(key, 3).await,
        ]
    };
    assert_eq!(all("marked").await, [4, 3, 0, 4]);
    assert_eq!(
        all("flagged").await,
        [4, 2, 4, 4],
        "the last message of others that was read"
    );
}

#[tokio::test]
async fn a_direct_room_is_the_one_of_its_two() {
    let world = World::new(Behaviour::Take, 0).await;
    let members = users(&world, 3).await;
    let direct = |key, members: &[UserId]| OldRoom {
        direct: true,
        ..old_room(key, members)
    };
    for (key, who) in [
        ("first", &members[..2]),
        ("second", &members[..2]),
        ("three", &members[..]),
    ] {
        for _ in 0..2 {
            fill(&world, direct(key, who), &[said(key, members[0], 1)])
                .await
                .unwrap();
        }
    }
    let (store, app) = (&world.parlour.store, &world.session.app);
    let kind = async |key| store.room(app, number(&world, key).await).await.unwrap().unwrap().kind;
    assert_eq!(kind("first").await, RoomKind::Direct);
    assert_eq!(kind("second").await, RoomKind::Group, "two of the same pair stay two");
    assert_eq!(kind("three").await, RoomKind::Group);
    let of_pair = store.direct_room(app, members[0], members[1]).await.unwrap();
    assert_eq!(of_pair, Some(number(&world, "first").await));
}
