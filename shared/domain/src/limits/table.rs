//! The limits that clients and integrators meet, as `GET /limits` serves them.

use serde::Serialize;

use super::{AGGREGATED_CONNECTIONS, AGGREGATE_SECONDS, ALLOWED_ORIGINS, API_TOKENS, ATTACHMENTS, ATTACHMENT_BYTES, AVATAR_URL_BYTES, BASE_ENTRIES, CLAIM_NAME_BYTES, CLAIM_SECONDS, CLIENT_ID_CHARS, CONNECTION_LEASE_SECONDS, CONTENT_TYPE_BYTES, CUSTOM_BYTES, CUSTOM_DEPTH, DEAD_DELIVERY_KEPT_SECONDS, DELIVERY_KEPT_SECONDS, DOWNLOAD_SECONDS, EVENTS_PER_REQUEST, EVENT_AHEAD_SECONDS, EXTERNAL_ID_CHARS, FILE_NAME_CHARS, FOREIGN_TOKEN_SECONDS, FORM_BYTES, FRAME_BYTES, HOOK_DEFAULT_MILLIS, HOOK_LEAST_MILLIS, HOOK_MILLIS, HOOK_REASON_CHARS, HOOK_SECRETS, INVITE_SECONDS, ISSUER_BYTES, KEY_SET_AGAIN_SECONDS, KEY_SET_SECONDS, LABEL_CHARS, LIVE_CONNECTIONS, MEMBERS, MEMBERS_AT_CREATION, MEMBERS_AT_ONCE, MEMBERS_SEARCHED, MEMBERS_SHOWN, MENTIONS, MESSAGES_PER_MINUTE, MESSAGES_PER_REQUEST, MESSAGE_EDITS, NAME_CHARS, ORIGIN_BYTES, PAGE_BYTES, PAGE_ITEMS, PINS, PRESENCE_GRACE_SECONDS, PRESENCE_USERS, PUSH_SECONDS, QUOTA_MESSAGES_PER_MINUTE, REACTIONS, REACTION_BYTES, RECEIPTS_COUNTED, REFUSED_SECONDS, REQUEST_ID_CHARS, REST_BODY_BYTES, RETENTION_DAYS, ROOMS_FOUND, ROOMS_PER_CONNECTION, ROOMS_SEARCHED, ROOMS_SORTED, ROOM_KEY_CHARS, SHARED_SECRETS, SHARED_SECRET_MAX_BYTES, SHARED_SECRET_MIN_BYTES, SLOW_MODE_ENTRIES, SLOW_MODE_SECONDS, SUBJECT_CHARS, TASK_SECONDS, TEXT_MESSAGE_BYTES, TOMBSTONE_SECONDS, TYPING_NAMES, TYPING_SECONDS, UNBOUND_SECONDS, UNREAD_EXACT, UNREAD_ROOMS, UNREAD_USERS, UNSEEN_MEMBERS, UNSEEN_SECONDS, UPLOAD_SECONDS, USERS_PER_REQUEST, USER_CONNECTIONS, USER_TOKEN_SECONDS, VERIFIED_SECONDS, WATCHERS_TOLD, WEBHOOKS, WEBHOOK_CALL_MILLIS, WEBHOOK_SECRET_OVERLAP_SECONDS, WEBHOOK_URL_BYTES};

