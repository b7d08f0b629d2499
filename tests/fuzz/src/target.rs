//! What is looked at: everything that reads what a client sends. A dialect more is an entry more, a file and a folder in `corpus`.

mod asked;
mod callsewa;
mod chat_panel;
mod events;
mod facebook_clone;
mod go_chat;
mod native;
mod place;
mod socket_io;
mod sourceloop;

use serde_json::Value;

/// What became of an input, in words that are the same where the way was the same; or what does not hold.
pub(crate) type Outcome = Result<String, String>;

/// Something that reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// As `--target` and the folder of its corpus have it.
    pub(crate) name: &'static str,
    /// Reads an input, and looks whether it is a command or a refusal in the words of its service.
    pub(crate) check: fn(&[u8]) -> Outcome,
    /// What means something to it.
    pub(crate) words: &'static [&'static str],
    /// Inputs that stand somewhere else already.
    pub(crate) vectors: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub(crate) const ALL: &[Target] = &[
    Target {
        name: "native",
        check: native::check,
        words: &parlour_protocol::frame::ACTIONS,
        vectors: native::vectors,
    },
    Target {
        name: "go-chat",
        check: go_chat::frame,
        words: &["type", "content", "limit", "offset", "data", "message", "get_history"],
        vectors: Vec::new,
    },
    Target {
        name: "go-chat-rest",
        check: go_chat::rest,
        words: &[
            "GET ",
            "POST ",
            "DELETE ",
            "/api/v1/",
            "rooms",
            "users",
            "search",
            "auth/validate",
            "limit=",
            "offset=",
            "name=",
            "owner_id",
            "ownerId",
            "token",
        ],
        vectors: Vec::new,
    },
    Target {
        name: "facebook-clone",
        check: facebook_clone::frame,
        words: &[
            "type",
            "data",
            "room",
            "content",
            "chat.message",
            "chat.read",
            "friend.typing.start",
            "friend.typing.stop",
        ],
        vectors: Vec::new,
    },
    Target {
        name: "facebook-clone-rest",
        check: facebook_clone::rest,
        words: &[
            "GET ",
            "POST ",
            "/api/chat/",
            "users/",
            "messages/",
            "swagger/",
            "page=",
            "last",
            "filter=online",
            "mark_read=",
        ],
        vectors: Vec::new,
    },
    Target {
        name: "sourceloop",
        check: sourceloop::check,
        words: sourceloop::WORDS,
        vectors: sourceloop::vectors,
    },
    Target {
        name: "socket-io",
        check: socket_io::check,
        words: &[
            "40",
            "41",
            "42",
            "43",
            "450-",
            "461-",
            "/admin,",
            "?a=b",
            "2probe",
            "[\"join\",",
            "{\"token\":",
            "_placeholder",
        ],
        vectors: Vec::new,
    },
    Target {
        name: "chat-panel",
        check: chat_panel::frame,
        words: chat_panel::WORDS,
        vectors: Vec::new,
    },
    Target {
        name: "chat-panel-rest",
        check: chat_panel::rest,
        words: chat_panel::REST_WORDS,
        vectors: Vec::new,
    },
    Target {
        name: "callsewa",
        check: callsewa::frame,
        words: callsewa::WORDS,
        vectors: Vec::new,
    },
    Target {
        name: "callsewa-rest",
        check: callsewa::rest,
        words: callsewa::REST_WORDS,
        vectors: Vec::new,
    },
    Target {
        name: "place",
        check: place::check,
        words: &[
            "/a/",
            "/socket.io/",
            "/ws/chat/",
            "/api/v1/",
            "/api/chat",
            "%2e",
            "%2E",
            "..",
            "//",
            "/\n",
            "acme/go-chat\n",
        ],
        vectors: place::vectors,
    },
    Target {
        name: "events",
        check: events::check,
        words: &[
            "event",
            "data",
            "items",
            "user_id",
            "room_id",
            "typing",
            "read_seq",
            "new_message",
            "typing_users",
            "receipts",
            "read",
            "user_connected",
            "user_disconnected",
            "attachments",
            "deleted_at",
            "custom",
            "created_at",
        ],
        vectors: Vec::new,
    },
];

/// A text as JSON, which it has to be.
fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text)
        .map_err(|error| format!("is answered with what is no JSON ({error}): {}", beginning(text)))
}

/// That something holds, else what does not.
fn holds(is_so: bool, else_what: impl FnOnce() -> String) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(else_what()) }
}

fn beginning(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use parlour_domain::dialect::Service;

    use super::ALL;

    #[test]
    fn every_target_has_a_name_of_its_own_and_every_corpus_a_target() {
        let names: HashSet<&str> = ALL.iter().map(|target| target.name).collect();
        assert_eq!(names.len(), ALL.len());
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for folder in std::fs::read_dir(corpus).unwrap() {
            let name = folder.unwrap().file_name().into_string().unwrap();
            assert!(names.contains(name.as_str()), "{name}");
        }
    }

    #[test]
    fn what_stands_elsewhere_is_found() {
        let many = |name: &str, least: usize| {
            let target = ALL.iter().find(|target| target.name == name).unwrap();
            let count = (target.vectors)().len();
            assert!(count >= least, "{name}: {count}");
        };
        many("native", parlour_protocol::frame::ACTIONS.len());
        many("sourceloop", 34);
        many("place", 200);
    }

    #[test]
    fn every_service_with_frames_or_a_language_of_its_own_is_looked_at() {
        for service in Service::ALL {
            assert!(ALL.iter().any(|target| target.name == service.name()), "{service}");
        }
    }
}
