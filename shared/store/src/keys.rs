//! Every key of every row, and nothing else makes key text.
//!
//! A key begins with its app, except where the looker does not know the app yet (token, app list, schema). Ids are validated
//! types without `#`, and an external id, which may contain one, always comes last: two different rows never share a key.
//!
//! | row | table | pk | sk |
//! |---|---|---|---|
//! | app | chat | `app#{app}` | `app` |
//! | webhooks | chat | `app#{app}` | `webhooks` |
//! | log that is to be told | chat | `app#{app}#outbox#{number}` | `outbox` (index: `outbox`, `{due}#{app}#{number}`) |
//! | who was told to be missing messages | chat | as log that is to be told | `unseen` |
//! | delivery | chat | `app#{app}#delivery#{webhook}` | `{at}.{event}` (index: `delivery`, `{due}#{app}#{webhook}#{id}`; dead: `app#{app}#dead#{webhook}`, `{id}`) |
//! | room counter | chat | `app#{app}` | `room_counter` |
//! | apps of a home | chat | `app#{app}` | `hosted` |
//! | operator counter | chat | `app#{app}` | `operator_counter` |
//! | operator | chat | `app#{app}#operator#{e-mail address}` | `operator` |
//! | user counter | chat | `app#{app}` | `user_counter` |
//! | app list | chat | `apps` | `{app}` |
//! | API token | chat | `token#{token id}` | `token` |
//! | user | chat | `app#{app}#user#{user}` | `user` (index: `app#{app}#users`, `{user}`) |
//! | block | chat | as user | `block#{user}` |
//! | report | chat | `app#{app}#report#{report id}` | `report` (index: `app#{app}#reports#{status}`, `{at}#{report id}`) |
//! | last seen | chat | `app#{app}#user#{user}` | `seen` |
//! | user of a number | chat | `app#{app}#number#{number}` | `number` |
//! | registered token | chat | `app#{app}#registered#{hash}` | `registered` |
//! | current token of a user | chat | as user | `token` |
//! | external id | chat | `app#{app}#external#{external id}` | `external` |
//! | last event about a user | chat | as external id | `told` |
//! | friendship | chat | `app#{app}#friendships#{external id}` | `{external id}` (index: `app#{app}#friends#{external id}`, `{since}#{mark}`) |
//! | room | chat | `app#{app}#room#{number}` | `room` (index: `app#{app}#rooms`, `{folded name}`, a tab, `{number}`, 15 digits) |
//! | line of a public room | chat | `app#{app}#room#{number}` | `listed` (index: `app#{app}#public`, as the room) |
//! | member | chat | `app#{app}#room#{number}` | `member#{user}` (index: `app#{app}#rooms#{user}`, `{joined at}#{number}`) |
//! | ban | chat | in the place of the member (index: `app#{app}#bans#{number}`, `{user}`) |
//! | invite | chat | `app#{app}#room#{number}` | `invite#{user}` (index: `app#{app}#invites#{user}`, `{at}#{number}`, 15 digits each) |
//! | unfinished change | chat | as member or room | index: `unfinished`, `{app}#{number}#{user or "room"}` |
//! | entries to take away | chat | `app#{app}#room#{number}` | `trim` (index: `trim`, `{due}#{app}#{number}`) |
//! | direct room | chat | `app#{app}#direct#{user}#{user}` | `direct` |
//! | room key | chat | `app#{app}#key#{key}` | `key` |
//! | log entry | chat | `app#{app}#log#{number}` | `{seq}`, 15 digits |
//! | reply | chat | as log entry (index: `app#{app}#thread#{number}#{parent seq}`, `{seq}`) |
//! | own reactions | chat | `app#{app}#reacted#{number}#{user}` | `{seq}` of the message |
//! | pins of a room | chat | `app#{app}#pins#{number}` | `pins` |
//! | file of a message | chat | `app#{app}#file#{attachment id}` | `file` (index: `files`, `{due}#{app}#{attachment id}`) |
//! | star | chat | `app#{app}#stars#{user}` | `{number}#{seq}`, 15 digits each (index: `app#{app}#starred#{user}`, `{since}#{number}#{seq}`) |
//! | room where a user was | chat | `app#{app}#was#{user}` | `{number}`, 15 digits |
//! | report that a user made | chat | `app#{app}#reported#{user}` | `{report id}` |
//! | task | chat | `app#{app}#task#{task}` | `task` (index: `app#{app}#tasks`, `{task}`) |
//! | task that goes on | chat | as task | `running` (index: `running`, `{due}#{app}#{task}`) |
//! | running erasure of a user | chat | as user | `erasure` |
//! | claim of a send | chat | `app#{app}#send#{number}#{sender}#{client id}` | `claim` |
//! | claim of another write | chat | `app#{app}#write#{actor}#{client id}` | `claim` |
//! | schema version | chat | `schema` | `version#{number}` |
//! | progress of a migration | chat | `schema` | `progress#{number}#{segment}` |
//! | connection | connections | `{app}#{user}` | `connection#{connection}` (index: `lease#{shard}`, `{expiry}#{connection}`) |
//! | watched users | connections | `{app}#{user}` | `watching#{connection}` |
//! | watcher | connections | `{app}#{watched user}` | `watcher#{user in base64url}~{connection}` |
//! | subscription | connections | `{app}~{number}` | `{user in base64url}~{connection}` |
//! | aggregate of a room | connections | `{app}#aggregate#{number}` | `aggregate` |
//! | ticket | connections | `{app}#ticket#{hash}` | `ticket` |
//! | logins of a minute | connections | `{app}#logins#{hash}` | `minute#{number}` |
//! | messages of a minute | connections | `{app}#messages#{user or "all"}` | `minute#{number}` |