/// The table as it is served.
///
/// `form_bytes` is what the deployment takes. `frames_at_once` and `frames_per_second` are how fast one connection may send: so many at
/// once, and so many a second in the long run; `None`: whatever is in front of the functions has its own limits, for all connections
/// together.
#[derive(Debug, Clone, Copy, Serialize)]
#[expect(missing_docs, reason = "each field is the constant of the same name")]
pub struct Limits {
    pub text_message_bytes: usize,
    pub custom_bytes: usize,
    pub custom_depth: usize,
    pub subject_chars: usize,
    pub label_chars: usize,
    pub reaction_bytes: usize,
    pub reactions: usize,
    pub mentions: usize,
    pub messages_per_request: usize,
    pub attachments: usize,
    pub attachment_bytes: u64,
    pub form_bytes: u64,
    pub file_name_chars: usize,
    pub content_type_bytes: usize,
    pub upload_seconds: i64,
    pub download_seconds: i64,
    pub unbound_seconds: i64,
    pub users_per_request: usize,
    pub events_per_request: usize,
    pub event_ahead_seconds: i64,
    pub tombstone_seconds: i64,
    pub hook_least_millis: u64,
    pub hook_millis: u64,
    pub hook_default_millis: u64,
    pub hook_secrets: usize,
    pub hook_reason_chars: usize,
    pub unseen_seconds: i64,
    pub unseen_members: usize,
    pub pins: usize,
    pub message_edits: usize,
    pub frame_bytes: usize,
    pub frames_at_once: Option<u32>,
    pub frames_per_second: Option<u32>,
    pub rest_body_bytes: usize,
    pub page_items: usize,
    pub page_bytes: usize,
    pub name_chars: usize,
    pub avatar_url_bytes: usize,
    pub client_id_chars: usize,
    pub external_id_chars: usize,
    pub room_key_chars: usize,
    pub request_id_chars: usize,
    pub members_at_creation: usize,
    pub members_at_once: usize,
    pub members: u64,
    pub slow_mode_seconds: u32,
    pub slow_mode_entries: usize,
    pub messages_per_minute: u32,
    pub quota_messages_per_minute: u32,
    pub retention_days: u32,
    pub rooms_per_connection: usize,
    pub rooms_sorted: usize,
    pub rooms_searched: usize,
    pub members_searched: usize,
    pub rooms_found: usize,
    pub members_shown: usize,
    pub unread_exact: u64,
    pub unread_users: usize,
    pub unread_rooms: usize,
    pub receipts_counted: usize,
    pub base_entries: usize,
    pub invite_seconds: i64,
    pub user_token_seconds: i64,
    pub claim_seconds: i64,
    pub task_seconds: i64,
    pub connection_lease_seconds: i64,
    pub live_connections: usize,
    pub aggregated_connections: usize,
    pub aggregate_seconds: i64,
    pub typing_seconds: i64,
    pub typing_names: usize,
    pub push_seconds: i64,
    pub user_connections: usize,
    pub api_tokens: usize,
    pub allowed_origins: usize,
    pub origin_bytes: usize,
    pub shared_secrets: usize,
    pub shared_secret_min_bytes: usize,
    pub shared_secret_max_bytes: usize,
    pub issuer_bytes: usize,
    pub claim_name_bytes: usize,
    pub verified_seconds: i64,
    pub refused_seconds: i64,
    pub key_set_seconds: i64,
    pub key_set_again_seconds: i64,
    pub foreign_token_seconds: i64,
    pub webhooks: usize,
    pub webhook_url_bytes: usize,
    pub webhook_call_millis: u64,
    pub delivery_kept_seconds: i64,
    pub dead_delivery_kept_seconds: i64,
    pub webhook_secret_overlap_seconds: i64,
    pub presence_users: usize,
    pub watchers_told: usize,
    pub presence_grace_seconds: i64,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    text_message_bytes: TEXT_MESSAGE_BYTES,
    custom_bytes: CUSTOM_BYTES,
    custom_depth: CUSTOM_DEPTH,
    subject_chars: SUBJECT_CHARS,
    label_chars: LABEL_CHARS,
    reaction_bytes: REACTION_BYTES,
    reactions: REACTIONS,
    mentions: MENTIONS,
    messages_per_request: MESSAGES_PER_REQUEST,
    attachments: ATTACHMENTS,
    attachment_bytes: ATTACHMENT_BYTES,
    form_bytes: FORM_BYTES,
    file_name_chars: FILE_NAME_CHARS,
    content_type_bytes: CONTENT_TYPE_BYTES,
    upload_seconds: UPLOAD_SECONDS,
    download_seconds: DOWNLOAD_SECONDS,
    unbound_seconds: UNBOUND_SECONDS,
    users_per_request: USERS_PER_REQUEST,
    events_per_request: EVENTS_PER_REQUEST,
    event_ahead_seconds: EVENT_AHEAD_SECONDS,
    tombstone_seconds: TOMBSTONE_SECONDS,
    hook_least_millis: HOOK_LEAST_MILLIS,
    hook_millis: HOOK_MILLIS,
    hook_default_millis: HOOK_DEFAULT_MILLIS,
    hook_secrets: HOOK_SECRETS,
    hook_reason_chars: HOOK_REASON_CHARS,
    unseen_seconds: UNSEEN_SECONDS,
    unseen_members: UNSEEN_MEMBERS,
    pins: PINS,
    message_edits: MESSAGE_EDITS,
    frame_bytes: FRAME_BYTES,
    frames_at_once: None,
    frames_per_second: None,
    rest_body_bytes: REST_BODY_BYTES,
    page_items: PAGE_ITEMS,
    page_bytes: PAGE_BYTES,
    name_chars: NAME_CHARS,
    avatar_url_bytes: AVATAR_URL_BYTES,
    client_id_chars: CLIENT_ID_CHARS,
    external_id_chars: EXTERNAL_ID_CHARS,
    room_key_chars: ROOM_KEY_CHARS,
    request_id_chars: REQUEST_ID_CHARS,
    members_at_creation: MEMBERS_AT_CREATION,
    members_at_once: MEMBERS_AT_ONCE,
    members: MEMBERS,
    slow_mode_seconds: SLOW_MODE_SECONDS,
    slow_mode_entries: SLOW_MODE_ENTRIES,
    messages_per_minute: MESSAGES_PER_MINUTE,
    quota_messages_per_minute: QUOTA_MESSAGES_PER_MINUTE,
    retention_days: RETENTION_DAYS,
    rooms_per_connection: ROOMS_PER_CONNECTION,
    rooms_sorted: ROOMS_SORTED,
    rooms_searched: ROOMS_SEARCHED,
    members_searched: MEMBERS_SEARCHED,
    rooms_found: ROOMS_FOUND,
    members_shown: MEMBERS_SHOWN,
    unread_exact: UNREAD_EXACT,
    unread_users: UNREAD_USERS,
    unread_rooms: UNREAD_ROOMS,
    receipts_counted: RECEIPTS_COUNTED,
    base_entries: BASE_ENTRIES,
    invite_seconds: INVITE_SECONDS,
    user_token_seconds: USER_TOKEN_SECONDS,
    claim_seconds: CLAIM_SECONDS,
    task_seconds: TASK_SECONDS,
    connection_lease_seconds: CONNECTION_LEASE_SECONDS,
    live_connections: LIVE_CONNECTIONS,
    aggregated_connections: AGGREGATED_CONNECTIONS,
    aggregate_seconds: AGGREGATE_SECONDS,
    typing_seconds: TYPING_SECONDS,
    typing_names: TYPING_NAMES,
    push_seconds: PUSH_SECONDS,
    user_connections: USER_CONNECTIONS,
    api_tokens: API_TOKENS,
    allowed_origins: ALLOWED_ORIGINS,
    origin_bytes: ORIGIN_BYTES,
    shared_secrets: SHARED_SECRETS,
    shared_secret_min_bytes: SHARED_SECRET_MIN_BYTES,
    shared_secret_max_bytes: SHARED_SECRET_MAX_BYTES,
    issuer_bytes: ISSUER_BYTES,
    claim_name_bytes: CLAIM_NAME_BYTES,
    verified_seconds: VERIFIED_SECONDS,
    refused_seconds: REFUSED_SECONDS,
    key_set_seconds: KEY_SET_SECONDS,
    key_set_again_seconds: KEY_SET_AGAIN_SECONDS,
    foreign_token_seconds: FOREIGN_TOKEN_SECONDS,
    webhooks: WEBHOOKS,
    webhook_url_bytes: WEBHOOK_URL_BYTES,
    webhook_call_millis: WEBHOOK_CALL_MILLIS,
    delivery_kept_seconds: DELIVERY_KEPT_SECONDS,
    dead_delivery_kept_seconds: DEAD_DELIVERY_KEPT_SECONDS,
    webhook_secret_overlap_seconds: WEBHOOK_SECRET_OVERLAP_SECONDS,
    presence_users: PRESENCE_USERS,
    watchers_told: WATCHERS_TOLD,
    presence_grace_seconds: PRESENCE_GRACE_SECONDS,
};

