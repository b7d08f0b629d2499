//! The signed management API over HTTP.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use parlour_gateway::connection::Rules;
use parlour_gateway::signed::KeyPair;
use serde_json::{Value, json};

use crate::rig::{Rig, start, start_with};

async fn call(rig: &Rig, key: &KeyPair, method: &str, path: &str, body: &'static [u8]) -> (u16, String, Value) {
    let identity = Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("local")
        .name("execute-api")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let url = rig.url(path);
    let signable = SignableRequest::new(method, &url, std::iter::empty(), SignableBody::Bytes(body)).unwrap();
    let mut signed = http::Request::builder().method(method).uri(&url).body(body).unwrap();
    sign(signable, &params)
        .unwrap()
        .into_parts()
        .0
        .apply_to_request_http1x(&mut signed);
    let request = reqwest::Client::new().request(method.parse().unwrap(), url).body(body);
    let response = request.headers(signed.headers().clone()).send().await.unwrap();
    let code = response
        .headers()
        .get("x-amzn-errortype")
        .map_or("", |code| code.to_str().unwrap())
        .to_owned();
    let status = response.status().as_u16();
    (
        status,
        code,
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
    )
}

fn path_of(id: &str) -> String {
    format!("/@connections/{}", id.replace('=', "%3D"))
}

#[tokio::test]
async fn a_signed_post_reaches_the_client() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    let path = path_of(&rig.last_connection());
    let (status, ..) = call(&rig, &rig.key, "POST", &path, br#"{"event":"new_message"}"#).await;
    assert_eq!(status, 200);
    assert_eq!(client.receive().await, json!({ "event": "new_message" }));
    let (status, _, about) = call(&rig, &rig.key, "GET", &path, b"").await;
    assert_eq!(status, 200);
    assert_eq!(about["identity"]["sourceIp"], "127.0.0.1");
    assert!(about["connectedAt"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_deletion_closes_with_1000_and_then_the_connection_is_gone() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    let path = path_of(&rig.last_connection());
    assert_eq!(call(&rig, &rig.key, "DELETE", &path, b"").await.0, 204);
    assert_eq!(u16::from(client.closed().await.code), 1000);
    for method in ["POST", "GET", "DELETE"] {
        let (status, code, _) = call(&rig, &rig.key, method, &path, b"").await;
        assert_eq!((status, code.as_str()), (410, "GoneException"), "{method}");
    }
}

#[tokio::test]
async fn unknown_malformed_and_too_big() {
    let rig = start(Rules::kind()).await;
    let _client = rig.connect("").await;
    let known = path_of(&rig.last_connection());
    let big: &'static [u8] = Box::leak(vec![b'x'; 128 * 1024 + 1].into_boxed_slice());
    for (path, body, status, code) in [
        (path_of("L0SM9cOFvHcCIhw="), b"{}".as_slice(), 410, "GoneException"),
        (path_of("nonsense!"), b"{}".as_slice(), 400, "BadRequestException"),
        (known, big, 413, "PayloadTooLargeException"),
    ] {
        let answer = call(&rig, &rig.key, "POST", &path, body).await;
        assert_eq!((answer.0, answer.1.as_str()), (status, code), "{path}");
    }
}

#[tokio::test]
async fn without_the_right_signature_there_is_only_403() {
    let rig = start(Rules::kind()).await;
    let _client = rig.connect("").await;
    let path = path_of(&rig.last_connection());
    let wrong = KeyPair {
        secret_access_key: "wrong".to_owned(),
        ..KeyPair::clone(&rig.key)
    };
    let (status, code, _) = call(&rig, &wrong, "POST", &path, b"{}").await;
    assert_eq!((status, code.as_str()), (403, "InvalidSignatureException"));
    let unsigned = reqwest::Client::new()
        .post(rig.url(&path))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status(), 403);
    assert_eq!(
        unsigned.headers()["x-amzn-errortype"],
        "MissingAuthenticationTokenException"
    );
}

#[tokio::test]
async fn faults_show_through_the_management_api() {
    for (faults, status) in [("gone=1", 410), ("throttle=1", 429), ("drop=1", 200)] {
        let rig = start_with(Rules::kind(), faults).await;
        let _client = rig.connect("").await;
        let path = path_of(&rig.last_connection());
        assert_eq!(call(&rig, &rig.key, "POST", &path, b"{}").await.0, status, "{faults}");
    }
}
