//! Entries, their order and their owners.

use super::*;
use crate::member::Role;
use crate::moment::Entropy;
use crate::room::{RoomKind, RoomSettings, Senders};
use crate::text::MessageText;

fn moment(millis: i64) -> Moment {
    Moment {
        now: Timestamp::from_millis(millis),
        entropy: Entropy::from_seed([u8::try_from(millis % 251).unwrap(); 32]),
    }
}

fn message(moment: &mut Moment, client_id: Option<&str>, text: &str) -> Draft {
    let client_id = client_id.map(|id| ClientId::parse(id).unwrap());
    Draft::new(
        moment,
        None,
        client_id,
        Body::Message(Message::text(MessageText::parse(text).unwrap())),
    )
}

#[test]
fn an_entry_carries_the_count_of_messages_and_the_last_message_forward() {
    let mut m = moment(1_000);
    let created = Draft::new(
        &mut m,
        None,
        None,
        Body::RoomCreated {
            kind: RoomKind::Group,
            name: None,
            members: vec![],
        },
    );
    let one = first(&created, m.now);
    assert_eq!((one.seq, one.msg_no, one.last_msg_seq), (Seq::FIRST, 0, Seq::ZERO));
    let two = place(one.head(), &message(&mut m, None, "hi"), m.now);
    assert_eq!((two.seq.get(), two.msg_no, two.last_msg_seq.get()), (2, 1, 2));
    let left = Draft::new(&mut m, None, None, Body::RoomDeleted);
    let three = place(two.head(), &left, m.now);
    assert_eq!(
        (
            three.seq.get(),
            three.msg_no,
            three.last_msg_seq.get(),
            three.head().closed
        ),
        (3, 1, 2, true)
    );
}

#[test]
fn time_does_not_run_backwards_but_a_wrong_clock_does_not_spoil_the_room() {
    let mut m = moment(0);
    let draft = message(&mut m, None, "x");
    let at = |head: i64, now: i64| {
        let head = Head {
            seq: Seq::FIRST,
            msg_no: 0,
            last_msg_seq: Seq::ZERO,
            at: Timestamp::from_millis(head),
            closed: false,
        };
        place(head, &draft, Timestamp::from_millis(now)).at.millis()
    };
    assert_eq!(at(1_000, 2_000), 2_000);
    assert_eq!(at(2_000, 1_000), 2_000);
    assert_eq!(at(10_000_000, 1_000), 1_000 + AHEAD_MILLIS);
}

#[test]
fn an_attempt_knows_its_own_entry() {
    let mut m = moment(5);
    let draft = message(&mut m, Some("c1"), "hi");
    let entry = first(&draft, m.now);
    assert_eq!(whose(&entry, &draft), Whose::This);
    assert_eq!(whose(&entry, &message(&mut m, Some("c1"), "hi")), Whose::Earlier);
    assert_eq!(whose(&entry, &message(&mut m, Some("c1"), "ho")), Whose::Reused);
    assert_eq!(whose(&entry, &message(&mut m, Some("c2"), "hi")), Whose::Foreign);
    assert_eq!(whose(&entry, &message(&mut m, None, "hi")), Whose::Foreign);
    let anonymous = message(&mut m, None, "hi");
    assert_eq!(
        whose(&first(&anonymous, m.now), &message(&mut m, None, "hi")),
        Whose::Foreign
    );
}

#[test]
fn a_message_does_not_follow_the_departure_of_its_sender() {
    let mut m = moment(7);
    let (ada, bob) = (UserId::generate(&mut m), UserId::generate(&mut m));
    let mut entry = |body| first(&Draft::new(&mut m, None, None, body), Timestamp::from_millis(1));
    let left = entry(Body::MemberLeft {
        user: ada,
        banned: false,
    });
    let joined = entry(Body::MemberJoined {
        user: ada,
        role: Role::Member,
    });
    let by = |sender| Draft {
        sender,
        ..message(&mut moment(8), None, "hi")
    };
    assert!(ends_membership(&[joined.clone(), left.clone()], &by(Some(ada))));
    assert!(!ends_membership(&[left.clone(), joined], &by(Some(ada))));
    assert!(!ends_membership(std::slice::from_ref(&left), &by(Some(bob))));
    assert!(!ends_membership(std::slice::from_ref(&left), &by(None)));
    let departure = Draft::new(
        &mut m,
        Some(ada),
        None,
        Body::MemberLeft {
            user: ada,
            banned: false,
        },
    );
    assert!(!ends_membership(&[left], &departure));
}

#[test]
fn a_message_that_waited_is_decided_anew_behind_what_may_refuse_it() {
    let mut m = moment(7);
    let (ada, bob) = (UserId::generate(&mut m), UserId::generate(&mut m));
    let mut entry = |sender, body| first(&Draft::new(&mut m, sender, None, body), Timestamp::from_millis(1));
    let by = |sender, spaced| Draft {
        sender,
        spaced,
        ..message(&mut moment(8), None, "hi")
    };
    let said = entry(Some(ada), message(&mut moment(9), None, "hi").body);
    assert!(barred(std::slice::from_ref(&said), &by(Some(ada), true)));
    assert!(!barred(std::slice::from_ref(&said), &by(Some(ada), false)));
    assert!(!barred(&[said], &by(Some(bob), true)));
    let role = |role| Body::RoleChanged { user: ada, role };
    let room = |settings| Body::RoomUpdated {
        name: None,
        custom: None,
        public: None,
        settings: Some(settings),
    };
    let open = RoomSettings::default();
    for (body, others_too) in [
        (Body::RoomArchived, true),
        (Body::MemberMuted { user: ada, until: None }, false),
        (role(Role::ReadOnly), false),
        (role(Role::Member), false),
        (
            room(RoomSettings {
                send: Senders::Moderators,
                ..open
            }),
            true,
        ),
        (
            room(RoomSettings {
                slow_mode_seconds: Some(10),
                ..open
            }),
            true,
        ),
        (
            room(RoomSettings {
                message_bytes: Some(10),
                ..open
            }),
            true,
        ),
    ] {
        let entry = entry(None, body);
        assert!(may_bar(&entry));
        assert!(barred(std::slice::from_ref(&entry), &by(Some(ada), false)));
        assert_eq!(barred(&[entry], &by(Some(bob), false)), others_too);
    }
    for body in [room(open), role(Role::Moderator), role(Role::Owner)] {
        let entry = entry(None, body);
        assert!(!barred(&[entry], &by(Some(ada), true)), "whatever was allowed still is");
    }
}

#[test]
fn a_row_from_before_there_were_edits_is_read_as_it_was() {
    let old = r#"{"seq":7,"msg_no":5,"last_msg_seq":7,"at":1,"write_id":"w","hash":"h",
        "body":{"type":"message","text":"hi","custom":"{\"a\":1}"}}"#;
    let entry: Entry = serde_json::from_str(old).unwrap();
    let message = entry.message().unwrap();
    assert_eq!(message.text.as_ref().map(MessageText::as_str), Some("hi"));
    assert_eq!((entry.rev, &entry.edits, &entry.deletion), (0, &None, &None));
    let text = serde_json::to_string(&entry).unwrap();
    for new in ["rev", "edits", "reactions", "mentions"] {
        assert!(
            !text.contains(new),
            "a message that nothing was done to is no longer than before: {text}"
        );
    }
    assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
}
