//! A message of the `fan_out` queue: one event, and a part of the connections that are to hear of it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use parlour_domain::dialect::Service;
use parlour_domain::{AppId, ConnectionId, RoomNumber, Seq, Timestamp, UserId};
use parlour_store::Subscriber;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Notice;
use super::text::Text;

/// Connections of one message: with a frame of 30 KB it stays below 64 KB, and its posts take well under a second.
const CONNECTIONS: usize = 200;

/// One event for some connections of a room. Its JSON is not for clients: only versions of Parlour read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    pub(super) app: String,
    /// None: the connections are a user's, whatever they hear of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) room: Option<u64>,
    /// The event's place in the log; none: it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    /// When it was queued, in milliseconds since 1970.
    pub(super) at: i64,
    pub(super) frame: Box<RawValue>,
    /// Whether each user gets it without what it says of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) apart: bool,
    pub(super) to: Vec<Recipient>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Recipient {
    #[serde(rename = "u")]
    user: String,
    #[serde(rename = "c")]
    connection: String,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    /// The letter of the service whose protocol it speaks.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    dialect: Option<String>,
}

/// A job whose ids are checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) app: AppId,
    pub(super) room: Option<RoomNumber>,
    pub(super) seq: Option<Seq>,
    pub(super) at: Timestamp,
    pub(super) frame: Box<RawValue>,
    pub(super) apart: bool,
    pub(super) to: Vec<Subscriber>,
}

/// The messages for these connections, shuffled: nobody is always the last to hear.
pub(super) fn chunks(notice: &Notice<'_>, text: Text<'_>, subscribers: &[Subscriber]) -> Vec<String> {
    let Ok(frame) = RawValue::from_string(text.frame.to_owned()) else {
        return Vec::new();
    };
    let mut to: Vec<&Subscriber> = subscribers.iter().collect();
    to.sort_by_cached_key(|subscriber| {
        let mut hasher = DefaultHasher::new();
        (
            notice.now.millis(),
            notice.seq.map(Seq::get),
            subscriber.connection.as_str(),
        )
            .hash(&mut hasher);
        hasher.finish()
    });
    to.chunks(CONNECTIONS)
        .filter_map(|chunk| {
            let job = Job {
                app: notice.app.as_str().to_owned(),
                room: notice.room.map(RoomNumber::get),
                seq: notice.seq.map(Seq::get),
                at: notice.now.millis(),
                frame: frame.clone(),
                apart: text.apart,
                to: chunk.iter().copied().map(Recipient::new).collect(),
            };
            serde_json::to_string(&job).ok()
        })
        .collect()
}

impl Recipient {
    fn new(subscriber: &Subscriber) -> Self {
        Self {
            user: subscriber.user.to_string(),
            connection: subscriber.connection.to_string(),
            endpoint: subscriber.endpoint.clone(),
            dialect: subscriber.dialect.map(|service| service.letter().to_owned()),
        }
    }

    fn check(self) -> Option<Subscriber> {
        Some(Subscriber {
            user: UserId::parse(&self.user).ok()?,
            connection: ConnectionId::parse(&self.connection).ok()?,
            endpoint: self.endpoint,
            dialect: match self.dialect {
                Some(letter) => Some(Service::of_letter(&letter)?),
                None => None,
            },
        })
    }
}

impl Checked {
    pub(super) fn text(&self) -> Text<'_> {
        Text {
            frame: self.frame.get(),
            apart: self.apart,
        }
    }
}

impl Job {
    /// Reads a message of the queue; `None`: it is none of ours.
    #[must_use]
    pub fn read(message: &str) -> Option<Self> {
        serde_json::from_str(message).ok()
    }

    pub(super) fn check(self) -> Option<Checked> {
        Some(Checked {
            app: AppId::parse(&self.app).ok()?,
            room: match self.room {
                Some(room) => Some(RoomNumber::new(room)?),
                None => None,
            },
            seq: match self.seq {
                Some(seq) => Some(Seq::new(seq)?),
                None => None,
            },
            at: Timestamp::from_millis(self.at),
            frame: self.frame,
            apart: self.apart,
            to: self.to.into_iter().map(Recipient::check).collect::<Option<_>>()?,
        })
    }
}
