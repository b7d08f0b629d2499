//! Rows as the document and the running service show them.

use super::*;

fn entry() -> EntryView {
    EntryView {
        kind: "message".to_owned(),
        id: "m1".to_owned(),
        room_id: "r1".to_owned(),
        seq: 5,
        user_id: Some("ut1".to_owned()),
        text_message: Some("hi".to_owned()),
        custom: json!({ "sourceloop": { "channelType": "task", "files": [{ "id": "1", "fileKey": "k", "metaData": { "a": 1 },
            "createdOn": "x", "modifiedOn": "y" }], "removed": ["gone"] } })
        .as_object()
        .cloned(),
        created_at: "2026-11-21T07:55:27.746Z".to_owned(),
        ..EntryView::default()
    }
}

fn channel() -> Channel {
    let member = |user: &str, read, from| Reader {
        user: user.to_owned(),
        read,
        from,
    };
    Channel {
        name: "c1".to_owned(),
        kind: "group",
        members: vec![
            member("ut1", 5, 1),
            member("ut2", 5, 1),
            member("ut3", 4, 1),
            member("late", 9, 6),
            member("gone", 9, 1),
        ],
    }
}

fn with<T>(of: impl Fn(Beside<'_>) -> T) -> T {
    of(Beside {
        channel: &channel(),
        people: &People::default(),
        asking: "ut2",
        starred: true,
    })
}

#[test]
fn the_documented_message_is_answered_as_the_service_answers_it() {
    let documented = json!({ "deleted": false, "createdOn": "2026-11-21T07:55:27.746Z",
        "modifiedOn": "2026-11-21T07:55:27.746Z", "createdBy": "ut1", "modifiedBy": "ut1", "id": "m1", "body": "hi",
        "channelId": "c1", "channelType": "task", "status": 0 });
    assert_eq!(Value::from(with(|beside| message(&entry(), beside))), documented);
}

#[test]
fn what_native_clients_sent_is_a_message_too() {
    let native = EntryView {
        custom: None,
        user_id: None,
        status: Some("done".to_owned()),
        edited_at: Some("later".to_owned()),
        parent_id: Some("m0".to_owned()),
        ..entry()
    };
    let row = with(|beside| message(&native, beside));
    assert_eq!((&row["channelType"], &row["status"]), (&json!("group"), &json!(0)));
    assert_eq!(
        (&row["modifiedOn"], &row["parentMessageId"]),
        (&json!("later"), &json!("m0"))
    );
    assert!(!row.contains_key("createdBy"));
}

#[test]
fn recipients_are_the_members_who_may_see_it_and_are_not_its_sender() {
    let rows = with(|beside| recipients(&entry(), beside));
    let ids: Vec<&Value> = rows.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["m1.ut2", "m1.ut3"]);
    assert_eq!((&rows[0]["isRead"], &rows[1]["isRead"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&rows[0]["isFavorite"], &rows[1]["isFavorite"]),
        (&json!(true), &json!(false)),
        "a star is its owner's"
    );
    assert_eq!(
        (&rows[0]["isForwarded"], &rows[0]["channelId"]),
        (&json!(false), &json!("c1"))
    );
}

#[test]
fn files_are_those_kept_and_those_with_the_message() {
    let native = EntryView {
        attachments: vec![crate::view::AttachmentView {
            attachment_id: "a1".to_owned(),
            name: "cat.png".to_owned(),
            content_type: "image/png".to_owned(),
            size: 3,
            width: None,
            height: None,
        }],
        ..entry()
    };
    let rows = with(|beside| files(&native, beside));
    assert_eq!((&rows[0]["id"], &rows[0]["fileKey"]), (&json!("m1.1"), &json!("k")));
    assert_eq!(
        (&rows[0]["createdOn"], &rows[0]["modifiedOn"]),
        (&json!("x"), &json!("y"))
    );
    assert_eq!(
        rows[1]["metaData"],
        json!({ "name": "cat.png", "contentType": "image/png", "size": 3 })
    );
}

#[test]
fn ids_of_parts_name_their_message() {
    assert_eq!(parts("m1.u1"), Some(("m1", "u1")));
    assert_eq!(
        (parts("m1"), parts("m1."), parts(".u1"), parts("")),
        (None, None, None, None)
    );
}
