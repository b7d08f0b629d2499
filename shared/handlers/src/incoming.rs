//! `events`: messages of the queue of events of the integrator's own system, several at a time.

use std::collections::BTreeMap;

use parlour_domain::access::Actor;
use parlour_domain::incoming::Incoming;
use parlour_domain::{AppId, Moment};
use parlour_protocol::request::QueuedEvent;
use parlour_service::{Error, Parlour, incoming, metric};
use serde_json::Value;

use crate::InvokeError;
use crate::queued;
use crate::wire::failed;

/// Takes the events of each app. A message that is no event, or none of an app that there is, and one that could not be taken, is
/// answered as failed: the queue gives it again, and in the end puts it aside for people to look at.
pub(crate) async fn take(parlour: &Parlour, moment: &mut Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let mut apps: BTreeMap<AppId, Vec<(String, Incoming)>> = BTreeMap::new();
    let mut undone = Vec::new();
    for message in queued::messages("events", payload)? {
        match read(&message.body, moment) {
            Ok((app, event)) => apps.entry(app).or_default().push((message.message_id, event)),
            Err(reason) => {
                refuse(&message.message_id, reason);
                undone.push(message.message_id);
            }
        }
    }
    for (app, events) in apps {
        undone.extend(of_app(parlour, moment, app, events).await);
    }
    Ok(queued::failed(undone))
}

fn read(body: &str, moment: &Moment) -> Result<(AppId, Incoming), &'static str> {
    let queued: QueuedEvent = serde_json::from_str(body).map_err(|_| "it cannot be read")?;
    let app = AppId::parse(&queued.app).map_err(|_| "it names no app")?;
    let event = queued.event.check(moment.now).map_err(|invalid| invalid.field)?;
    Ok((app, event))
}

/// Counts a message that its sender has to send otherwise: no fault of this side. Of the message itself nothing is logged.
fn refuse(message_id: &str, reason: &str) {
    metric::REFUSALS.add(1);
    tracing::warn!(message_id, reason, "a message of the queue is no event");
}

/// The ids of the messages that failed.
async fn of_app(parlour: &Parlour, moment: &mut Moment, app: AppId, events: Vec<(String, Incoming)>) -> Vec<String> {
    let (ids, events): (Vec<String>, Vec<Incoming>) = events.into_iter().unzip();
    let taken = async {
        if parlour.store.app(&app).await?.is_none() {
            return Ok(None);
        }
        let actor = Actor::Backend { app };
        incoming::take(parlour, moment, &actor, events).await.map(Some)
    };
    let taken: Result<_, Error> = taken.await;
    match taken {
        Ok(None) => {
            for id in &ids {
                refuse(id, "there is no such app");
            }
            ids
        }
        Ok(Some(taken)) => {
            let mut undone = Vec::new();
            for (id, taken) in ids.into_iter().zip(taken) {
                if let Err(error) = taken {
                    // What it is told by stays in the queue; the log has the reason.
                    let _logged = failed("events", &error);
                    undone.push(id);
                }
            }
            undone
        }
        Err(error) => {
            let _logged = failed("events", &error);
            ids
        }
    }
}
