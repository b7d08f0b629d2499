//! Actions on one's own user.

use parlour_protocol::frame::{self, UpdateProfile};
use parlour_service::users;
use serde_json::json;

use super::message::key;
use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn update(asked: Asked<'_>) -> Answered {
    let frame: UpdateProfile = frame::read(asked.text)?;
    let session = &asked.event.session;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let change = frame.change().check()?;
    let changed = users::update(
        asked.parlour,
        asked.moment,
        &session.actor(),
        session.user,
        change,
        key.as_ref(),
    )
    .await;
    Ok(Answer::Ack(json!(changed.map_err(|error| asked.refused(error))?.value)))
}
