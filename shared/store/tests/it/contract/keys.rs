//! Two different rows never share a key, and keys that are read back are read right, whatever ids people choose.

use std::collections::HashMap;

use parlour_domain::delivery::DeliveryId;
use parlour_domain::report::{About, ReportId};
use parlour_domain::{
    AppId, AttachmentId, ClientId, ConnectionId, ExternalId, MessageId, RoomKey, RoomNumber, Seq, TaskId, Timestamp,
    UserId, WebhookId,
};
use parlour_store::keys::{self, Key};
use proptest::prelude::*;

/// What a row is, and its key.
fn rows(ids: &Ids) -> Vec<(String, Key)> {
    let Ids {
        app,
        user,
        other,
        room,
        place,
        client,
        external,
        connection,
        hash,
        file,
    } = ids;
    let (low, high) = (user.min(other), user.max(other));
    let mut rows = rows_beside(ids);
    rows.extend([
        (format!("app {app}"), keys::app(app)),
        (format!("counter {app}"), keys::room_counter(app)),
        (format!("webhooks {app}"), keys::webhooks(app)),
        (format!("outbox {app} {room:?}"), keys::outbox(app, *room)),
        (format!("unseen {app} {room:?}"), keys::unseen(app, *room)),
        (format!("told {app} {external}"), keys::told(app, external)),
        (
            format!("friendship {app} {external} {user}"),
            keys::friendship(app, external, &ExternalId::parse(&user.to_string()).unwrap()),
        ),
        (format!("listed {app}"), keys::app_list(app)),
        (format!("token {hash}"), keys::token(hash)),
        (format!("user {app} {user}"), keys::user(app, *user)),
        (format!("seen {app} {user}"), keys::seen(app, *user)),
        (format!("external {app} {external}"), keys::external(app, external)),
        (format!("room {app} {room:?}"), keys::room(app, *room)),
        (format!("member {app} {room:?} {user}"), keys::member(app, *room, *user)),
        (format!("invite {app} {room:?} {user}"), keys::invite(app, *room, *user)),
        (format!("listed {app} {room:?}"), keys::listed(app, *room)),
        (format!("direct {app} {low} {high}"), keys::direct(app, *user, *other)),
        (format!("entry {app} {room:?} {place}"), keys::entry(app, *room, *place)),
        (
            format!("send {app} {room:?} {user} {client}"),
            keys::send_claim(app, *room, Some(*user), client),
        ),
        (
            format!("send {app} {room:?} - {client}"),
            keys::send_claim(app, *room, None, client),
        ),
        (
            format!("write {app} {user} {client}"),
            keys::write_claim(app, Some(*user), client),
        ),
        (format!("write {app} - {client}"), keys::write_claim(app, None, client)),
        (
            format!("schema {}", place.get() % 1000),
            keys::schema_version(u32::try_from(place.get() % 1000).unwrap()),
        ),
        (
            format!("progress {} {}", place.get() % 1000, room.get() % 1000),
            keys::progress(
                u32::try_from(place.get() % 1000).unwrap(),
                u32::try_from(room.get() % 1000).unwrap(),
            ),
        ),
        (
            format!("connection {app} {user} {connection}"),
            keys::connection(app, *user, connection),
        ),
        (
            format!("watching {app} {user} {connection}"),
            keys::watching(app, *user, connection),
        ),
        (
            format!("watcher {app} {user} {other} {connection}"),
            keys::watcher(app, *user, *other, connection),
        ),
        (
            format!("subscription {app} {room:?} {user} {connection}"),
            keys::subscription(app, *room, *user, connection),
        ),
        (format!("ticket {app} {hash}"), keys::ticket(app, hash)),
        (format!("file {app} {file}"), keys::attachment(app, *file)),
    ]);
    rows
}

