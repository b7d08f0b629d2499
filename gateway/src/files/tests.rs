//! Files go in and come out by signed requests, as from a bucket.

use std::convert::Infallible;

use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream};
use http::HeaderMap;
use http_body::Frame;
use http_body_util::StreamBody;
use parlour_domain::attachment::{ContentType, File, FileName};
use parlour_domain::{Entropy, Moment, Timestamp};
use parlour_files::Bucket;
use parlour_service::Error;
use parlour_service::files::{Contents, Files, FilesError, Stored, Upload};
use tokio::time::{Instant, sleep};

use super::*;
use crate::clock::now_millis;

const BASE: &str = "http://127.0.0.1:8080/parlour-files";

struct Given {
    endpoint: FileEndpoint,
    bucket: OwnBucket,
    file: File,
    object: String,
}

impl Given {
    fn new() -> Self {
        let key = Arc::new(KeyPair::generate().unwrap());
        let endpoint = FileEndpoint::new(Folder::temporary().unwrap(), Arc::clone(&key));
        let mut moment = Moment {
            now: Timestamp::from_millis(now_millis()),
            entropy: Entropy::from_seed([5; 32]),
        };
        let id = AttachmentId::generate(&mut moment);
        Self {
            bucket: OwnBucket::new(
                BASE.to_owned(),
                "us-east-1".to_owned(),
                key.credentials(),
                endpoint.clone(),
            ),
            endpoint,
            file: File {
                id,
                name: FileName::parse("a b.txt").unwrap(),
                content_type: ContentType::parse("text/plain").unwrap(),
                size: 10,
                pixels: None,
            },
            object: format!("tenant/{id}"),
        }
    }

    fn upload(&self, seconds_ago: i64) -> Upload {
        let from = Timestamp::from_millis(now_millis()).plus_seconds(-seconds_ago);
        self.bucket.upload(&self.object, &self.file, from).unwrap()
    }

    async fn put(&self, upload: &Upload, body: &'static [u8]) -> u16 {
        let headers: Vec<(&str, &str)> = upload
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.put_with(&upload.url, &headers, body).await
    }

    async fn put_with(&self, url: &str, headers: &[(&str, &str)], body: &'static [u8]) -> u16 {
        let mut request = Request::put(url)
            .header("host", "127.0.0.1:8080")
            .header("content-length", body.len());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from_static(body))).unwrap();
        self.endpoint.answer(request).await.status().as_u16()
    }

    /// What is in the app's folder.
    fn names(&self) -> Vec<String> {
        let folder = self.endpoint.folder.of_app("tenant");
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    async fn get(&self, url: &str, range: Option<&str>) -> (u16, HeaderMap, Bytes) {
        let mut request = Request::get(url).header("host", "127.0.0.1:8080");
        if let Some(range) = range {
            request = request.header("range", range);
        }
        let request = request.body(Full::new(Bytes::new())).unwrap();
        let (parts, body) = self.endpoint.answer(request).await.into_parts();
        (
            parts.status.as_u16(),
            parts.headers,
            body.collect().await.unwrap().to_bytes(),
        )
    }
}

#[tokio::test]
async fn a_file_goes_in_once_and_comes_out_whole_or_in_part() {
    let given = Given::new();
    assert_eq!(given.bucket.stored(&given.object).await, Ok(None));
    let upload = given.upload(0);
    assert_eq!(given.put(&upload, b"0123456789").await, 200);
    assert_eq!(given.put(&upload, b"9876543210").await, 412);
    let id = given.file.id;
    assert_eq!(
        given.names(),
        [id.to_string(), format!("{id}.type")],
        "and nothing beside it"
    );
    let stored = Stored {
        size: 10,
        content_type: "text/plain".to_owned(),
    };
    assert_eq!(given.bucket.stored(&given.object).await, Ok(Some(stored)));
    assert_eq!(
        given.bucket.beginning(&given.object).await,
        Ok(Bytes::from_static(b"0123456789"))
    );
    let from = Timestamp::from_millis(now_millis());
    let url = given.bucket.download(&given.object, &given.file, from).unwrap();
    let (status, headers, body) = given.get(&url, None).await;
    assert_eq!((status, &body[..]), (200, &b"0123456789"[..]));
    assert_eq!(headers["content-type"], "text/plain");
    assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''a%20b.txt");
    assert_eq!(headers["access-control-allow-origin"], "*");
    let (status, headers, body) = given.get(&url, Some("bytes=2-4")).await;
    assert_eq!((status, &body[..]), (206, &b"234"[..]));
    assert_eq!(headers["content-range"], "bytes 2-4/10");
    assert_eq!(given.get(&url, Some("bytes=10-")).await.0, 416);
    for _ in 0..2 {
        assert_eq!(given.bucket.remove(&given.object).await, Ok(()));
    }
    assert_eq!(given.get(&url, None).await.0, 404);
}

