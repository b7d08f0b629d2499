//! What a page of a log says on the event bus.

use std::collections::HashMap;

use parlour_domain::log::Entry;
use parlour_domain::webhook::EventKind;
use parlour_protocol::view::EntryView;
use serde::Serialize;

use super::telling::Telling;
use crate::Error;
use crate::event_bus::{BusEvent, EventBus};

/// What a rule of the bus can look at. It comes at least once: `id` says what is the same.
#[derive(Serialize)]
struct Detail<'a> {
    id: &'a str,
    app_id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: &'a EntryView,
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
            let kind = EventKind::of(&entry.body).as_str();
            let detail = Detail {
                id: &view.id,
                app_id: self.app.as_str(),
                kind,
                timestamp: entry.at.to_string(),
                data: view,
            };
            BusEvent {
                kind,
                at: entry.at,
                // A view of ours always serialises.
                detail: serde_json::to_string(&detail).unwrap_or_default(),
            }
        });
        let events: Vec<BusEvent> = events.collect();
        if events.is_empty() {
            return Ok(());
        }
        Ok(bus.put(events).await?)
    }
}
