//! What the queue of deliveries says.

use parlour_domain::delivery::DeliveryId;
use parlour_domain::{AppId, RoomNumber, WebhookId};
use serde::{Deserialize, Serialize};

/// Something to look at. Its JSON is not for clients: only versions of Parlour read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    pub(super) app: String,
    #[serde(flatten)]
    pub(super) what: What,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "deliver", rename_all = "snake_case")]
pub(super) enum What {
    /// A room has something to tell.
    Room {
        room: u64,
        /// `sweep` says so.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        swept: bool,
    },
    /// Somebody may not have seen what was said in a room.
    Unseen { room: u64 },
    /// A delivery is to be tried.
    Delivery { webhook: String, delivery: String },
}

impl Job {
    /// Reads a message of the queue; `None`: it is none of ours.
    #[must_use]
    pub fn read(message: &str) -> Option<Self> {
        serde_json::from_str(message).ok()
    }

    fn text(app: &AppId, what: What) -> String {
        let job = Self {
            app: app.as_str().to_owned(),
            what,
        };
        serde_json::to_string(&job).unwrap_or_default()
    }

    pub(super) fn of_room(app: &AppId, room: RoomNumber, swept: bool) -> String {
        let room = room.get();
        Self::text(app, What::Room { room, swept })
    }

    pub(super) fn of_unseen(app: &AppId, room: RoomNumber) -> String {
        Self::text(app, What::Unseen { room: room.get() })
    }

    pub(super) fn of_delivery(app: &AppId, webhook: WebhookId, id: DeliveryId) -> String {
        let (webhook, delivery) = (webhook.to_string(), id.to_string());
        Self::text(app, What::Delivery { webhook, delivery })
    }
}
