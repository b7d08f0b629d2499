//! What clients get, and its making from domain values.

mod answer;
mod entry;
mod live;
mod member;
mod report;
mod room;
mod user;

pub use answer::{
    AppRoomListView, ByName, EditView, HelloView, HistoryView, JoinedView, PageView, ReadNotice, ReadView, ResumedView,
    RoomListView, RoomsView, SentView, TicketView, TokenView, TypingView,
};
pub use entry::{EntryMember, EntryView, ForwardedView, ReactionView};
pub use live::{AddedView, ComesOrGoesView, PresenceView, PresencesView, RemovedView, RosterView};
pub use member::MemberView;
pub use report::ReportView;
pub use room::{RoomListItem, RoomView, UnreadView};
pub use user::{BlockView, SuspensionView, UserBrief, UserView};