/// What stands beside users, rooms and messages.
fn rows_beside(ids: &Ids) -> Vec<(String, Key)> {
    let Ids {
        app,
        user,
        other,
        room,
        place,
        external,
        hash,
        ..
    } = ids;
    let text = user.to_string();
    let (task, webhook) = (TaskId::parse(&text).unwrap(), WebhookId::parse(&text).unwrap());
    let number = i64::try_from(place.get()).unwrap();
    let delivery = DeliveryId {
        at: Timestamp::from_millis(number),
        event: MessageId::new(app, *room, *place),
    };
    let message = About::Message {
        room: *room,
        seq: *place,
    };
    let reports = [About::User(*other), message].map(|about| ReportId { about, by: *user });
    let of_reports = reports.iter().flat_map(|id| {
        let label = id.text(app);
        [
            (format!("report {app} {label}"), keys::report(app, id)),
            (format!("reported {app} {label}"), keys::reported(app, id)),
        ]
    });
    let mut rows: Vec<_> = of_reports.collect();
    rows.extend([
        (format!("block {app} {user} {other}"), keys::block(app, *user, *other)),
        (format!("erasure {app} {user}"), keys::erasure(app, *user)),
        (format!("was {app} {user} {room:?}"), keys::room_ever(app, *user, *room)),
        (format!("task {app} {user}"), keys::task(app, task)),
        (format!("running {app} {user}"), keys::running(app, task)),
        (
            format!("delivery {app} {user} {room:?} {place}"),
            keys::delivery(app, webhook, delivery),
        ),
        (format!("trim {app} {room:?}"), keys::trim(app, *room)),
        (
            format!("key {app} {external}"),
            keys::room_key(app, &RoomKey::parse(external.as_str()).unwrap()),
        ),
        (format!("pins {app} {room:?}"), keys::pins(app, *room)),
        (
            format!("reacted {app} {room:?} {user} {place}"),
            keys::reacted(app, *room, *user, *place),
        ),
        (
            format!("star {app} {user} {room:?} {place}"),
            keys::star(app, *user, *room, *place),
        ),
        (format!("hosted {app}"), keys::hosted(app)),
        (format!("operator counter {app}"), keys::operator_counter(app)),
        (
            format!("operator {app} {external}"),
            keys::operator(app, external.as_str()),
        ),
        (
            format!("logins {app} {hash} {place}"),
            keys::logins_of_minute(app, hash, number),
        ),
        (format!("user counter {app}"), keys::user_counter(app)),
        (format!("numbered {app} {place}"), keys::numbered_user(app, place.get())),
        (format!("registered {app} {hash}"), keys::registered_token(app, hash)),
        (format!("current {app} {user}"), keys::current_token(app, *user)),
        (format!("aggregate {app} {room:?}"), keys::aggregate(app, *room)),
        (
            format!("messages {app} {user} {place}"),
            keys::messages_of_minute(app, Some(*user), number),
        ),
        (
            format!("messages {app} - {place}"),
            keys::messages_of_minute(app, None, number),
        ),
    ]);
    rows
}

#[derive(Debug, Clone)]
struct Ids {
    app: AppId,
    user: UserId,
    other: UserId,
    room: RoomNumber,
    place: Seq,
    client: ClientId,
    external: ExternalId,
    connection: ConnectionId,
    hash: String,
    file: AttachmentId,
}

fn user() -> impl Strategy<Value = UserId> {
    prop_oneof![Just(1), Just(2), any::<u128>()]
        .prop_map(|bits| UserId::parse(&uuid::Uuid::from_u128(bits).to_string()).unwrap())
}

