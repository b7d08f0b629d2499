//! What is tried against the trust in tokens of others: forgeries, answers that are none, addresses that are not for strangers.

use serde_json::{Value, json};

use super::{SECRET, ada, handshake, hs256, in_an_hour, jwks, refused, rest, trust, url};
use crate::harness::{Answers, Credential, Process, Provider, Reply, Tenants, TestServer, jwt};

#[tokio::test]
async fn no_forgery_gets_in_and_none_makes_anybody_ask_elsewhere() {
    let tenants = Tenants::start();
    let tenant = &tenants.other;
    let provider = Provider::start(Answers::Silent).await;
    trust(&tenant.backend, jwks(&provider)).await;
    let good = jwt("rsa", ada("https://id.example/"));
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for (what, token) in [
        ("no signature", format!("{header}.{claims}.")),
        (
            "a signature cut short",
            format!("{header}.{claims}.{}", &signature[..signature.len() - 8]),
        ),
        (
            "none",
            format!("{}.{claims}.", part(&json!({ "alg": "none", "kid": "rsa" }))),
        ),
        (
            "nOnE",
            format!("{}.{claims}.{signature}", part(&json!({ "alg": "nOnE", "kid": "rsa" }))),
        ),
        (
            "a public key as a secret",
            jwt(Provider::keys(), ada("https://id.example/")),
        ),
        (
            "an unknown key",
            format!(
                "{}.{claims}.{signature}",
                part(&json!({ "alg": "RS256", "kid": "../../x" }))
            ),
        ),
        ("another issuer", jwt("rsa", ada("https://evil.example/"))),
        ("a key of its own", {
            let jku =
                json!({ "alg": "RS256", "kid": "mine", "jku": provider.url("/jku"), "x5u": provider.url("/x5u") });
            format!("{}.{claims}.{signature}", part(&jku))
        }),
        ("another audience", changed("aud", json!("other"))),
        ("no audience", changed("aud", Value::Null)),
        ("a time as text", changed("exp", json!("9999999999"))),
        ("a time as a list", changed("exp", json!([9_999_999_999_u64]))),
        ("a time that is no integer", changed("exp", json!(9_999_999_999.5))),
        ("a negative time", changed("exp", json!(-1))),
        ("a begin as text", changed("nbf", json!("0"))),
        ("a begin to come", changed("nbf", json!(in_an_hour()))),
        ("no subject", changed("sub", Value::Null)),
        ("a subject as an object", changed("sub", json!({ "$gt": "" }))),
        ("a subject that is no id", changed("sub", json!("two words"))),
        ("rubbish", "x.y.z".to_owned()),
        ("an API token", tenant.backend.key().to_owned()),
    ] {
        refused(tenant, &token, what).await;
    }
    let past = jwt(
        "rsa",
        json!({ "iss": "https://id.example/", "aud": "chat", "sub": "ada", "exp": 1_700_000_000 }),
    );
    rest(tenant, &past).get("/me").await.refused(401, "token_expired");
    assert_eq!(provider.elsewhere(), 0, "a token brings no URL along");
    assert_eq!(tenant.backend.all("/user").await.len(), 0, "nobody was made");
    rest(tenant, &good).get("/me").await.expect(200);
}

fn part(json: &Value) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token, well signed, of which one claim is another.
fn changed(claim: &str, value: Value) -> String {
    let mut claims = ada("https://id.example/");
    claims[claim] = value;
    jwt("rsa", claims)
}

#[tokio::test]
async fn a_verification_url_that_misbehaves_lets_nobody_in() {
    let tenants = Tenants::start();
    let (tenant, healthy_one) = (&tenants.other, &tenants.server.tenant);
    let ada = json!({ "sub": "ada" }).to_string();
    let provider = Provider::start(Answers::Silent).await;
    trust(&tenant.backend, url(&provider)).await;
    let huge = format!("{}{}", " ".repeat(64 * 1024), ada);
    for (number, answers) in [
        Answers::Elsewhere,
        Answers::Says(200, "text/html", ada.clone()),
        Answers::Says(200, "application/json", huge),
        Answers::Says(200, "application/json", "[]".to_owned()),
        Answers::Says(200, "application/json", json!({ "sub": 7 }).to_string()),
        Answers::Says(
            200,
            "application/json",
            json!({ "sub": "ada", "exp": "soon" }).to_string(),
        ),
        Answers::Says(200, "application/json", "{".to_owned()),
        Answers::Says(500, "application/json", ada),
        Answers::Silent,
    ]
    .into_iter()
    .enumerate()
    {
        // Whoever fails too often in a row is not asked for a while: each answer begins anew.
        let fine = format!("fine-{number}");
        provider.answers(Answers::Knows(fine.clone(), json!({ "sub": "fine" })));
        rest(tenant, &fine).get("/me").await.expect(200);
        provider.answers(answers.clone());
        let token = format!("token-{number}");
        let reply = rest(tenant, &token).get("/me").await;
        let problem = reply.refused(503, "verification_unavailable");
        assert!(problem["retry_after_ms"].is_u64(), "{answers:?}");
        assert!(!problem.to_string().contains("127.0.0.1"), "{problem}");
        assert!(handshake(tenant, &token).open().await.is_err(), "{answers:?}");
    }
    assert_eq!(provider.elsewhere(), 0, "no redirect is followed");
    assert_eq!(tenant.backend.all("/user").await.len(), 1, "nobody else was made");
    // Another app is not kept waiting by this one's trouble.
    let person = json!({ "sub": "bob", "name": "Bob" });
    let healthy = Provider::start(Answers::Knows("good".to_owned(), person)).await;
    trust(&healthy_one.backend, url(&healthy)).await;
    rest(healthy_one, "good").get("/me").await.expect(200);
    refused(healthy_one, "bad", "what the URL does not know").await;
    let before = healthy.verified();
    refused(healthy_one, healthy_one.backend.key(), "an API token").await;
    assert_eq!(healthy.verified(), before, "no credential of ours is shown to others");
}