#[cfg(test)]
mod tests {
    use super::LIMITS;

    /// How the service does its work, rather than what a caller may ask of it.
    const INTERNAL: [&str; 7] = [
        "upload_lasts_seconds",
        "kept_seconds",
        "entries_per_read",
        "reads_per_page",
        "young_connection_seconds",
        "inline_connections",
        "connections_counted",
    ];

    /// `frames_at_once` and `frames_per_second`: no constants.
    const OF_THE_DEPLOYMENT: usize = 2;

    #[test]
    fn the_table_has_every_limit_of_a_caller() {
        let table = serde_json::to_value(LIMITS).unwrap();
        let constants = include_str!("../limits.rs").lines().filter_map(|line| {
            let (name, _) = line.strip_prefix("pub const ")?.split_once(':')?;
            Some(name.to_ascii_lowercase()).filter(|name| name != "limits")
        });
        let constants: Vec<String> = constants.collect();
        for name in &constants {
            let served = table.get(name).is_some_and(serde_json::Value::is_number);
            assert_ne!(served, INTERNAL.contains(&name.as_str()), "{name}");
        }
        let served = constants.len() - INTERNAL.len();
        assert_eq!(
            table.as_object().unwrap().len(),
            served + OF_THE_DEPLOYMENT,
            "each of the name of its constant"
        );
    }
}