mod attachments;
mod connections;
mod incoming;
mod invites;
mod kept;
mod moderation;
mod numbers;
mod operators;
mod rooms;
mod tasks;
mod trims;
mod webhooks;

use parlour_domain::{AppId, ClientId, ExternalId, RoomNumber, Seq, Timestamp, UserId};

pub use attachments::{attachment, file_due, files, object, parse_file_due};
pub use connections::{
    CONNECTION_PREFIX, WATCHER_PREFIX, after_subscriber, aggregate, connection, connections_pk, lease, lease_before,
    lease_pk, lease_shard, messages_of_minute, parse_connection, parse_short_user, parse_subscription,
    parse_subscriptions_pk, parse_watcher, short_user, subscriber_prefix, subscription, subscriptions_pk, ticket,
    uploads_of_day, watcher, watching,
};
pub use incoming::{friend_place, friends, friendship, parse_friend_place, told};
pub use invites::{INVITE_PREFIX, invite, invited_at, invites};
pub use kept::{parse_starred_at, pins, reacted, reacted_pk, star, starred, starred_at, stars_pk};
pub use moderation::{BLOCK_PREFIX, block, report, report_place, reports};
pub use numbers::{current_token, numbered_user, registered_token, user_counter};
pub use operators::{hosted, logins_of_minute, operator, operator_counter};
pub use rooms::{
    MEMBER_PREFIX, bans, direct, joined, listed, member, named_room, parse_joined, parse_named_room, parse_room,
    parse_room_pk, parse_unfinished, public_rooms, room, room_key, room_pk, rooms, rooms_of, unfinished,
    unfinished_member, unfinished_room,
};
pub use tasks::{
    all_running, erasure, parse_room_place, parse_running, reported, reported_pk, room_ever, room_place, rooms_ever_pk,
    running, running_due, task, tasks,
};
pub use trims::{parse_room_due, room_due, trim, trims};
pub use webhooks::{
    dead, deliveries_pk, delivery, outbox, outboxes, parse_pending, pending, pending_due, unseen, webhooks,
};

/// Partition key attribute of both tables.
pub const PK: &str = "pk";
/// Sort key attribute of both tables.
pub const SK: &str = "sk";
/// The inverted index of the chat table.
pub const INVERTED: &str = "inverted";
/// The lease index of the connections table.
pub const LEASES: &str = "leases";
/// Partition key attribute of both indexes.
pub const INDEX_PK: &str = "ik";
/// Sort key attribute of both indexes.
pub const INDEX_SK: &str = "iv";
/// The time-to-live attribute of both tables, in seconds since the epoch.
pub const TTL: &str = "x";
/// Parts of the lease index, so that no single partition takes every renewal.
pub const LEASE_SHARDS: u64 = 8;

/// A row's key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition.
    pub pk: String,
    /// Place in the partition.
    pub sk: String,
}

