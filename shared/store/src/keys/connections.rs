//! Keys of the connections table.

use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId};

use super::{Key, LEASE_SHARDS, PINGED_SHARDS, key};

/// The partition of a user's connections.
#[must_use]
pub fn connections_pk(app: &AppId, user: UserId) -> String {
    format!("{app}#{user}")
}

/// What the sort keys of connections begin with.
pub const CONNECTION_PREFIX: &str = "connection#";

/// A connection.
#[must_use]
pub fn connection(app: &AppId, user: UserId, connection: &ConnectionId) -> Key {
    key(connections_pk(app, user), format!("{CONNECTION_PREFIX}{connection}"))
}

/// The users that a connection watches.
#[must_use]
pub fn watching(app: &AppId, user: UserId, connection: &ConnectionId) -> Key {
    key(connections_pk(app, user), format!("watching#{connection}"))
}

/// What the sort keys of a user's watchers begin with.
pub const WATCHER_PREFIX: &str = "watcher#";

/// A connection of `user` that watches `watched`.
#[must_use]
pub fn watcher(app: &AppId, watched: UserId, user: UserId, connection: &ConnectionId) -> Key {
    key(
        connections_pk(app, watched),
        format!("{WATCHER_PREFIX}{}{connection}", subscriber_prefix(user)),
    )
}

/// User and connection of a watcher's sort key.
#[must_use]
pub fn parse_watcher(sk: &str) -> Option<(UserId, ConnectionId)> {
    parse_subscription(sk.strip_prefix(WATCHER_PREFIX)?)
}

/// App, user and connection of a connection's key.
#[must_use]
pub fn parse_connection(pk: &str, sk: &str) -> Option<(AppId, UserId, ConnectionId)> {
    let (app, user) = pk.split_once('#')?;
    let connection = ConnectionId::parse(sk.strip_prefix(CONNECTION_PREFIX)?).ok()?;
    Some((AppId::parse(app).ok()?, UserId::parse(user).ok()?, connection))
}

/// How many messages were sent within a minute: by a user, or by all users of the app.
#[must_use]
pub fn messages_of_minute(app: &AppId, user: Option<UserId>, minute: i64) -> Key {
    let of = user.map_or_else(|| "all".to_owned(), |user| user.to_string());
    key(format!("{app}#messages#{of}"), format!("minute#{minute}"))
}

/// How much a user announced to upload within a day.
#[must_use]
pub fn uploads_of_day(app: &AppId, user: UserId, day: i64) -> Key {
    key(format!("{app}#uploads#{user}"), format!("day#{day}"))
}

/// Index partition of leases.
#[must_use]
pub fn lease_shard(shard: u64) -> String {
    format!("lease#{}", shard % LEASE_SHARDS)
}

/// The index partition that a connection's lease is in; those that the server pings have partitions of their own.
#[must_use]
pub fn lease_pk(connection: &ConnectionId, pinged: bool) -> String {
    let bytes = connection.as_str().bytes();
    let hash = bytes.fold(0, |sum, byte| sum * 31 % 1_000_003 + u64::from(byte));
    lease_shard(if pinged {
        PINGED_SHARDS.start + hash % (PINGED_SHARDS.end - PINGED_SHARDS.start)
    } else {
        hash % PINGED_SHARDS.start
    })
}

/// The index place of a lease, by its end.
#[must_use]
pub fn lease(expires: Timestamp, connection: &ConnectionId) -> String {
    format!("{:012}#{connection}", expires.seconds())
}

/// The index place before every lease that ends at or after `now`.
#[must_use]
pub fn lease_before(now: Timestamp) -> String {
    format!("{:012}", now.seconds())
}

/// The partition of a room's subscriptions. Short: a fan-out reads many of these rows.
#[must_use]
pub fn subscriptions_pk(app: &AppId, room: RoomNumber) -> String {
    format!("{app}~{}", room.get())
}

/// The room number in the partition key of a subscription.
#[must_use]
pub fn parse_subscriptions_pk(pk: &str) -> Option<RoomNumber> {
    RoomNumber::new(pk.split_once('~')?.1.parse().ok()?)
}

/// A user in 22 characters.
#[must_use]
pub fn short_user(user: UserId) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(user.uuid().as_bytes())
}

/// The user of [`short_user`].
#[must_use]
pub fn parse_short_user(text: &str) -> Option<UserId> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    UserId::parse(&uuid::Uuid::from_slice(&bytes).ok()?.to_string()).ok()
}

/// What the sort keys of one user's subscriptions begin with.
#[must_use]
pub fn subscriber_prefix(user: UserId) -> String {
    format!("{}~", short_user(user))
}

/// The place after all subscriptions of a user: `~` comes before it, every character of an id too.
#[must_use]
pub fn after_subscriber(user: UserId) -> String {
    format!("{}\u{7f}", subscriber_prefix(user))
}

/// A subscription.
#[must_use]
pub fn subscription(app: &AppId, room: RoomNumber, user: UserId, connection: &ConnectionId) -> Key {
    key(
        subscriptions_pk(app, room),
        format!("{}{connection}", subscriber_prefix(user)),
    )
}

/// User and connection of a subscription's sort key.
#[must_use]
pub fn parse_subscription(sk: &str) -> Option<(UserId, ConnectionId)> {
    let (user, connection) = sk.split_once('~')?;
    Some((parse_short_user(user)?, ConnectionId::parse(connection).ok()?))
}

/// What a room is to hear of together. Beside the subscriptions, so that no fan-out reads it.
#[must_use]
pub fn aggregate(app: &AppId, room: RoomNumber) -> Key {
    key(format!("{app}#aggregate#{}", room.get()), "aggregate")
}

/// A ticket, by its hash.
#[must_use]
pub fn ticket(app: &AppId, hash: &str) -> Key {
    key(format!("{app}#ticket#{hash}"), "ticket")
}
