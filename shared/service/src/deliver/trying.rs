//! Tries of deliveries, and what is written down of them.

use std::collections::HashMap;
use std::time::Duration;

use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus, Failure, Outcome};
use parlour_domain::webhook::Webhook;
use parlour_domain::{Moment, WebhookId};
use parlour_protocol::view::EntryView;
use parlour_store::Written;
use tokio::time::Instant;

use super::telling::Telling;
use super::{Job, call, put};
use crate::history::views;
use crate::{Error, metric};

/// One job calls a webhook for so long; what is left comes a second later.
const PATIENCE: Duration = Duration::from_secs(15);
/// A delivery that comes later than this is left to `sweep`: the longest that a queue of SQS holds anything back.
const QUEUED_SECONDS: i64 = 900;

impl Telling<'_> {
    /// After the first that fails the others are not tried: they wait as long as that one.
    pub(super) async fn in_turn(
        &self,
        mut moment: Moment,
        hook: &Webhook,
        deliveries: Vec<&Delivery>,
        views: &HashMap<String, EntryView>,
    ) {
        let end = Instant::now() + PATIENCE;
        let mut wait = None;
        for delivery in deliveries {
            if wait.is_none() && Instant::now() >= end {
                wait = Some(self.now.plus_seconds(1));
            }
            let after = match wait {
                Some(until) => delivery.put_off(until, self.now),
                None => {
                    let view = views.get(&delivery.id.event.to_string());
                    let outcome = self.call(Some(hook), delivery, view).await;
                    delivery.tried(outcome, self.now, moment.entropy.below(u64::MAX))
                }
            };
            wait = wait.or(after.due);
            self.keep(delivery, &after).await;
        }
    }

    /// Tries a delivery that is due.
    pub(super) async fn again(&self, moment: &mut Moment, webhook: WebhookId, id: DeliveryId) -> Result<(), Error> {
        let store = &self.parlour.store;
        let (hooks, delivery) = tokio::join!(store.webhooks(self.app), store.delivery(self.app, webhook, id));
        let hooks = hooks?;
        let pending = |delivery: &Delivery| delivery.due.is_some_and(|due| due <= self.now);
        let Some(delivery) = delivery?.filter(pending) else {
            return Ok(());
        };
        let place = id.event.place(self.app).ok();
        let view = match place {
            Some((room, seq)) => {
                let entry = store.entry(self.app, room, seq).await?;
                views(self.parlour, (self.app, None), room, entry.into_iter().collect())
                    .await?
                    .pop()
            }
            None => None,
        };
        let outcome = self.call(hooks.of(webhook), &delivery, view.as_ref()).await;
        let after = delivery.tried(outcome, self.now, moment.entropy.below(u64::MAX));
        self.keep(&delivery, &after).await;
        Ok(())
    }

    async fn call(&self, hook: Option<&Webhook>, delivery: &Delivery, view: Option<&EntryView>) -> Outcome {
        match (hook.filter(|hook| hook.enabled), view) {
            (None, _) => Outcome::Failed(Failure::Disabled),
            (_, None) => Outcome::Failed(Failure::Gone),
            (Some(hook), Some(view)) => call::post(self.parlour.trust.fetcher(), hook, delivery, view, self.now).await,
        }
    }

    /// Writes down what became of a try, and has the next one made. If the row cannot be written, `sweep` has it tried again.
    async fn keep(&self, before: &Delivery, after: &Delivery) {
        if after.answer == Some(410) && after.status == DeliveryStatus::Dead {
            self.switch_off(after.webhook).await;
        }
        match self.parlour.store.replace_delivery(self.app, before, after).await {
            // One that was put off was not tried.
            Ok(Written::Done) if after.tries > before.tries => metric::delivered(after),
            Ok(Written::Done) => {}
            Ok(_) => return,
            Err(error) => {
                metric::store_failed(&error);
                return tracing::warn!(%error, "what became of a delivery is not written down");
            }
        }
        let Some(due) = after.due else { return };
        let wait = (due.millis() - self.now.millis() + 999).div_euclid(1_000).max(0);
        if let Some(wait) = u16::try_from(wait)
            .ok()
            .filter(|wait| i64::from(*wait) <= QUEUED_SECONDS)
        {
            let job = Job::of_delivery(self.app, after.webhook, after.id);
            put(self.out, vec![job], wait).await;
        }
    }

    /// The receiver says that it is gone for good (410).
    async fn switch_off(&self, webhook: WebhookId) {
        let store = &self.parlour.store;
        let switched = async {
            let before = store.webhooks(self.app).await?;
            let mut after = before.clone();
            match after.of_mut(webhook) {
                Some(hook) if hook.enabled => {
                    hook.enabled = false;
                    hook.updated_at = self.now;
                }
                _ => return Ok(()),
            }
            // Whoever changed the list meanwhile has just looked after it.
            store
                .replace_webhooks(self.app, &before, after, None, self.now)
                .await
                .map(drop)
        };
        if let Err(error) = switched.await {
            metric::store_failed(&error);
        }
    }
}
