//! The hook that is asked before a message of a user stands: it lets it, changes it or refuses it, and where it does not answer the
//! app's setting decides.

use serde_json::{Value, json};

use crate::harness::{HOOK_SECRET, Hook, Person, Says, Tenant, Tenants};

fn allow() -> Says {
    Says::This(200, json!({ "decision": "allow" }))
}

fn change(text: &str) -> Says {
    Says::This(
        200,
        json!({ "decision": "change", "text_message": text, "custom": { "seen": true } }),
    )
}

fn refuse(reason: Value) -> Says {
    let mut says = json!({ "decision": "refuse" });
    says["reason"] = reason;
    Says::This(200, says)
}

async fn hooked(tenant: &Tenant, says: Says, on_failure: &str) -> (Hook, Person, Person, String) {
    let hook = Hook::start(says).await;
    tenant.backend.patch("/app", hook.setting(on_failure)).await.expect(200);
    let [ada, bob] = tenant.backend.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&ada, &bob]).await;
    (hook, ada, bob, room)
}

#[tokio::test]
async fn a_hook_lets_changes_and_refuses_what_users_say() {
    let tenants = Tenants::start();
    let tenant = &tenants.server.tenant;
    let (hook, ada, bob, room) = hooked(tenant, allow(), "refuse").await;
    let mut his = bob.join(&room).await;
    let said = ada.say(&room, "Hello").await;
    assert_eq!(his.expect_event("new_message").await["text_message"], "Hello");
    let asked = hook.questions();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (&asked[0]["type"], &asked[0]["signed"]),
        (&json!("message.sending"), &json!(true))
    );
    let expected = json!({ "room_id": room, "sender_id": ada.id, "text_message": "Hello" });
    assert_eq!(asked[0]["data"], expected);

    hook.says(change("H****"));
    let changed = ada.say(&room, "Heck!").await;
    assert_eq!(
        (&changed["text_message"], &changed["custom"]["seen"]),
        (&json!("H****"), &json!(true))
    );
    assert_eq!(his.expect_event("new_message").await["text_message"], "H****");

    hook.says(refuse(json!("no\nspam")));
    let problem = ada
        .send(&room, json!({ "text_message": "Buy!" }))
        .await
        .refused(403, "message_refused");
    assert_eq!(problem["reason"], "nospam");
    let mut hers = ada.join(&room).await;
    let frame = json!({ "room_id": room, "text_message": "Buy!" });
    assert_eq!(hers.refused("send_message", frame).await, "message_refused");
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    hook.questions();
    let edit = json!({ "text_message": "Buy!" });
    ada.patch(&message, edit.clone()).await.refused(403, "message_refused");
    let asked = hook.questions();
    assert_eq!(
        (&asked[0]["type"], &asked[0]["data"]["message_id"]),
        (&json!("message.editing"), &said["id"])
    );
    hook.says(change("Look!"));
    let edited = ada.patch(&message, edit).await.expect(200);
    assert_eq!(edited["text_message"], "Look!");

    // The backend itself is not asked about.
    hook.says(refuse(Value::Null));
    hook.questions();
    let send = format!("/room/{room}/message/send");
    tenant
        .backend
        .post(&send, json!({ "text_message": "News" }))
        .await
        .expect(201);
    assert_eq!(hook.questions(), [] as [Value; 0]);
    let all = tenant.backend.messages(&room).await;
    let texts: Vec<&str> = all
        .iter()
        .map(|message| message["text_message"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["Look!", "H****", "News"]);
}

