//! Signed URLs of files: how long they work, and for whom.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use parlour_domain::attachment::{ContentType, File, FileName};
use parlour_domain::{AttachmentId, Timestamp};
use parlour_files::{Answered, Bucket, Transport};
use parlour_service::files::Files as _;
use parlour_service::push::BoxFuture;
use parlour_store::Credentials;
use serde_json::{Value, json};

use super::attachments::{fetch, url};
use crate::harness::{TestServer, put};

/// Asks nobody: URLs are signed without a request.
#[derive(Debug)]
struct Nowhere;

impl Transport for Nowhere {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn send(&self, _: axum::http::Request<Bytes>, _: Duration) -> BoxFuture<'_, Result<Answered, String>> {
        Box::pin(std::future::ready(Err("nothing is asked here".to_owned())))
    }
}

/// A bucket with the server's own keys, where this URL of it leads, and the object.
fn bucket_of(server: &TestServer, url: &Value) -> (Bucket<Nowhere>, String) {
    let keys = ["management", "dynamodb"].map(|name| &server.ready[name]);
    let keys = keys.into_iter().find(|keys| keys.is_object()).unwrap();
    let text = |name: &str| keys[name].as_str().unwrap().to_owned();
    let credentials = Credentials::new(text("access_key_id"), text("secret_access_key"), None, None, "tests");
    let path = url.as_str().unwrap().split('?').next().unwrap();
    let (rest, id) = path.rsplit_once('/').unwrap();
    let (base, app) = rest.rsplit_once('/').unwrap();
    let bucket = Bucket::new(base.to_owned(), "us-east-1".to_owned(), credentials, Nowhere);
    (bucket, format!("{app}/{id}"))
}

/// So many seconds ago.
fn ago(seconds: i64) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap()).plus_seconds(-seconds)
}

fn text_file(id: &Value, size: u64) -> File {
    File {
        id: AttachmentId::parse(id.as_str().unwrap()).unwrap(),
        name: FileName::parse("a.txt").unwrap(),
        content_type: ContentType::parse("text/plain").unwrap(),
        size,
        pixels: None,
    }
}

#[tokio::test]
async fn a_url_ends_after_five_minutes() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let announced = ada.announce("a.txt", "text/plain", 5).await;
    let file = text_file(&announced["attachment_id"], 5);
    let (bucket, object) = bucket_of(&server, &announced["upload"]["url"]);
    let upload = |seconds: i64| {
        let mut upload = announced["upload"].clone();
        upload["url"] = json!(bucket.upload(&object, &file, ago(seconds)).unwrap().url);
        upload
    };
    assert_eq!(put(&upload(301), b"12345").await, 403, "an upload that has ended");
    assert_eq!(put(&upload(5), b"12345").await, 200);
    ada.confirm(&announced).await.expect(200);
    let message = json!({ "attachments": [announced["attachment_id"]] });
    ada.send(&room, message).await.expect(201);
    let link = url(&ada, &room, &announced["attachment_id"]).await.expect(200);
    assert_eq!(fetch(&link["url"]).await.0, 200);
    for (seconds, status) in [(5, 200), (301, 403)] {
        let link = bucket.download(&object, &file, ago(seconds)).unwrap();
        assert_eq!(fetch(&json!(link)).await.0, status, "signed {seconds} s ago");
    }
}

#[tokio::test]
async fn a_page_of_any_origin_may_use_a_signed_url() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let announced = ada.announce("a.txt", "text/plain", 5).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let preflight = client
        .request(reqwest::Method::OPTIONS, announced["upload"]["url"].as_str().unwrap())
        .header("origin", "https://pages.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type,if-none-match")
        .send()
        .await
        .unwrap();
    assert!(preflight.status().is_success(), "{preflight:?}");
    let said = |name: &str| preflight.headers()[name].to_str().unwrap().to_lowercase();
    assert!(said("access-control-allow-methods").contains("put"));
    assert!(["*", "https://pages.example"].contains(&said("access-control-allow-origin").as_str()));
    let headers = said("access-control-allow-headers");
    assert!(headers == "*" || headers.contains("if-none-match"), "{headers}");
}
