//! Telling those who watch a user.

use parlour_domain::presence::Presence;
use parlour_domain::{AppId, Timestamp, UserId};
use parlour_protocol::view::PresenceView;

use crate::fan_out::{Notice, tell_at_length};
use crate::{Error, Parlour};

/// Tells the watchers of a user what the user's presence is now.
pub(super) async fn tell_watchers(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    presence: Presence,
    now: Timestamp,
) -> Result<(), Error> {
    let watchers = parlour.store.watchers(app, user, now).await?;
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
