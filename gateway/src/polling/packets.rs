//! Engine.IO's packets as requests carry them: several at once, with U+001E between them, which is in none.

use bytes::{Buf as _, Bytes};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::connection::{Input, MAX_FRAME, MAX_MESSAGE, Violation};

/// The packet that says nothing: it ends a request that has waited long enough.
pub(super) const NOOP: &str = "6";
/// The packet that ends the session.
pub(super) const CLOSE: &str = "1";
/// What stands between two packets.
const SEPARATOR: char = '\u{1e}';

/// What came in one request; its packets are taken one by one.
#[derive(Debug, Default)]
pub(crate) struct Payload(Option<Bytes>);

impl Payload {
    /// The body of a request.
    pub(crate) const fn new(body: Bytes) -> Self {
        Self(Some(body))
    }

    /// Whether every packet was taken.
    pub(crate) const fn is_over(&self) -> bool {
        self.0.is_none()
    }
}

impl Iterator for Payload {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let mut rest = self.0.take()?;
        let Some(end) = rest.iter().position(|byte| char::from(*byte) == SEPARATOR) else {
            return Some(rest);
        };
        let packet = rest.split_to(end);
        rest.advance(SEPARATOR.len_utf8());
        self.0 = Some(rest);
        Some(packet)
    }
}

/// What a packet of the client is to its connection: what a frame of a WebSocket would be.
pub(super) fn input(packet: Bytes) -> Input {
    if packet.len() > MAX_FRAME {
        return Input::Violated(Violation::TooBig);
    }
    if packet == CLOSE {
        return Input::PeerClosed { frame: None };
    }
    if packet.starts_with(b"b") {
        return Input::Binary;
    }
    Utf8Bytes::try_from(packet).map_or(Input::Violated(Violation::NotUtf8), Input::Text)
}

/// Adds a packet to what is sent at once; false: there is no room for it.
pub(super) fn join(payload: &mut Option<String>, packet: &str) -> bool {
    let Some(payload) = payload else {
        // One alone always goes: it is no longer than a message may be.
        *payload = Some(packet.to_owned());
        return true;
    };
    let fits = payload.len() + SEPARATOR.len_utf8() + packet.len() <= MAX_MESSAGE;
    if fits {
        payload.push(SEPARATOR);
        payload.push_str(packet);
    }
    fits
}

/// The open packet for a client that polls, in place of one for a WebSocket; `None`: it is no open packet.
pub(super) fn open(frame: &str, sid: &str) -> Option<String> {
    let Ok(Value::Object(mut open)) = serde_json::from_str(frame.strip_prefix('0')?) else {
        return None;
    };
    open.insert("sid".to_owned(), json!(sid));
    open.insert("upgrades".to_owned(), json!(["websocket"]));
    Some(format!("0{}", Value::Object(open)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(body: &'static str) -> Vec<Bytes> {
        Payload::new(body.into()).collect()
    }

    #[test]
    fn a_payload_is_its_packets() {
        assert_eq!(split("40"), ["40"]);
        assert_eq!(split("42[\"a\"]\u{1e}3\u{1e}1"), ["42[\"a\"]", "3", "1"]);
        assert_eq!(split(""), [""]);
        assert_eq!(split("\u{1e}"), ["", ""]);
        let mut payload = Payload::new("a\u{1e}b".into());
        assert!(!payload.is_over());
        payload.next();
        assert!(!payload.is_over());
        payload.next();
        assert!(payload.is_over());
        assert!(payload.next().is_none());
        assert!(Payload::default().is_over());
    }

    #[test]
    fn a_packet_is_what_a_frame_would_be() {
        for (packet, expected) in [
            ("40", Input::Text("40".into())),
            ("3", Input::Text("3".into())),
            ("", Input::Text("".into())),
            ("1x", Input::Text("1x".into())),
            ("1", Input::PeerClosed { frame: None }),
            ("bAQID", Input::Binary),
        ] {
            assert_eq!(input(packet.into()), expected, "{packet}");
        }
        assert_eq!(input(Bytes::from_static(b"4\xff")), Input::Violated(Violation::NotUtf8));
        let long = |length| Bytes::from("4".repeat(length));
        assert!(matches!(input(long(MAX_FRAME)), Input::Text(_)));
        assert_eq!(input(long(MAX_FRAME + 1)), Input::Violated(Violation::TooBig));
    }

    #[test]
    fn packets_are_joined_as_long_as_they_fit() {
        let mut payload = None;
        assert!(join(&mut payload, "40"));
        assert!(join(&mut payload, "42[]"));
        assert_eq!(payload.as_deref(), Some("40\u{1e}42[]"));
        assert!(!join(&mut payload, &"4".repeat(MAX_MESSAGE - 7)));
        assert!(join(&mut payload, &"4".repeat(MAX_MESSAGE - 8)));
        assert!(!join(&mut payload, ""));
        let mut whole = None;
        assert!(join(&mut whole, &"4".repeat(MAX_MESSAGE)));
    }

    #[test]
    fn the_open_packet_is_given_the_session_and_its_upgrade() {
        let frame = r#"0{"sid":"shown","upgrades":[],"pingInterval":540000,"pingTimeout":120000,"maxPayload":32768}"#;
        let opened = open(frame, "secret").unwrap();
        let opened: Value = serde_json::from_str(opened.strip_prefix('0').unwrap()).unwrap();
        assert_eq!(
            opened,
            json!({
                "sid": "secret",
                "upgrades": ["websocket"],
                "pingInterval": 540_000,
                "pingTimeout": 120_000,
                "maxPayload": 32_768,
            })
        );
        for other in ["", "0", "0[]", "0{", "40{}", "42[\"a\"]", "é"] {
            assert_eq!(open(other, "secret"), None, "{other}");
        }
    }
}
