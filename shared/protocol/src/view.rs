//! What clients get, and its making from domain values.

mod ack;
mod answer;
mod app;
mod attachment;
mod delivery;
mod entry;
mod incoming;
mod invite;
mod live;
mod member;
mod page;
mod reading;
mod report;
mod room;
mod task;
mod user;
mod webhook;

pub use ack::{ChangedView, OfRoomAndUserView, OfRoomView, OfUserView, PongView, ReauthView, ResumedRoomsView};
pub use answer::{
    AppRoomListView, ByName, EditView, FoundRoomsView, HelloView, HistoryView, JoinedView, PageView, ResumedView,
    RoomListView, RoomsView, SentView, TicketView, TokenView, TypingView,
};
pub use app::{AppTokenView, AppView, MessageHookView, NewTokenView, QuotasView, UserClaimsView, VerificationView};
pub use attachment::{AnnouncedView, AttachmentView, DownloadView, UploadView};
pub use delivery::DeliveryView;
pub use entry::{EntryMember, EntryView, ForwardedView, ReactionView};
pub use incoming::{EventOutcome, TakenView};
pub use invite::InviteView;
pub use live::{
    AddedView, ComesOrGoesView, PresenceView, PresencesView, RemovedView, RosterView, TypingUserView, TypingUsersView,
};
pub use member::{BanView, MemberView, MembersAddedView, MuteView};
pub use page::{
    BlocksView, InvitesView, MessageEditsView, MessageRepliesView, PublicRoomsView, RoomBansView, RoomHistoryView,
    RoomInvitesView, RoomMembersView, RoomPinsView, RoomPositionsView, RoomRosterView, StarsView,
};
pub use reading::{
    DeliveredView, NotificationView, PinView, ReadNotice, ReadPositionView, ReadView, ReceiptNotice, ReceiptView,
    ReceiptsView, StarView, StarredView, StatusView, UnreadListView, UnreadOfUserView, UnreadOfUsersView,
    UnreadRoomView, receipt_name,
};
pub use report::ReportView;
pub use room::{RoomListItem, RoomMemberView, RoomView, SettingsView, TruncatedView, UnreadView};
pub use task::{MembershipView, TaskStatusOption, TaskView};
pub use user::{BlockView, FriendView, FriendsView, SuspensionView, UserBrief, UserView};
pub use webhook::WebhookView;
