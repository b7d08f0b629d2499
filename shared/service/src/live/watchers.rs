//! Telling those who watch a user. A watch may be older than a block: whom the user has blocked is not told.

use std::collections::HashSet;

use parlour_domain::presence::Presence;
use parlour_domain::{AppId, Timestamp, UserId};
use parlour_protocol::view::PresenceView;

use crate::fan_out::{Notice, tell_at_length};
use crate::{Error, Parlour};

/// Blocks of one read.
const BLOCKS: usize = 1_000;

/// Tells the watchers of a user what the user's presence is now.
pub(super) async fn tell_watchers(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    presence: Presence,
    now: Timestamp,
) -> Result<(), Error> {
    let mut watchers = parlour.store.watchers(app, user, now).await?;
    if watchers.is_empty() {
        return Ok(());
    }
    let blocked = blocked_by(parlour, app, user).await?;
    watchers.retain(|watcher| !blocked.contains(&watcher.user));
    let notice = Notice {
        app,
        room: None,
        event: "presence",
        seq: None,
        except: None,
        now,
    };
    tell_at_length(parlour, &notice, &PresenceView::new(user, presence), watchers).await;
    Ok(())
}

/// Whom a user has blocked.
async fn blocked_by(parlour: &Parlour, app: &AppId, user: UserId) -> Result<HashSet<UserId>, Error> {
    let (mut blocked, mut after) = (HashSet::new(), None);
    loop {
        let page = parlour.store.blocks(app, user, after, BLOCKS).await?;
        blocked.extend(page.blocks.iter().map(|block| block.user));
        after = page.next;
        if after.is_none() {
            return Ok(blocked);
        }
    }
}
