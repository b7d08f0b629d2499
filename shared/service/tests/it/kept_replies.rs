//! What is kept for a repeat of a change of a message has nothing of what the message said.

use parlour_domain::log::{BodyHash, MessageChange};
use parlour_domain::text::MessageText;
use parlour_domain::{ClientId, MessageId, Seq};
use parlour_service::{Changed, Done, Error, Key, Target, delete_message, edit_message};
use parlour_store::scan::Segment;

use crate::outside::Behaviour;
use crate::world::{World, moment};

fn key(name: &str) -> Key {
    Key {
        client_id: ClientId::parse(name).unwrap(),
        hash: BodyHash::of(&name),
    }
}

async fn edit(world: &World, message: MessageId, (text, minute): (&str, u8), key: Option<&Key>) -> Done<Changed> {
    let actor = world.session.actor();
    let change = MessageChange {
        text: Some(MessageText::parse(text).unwrap()),
        ..MessageChange::default()
    };
    let target = Target {
        actor: &actor,
        room: world.room,
        message,
        from: None,
    };
    let edited = edit_message::edit_message(&world.parlour, &mut moment(minute), target, change, key).await;
    edited.unwrap()
}

/// Every row that makes a repeat known, as text.
async fn claims(world: &World) -> String {
    let whole = Segment { index: 0, of: 1 };
    let page = world.parlour.store.scan("claim", whole, None, 1_000).await.unwrap();
    assert!(!page.rows.is_empty(), "there are some");
    format!("{page:?}")
}

#[tokio::test]
async fn a_repeat_is_answered_from_the_log() {
    let world = World::new(Behaviour::Take, 0).await;
    let (app, room) = (&world.session.app, world.room);
    let seq = Seq::new(world.send(10).await).unwrap();
    let message = MessageId::new(app, room.number(app).unwrap(), seq);
    let key = key("edit");
    let text = |changed: &Changed| serde_json::to_value(changed).unwrap();

    let first = edit(&world, message, ("a secret", 11), Some(&key)).await;
    assert!(!first.replayed && text(&first.value).to_string().contains("a secret"));
    assert!(!claims(&world).await.contains("secret"));
    edit(&world, message, ("another secret", 12), None).await;
    let again = edit(&world, message, ("a secret", 13), Some(&key)).await;
    assert!(again.replayed);
    assert_eq!(
        text(&again.value),
        text(&first.value),
        "as it was, whatever was edited later"
    );

    let actor = world.session.actor();
    let target = Target {
        actor: &actor,
        room,
        message,
        from: None,
    };
    let hard = delete_message::delete_message(&world.parlour, &mut moment(14), target, true, None).await;
    assert!(!hard.unwrap().replayed);
    let again = edit(&world, message, ("a secret", 15), Some(&key)).await;
    assert!(again.replayed);
    let said = text(&again.value);
    assert!(!said.to_string().contains("secret"), "{said}");
    assert_eq!(said["entry"]["seq"], text(&first.value)["entry"]["seq"]);
}

#[tokio::test]
async fn who_sees_the_message_no_more_is_not_told_of_it() {
    let world = World::new(Behaviour::Take, 0).await;
    let app = &world.session.app;
    let seq = Seq::new(world.send(10).await).unwrap();
    let message = MessageId::new(app, world.room.number(app).unwrap(), seq);
    let key = key("edit");
    edit(&world, message, ("a secret", 11), Some(&key)).await;
    let actor = world.session.actor();
    let left = parlour_service::remove_member::leave(&world.parlour, &mut moment(12), &actor, world.room, None).await;
    left.unwrap();
    let target = Target {
        actor: &actor,
        room: world.room,
        message,
        from: None,
    };
    let change = MessageChange {
        text: Some(MessageText::parse("a secret").unwrap()),
        ..MessageChange::default()
    };
    let again = edit_message::edit_message(&world.parlour, &mut moment(13), target, change, Some(&key)).await;
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
}