/// Whoever makes tokens up has the URL say no, in whatever words, and nobody else is kept out by that.
#[tokio::test]
async fn made_up_tokens_keep_nobody_out() {
    let tenants = Tenants::start();
    let tenant = &tenants.other;
    let provider = Provider::start(Answers::Silent).await;
    trust(&tenant.backend, url(&provider)).await;
    for (status, body) in [(400, "{}"), (422, "{}"), (410, "{}"), (200, r#"{"active":false}"#)] {
        provider.answers(Answers::Says(status, "application/json", body.to_owned()));
        for number in 0..8 {
            let token = format!("made-up-{status}-{number}");
            let reply = rest(tenant, &token).get("/me").await;
            reply.refused(401, "unauthenticated");
        }
        let good = format!("good-{status}");
        provider.answers(Answers::Knows(good.clone(), json!({ "active": true, "sub": "ada" })));
        rest(tenant, &good).get("/me").await.expect(200);
        handshake(tenant, &good).open().await.unwrap();
    }
    assert_eq!(tenant.backend.all("/user").await.len(), 1);
}

#[tokio::test]
async fn an_app_beside_another_credential_means_nothing() {
    let tenants = Tenants::start();
    let (one, two) = (&tenants.server.tenant, &tenants.other);
    trust(&one.backend, hs256(SECRET)).await;
    let named = one.backend.request("GET", "/app").header("parlour-app", &two.app_id);
    assert_eq!(Reply::of(named).await.expect(200)["id"], one.app_id);
    let person = two.backend.person("Ada").await;
    let ticket = person.call("POST", "/ticket", None).await.expect(201);
    let ticket = ticket["ticket"].as_str().unwrap();
    let plain = crate::harness::Handshake::new(two.backend.ws());
    let mut socket = plain
        .query("app", &one.app_id)
        .query("ticket", ticket)
        .open()
        .await
        .unwrap();
    let theirs = two.backend.group(&[&person]).await;
    socket.join(&theirs).await;
    // Two of them are none.
    let good = jwt(SECRET, ada("shop"));
    rest(one, &good).get("/me").await.expect(200);
    for (first, second) in [(&one.app_id, &one.app_id), (&one.app_id, &two.app_id)] {
        let request = one.backend.with(Credential::Bearer(good.clone()));
        let request = request.request("GET", "/me").header("parlour-app", first);
        let reply = Reply::of(request.header("parlour-app", second)).await;
        reply.refused(401, "unauthenticated");
    }
}

/// The other servers of these tests let URLs lead to this machine. One that strangers name URLs to does not.
#[tokio::test]
async fn a_server_for_strangers_calls_nobody_on_its_own_machine() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(Answers::Knows("good".to_owned(), json!({ "sub": "ada" }))).await;
    let mut lenient = TestServer::on(folder.path());
    trust(&lenient, url(&provider)).await;
    rest(&lenient.tenant, "good").get("/me").await.expect(200);
    let mut process = lenient.process();
    process.terminate();
    assert!(process.wait().await.success());
    let verified = provider.verified();

    // What was set when it was allowed is not followed any more.
    let strict = TestServer::own(Process::for_strangers(folder.path()));
    for settings in [url(&provider), jwks(&provider)] {
        let reply = rest(&strict.tenant, "good").get("/me").await;
        reply.refused(503, "verification_unavailable");
        let reply = strict.patch("/app", json!({ "verification": settings })).await;
        assert_eq!(reply.refused(400, "invalid_input")["field"], "verification.url");
    }
    assert!(handshake(&strict.tenant, "good").open().await.is_err());
    let own = strict.ready["http"].as_str().unwrap();
    for bad in [
        own,
        &format!("{own}/@connections/x"),
        "http://id.example.com/",
        "https://localhost/",
        "https://localhost.:8443/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://[::1]:8443/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://id.example.com:9001/2018-06-01/runtime/invocation/next",
        "https://id.example.com:8000/",
        "https://ID.example.com/",
    ] {
        let settings = json!({ "method": "url", "url": bad });
        let reply = strict.patch("/app", json!({ "verification": settings })).await;
        assert_eq!(
            reply.refused(400, "invalid_input")["field"],
            "verification.url",
            "{bad}"
        );
    }
    let public = json!({ "method": "url", "url": "https://id.example.com/verify" });
    strict
        .patch("/app", json!({ "verification": public }))
        .await
        .expect(200);
    assert_eq!((provider.verified(), provider.elsewhere()), (verified, 0));
}