#[tokio::test]
async fn a_repeat_does_not_ask_about_a_message_that_stands() {
    let tenants = Tenants::start();
    let (hook, ada, _, room) = hooked(&tenants.server.tenant, change("changed"), "refuse").await;
    let head = ada.get(&format!("/room/{room}/message")).await.expect(200);
    assert_eq!(head["items"], json!([]));
    let with_claim = json!({ "text_message": "one", "client_id": "c-1" });
    let with_base = json!({ "text_message": "two", "client_id": "c-2", "after_seq": 1 });
    for body in [with_claim, with_base] {
        let first = ada.send(&room, body.clone()).await.expect(201);
        assert_eq!(first["text_message"], "changed");
        assert_eq!(hook.questions().len(), 1);
        for _ in 0..2 {
            let again = ada.send(&room, body.clone()).await.expect(200);
            assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
        }
        assert_eq!(hook.questions(), [] as [Value; 0]);
        let mut other = body;
        other["text_message"] = json!("changed");
        ada.send(&room, other).await.refused(409, "client_id_conflict");
    }
    // What was refused may be asked about again, under the same id.
    hook.says(refuse(Value::Null));
    let body = json!({ "text_message": "three", "client_id": "c-3" });
    ada.send(&room, body.clone()).await.refused(403, "message_refused");
    hook.says(allow());
    ada.send(&room, body).await.expect(201);
    assert_eq!(hook.questions().len(), 2);
}

#[tokio::test]
async fn where_the_hook_does_not_answer_the_setting_decides() {
    let tenants = Tenants::start();
    let useless = || {
        [
            Says::This(500, json!({})),
            Says::This(200, json!({ "decision": "perhaps" })),
            Says::This(200, json!({ "decision": "change", "text_message": "" })),
            Says::Nothing,
        ]
    };
    let (strict, ada, _, room) = hooked(&tenants.server.tenant, allow(), "refuse").await;
    let (lenient, eve, _, her_room) = hooked(&tenants.other, allow(), "allow").await;
    for says in useless() {
        strict.says(says.clone());
        let problem = ada.send(&room, json!({ "text_message": "Hello" })).await;
        let problem = problem.refused(503, "hook_unavailable");
        assert_eq!(problem["retryable"], true, "{says:?}");
        lenient.says(says);
        assert_eq!(eve.say(&her_room, "Hello").await["text_message"], "Hello");
    }
    assert_eq!((strict.questions().len(), lenient.questions().len()), (4, 4));
    // An answer ends it, as does the end of the setting.
    strict.says(allow());
    ada.say(&room, "Hello").await;
}

#[tokio::test]
async fn the_setting_is_shown_without_its_secrets() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let hook = json!({ "url": "https://shop.example/hook", "secrets": [HOOK_SECRET], "on_failure": "allow" });
    for _ in 0..2 {
        let app = backend.patch("/app", json!({ "message_hook": hook })).await.expect(200);
        let shown = json!({
            "url": "https://shop.example/hook", "secrets": 1, "timeout_ms": 500, "on_failure": "allow",
        });
        assert_eq!(app["message_hook"], shown);
    }
    for (name, value, field) in [
        ("url", json!("https://user:word@shop.example/"), "message_hook.url"),
        ("url", json!("ftp://shop.example/"), "message_hook.url"),
        // The servers of tests let URLs lead to this machine; to a cloud's credentials none ever does.
        ("url", json!("http://169.254.169.254/latest/"), "message_hook.url"),
        ("url", json!("http://[::ffff:169.254.169.254]/"), "message_hook.url"),
        ("url", json!("http://2130706433/"), "message_hook.url"),
        ("secrets", json!([]), "message_hook.secrets"),
        ("secrets", json!(["whsec_c2hvcnQ="]), "message_hook.secrets"),
        ("secrets", json!([HOOK_SECRET, HOOK_SECRET]), "message_hook.secrets"),
        ("timeout_ms", json!(1_001), "message_hook.timeout_ms"),
        ("timeout_ms", json!(0), "message_hook.timeout_ms"),
    ] {
        let mut wrong = hook.clone();
        wrong[name] = value;
        let body = json!({ "message_hook": wrong });
        let problem = backend.patch("/app", body).await.refused(400, "invalid_input");
        assert_eq!(problem["field"], field);
    }
    let none = backend.patch("/app", json!({ "message_hook": null })).await.expect(200);
    assert!(none["message_hook"].is_null());
}
