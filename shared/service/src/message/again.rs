//! The answer to a change of a message that comes again. Its claim keeps no more than where the change stands, and the answer is made
//! from the log anew: what a message said must not outlive it in a claim.

use parlour_domain::access::Operation;
use parlour_domain::log::{Body, Entry};
use parlour_domain::{Seq, Timestamp};
use parlour_protocol::view::EntryView;
use serde::{Deserialize, Serialize};

use super::{Changed, Target};
use crate::idempotency::{Done, Key, replay};
use crate::{Error, Parlour};

/// What the claim of a change keeps.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stands {
    /// The entry that says the change.
    pub(super) seq: Seq,
}

impl Target<'_> {
    /// What an earlier attempt under this key came to, as the log tells it now. Who may not see the message any more is told that there
    /// is none.
    pub(crate) async fn earlier(
        &self,
        parlour: &Parlour,
        key: Option<&Key>,
        now: Timestamp,
    ) -> Result<Option<Done<Changed>>, Error> {
        match replay::<Stands>(parlour, self.actor, key, now).await? {
            Some(done) => self.again(parlour, &done.value).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn again(&self, parlour: &Parlour, stands: &Stands) -> Result<Done<Changed>, Error> {
        let found = self.find(parlour, Operation::GetMessage).await?;
        let change = parlour.store.entry(found.app, found.room, stands.seq).await?;
        let change = change.ok_or(Error::NotFound)?;
        let value = Changed {
            entry: Some(EntryView::new(found.app, found.room, &change, None)),
            message: found.view(&behind(&found.entry, &change)),
        };
        Ok(Done { value, replayed: true })
    }
}

/// The message as it was behind an edit, whatever was edited later. One that is deleted by now says nothing any more.
fn behind(message: &Entry, change: &Entry) -> Entry {
    let mut then = message.clone();
    if let (Body::MessageEdited { now, .. }, None) = (&change.body, &message.deletion) {
        then.body = Body::Message(now.as_ref().clone());
        if let Some(edits) = &mut then.edits {
            edits.at = change.at;
            edits.entries.retain(|edit| *edit <= change.seq);
        }
    }
    then
}
