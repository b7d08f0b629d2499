//! What clients get, and its making from domain values.

mod answer;
mod entry;
mod member;
mod reading;
mod room;
mod user;

pub use answer::{
    AppRoomListView, ByName, EditView, HelloView, HistoryView, JoinedView, PageView, ResumedView, RoomListView,
    RoomsView, TicketView, TokenView, TypingView,
};
pub use entry::{EntryMember, EntryView, ForwardedView, ReactionView};
pub use member::MemberView;
pub use reading::{
    DeliveredView, NotificationView, PinView, ReadNotice, ReadPositionView, ReadView, ReceiptView, StarView,
    StarredView, StatusView, UnreadListView, UnreadOfUserView, UnreadOfUsersView, UnreadRoomView, receipt_name,
};
pub use room::{RoomListItem, RoomMemberView, RoomView, UnreadView};
pub use user::{UserBrief, UserView};
