//! Routes, bodies and rows, as they were seen and as the document shows them.

use parlour_domain::member::{Member, ReadPosition, Role};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::text::{Custom, DisplayName};
use parlour_domain::user::User;
use parlour_domain::verification::Method;
use parlour_domain::{AppId, Entropy, ExternalId, Moment, RoomKey, RoomNumber, Seq, Timestamp, UserId};
use serde_json::Map;

use super::*;

const AT: &str = "2021-07-17T12:25:59.456Z";

fn ada(name: &str, custom: Option<&Map<String, Value>>) -> User {
    let mut moment = Moment {
        now: Timestamp::from_millis(1_626_524_759_456),
        entropy: Entropy::from_seed([1; 32]),
    };
    User {
        id: UserId::generate(&mut moment),
        external_id: ExternalId::parse("501").ok(),
        name: DisplayName::parse(name).unwrap(),
        avatar_url: None,
        custom: custom.map(|custom| Custom::parse(custom).unwrap()),
        suspension: None,
        number: Some(2),
        created_at: moment.now,
        updated_at: moment.now,
    }
}

#[test]
fn every_documented_route_is_one_and_no_other() {
    for (method, path, expected) in [
        ("POST", "/app", Call::MakeApp),
        ("GET", "/app", Call::Apps),
        ("DELETE", "/app/7", Call::DeleteApp("7")),
        ("POST", "/auth/login", Call::Login),
        ("POST", "/auth/register", Call::Register),
        ("GET", "/auth/verify", Call::Verify),
        ("POST", "/room", Call::MakeRoom),
        ("GET", "/room", Call::Rooms),
        ("GET", "/room/usr-1-2", Call::Room("usr-1-2")),
        ("GET", "/room/my_room", Call::MyRooms),
        ("POST", "/room/check_room", Call::CheckRoom),
        ("PUT", "/room/add", Call::AddUsers),
        ("PUT", "/room/remove", Call::RemoveUsers),
        ("DELETE", "/room/1", Call::DeleteRoom("1")),
        ("POST", "/user", Call::MakeUser),
        ("GET", "/user/x", Call::Users("x")),
        ("DELETE", "/user/1", Call::DeleteUser("1")),
        ("GET", "/swagger", Call::Swagger),
        ("GET", "/swagger/", Call::Swagger),
        ("GET", "/swagger.json", Call::Description),
        ("GET", "/swagger/swagger.json", Call::Description),
    ] {
        assert_eq!(call(method, path), Some(expected), "{method} {path}");
    }
    for (method, path) in [
        ("GET", "/"),
        ("GET", ""),
        ("PATCH", "/app"),
        ("GET", "/app/1"),
        ("GET", "/room/a/b"),
    ] {
        assert_eq!(call(method, path), None, "{method} {path}");
    }
}

