//! What clients emit, and what they are told of what cannot be done.

use super::*;

#[test]
fn what_the_document_shows_is_understood() {
    for (frame, expected) in [
        (r#"42["join","usr-1-2"]"#, Asked::Join("usr-1-2".to_owned())),
        (
            r#"42["typing",true]"#,
            Asked::Typing {
                echo: json!(true),
                typing: true,
            },
        ),
        (r#"42["seen"]"#, Asked::Seen),
        (
            r#"42["send_message","Hey, you there"]"#,
            Asked::Send("Hey, you there".to_owned()),
        ),
        (
            r#"42["load_more",{"page":1,"limit":20}]"#,
            Asked::LoadMore { skip: 0, count: 20 },
        ),
        (r#"42["leave"]"#, Asked::Leave),
        (
            r#"42["update",{"id":4,"message":"hello"}]"#,
            Asked::Update(Some((4, "hello".to_owned()))),
        ),
        (r#"42["delete",4]"#, Asked::Delete(Some(4))),
    ] {
        assert_eq!(asked(frame), Some(expected), "{frame}");
    }
}

/// The service fell over most of these, and took everyone's connection with it.
#[test]
fn nothing_that_a_client_emits_is_left_without_an_answer() {
    use Asked::{Delete, Join, LoadMore, Refused, Update};
    use Refusal::{BadRoomName, NoMessage, NoRoomName, NoSender};
    let page = |skip, count| LoadMore { skip, count };
    for (frame, expected) in [
        (r#"["join"]"#, Refused(NoRoomName)),
        (r#"["join",""]"#, Refused(NoRoomName)),
        (r#"["join",null]"#, Refused(NoRoomName)),
        (r#"["join",0]"#, Refused(NoRoomName)),
        (r#"["join",5]"#, Refused(BadRoomName)),
        (r#"["join",{"room":"x"}]"#, Refused(BadRoomName)),
        (r#"["join"," "]"#, Join(" ".to_owned())),
        (r#"["send_message"]"#, Refused(NoMessage)),
        (r#"["send_message",""]"#, Refused(NoMessage)),
        (r#"["send_message",{"message":"hi"}]"#, Refused(NoMessage)),
        (r#"["send_message",["hi"]]"#, Refused(NoMessage)),
        (r#"["send_message",5]"#, Refused(NoMessage)),
        (r#"["load_more"]"#, page(0, 20)),
        (r#"["load_more",null]"#, page(0, 20)),
        (r#"["load_more",7]"#, page(0, 20)),
        (r#"["load_more",{}]"#, page(0, 20)),
        (r#"["load_more",{"page":3}]"#, page(40, 20)),
        (r#"["load_more",{"page":0,"limit":0}]"#, page(0, 20)),
        (r#"["load_more",{"page":-5,"limit":5}]"#, page(0, 5)),
        (r#"["load_more",{"page":"2","limit":"5"}]"#, page(5, 5)),
        (r#"["load_more",{"page":2.9,"limit":1000000}]"#, page(100, 100)),
        (r#"["load_more",{"page":1e300,"limit":100}]"#, page(u64::MAX, 100)),
        (r#"["load_more",{"page":"x","limit":{}}]"#, page(0, 20)),
        (r#"["load_more",{"limit":-5}]"#, page(0, 20)),
        (r#"["update"]"#, Refused(NoSender)),
        (r#"["update",{"message":"x"}]"#, Refused(NoSender)),
        (r#"["update",{"id":0,"message":"x"}]"#, Refused(NoSender)),
        (r#"["update",{"id":4}]"#, Update(None)),
        (r#"["update",{"id":4,"message":{}}]"#, Update(None)),
        (r#"["update",{"id":-4,"message":"x"}]"#, Update(None)),
        (
            r#"["update",{"id":"4","message":"x"}]"#,
            Update(Some((4, "x".to_owned()))),
        ),
        (r#"["delete"]"#, Delete(None)),
        (r#"["delete",{"id":4}]"#, Delete(None)),
        (r#"["delete",1.5]"#, Delete(None)),
    ] {
        assert_eq!(asked(&format!("42{frame}")), Some(expected), "{frame}");
    }
    for frame in [r#"42["dance"]"#, r#"42["message","hi"]"#, r#"42[""]"#] {
        assert_eq!(asked(frame), None, "{frame}");
    }
}

#[test]
fn what_someone_says_of_their_typing_comes_back_as_it_is_unless_it_is_much() {
    for (said, echo, typing) in [
        (json!("true"), json!("true"), true),
        (json!("false"), json!("false"), false),
        (json!(false), json!(false), false),
        (json!(0), json!(0), false),
        (json!(1.5), json!(1.5), true),
        (json!(""), json!(""), false),
        (json!("x".repeat(100)), json!("x".repeat(100)), true),
        (json!("x".repeat(101)), json!(true), true),
        (json!({ "deep": [] }), json!(true), true),
        (json!(null), json!(true), true),
    ] {
        let emitted = Emitted {
            name: "typing".to_owned(),
            arguments: vec![said.clone()],
            acknowledge: None,
        };
        assert_eq!(decode(&emitted), Some(Asked::Typing { echo, typing }), "{said}");
    }
    let typing = true;
    let echo = json!(true);
    assert_eq!(asked(r#"42["typing"]"#), Some(Asked::Typing { echo, typing }));
}

#[test]
fn refusals_are_in_the_words_of_the_service() {
    for (refusal, frame) in [
        (Refusal::NoRoomName, r#"42["err","Input room name"]"#),
        (Refusal::BadRoomName, r#"42["err","Invalid room name"]"#),
        (Refusal::NoMessage, r#"42["err","No message or sender"]"#),
        (Refusal::NoSender, r#"42["err","Sender not found"]"#),
        (Refusal::Unsaid, r#"42["err",{}]"#),
    ] {
        assert_eq!(refusal.said().frame(), frame);
    }
}
