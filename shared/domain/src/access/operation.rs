//! What can be asked for, and what each of it asks of its actor.

/// Everything that can be asked for. Each route and each action is exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "each is named as the client names it; what it needs is in `Operation::needs`"
)]
pub enum Operation {
    ManageApp,
    IssueUserToken,
    IssueTicket,
    CreateUser,
    ListUsers,
    GetUser,
    GetMe,
    UpdateUser,
    DeleteUser,
    EraseUser,
    GetTask,
    ExportUser,
    ListRoomsOfUser,
    SuspendUser,
    Block,
    Report,
    Moderate,
    ManageWebhooks,
    TakeEvents,
    ListFriends,
    CreateRoom,
    ListRooms,
    FindRoom,
    ListPublicRooms,
    GetRoom,
    UpdateRoom,
    DeleteRoom,
    ListMembers,
    AddMember,
    RemoveMember,
    SetRole,
    MuteMember,
    BanMember,
    ListBans,
    ArchiveRoom,
    TruncateRoom,
    JoinRoom,
    InviteUser,
    ListInvites,
    RevokeInvite,
    ListOwnInvites,
    AcceptInvite,
    DeclineInvite,
    LeaveRoom,
    UploadFile,
    GetAttachment,
    SendMessage,
    SendMessages,
    EditMessage,
    DeleteMessage,
    React,
    ListMessages,
    GetMessage,
    MarkRead,
    MarkUnread,
    MarkDelivered,
    ListReads,
    MessageStatus,
    SetNotification,
    GetUnread,
    ListUnread,
    PinMessage,
    ListPins,
    StarMessage,
    UnstarMessage,
    ListStars,
    Subscribe,
    Typing,
    ListRoster,
    GetPresence,
    WatchPresence,
}

/// What an operation asks of its actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// The backend itself.
    Backend,
    /// The backend or any user of the app.
    Anyone,
    /// Any user of the app; the backend says for which one it acts.
    User,
    /// The backend, or the very user it is about.
    SelfOrBackend,
    /// A member of the room, or the backend.
    Member,
    /// A member of the room, as a user.
    MemberUser,
    /// An owner of the room, or the backend.
    Owner,
    /// A moderator or owner of the room, or the backend.
    Moderator,
    /// A moderator or owner of the room, either user of a direct room, or the backend.
    Curator,
    /// A moderator or owner of the room, the backend, or the very member it is about.
    ModeratorOrSelf,
    /// The member it is about, or the backend.
    MemberSelf,
    /// Any user of the app, if the room is public.
    PublicRoom,
    /// A user who is invited to the room.
    Invited,
    /// The backend, the user it is about, or a user who shares a room with that one or is a friend of them.
    Acquaintance,
    /// The same without the backend.
    AcquaintanceUser,
}

impl Operation {
    /// What it asks of its actor.
    #[must_use]
    pub const fn needs(self) -> Needs {
        match self {
            Self::ManageApp
            | Self::IssueUserToken
            | Self::CreateUser
            | Self::ListUsers
            | Self::DeleteUser
            | Self::EraseUser
            | Self::GetTask
            | Self::ExportUser
            | Self::ListRoomsOfUser
            | Self::SuspendUser
            | Self::Moderate
            | Self::ManageWebhooks
            | Self::TakeEvents
            | Self::ListUnread
            | Self::SendMessages => Needs::Backend,
            Self::UploadFile
            | Self::GetUser
            | Self::CreateRoom
            | Self::ListRooms
            | Self::FindRoom
            | Self::ListPublicRooms => Needs::Anyone,
            Self::IssueTicket
            | Self::GetMe
            | Self::Block
            | Self::ListFriends
            | Self::Report
            | Self::GetUnread
            | Self::UnstarMessage
            | Self::ListStars
            | Self::ListOwnInvites
            | Self::DeclineInvite => Needs::User,
            Self::UpdateUser => Needs::SelfOrBackend,
            Self::GetRoom
            | Self::ListMembers
            | Self::ListRoster
            | Self::SendMessage
            | Self::ListMessages
            | Self::GetMessage
            | Self::GetAttachment
            | Self::ListReads
            | Self::ListPins => Needs::Member,
            Self::EditMessage | Self::MessageStatus => Needs::MemberSelf,
            Self::React
            | Self::MarkRead
            | Self::MarkUnread
            | Self::MarkDelivered
            | Self::SetNotification
            | Self::StarMessage
            | Self::Subscribe
            | Self::Typing
            | Self::LeaveRoom => Needs::MemberUser,
            Self::PinMessage => Needs::Curator,
            Self::UpdateRoom | Self::DeleteRoom | Self::ArchiveRoom | Self::TruncateRoom | Self::SetRole => {
                Needs::Owner
            }
            Self::AddMember
            | Self::InviteUser
            | Self::ListInvites
            | Self::RevokeInvite
            | Self::MuteMember
            | Self::BanMember
            | Self::ListBans => Needs::Moderator,
            Self::RemoveMember | Self::DeleteMessage => Needs::ModeratorOrSelf,
            Self::JoinRoom => Needs::PublicRoom,
            Self::AcceptInvite => Needs::Invited,
            Self::GetPresence => Needs::Acquaintance,
            Self::WatchPresence => Needs::AcquaintanceUser,
        }
    }
}
