//! Single rows, of a message that was looked at.

use axum::response::Response;
use parlour_domain::UserId;
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::dialect::sourceloop::row::{self, About};
use parlour_protocol::view::EntryView;
use parlour_service::Error;
use parlour_service::over_rooms::{Looked, Readers, Wanted, Which};

use super::answer::{Refusal, ok};
use super::call::Call;
use super::looking::{beside, look_at, message_ids};

/// One message, as who changes it sees it.
pub(super) async fn one(call: &Call, id: &str, readers: Readers) -> Result<Option<(EntryView, Looked)>, Error> {
    let wanted = Wanted {
        which: Which::Messages(message_ids([id])),
        oldest_first: false,
        readers,
    };
    let mut looked = look_at(call, &wanted).await?;
    Ok(looked.messages.pop().map(|message| (message, looked)))
}

/// Whose positions the row of a recipient needs.
pub(super) fn reader_of(call: &Call, part: &str) -> Readers {
    // Of a row of the whole channel the caller's own position is meant.
    let named = UserId::parse(part).ok().filter(|named| *named != call.own);
    Readers::These(named.into_iter().chain([call.own]).collect())
}

/// The row of a recipient: of a member, or of the room as a whole, of which the caller's own position is meant.
pub(super) fn recipient_row(call: &Call, (message, looked): (&EntryView, &Looked), part: &str) -> Option<Row> {
    let asking = call.own.to_string();
    let beside = beside(looked, message, &asking)?;
    if part != message.room_id {
        let id = format!("{}.{part}", message.id);
        let mut rows = row::recipients(message, beside).into_iter();
        return rows.find(|row| row["id"] == id.as_str());
    }
    let own = beside.channel.members.iter().find(|member| member.user == asking);
    let about = About {
        id: part,
        recipient: &beside.channel.name,
        read: own.map_or(0, |own| own.read),
        own: true,
    };
    Some(row::recipient(message, beside, about))
}

/// The row of a message.
pub(super) fn message_row(call: &Call, (message, looked): (&EntryView, &Looked)) -> Option<Row> {
    let asking = call.own.to_string();
    Some(row::message(message, beside(looked, message, &asking)?))
}

/// The row of a file.
pub(super) fn file_row(call: &Call, (message, looked): (&EntryView, &Looked), part: &str) -> Option<Row> {
    let asking = call.own.to_string();
    let id = format!("{}.{part}", message.id);
    let mut rows = row::files(message, beside(looked, message, &asking)?).into_iter();
    rows.find(|row| row["id"] == id.as_str())
}

/// A response with a row that was just written.
pub(super) fn written(row: Option<Row>) -> Result<Response, Refusal> {
    Ok(ok(row.ok_or(Problem::NotFound)?.into(), false))
}
