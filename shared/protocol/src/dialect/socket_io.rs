//! Socket.IO 4 over Engine.IO 4, as frames of a WebSocket: what clients of chat-panel and callsewa speak.
//!
//! The packets are those of `socketioxide`'s parser; of Engine.IO nothing but the digit before them is left, because the manager of
//! connections owns the socket. Source: the Socket.IO protocol, revision 5, and the Engine.IO protocol, revision 4.

use serde::Serialize;
use serde_json::Value;
use socketioxide_core::packet::{Packet, PacketData};
use socketioxide_core::parser::{Parse, ParseConfig, ParserState};
use socketioxide_core::{Str, Value as Payload};
use socketioxide_parser_common::CommonParser;

/// How often the server pings, in milliseconds: as seldom as a connection on AWS allows, which ends after 10 min of silence.
pub const PING_INTERVAL_MS: u32 = 540_000;
/// How much later than that a client gives the server up, in milliseconds.
pub const PING_TIMEOUT_MS: u32 = 120_000;
/// The server's ping.
pub const PING: &str = "2";
/// The server ends the session: what answers a frame that is no packet, but an action of Parlour's own.
pub const CLOSE: &str = "1";
/// The server ends the connection to the namespace of everything.
pub const DISCONNECTED: &str = "41";

/// The namespace of everything; there is no other.
const ROOT: &str = "/";
/// What a client is told that wants another namespace, in the words of the library.
const NO_NAMESPACE: &str = "Invalid namespace";

/// What a client's frame says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It connects to the namespace of everything.
    Connect,
    /// It connects to another one.
    ConnectElsewhere(String),
    /// It leaves, by Engine.IO or by Socket.IO.
    Leave,
    /// It emits an event.
    Event(Emitted),
    /// It has heard a ping.
    Pong,
    /// Nothing that asks for anything.
    Nothing,
    /// It is no packet: the library ends such a connection.
    Malformed,
}

/// An event that a client emits.
#[derive(Debug, Clone, PartialEq)]
pub struct Emitted {
    /// Its name.
    pub name: String,
    /// What comes with it. Binary data is not in it, but the placeholders of the protocol.
    pub arguments: Vec<Value>,
    /// Under which number the client waits for an acknowledgement.
    pub acknowledge: Option<i64>,
}

impl Emitted {
    /// The first thing that comes with it.
    #[must_use]
    pub fn first(&self) -> Option<&Value> {
        self.arguments.first()
    }
}

/// Reads a frame.
#[must_use]
pub fn decode(frame: &str) -> Heard {
    let mut characters = frame.chars();
    match (characters.next(), characters.as_str()) {
        (Some('1'), "") => Heard::Leave,
        (Some('2'), "probe") | (Some('5' | '6'), "") => Heard::Nothing,
        (Some('3'), "") => Heard::Pong,
        (Some('4'), packet) => message(packet),
        _ => Heard::Malformed,
    }
}

fn message(text: &str) -> Heard {
    // Attachments would come in frames of their own, which are not waited for: the event is what its text is.
    let text = text.strip_prefix('5').map_or_else(
        || text.to_owned(),
        |rest| {
            rest.split_once('-')
                .map_or_else(String::new, |(_, rest)| format!("2{rest}"))
        },
    );
    let read = CommonParser.decode_str(&ParseConfig::default(), &ParserState::default(), Str::from(text));
    let Ok(Packet { inner, ns }) = read else {
        return Heard::Malformed;
    };
    match inner {
        PacketData::Connect(_) if ns == ROOT => Heard::Connect,
        PacketData::Connect(_) => Heard::ConnectElsewhere(ns.to_string()),
        PacketData::Disconnect if ns == ROOT => Heard::Leave,
        PacketData::Event(Payload::Str(text, _), id) if ns == ROOT => emitted(&text, id),
        // To where it is not connected.
        _ => Heard::Nothing,
    }
}

fn emitted(text: &str, acknowledge: Option<i64>) -> Heard {
    let Ok(Value::Array(mut arguments)) = serde_json::from_str(text) else {
        return Heard::Malformed;
    };
    if !arguments.first().is_some_and(Value::is_string) {
        return Heard::Malformed;
    }
    let Value::String(name) = arguments.remove(0) else {
        return Heard::Malformed;
    };
    Heard::Event(Emitted {
        name,
        arguments,
        acknowledge,
    })
}

/// An event that the server emits.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    name: &'static str,
    /// The text of what comes with it, as JSON.
    argument: String,
}

impl Said {
    /// An event with what comes with it.
    #[must_use]
    pub fn new(name: &'static str, argument: &impl Serialize) -> Self {
        Self {
            name,
            // What is said is made of texts, numbers and lists of them: there is nothing that could not be written.
            argument: serde_json::to_string(argument).unwrap_or_else(|_| "null".to_owned()),
        }
    }

