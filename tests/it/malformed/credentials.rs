//! Credentials that are almost right: each has one result, and none of them is more power.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::harness::{Caller, Credential, Reply, TestServer};

async fn refused(nobody: &Caller, headers: &[(&str, &str)], code: &str) {
    refused_as(nobody, headers, &[code]).await;
}

async fn refused_as(nobody: &Caller, headers: &[(&str, &str)], codes: &[&str]) {
    for (method, path) in [("GET", "/user"), ("GET", "/me"), ("GET", "/room")] {
        let request = headers
            .iter()
            .fold(nobody.request(method, path), |request, (name, value)| {
                request.header(*name, *value)
            });
        let reply = Reply::of(request).await;
        assert_eq!(reply.status, 401, "{headers:?}: {reply:?}");
        let problem = reply.problem();
        assert!(
            codes.iter().any(|code| problem["code"] == *code),
            "{headers:?}: {problem}"
        );
    }
}

#[tokio::test]
async fn a_client_key_is_read_in_one_way() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let (key, id) = (server.key(), ada.id.as_str());
    let nobody = server.with(Credential::Nothing);
    let mut mistyped = key.to_owned();
    let last = if mistyped.pop() == Some('a') { 'b' } else { 'a' };
    mistyped.push(last);
    let long = format!("{key}.{}", "a".repeat(8000));
    let bad = [
        "".to_owned(),
        ".".to_owned(),
        format!("{key}."),
        format!(".{id}"),
        format!("{key}..{id}"),
        format!("{key}.{id}."),
        format!("{key}.{id}.{id}"),
        format!("{key}.{}", id.to_uppercase()),
        format!("{key}.{}", id.replace('-', "")),
        format!("{key}.x"),
        format!("{key}.018f4a5c-0000-7000-8000-0123456789ab"),
        format!("{key}%2e{id}"),
        format!("{key} .{id}"),
        format!("{key},{key}"),
        format!("{key}\u{2024}{id}"),
        format!("Bearer {key}"),
        key.to_uppercase(),
        key[..key.len() - 1].to_owned(),
        format!("{key}x"),
        mistyped,
        long,
        ada.token.clone(),
        "plr_".to_owned(),
    ];
    for value in &bad {
        refused(&nobody, &[("clientKey", value)], "unauthenticated").await;
    }
    for name in ["clientkey", "CLIENTKEY", "ClientKey"] {
        Reply::of(nobody.request("GET", "/user").header(name, key))
            .await
            .expect(200);
    }
    let acting = Reply::of(
        nobody
            .request("GET", "/user")
            .header("clientKey", format!("{key}.{id}")),
    )
    .await;
    acting.refused(403, "forbidden");
}

#[tokio::test]
async fn two_credentials_are_none() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let (key, nobody) = (server.key(), server.with(Credential::Nothing));
    let bearer = format!("Bearer {}", ada.token);
    let twice = [("clientKey", key), ("clientKey", key)];
    let both = [("clientKey", key), ("authorization", bearer.as_str())];
    let half = [("clientKey", ""), ("authorization", bearer.as_str())];
    let tokens = [("authorization", bearer.as_str()), ("authorization", bearer.as_str())];
    for headers in [&both, &half] {
        refused(&nobody, headers, "ambiguous_credentials").await;
    }
    // A header that is sent twice may arrive as one, with a comma between the values: no credential either.
    for headers in [&twice, &tokens] {
        refused_as(&nobody, headers, &["ambiguous_credentials", "unauthenticated"]).await;
    }
}

#[tokio::test]
async fn a_bearer_token_is_a_user_token_and_nothing_else() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let nobody = server.with(Credential::Nothing);
    let ticket = ada.call("POST", "/ticket", None).await.expect(201);
    for value in [
        "".to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {}", ada.token),
        ada.token.clone(),
        format!("Bearer  {}", ada.token),
        format!("Bearer {} {}", ada.token, ada.token),
        format!("Bearer \"{}\"", ada.token),
        format!("Bearer {}", server.key()),
        format!("Bearer {}", ticket["ticket"].as_str().unwrap()),
    ] {
        refused(&nobody, &[("authorization", &value)], "unauthenticated").await;
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request = nobody
            .request("GET", "/me")
            .header("authorization", format!("{scheme} {}", ada.token));
        Reply::of(request).await.expect(200);
    }
}

#[tokio::test]
async fn a_user_token_is_checked_to_the_last_character() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let nobody = server.with(Credential::Nothing);
    let parts: Vec<&str> = ada.token.split('.').collect();
    let [header, claims, signature] = parts.try_into().unwrap();
    let his_signature = bob.token.rsplit('.').next().unwrap();
    let read = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut tokens = vec![
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}."),
        format!("{header}.{claims}.{signature}="),
        format!("{header}.{claims}.{signature}.x"),
        format!(".{header}.{claims}.{signature}"),
        format!("{header}.{claims}.{}", &signature[..signature.len() - 2]),
        format!("{header}.{claims}.{his_signature}"),
        format!("{header}.{claims}.{}", signature.to_uppercase()),
        format!("{header}..{signature}"),
        format!("{header}=.{claims}.{signature}"),
        "a".repeat(5000),
    ];
    for algorithm in ["none", "None", "nOnE", "HS384", "RS256", "ES256", ""] {
        let mut other = read(header);
        other["alg"] = json!(algorithm);
        tokens.push(format!("{}.{claims}.{signature}", write(&other)));
        tokens.push(format!("{}.{claims}.", write(&other)));
    }
    for (field, value) in [
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("x".repeat(2000))),
        ("kid", json!("\0")),
        ("jwk", json!({ "kty": "oct", "k": "AA" })),
        ("jku", json!(server.ready["http"])),
        ("typ", json!("JWT")),
        ("crit", json!(["exp"])),
    ] {
        let mut other = read(header);
        other[field] = value;
        tokens.push(format!("{}.{claims}.{signature}", write(&other)));
    }
    for (field, value) in [
        ("sub", json!(bob.id)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("exp", json!(9e18)),
    ] {
        let mut other = read(claims);
        other[field] = value;
        tokens.push(format!("{header}.{}.{signature}", write(&other)));
    }
    for token in tokens {
        refused(
            &nobody,
            &[("authorization", &format!("Bearer {token}"))],
            "unauthenticated",
        )
        .await;
    }
    ada.get("/me").await.expect(200);
}