impl Key {
    /// The key of a row, or of its line in an index.
    #[must_use]
    pub(crate) fn of(row: &crate::row::Item) -> Option<Self> {
        let text = |name| crate::row::text_of(row, name);
        Some(key(text(PK)?.to_owned(), text(SK)?))
    }
}

fn key(pk: String, sk: impl Into<String>) -> Key {
    Key { pk, sk: sk.into() }
}

/// Index place of what is due for something: by when, then by app.
fn due_at(due: Timestamp, app: &AppId, what: impl std::fmt::Display) -> String {
    format!("{:012}#{app}#{what}", due.seconds())
}

/// The app in an index place of [`due_at`], and what is due.
fn parse_due(place: &str) -> Option<(AppId, &str)> {
    let (_, of) = place.split_once('#')?;
    let (app, what) = of.split_once('#')?;
    Some((AppId::parse(app).ok()?, what))
}

/// The index place behind all that is due by `now`.
#[must_use]
pub fn due_by(now: Timestamp) -> String {
    format!("{:012}", now.plus_seconds(1).seconds())
}

/// The app's own row.
#[must_use]
pub fn app(app: &AppId) -> Key {
    key(format!("app#{app}"), "app")
}

/// The counter of the app's room numbers.
#[must_use]
pub fn room_counter(app: &AppId) -> Key {
    key(format!("app#{app}"), "room_counter")
}

/// The app's line in the list of apps.
#[must_use]
pub fn app_list(app: &AppId) -> Key {
    key(app_list_pk(), app.as_str())
}

/// The partition of the list of apps.
#[must_use]
pub fn app_list_pk() -> String {
    "apps".to_owned()
}

/// An API token, by its public part.
#[must_use]
pub fn token(token_id: &str) -> Key {
    key(format!("token#{token_id}"), "token")
}

/// A user.
#[must_use]
pub fn user(app: &AppId, user: UserId) -> Key {
    key(format!("app#{app}#user#{user}"), "user")
}

/// When a user was last seen.
#[must_use]
pub fn seen(app: &AppId, user: UserId) -> Key {
    key(format!("app#{app}#user#{user}"), SEEN)
}

/// The sort key of [`seen`].
pub const SEEN: &str = "seen";

/// The user in the partition key of the user's rows.
#[must_use]
pub fn parse_user_pk(pk: &str) -> Option<UserId> {
    UserId::parse(pk.rsplit('#').next()?).ok()
}

/// Index partition: the users of an app, by creation.
#[must_use]
pub fn users(app: &AppId) -> String {
    format!("app#{app}#users")
}

/// The row that makes an external id unique.
#[must_use]
pub fn external(app: &AppId, id: &ExternalId) -> Key {
    key(format!("app#{app}#external#{id}"), "external")
}

/// The partition of a room's log.
#[must_use]
pub fn log_pk(app: &AppId, room: RoomNumber) -> String {
    format!("app#{app}#log#{}", room.get())
}

/// The place in a log, so that text order is number order.
#[must_use]
pub fn seq(seq: Seq) -> String {
    format!("{:015}", seq.get())
}

/// An entry of a log.
#[must_use]
pub fn entry(app: &AppId, room: RoomNumber, place: Seq) -> Key {
    key(log_pk(app, room), seq(place))
}

/// Index partition: the replies to a message; their places are those of the log.
#[must_use]
pub fn thread(app: &AppId, room: RoomNumber, parent: Seq) -> String {
    format!("app#{app}#thread#{}#{}", room.get(), parent.get())
}

/// The place in a log that a sort key names.
#[must_use]
pub fn parse_seq(sk: &str) -> Option<Seq> {
    Seq::new(sk.parse().ok()?)
}

fn actor(user: Option<UserId>) -> String {
    user.map_or_else(|| "backend".to_owned(), |user| user.to_string())
}

/// The claim of a send.
#[must_use]
pub fn send_claim(app: &AppId, room: RoomNumber, sender: Option<UserId>, client_id: &ClientId) -> Key {
    key(
        format!("app#{app}#send#{}#{}#{client_id}", room.get(), actor(sender)),
        "claim",
    )
}

/// The claim of another write.
#[must_use]
pub fn write_claim(app: &AppId, by: Option<UserId>, client_id: &ClientId) -> Key {
    key(format!("app#{app}#write#{}#{client_id}", actor(by)), "claim")
}

