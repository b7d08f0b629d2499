//! The signed management API over HTTP.

use parlour_gateway::connection::Rules;
use parlour_gateway::signed::KeyPair;
use serde_json::{Value, json};

use crate::rig::{Rig, start, start_with};
use crate::signing::{self, Unsigned};

async fn call(rig: &Rig, key: &KeyPair, method: &str, path: &str, body: &[u8]) -> (u16, String, Value) {
    let request = Unsigned {
        service: "execute-api",
        method,
        path,
        headers: &[],
        body,
    };
    let answer = signing::call(rig, key, request).await;
    (answer.status, answer.header("x-amzn-errortype").to_owned(), answer.body)
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
    let big = vec![b'x'; 128 * 1024 + 1];
    for (path, body, status, code) in [
        (path_of("L0SM9cOFvHcCIhw="), b"{}".as_slice(), 410, "GoneException"),
        (path_of("nonsense!"), b"{}".as_slice(), 400, "BadRequestException"),
        (known, &big, 413, "PayloadTooLargeException"),
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
