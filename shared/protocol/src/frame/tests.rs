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
    let like_ours = read::<Ping>(r#"{"action":"ping","a at line, expected <script>":1}"#).unwrap_err();
    assert_eq!(
        like_ours.message,
        "frame has an unknown field, expected `action` or `request_id`."
    );
    let typed = read::<JoinRoom>(r#"{"action":"join_room","room_id":["secret"]}"#).unwrap_err();
    assert_eq!(typed.message, "frame has a field of the wrong type.");
    assert_eq!(read::<Ping>("{").unwrap_err().code, Code::MalformedJson);
    assert_eq!(read::<Ping>(r#"["ping",null]"#).unwrap_err().code, Code::MalformedJson);
}

#[test]
fn a_request_id_has_so_many_characters_of_whatever_length() {
    for letter in ["r", "é", "👋"] {
        let frame = |characters: usize| format!(r#"{{"action":"ping","request_id":"{}"}}"#, letter.repeat(characters));
        assert!(read::<Ping>(&frame(64)).is_ok());
        assert_eq!(Envelope::of(&frame(64)).request_id, Some(letter.repeat(64)));
        assert_eq!(read::<Ping>(&frame(65)).unwrap_err().code, Code::InvalidInput);
        assert_eq!(
            Envelope::of(&frame(65)).request_id,
            None,
            "what is refused does not come back"
        );
    }
}

#[test]
fn events_for_one_connection_share_frames_up_to_the_limit() {
    assert!(batches([]).is_empty());
    let alone = event("typing", &1);
    assert_eq!(batches([alone.as_str()]), std::slice::from_ref(&alone));
    let both = batches([alone.as_str(), r#"{"event":"read","data":2}"#]);
    assert_eq!(
        both,
        [r#"{"event":"batch","data":[{"event":"typing","data":1},{"event":"read","data":2}]}"#]
    );
    // Texts of every size around the limit: no frame is longer, no event is lost or moved.
    for size in [5, 9_969, 9_970, 9_971, 9_972, 14_900, 29_970, 30_500] {
        let events: Vec<String> = (0..7)
            .map(|n| event("e", &format!("{n}{}", "x".repeat(size))))
            .collect();
        let frames = batches(events.iter().map(String::as_str));
        let mut seen = Vec::new();
        for frame in &frames {
            let read: Value = serde_json::from_str(frame).unwrap();
            match read["data"].as_array() {
                Some(several) => {
                    assert!(frame.len() <= limits::FRAME_BYTES, "{size}: {}", frame.len());
                    assert!(several.len() > 1);
                    seen.extend(several.iter().map(Value::to_string));
                }
                None => seen.push(read.to_string()),
            }
        }
        let sent: Vec<Value> = events.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        assert_eq!(seen, sent.iter().map(Value::to_string).collect::<Vec<_>>(), "{size}");
        if size < 9_900 {
            assert!(frames.len() < events.len(), "{size}");
        }
    }
}