#[test]
fn a_body_has_the_fields_of_its_model_and_no_others() {
    let body = |text: &str| Body::read(text.as_bytes());
    let read = body(r#"{"room":"r","users":[2,"1",2,1.0],"extra":{"a":1},"name":null}"#).unwrap();
    assert_eq!(read.text("room"), Ok("r"));
    assert_eq!(read.numbers("users"), Ok(vec![2, 1]));
    assert_eq!(read.object_if_any("extra").unwrap().unwrap()["a"], 1);
    assert_eq!(read.object_if_any("none"), Ok(None));
    assert_eq!(
        (read.text_if_any("none"), read.text_if_any("name")),
        (Ok(None), Err(Unfit))
    );
    assert_eq!(read.only(&["room", "users", "extra", "name"]), Ok(()));
    assert_eq!(read.only(&["room", "users", "extra"]), Err(Unfit));
    for unfit in [
        r#"{"users":1}"#,
        r#"{"users":[1.5]}"#,
        r#"{"users":["x"]}"#,
        r#"{"users":[null]}"#,
        "{}",
        "",
        "[1]",
    ] {
        assert_eq!(body(unfit).unwrap().numbers("users"), Err(Unfit), "{unfit}");
    }
    for number in ["1e300", "9007199254740992", "true", "\"\"", "{}"] {
        let read = body(&format!(r#"{{"n":{number}}}"#)).unwrap();
        assert_eq!(read.number("n"), Err(Unfit), "{number}");
    }
    for none in ["{", "1", "\"x\"", "null"] {
        assert_eq!(body(none), None, "{none}");
    }
    let mut with_token = body(r#"{"token":"t","name":"n"}"#).unwrap();
    assert_eq!(with_token.take_token().as_deref(), Some("t"));
    assert_eq!(with_token.only(&["name"]), Ok(()));
}

#[test]
fn a_user_is_as_the_document_shows_but_for_the_token() {
    let names = Names {
        first: "use-1".to_owned(),
        middle: None,
        last: "usr-1".to_owned(),
    };
    let expected = json!({
        "id": 2, "appId": 1, "firstName": "use-1", "appUserId": 501, "lastName": "usr-1", "middleName": null, "token": null,
        "createdAt": AT, "updatedAt": AT, "deletedAt": null,
    });
    let kept = ada("use-1 usr-1", Some(&names.kept()));
    assert_eq!(user(1, &kept, None, None), expected);
    assert_eq!(user(1, &kept, Some("xyz"), None)["token"], "xyz");
}

#[test]
fn a_name_has_the_parts_that_were_given_until_it_changes() {
    let names = |first: &str, middle: Option<&str>, last: &str| Names {
        first: first.to_owned(),
        middle: middle.map(str::to_owned),
        last: last.to_owned(),
    };
    let given = names("Ada Augusta", Some("King"), "Lovelace");
    assert_eq!(given.whole(), "Ada Augusta King Lovelace");
    assert_eq!(Names::of(&ada(&given.whole(), Some(&given.kept()))), given);
    assert_eq!(Names::of(&ada("Bob", Some(&given.kept()))), names("Bob", None, ""));
    assert_eq!(
        Names::of(&ada("Ada King Lovelace", None)),
        names("Ada", None, "King Lovelace")
    );
    assert_eq!(names("Bob", None, "").whole(), "Bob");
}

#[test]
fn a_room_has_its_members_with_what_they_read() {
    let at = Timestamp::from_millis(1_626_524_759_456);
    let mut of = Room::new(RoomNumber::new(1).unwrap(), RoomKind::Group, at);
    of.key = RoomKey::parse("usr-1-2").ok();
    let app = AppId::parse("tenant").unwrap();
    let who = ada("Ada", None);
    let read = ReadPosition {
        seq: Seq::new(5).unwrap(),
        msg_no: 3,
    };
    let members = [(Member::joined(who.id, Role::Member, at, read), who)];
    let row = room((1, &app), &of, Some(&members), None);
    let expected = json!({
        "id": 1, "appId": 1, "room": "usr-1-2", "extra": {}, "createdAt": AT, "updatedAt": AT, "deletedAt": null,
        "users": [{
            "id": 2, "appId": 1, "firstName": "Ada", "appUserId": 501, "lastName": "", "middleName": null, "token": null,
            "createdAt": AT, "updatedAt": AT, "deletedAt": null,
            "RoomUser": {
                "userId": 2, "roomId": 1, "chatId": 2_147_483_653_u64, "createdAt": AT, "updatedAt": AT, "deletedAt": null,
            },
        }],
    });
    assert_eq!(row, expected);
    let alone = room((1, &app), &of, None, Some(at));
    assert_eq!((alone.get("users"), &alone["deletedAt"]), (None, &json!(AT)));
}

#[test]
fn an_app_asks_the_url_that_it_was_made_with() {
    let made = dialects(Some("https://shop.example/verify")).unwrap();
    assert_eq!(made.len(), 1);
    let method = made[0].verification.clone().unwrap().method;
    assert_eq!(
        method,
        Method::Url {
            url: "https://shop.example/verify".to_owned()
        }
    );
    assert!(dialects(None).unwrap()[0].verification.is_none());
}

#[test]
fn refusals_are_the_services() {
    assert_eq!(
        returned(404, "App Not Found"),
        json!({ "status": 404, "message": "App Not Found" })
    );
    assert_eq!(
        thrown(401, "No token provided"),
        json!({ "error": { "status": 401, "message": "No token provided" } })
    );
    let page = cannot("GET", "/room/<script>&\"'");
    assert!(
        page.contains("<pre>Cannot GET /room/&lt;script&gt;&amp;&quot;&#39;</pre>"),
        "{page}"
    );
}

#[test]
fn the_description_has_every_route() {
    let described = description("https://host/a/x/callsewa");
    let paths = described["paths"].as_object().unwrap();
    let routes = paths.values().map(|path| path.as_object().unwrap().len());
    assert_eq!(routes.sum::<usize>(), 17);
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            assert!(call(&method.to_uppercase(), path).is_some(), "{method} {path}");
        }
    }
    assert_eq!(described["servers"][0]["url"], "https://host/a/x/callsewa");
    let page = description_page();
    assert!(
        page.contains("/room/check_room") && !page.contains("//"),
        "nothing from elsewhere"
    );
}