/// The partition of the schema's versions.
#[must_use]
pub fn schema_pk() -> String {
    "schema".to_owned()
}

/// One applied migration.
#[must_use]
pub fn schema_version(number: u32) -> Key {
    key(schema_pk(), format!("{VERSION_PREFIX}{number:06}"))
}

/// What the sort keys of applied migrations begin with.
pub const VERSION_PREFIX: &str = "version#";

/// How far a migration of rows has come in one segment of the table.
#[must_use]
pub fn progress(number: u32, segment: u32) -> Key {
    key(schema_pk(), format!("{}{segment:04}", progress_prefix(number)))
}

/// What the sort keys of one migration's progress begin with.
#[must_use]
pub fn progress_prefix(number: u32) -> String {
    format!("progress#{number:06}#")
}

#[cfg(test)]
mod tests {
    use parlour_domain::ConnectionId;

    use super::*;

    const USER: &str = "018f4a5c-0000-7000-8000-0123456789ab";

    #[test]
    fn key_text_is_pinned() {
        let (a, r, u) = (
            AppId::parse("tenant").unwrap(),
            RoomNumber::new(7).unwrap(),
            UserId::parse(USER).unwrap(),
        );
        let c = ConnectionId::parse("L0SM9cOFvHcCIhw=").unwrap();
        let id = ClientId::parse("c1").unwrap();
        let text = |key: Key| format!("{} | {}", key.pk, key.sk);
        for (key, expected) in [
            (app(&a), "app#tenant | app"),
            (token("abc"), "token#abc | token"),
            (
                user(&a, u),
                "app#tenant#user#018f4a5c-0000-7000-8000-0123456789ab | user",
            ),
            (
                member(&a, r, u),
                "app#tenant#room#7 | member#018f4a5c-0000-7000-8000-0123456789ab",
            ),
            (
                entry(&a, r, Seq::new(42).unwrap()),
                "app#tenant#log#7 | 000000000000042",
            ),
            (send_claim(&a, r, None, &id), "app#tenant#send#7#backend#c1 | claim"),
            (pins(&a, r), "app#tenant#pins#7 | pins"),
            (aggregate(&a, r), "tenant#aggregate#7 | aggregate"),
            (
                star(&a, u, r, Seq::new(42).unwrap()),
                "app#tenant#stars#018f4a5c-0000-7000-8000-0123456789ab | 000000000000007#000000000000042",
            ),
            (
                subscription(&a, r, u, &c),
                "tenant~7 | AY9KXAAAcACAAAEjRWeJqw~L0SM9cOFvHcCIhw=",
            ),
        ] {
            assert_eq!(text(key), expected);
        }
        assert_eq!(parse_subscription(&subscription(&a, r, u, &c).sk), Some((u, c)));
        assert_eq!(
            parse_unfinished(&unfinished_member(&a, r, u)),
            Some((a.clone(), r, Some(u)))
        );
        assert_eq!(parse_unfinished(&unfinished_room(&a, r)), Some((a.clone(), r, None)));
        assert_eq!(parse_room_pk(&room_pk(&a, r)), Some(r));
        assert_eq!(parse_room(&room_pk(&a, r)), Some((a, r)));
        let starred = (Timestamp::from_millis(5), r, Seq::new(42).unwrap());
        assert_eq!(parse_starred_at(&starred_at(starred.0, r, starred.2)), Some(starred));
        assert_eq!(named_room("lunch", r), "lunch\t000000000000007");
        assert_eq!(parse_named_room(&named_room("a\t", r)), Some(("a\t", r)));
    }

    #[test]
    fn a_direct_room_is_the_same_from_both_sides() {
        let a = AppId::parse("tenant").unwrap();
        let other = UserId::parse("018f4a5c-0000-7000-8000-0123456789ac").unwrap();
        let u = UserId::parse(USER).unwrap();
        assert_eq!(direct(&a, u, other), direct(&a, other, u));
    }

    #[test]
    fn the_largest_seq_still_sorts_last() {
        assert!(seq(Seq::new(Seq::MAX).unwrap()) > seq(Seq::new(9).unwrap()));
        assert_eq!(seq(Seq::new(Seq::MAX).unwrap()).len(), 15);
    }
}