prop_compose! {
    /// Short ids of few letters, so that they meet and look like parts of keys.
    fn ids()(
        app in "[ab1]{1,3}|users|app|schema|apps",
        user in user(),
        other in user(),
        room in prop_oneof![1..4_u64, 1..=RoomNumber::MAX],
        place in prop_oneof![1..4_u64, 0..=Seq::MAX],
        client in "[a1:.-]{1,3}|claim|backend",
        external in "[a#~|]{1,4}|user#1|[!-~]{1,20}",
        connection in "[a1=_]{1,3}|[A-Za-z0-9+/=_-]{1,20}",
        hash in "[a1]{1,3}|[0-9a-f]{8}",
        file in user(),
    ) -> Ids {
        Ids {
            app: AppId::parse(&app).unwrap(),
            user,
            other,
            room: RoomNumber::new(room).unwrap(),
            place: Seq::new(place).unwrap(),
            client: ClientId::parse(&client).unwrap(),
            external: ExternalId::parse(&external).unwrap(),
            connection: ConnectionId::parse(&connection).unwrap(),
            hash,
            file: AttachmentId::parse(&file.to_string()).unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn two_rows_never_share_a_key(many in prop::collection::vec(ids(), 1..12)) {
        let mut seen: HashMap<Key, String> = HashMap::new();
        for (row, key) in many.iter().flat_map(rows) {
            let owner = seen.entry(key).or_insert_with(|| row.clone());
            prop_assert_eq!(&row, owner);
        }
    }

    #[test]
    fn what_a_key_was_made_of_is_read_back(ids in ids()) {
        let Ids { app, user, room, connection, external, .. } = &ids;
        let key = keys::connection(app, *user, connection);
        prop_assert_eq!(keys::parse_connection(&key.pk, &key.sk), Some((app.clone(), *user, connection.clone())));
        let key = keys::subscription(app, *room, *user, connection);
        prop_assert_eq!(keys::parse_subscription(&key.sk), Some((*user, connection.clone())));
        prop_assert_eq!(keys::parse_subscriptions_pk(&key.pk), Some(*room));
        prop_assert!(key.sk.starts_with(&keys::subscriber_prefix(*user)));
        prop_assert!(key.sk < keys::after_subscriber(*user));
        let key = keys::watcher(app, *user, *user, connection);
        prop_assert_eq!(keys::parse_watcher(&key.sk), Some((*user, connection.clone())));
        prop_assert_eq!(keys::parse_user_pk(&keys::seen(app, *user).pk), Some(*user));
        prop_assert_eq!(keys::parse_room_pk(&keys::member(app, *room, *user).pk), Some(*room));
        prop_assert_eq!(keys::parse_room(&keys::room(app, *room).pk), Some((app.clone(), *room)));
        let name = external.to_string();
        let place = keys::named_room(&name, *room);
        prop_assert_eq!(keys::parse_named_room(&place), Some((name.as_str(), *room)));
        let place = keys::unfinished_member(app, *room, *user);
        prop_assert_eq!(keys::parse_unfinished(&place), Some((app.clone(), *room, Some(*user))));
        let place = keys::unfinished_room(app, *room);
        prop_assert_eq!(keys::parse_unfinished(&place), Some((app.clone(), *room, None)));
        let due = Timestamp::from_millis(i64::try_from(ids.place.get() % 4_102_444_800_000).unwrap());
        let place = keys::room_due(due, app, *room);
        prop_assert_eq!(keys::parse_room_due(&place), Some((app.clone(), *room)));
        prop_assert!(place < keys::due_by(due) && keys::due_by(due.plus_seconds(-1)) < place);
        let place = keys::file_due(due, app, ids.file);
        prop_assert_eq!(keys::parse_file_due(&place), Some((app.clone(), ids.file)));
        let task = TaskId::parse(&user.to_string()).unwrap();
        let place = keys::running_due(due, app, task);
        prop_assert_eq!(keys::parse_running(&place), Some((app.clone(), task)));
        let webhook = WebhookId::parse(&user.to_string()).unwrap();
        let id = DeliveryId { at: due, event: MessageId::new(app, *room, ids.place) };
        let place = keys::pending_due(due, app, webhook, id);
        prop_assert_eq!(keys::parse_pending(&place), Some((app.clone(), webhook, id)));
    }

    #[test]
    fn text_order_is_the_order_of_numbers(one in 0..=Seq::MAX, other in 0..=Seq::MAX, at in 0..4_102_444_800_000_i64) {
        let place = |n| keys::seq(Seq::new(n).unwrap());
        prop_assert_eq!(place(one).cmp(&place(other)), one.cmp(&other));
        let room = RoomNumber::new(1).unwrap();
        let joined = |millis| keys::joined(Timestamp::from_millis(millis), room);
        prop_assert!(joined(at) < joined(at + 1));
        let connection = ConnectionId::parse("c").unwrap();
        let end = Timestamp::from_millis(at).plus_seconds(1);
        prop_assert!(keys::lease(end, &connection) > keys::lease_before(end));
        prop_assert!(keys::lease(Timestamp::from_millis(at), &connection) < keys::lease_before(end));
    }
}