#[tokio::test]
async fn what_is_not_signed_is_refused() {
    let given = Given::new();
    let upload = given.upload(0);
    let good = [("content-type", "text/plain"), ("if-none-match", "*")];
    for (headers, body) in [
        (
            [("content-type", "text/html"), ("if-none-match", "*")],
            &b"0123456789"[..],
        ),
        ([("content-type", "text/plain"), ("if-none-match", "x")], b"0123456789"),
        (good, b"01234567890"),
        (good, b"0"),
    ] {
        assert_eq!(given.put_with(&upload.url, &headers, body).await, 403);
    }
    assert_eq!(given.put_with(&upload.url, &[], b"0123456789").await, 403);
    let elsewhere = upload.url.replace("/tenant/", "/another/");
    assert_eq!(given.put_with(&elsewhere, &good, b"0123456789").await, 403);
    let longer = upload.url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000");
    assert_eq!(given.put_with(&longer, &good, b"0123456789").await, 403);
    let bare = upload.url.split('?').next().unwrap();
    assert_eq!(given.put_with(bare, &good, b"0123456789").await, 403);
    assert_eq!(given.get(&upload.url, None).await.0, 403, "a URL is for one method");
    assert_eq!(given.put(&given.upload(301), b"0123456789").await, 403, "too late");
    assert_eq!(
        given.put(&given.upload(-120), b"0123456789").await,
        403,
        "from the future"
    );
    assert_eq!(given.put(&upload, b"0123456789").await, 200);
}

