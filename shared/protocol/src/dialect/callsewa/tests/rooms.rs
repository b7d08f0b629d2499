//! Rooms, who is in them and who they are.

use super::*;

#[test]
fn who_is_connected_is_told_byte_for_byte() {
    let connection = |user, id: &str| (UserId::parse(user).unwrap(), ConnectionId::parse(id).unwrap());
    let roster = Roster {
        room: "usr-1-2".to_owned(),
        number: one(),
        connections: vec![
            connection(TWO, "ZhwmPqfR7Ydk13yvAAAB"),
            connection(ONE, "qtMUA1t_3BHHsb9rAAAD"),
        ],
    };
    let shown = concat!(
        r#"42["roomData",{"room":"usr-1-2","users":["#,
        r#"{"appId":1,"room":"usr-1-2","roomId":1,"sender":2,"id":"ZhwmPqfR7Ydk13yvAAAB"},"#,
        r#"{"appId":1,"room":"usr-1-2","roomId":1,"sender":1,"id":"qtMUA1t_3BHHsb9rAAAD"}]}]"#,
    );
    assert_eq!(room_data(&roster, &people()).frame(), shown);

    let beside = Beside {
        roster: Some(roster),
        ..in_room()
    };
    assert_eq!(beside.users().len(), 2);
    for (event, info) in [("user_connected", "2 has joined!"), ("user_disconnected", "2 has left")] {
        let told = told(event, json!({ "room_id": ROOM, "user_id": TWO }), &beside);
        assert_eq!(told[0], ("info".to_owned(), json!(info)));
        assert_eq!((told[1].0.as_str(), told.len()), ("roomData", 2));
    }
    assert_eq!(joined().frame(), r#"42["info","You have joined the room"]"#);
    assert_eq!(
        has_left(&people(), ONE).map(|said| said.frame()).as_deref(),
        Some(r#"42["info","1 has left"]"#)
    );
}

#[test]
fn a_room_has_its_members_with_what_they_have_seen() {
    let at = "2021-07-15T05:14:12.117Z";
    let room: RoomView = serde_json::from_value(json!({
        "id": ROOM, "kind": "group", "public": false, "history": "all", "key": "usr-1-2", "custom": { "topic": "x" },
        "member_count": 2, "created_at": at, "updated_at": at,
    }))
    .unwrap();
    let members: Vec<MemberView> = [(ONE, 4), (TWO, 0), (GONE, 4)]
        .map(|(user, read)| {
            let member = json!({
                "room_id": ROOM, "user_id": user, "role": "member", "name": "", "joined_at": at, "read_seq": read,
            });
            serde_json::from_value(member).unwrap()
        })
        .into();
    let with = |number: u64, seen: Value| {
        let mut user = of(number);
        user["RoomUser"] = json!({
            "userId": number, "roomId": 1, "chatId": seen, "createdAt": at, "updatedAt": at, "deletedAt": null,
        });
        user
    };
    let (name, told) = heard(&room_info(one(), &room, &members, &people(), 100_000));
    let expected = json!({
        "id": 1, "appId": 1, "room": "usr-1-2", "extra": { "topic": "x" }, "createdAt": at, "updatedAt": at, "deletedAt": null,
        "users": [with(1, json!(FIRST + 4)), with(2, json!(null))],
    });
    assert_eq!((name.as_str(), told), ("room_info", expected));
    let (_, cut) = heard(&room_info(one(), &room, &members, &people(), 1));
    assert_eq!(cut["users"].as_array().unwrap().len(), 1);
    let unnamed = RoomView { key: None, ..room };
    assert_eq!(super::name(&unnamed), ROOM);
}

/// Those of whom nothing is known any more, the backend, and those whose own system has no numbers.
#[test]
fn nobody_is_taken_for_somebody_else() {
    let at = "2021-07-17T12:25:59.456Z";
    for sender in [Some(GONE), None] {
        let (_, chat) = heard(&message(one(), &view(entry(4, sender, "hi", at)), &people()));
        assert_eq!((&chat["userId"], &chat["user"]), (&json!(0), &json!(null)));
    }
    assert!(seen_by(&people(), GONE).is_none() && is_typing(&people(), GONE, &json!(true)).is_none());
    for external in ["ada", "007", "+7", "7.0"] {
        let row = json!({
            "id": ONE, "external_id": external, "name": "Ada", "number": 1, "created_at": 0, "updated_at": 0,
        });
        let user: parlour_domain::user::User = serde_json::from_value(row).unwrap();
        let people = People::new([&user]);
        let user = heard(&seen_by(&people, ONE).unwrap()).1;
        assert_eq!(
            (&user["appUserId"], &user["firstName"], &user["lastName"]),
            (&json!(null), &json!("Ada"), &json!(""))
        );
    }
}

/// As they were registered, not where the first blank is.
#[test]
fn a_name_has_the_parts_that_it_was_given() {
    let names = crate::dialect::callsewa_rest::Names {
        first: "Mary Ann".to_owned(),
        middle: Some("K".to_owned()),
        last: "Lee".to_owned(),
    };
    let row = json!({ "id": ONE, "name": names.whole(), "number": 1, "created_at": 0, "updated_at": 0 });
    let mut user: parlour_domain::user::User = serde_json::from_value(row).unwrap();
    user.custom = Some(parlour_domain::text::Custom::parse(&names.kept()).unwrap());
    let told = heard(&seen_by(&People::new([&user]), ONE).unwrap()).1;
    assert_eq!(
        (&told["firstName"], &told["middleName"], &told["lastName"]),
        (&json!("Mary Ann"), &json!("K"), &json!("Lee"))
    );
}

#[test]
fn who_has_seen_everything_is_told_whole() {
    let expected = [("seen_by".to_owned(), of(2))];
    let read = json!({ "room_id": ROOM, "user_id": TWO, "read_seq": 5 });
    assert_eq!(told("read", read.clone(), &in_room()), expected);
    let several = json!({ "room_id": ROOM, "items": [read, { "user_id": ONE, "delivered_seq": 5 }] });
    assert_eq!(told("receipts", several, &in_room()), expected);
}
