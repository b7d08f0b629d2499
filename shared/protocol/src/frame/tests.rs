//! Frames that are wrong: what is still read of them, and what is said about them.

use super::*;

#[test]
fn a_refusal_can_name_the_request_whatever_else_is_wrong() {
    let envelope = Envelope::of(r#"{"action":"send_message","request_id":"r1","room_id":{}}"#);
    assert_eq!(
        (envelope.action.as_deref(), envelope.request_id.as_deref()),
        (Some("send_message"), Some("r1"))
    );
    let list = r#"["ping","r1"]"#;
    for odd in [
        "",
        "null",
        "[]",
        "\"x\"",
        "{",
        r#"{"action":7}"#,
        list,
        &"[".repeat(10_000),
    ] {
        assert_eq!(Envelope::of(odd).action, None, "{odd}");
    }
}

#[test]
fn wrong_frames_are_described_without_their_content() {
    let missing = read::<JoinRoom>(r#"{"action":"join_room"}"#).unwrap_err();
    assert_eq!(missing.message, "frame has a missing field `room_id`.");
    let unknown = read::<Ping>(r#"{"action":"ping","<script>":1}"#).unwrap_err();
    assert!(!unknown.message.contains("script"), "{}", unknown.message);
    let typed = read::<JoinRoom>(r#"{"action":"join_room","room_id":["secret"]}"#).unwrap_err();
    assert_eq!(typed.message, "frame has a field of the wrong type.");
    assert_eq!(read::<Ping>("{").unwrap_err().code, Code::MalformedJson);
    assert_eq!(read::<Ping>(r#"["ping",null]"#).unwrap_err().code, Code::MalformedJson);
    let long = format!(r#"{{"action":"ping","request_id":"{}"}}"#, "r".repeat(65));
    assert_eq!(read::<Ping>(&long).unwrap_err().code, Code::InvalidInput);
}
