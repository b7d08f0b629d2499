//! What a page of a log says on the event bus, and who has not seen a message.

use std::collections::HashMap;

use parlour_domain::delivery::DeliveryId;
use parlour_domain::log::Entry;
use parlour_domain::webhook::EventKind;
use parlour_domain::{RoomNumber, Timestamp, UserId};
use parlour_protocol::view::EntryView;
use serde::Serialize;

use super::call::Data;
use super::telling::Telling;
use crate::Error;
use crate::event_bus::{BusEvent, EventBus};
use crate::history::views;

/// What a rule of the bus can look at. It comes at least once: `id` says what is the same.
#[derive(Serialize)]
struct Detail<'a> {
    id: &'a str,
    app_id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

impl Detail<'_> {
    fn event(kind: EventKind, at: Timestamp, (id, app_id): (&str, &str), data: Data<'_>) -> BusEvent {
        let detail = Detail {
            id,
            app_id,
            kind: kind.as_str(),
            timestamp: at.to_string(),
            data,
        };
        BusEvent {
            kind: kind.as_str(),
            at,
            // A view of ours always serialises.
            detail: serde_json::to_string(&detail).unwrap_or_default(),
        }
    }
}

impl Telling<'_> {
    /// Puts every entry on the bus, in the order of the log.
    pub(super) async fn publish(
        &self,
        bus: &dyn EventBus,
        entries: &[Entry],
        views: &[EntryView],
    ) -> Result<(), Error> {
        let views: HashMap<u64, &EntryView> = views.iter().map(|view| (view.seq, view)).collect();
        let told = entries
            .iter()
            .filter_map(|entry| Some((entry, *views.get(&entry.seq.get())?)));
        let events = told.map(|(entry, view)| {
            let (kind, ids) = (EventKind::of(&entry.body), (&*view.id, self.app.as_str()));
            Detail::event(kind, entry.at, ids, Data::Entry(view))
        });
        let events: Vec<BusEvent> = events.collect();
        if events.is_empty() {
            return Ok(());
        }
        Ok(bus.put(events).await?)
    }

    /// Puts there that these members have not seen this message, if there is a bus.
    pub(super) async fn publish_unseen(
        &self,
        id: DeliveryId,
        (room, message): (RoomNumber, &Entry),
        users: &[UserId],
    ) -> Result<(), Error> {
        let Some(bus) = &self.out.bus else { return Ok(()) };
        let views = views(self.parlour, (self.app, None), room, vec![message.clone()]).await?;
        let Some(view) = views.first() else { return Ok(()) };
        let name = id.unseen();
        let ids = (&*name, self.app.as_str());
        let event = Detail::event(EventKind::MessageUnseen, id.at, ids, Data::unseen(view, users));
        Ok(bus.put(vec![event]).await?)
    }
}