    /// How many bytes its frame has, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.argument.len() + self.name.len() + 8
    }

    /// Its frame.
    #[must_use]
    pub fn frame(&self) -> String {
        let data = format!("[\"{}\",{}]", self.name, self.argument);
        written(Packet::event(ROOT, Payload::Str(data.into(), None)))
    }
}

/// The frame of a packet.
fn written(packet: Packet) -> String {
    match CommonParser.encode(packet) {
        Payload::Str(text, _) => format!("4{text}"),
        Payload::Bytes(_) => String::new(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Open<'a> {
    sid: &'a str,
    upgrades: [&'a str; 0],
    ping_interval: u32,
    ping_timeout: u32,
    max_payload: usize,
}

/// What a connection hears first. `longest` is what it may send at once, in bytes.
#[must_use]
pub fn open(sid: &str, longest: usize) -> String {
    let open = Open {
        sid,
        upgrades: [],
        ping_interval: PING_INTERVAL_MS,
        ping_timeout: PING_TIMEOUT_MS,
        max_payload: longest,
    };
    format!("0{}", serde_json::to_string(&open).unwrap_or_default())
}

/// The answer to [`Heard::Connect`].
#[must_use]
pub fn connected(sid: &str) -> String {
    let data = serde_json::json!({ "sid": sid }).to_string();
    written(Packet::connect(ROOT, Some(Payload::Str(data.into(), None))))
}

/// A connection to the namespace is refused.
#[must_use]
pub fn connect_error(message: &str) -> String {
    written(Packet::connect_error(ROOT, message))
}

/// The answer to [`Heard::ConnectElsewhere`].
#[must_use]
pub fn no_namespace(namespace: &str) -> String {
    written(Packet::connect_error(namespace.to_owned(), NO_NAMESPACE))
}

/// The answer to an event whose client waits for one.
#[must_use]
pub fn acknowledged(id: i64) -> String {
    written(Packet::ack(ROOT, Payload::Str(Str::from("[]"), None), id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(name: &str, arguments: Vec<Value>, acknowledge: Option<i64>) -> Heard {
        Heard::Event(Emitted {
            name: name.to_owned(),
            arguments,
            acknowledge,
        })
    }

    #[test]
    fn packets_are_read() {
        for (frame, expected) in [
            ("40", Heard::Connect),
            (r#"40{"token":"x"}"#, Heard::Connect),
            ("40/admin,", Heard::ConnectElsewhere("/admin".to_owned())),
            (r#"40/admin,{"a":1}"#, Heard::ConnectElsewhere("/admin".to_owned())),
            ("41", Heard::Leave),
            ("1", Heard::Leave),
            ("3", Heard::Pong),
            ("2probe", Heard::Nothing),
            ("5", Heard::Nothing),
            (r#"42["seen"]"#, event("seen", vec![], None)),
            (r#"42["join","usr-1-2"]"#, event("join", vec![json!("usr-1-2")], None)),
            (
                r#"4213["load_more",{"page":1,"limit":20}]"#,
                event("load_more", vec![json!({ "page": 1, "limit": 20 })], Some(13)),
            ),
            (
                r#"451-["send_message",{"_placeholder":true,"num":0}]"#,
                event("send_message", vec![json!({ "_placeholder": true, "num": 0 })], None),
            ),
            (r#"42/admin,["seen"]"#, Heard::Nothing),
            ("431[]", Heard::Nothing),
        ] {
            assert_eq!(decode(frame), expected, "{frame}");
        }
    }

    #[test]
    fn what_is_no_packet_is_malformed() {
        for frame in [
            "", "x", "4", "49", "42", "42[", "42[]", "42[1]", "42{}", "45", "45-", "451", "0", "2", "é", "42é",
            "42[\"a\"", "31",
        ] {
            assert_eq!(decode(frame), Heard::Malformed, "{frame}");
        }
        let deep = format!("42[\"a\",{}{}]", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(decode(&deep), Heard::Malformed);
    }

    #[test]
    fn packets_are_written() {
        assert_eq!(
            open("abc", 32_768),
            r#"0{"sid":"abc","upgrades":[],"pingInterval":540000,"pingTimeout":120000,"maxPayload":32768}"#
        );
        assert_eq!(connected("abc"), r#"40{"sid":"abc"}"#);
        assert_eq!(
            connect_error("No token key found"),
            r#"44{"message":"No token key found"}"#
        );
        assert_eq!(no_namespace("/admin"), r#"44/admin,{"message":"Invalid namespace"}"#);
        assert_eq!(acknowledged(13), "4313[]");
        assert_eq!(
            Said::new("info", &"You have \"joined\" the room").frame(),
            r#"42["info","You have \"joined\" the room"]"#
        );
    }
}