fn contents(pieces: Vec<Result<&'static [u8], Error>>) -> Contents<'static> {
    Box::pin(stream::iter(pieces).map_ok(Bytes::from_static))
}

#[tokio::test]
async fn what_comes_through_here_is_kept_when_it_has_come_to_its_end() {
    let given = Given::new();
    let keep = |pieces| given.bucket.keep(&given.object, &given.file, contents(pieces));
    let broken = keep(vec![Ok(&b"01234"[..]), Err(Error::TooLarge)]).await;
    assert!(
        matches!(broken, Err(Error::TooLarge)),
        "why it broke off is passed on: {broken:?}"
    );
    assert_eq!(given.bucket.stored(&given.object).await, Ok(None));
    keep(vec![Ok(&b"01234"[..]), Ok(&b""[..]), Ok(&b"56789"[..])])
        .await
        .unwrap();
    let stored = given.bucket.stored(&given.object).await.unwrap().unwrap();
    assert_eq!((stored.size, stored.content_type.as_str()), (10, "text/plain"));
    assert_eq!(
        given.bucket.beginning(&given.object).await,
        Ok(Bytes::from_static(b"0123456789"))
    );
    let again = keep(vec![Ok(&b"x"[..])]).await;
    assert!(
        matches!(again, Err(Error::Files(FilesError(_)))),
        "nothing is replaced: {again:?}"
    );
    assert_eq!(given.put(&given.upload(0), b"9876543210").await, 412);
}

#[tokio::test]
async fn a_bucket_that_is_elsewhere_gets_the_same_by_a_url() {
    let given = Given::new();
    let key = Arc::clone(&given.endpoint.key);
    let region = "us-east-1".to_owned();
    let bucket = Bucket::new(BASE.to_owned(), region, key.credentials(), given.endpoint.clone());
    let pieces = || contents(vec![Ok(&b"012"[..]), Ok(&b"345"[..])]);
    bucket.keep(&given.object, &given.file, pieces()).await.unwrap();
    assert_eq!(bucket.stored(&given.object).await.unwrap().unwrap().size, 6);
    assert!(bucket.keep(&given.object, &given.file, pieces()).await.is_err());
}

#[tokio::test]
async fn a_path_is_an_id_and_nothing_else() {
    let given = Given::new();
    for path in [
        "/parlour-files/tenant/..%2f..%2fetc",
        "/parlour-files/../x",
        "/parlour-files/tenant/x/y",
        "/parlour-files/",
    ] {
        assert!(object_in(path).is_none(), "{path}");
        let (status, _, _) = given.get(&format!("http://127.0.0.1:8080{path}"), None).await;
        assert_eq!(status, 404, "{path}");
    }
    assert!(is_ours("/parlour-files/a/b") && !is_ours("/parlour-filesx/a") && !is_ours("/attachments"));
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let given = Given::new();
    let upload = given.upload(0);
    let mut request = Request::put(&upload.url)
        .header("host", "127.0.0.1:8080")
        .header("content-length", 10);
    for (name, value) in &upload.headers {
        request = request.header(*name, value);
    }
    // The head promises more than comes.
    let request = request.body(Full::new(Bytes::from_static(b"01234"))).unwrap();
    assert_eq!(given.endpoint.answer(request).await.status(), 400);
    assert_eq!(given.bucket.stored(&given.object).await, Ok(None));
    assert_eq!(given.put(&upload, b"0123456789").await, 200, "it may be tried again");
}

type Piece = Result<Frame<Bytes>, Infallible>;

/// An upload of ten bytes that come in pieces.
fn in_pieces<S>(upload: &Upload, pieces: S) -> Request<StreamBody<S>>
where
    S: Stream<Item = Piece>,
{
    let mut request = Request::put(&upload.url)
        .header("host", "127.0.0.1:8080")
        .header("content-length", 10);
    for (name, value) in &upload.headers {
        request = request.header(*name, value);
    }
    request.body(StreamBody::new(pieces)).unwrap()
}

/// A byte at a time.
fn bytes_every(seconds: u64) -> impl Stream<Item = Piece> + Send {
    stream::iter(b"0123456789").then(move |byte| async move {
        sleep(Duration::from_secs(seconds)).await;
        Ok(Frame::data(Bytes::copy_from_slice(&[*byte])))
    })
}

#[tokio::test(start_paused = true)]
async fn who_holds_a_place_without_need_loses_it() {
    let given = Given::new();
    let upload = given.upload(0);
    let begin = Instant::now();
    let trickled = given.endpoint.answer(in_pieces(&upload, bytes_every(20))).await;
    assert_eq!(trickled.status(), 400);
    assert_eq!(begin.elapsed().as_secs(), 30);
    assert_eq!(given.bucket.stored(&given.object).await, Ok(None));
    let slow = given.endpoint.answer(in_pieces(&upload, bytes_every(2))).await;
    assert_eq!(slow.status(), 200);
}

#[tokio::test]
async fn the_uploads_of_one_app_leave_places_to_another() {
    let given = Given::new();
    let upload = given.upload(0);
    let mut held = Vec::new();
    let refused = loop {
        let pieces = stream::pending::<Piece>();
        let mut answer = Box::pin(given.endpoint.answer(in_pieces(&upload, pieces)));
        match answer.as_mut().now_or_never() {
            Some(answer) => break answer,
            None => held.push(answer),
        }
        assert!(held.len() < 1_000, "there is an end");
    };
    assert_eq!((refused.status().as_u16(), held.len()), (503, 64));
    let from = Timestamp::from_millis(now_millis());
    let object = given.object.replace("tenant", "another");
    let other = given.bucket.upload(&object, &given.file, from).unwrap();
    assert_eq!(given.put(&other, b"0123456789").await, 200);
    assert_eq!(given.put(&upload, b"0123456789").await, 503);
    held.clear();
    assert_eq!(given.put(&upload, b"0123456789").await, 200);
}

#[tokio::test]
async fn a_browser_may_ask_first() {
    let given = Given::new();
    let request = Request::options(given.upload(0).url)
        .body(Full::new(Bytes::new()))
        .unwrap();
    let response = given.endpoint.answer(request).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-methods"], "GET, HEAD, PUT");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}
