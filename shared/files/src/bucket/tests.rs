//! What is signed, and what is asked of a bucket that answers what the tests say.

use std::collections::HashMap;
use std::sync::Mutex;

use parlour_domain::attachment::{ContentType, FileName};
use parlour_domain::{AttachmentId, Entropy, Moment};

use super::*;

/// Answers with these, the last one first, and remembers what was asked.
#[derive(Debug, Default)]
struct Scripted {
    answers: Mutex<Vec<Result<Answered, String>>>,
    asked: Mutex<Vec<Request<Bytes>>>,
}

impl Transport for &Scripted {
    fn now(&self) -> SystemTime {
        time(FROM)
    }

    fn send(&self, request: Request<Bytes>, _: Duration) -> BoxFuture<'_, Result<Answered, String>> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop().unwrap();
        Box::pin(std::future::ready(answer))
    }
}

fn answered(status: u16, headers: &[(header::HeaderName, &'static str)]) -> Result<Answered, String> {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), header::HeaderValue::from_static(value)));
    Ok(Answered {
        status: StatusCode::from_u16(status).map_err(|error| error.to_string())?,
        headers: headers.collect(),
        body: Bytes::from_static(b"body"),
    })
}

fn bucket(scripted: &Scripted) -> Bucket<&Scripted> {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", Some("session".to_owned()), None, "test");
    Bucket::new(
        "https://files.s3.eu-central-1.amazonaws.com".to_owned(),
        "eu-central-1".to_owned(),
        credentials,
        scripted,
    )
}

fn file(name: &str, content_type: &str) -> File {
    let mut moment = Moment {
        now: Timestamp::from_millis(0),
        entropy: Entropy::from_seed([1; 32]),
    };
    File {
        id: AttachmentId::generate(&mut moment),
        name: FileName::parse(name).unwrap(),
        content_type: ContentType::parse(content_type).unwrap(),
        size: 1_234,
        pixels: None,
    }
}

/// The path of a URL, and the parameters of its query.
fn parts(url: &str) -> (String, HashMap<String, String>) {
    let (path, query) = url.split_once('?').unwrap();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    (path.to_owned(), query)
}

/// 2027-01-15T08:00:00Z.
const FROM: Timestamp = Timestamp::from_millis(1_800_000_000_000);

#[test]
fn an_upload_is_for_one_size_and_type_and_for_five_minutes() {
    let scripted = Scripted::default();
    let bucket = bucket(&scripted);
    let png = file("a.png", "image/png");
    let upload = bucket.upload("app/1", &png, FROM).unwrap();
    let (path, query) = parts(&upload.url);
    assert_eq!(path, "https://files.s3.eu-central-1.amazonaws.com/app/1");
    for (name, value) in [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKIDEXAMPLE/20270115/eu-central-1/s3/aws4_request"),
        ("X-Amz-Date", "20270115T080000Z"),
        ("X-Amz-Expires", "300"),
        ("X-Amz-SignedHeaders", "content-length;content-type;host;if-none-match"),
        ("X-Amz-Security-Token", "session"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(
        upload.headers,
        [
            ("content-type", "image/png".to_owned()),
            ("if-none-match", "*".to_owned())
        ]
    );
    assert_eq!(
        bucket.upload("app/1", &png, FROM).unwrap(),
        upload,
        "the same at the same time"
    );
    let signature = |file: &File, object: &str| {
        let upload = bucket.upload(object, file, FROM).unwrap();
        parts(&upload.url).1.remove("X-Amz-Signature").unwrap()
    };
    let signed = signature(&png, "app/1");
    let larger = File {
        size: 1_235,
        ..png.clone()
    };
    let other = file("a.png", "image/jpeg");
    for different in [
        signature(&larger, "app/1"),
        signature(&other, "app/1"),
        signature(&png, "app/2"),
    ] {
        assert_ne!(different, signed);
    }
}

#[test]
fn a_download_is_saved_under_its_name_and_never_run() {
    let scripted = Scripted::default();
    let bucket = bucket(&scripted);
    let page = file("Über \"uns\".html", "text/html");
    let (path, query) = parts(&bucket.download("app/1", &page, FROM).unwrap());
    assert_eq!(path, "https://files.s3.eu-central-1.amazonaws.com/app/1");
    for (name, value) in [
        (
            "response-content-disposition",
            "attachment; filename*=UTF-8''%C3%9Cber%20%22uns%22.html",
        ),
        ("response-content-type", "application/octet-stream"),
        ("X-Amz-Expires", "300"),
        ("X-Amz-SignedHeaders", "host"),
    ] {
        assert_eq!(query.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[tokio::test]
async fn what_is_there_is_told_and_what_passes_is_asked_again() {
    let scripted = Scripted::default();
    let bucket = bucket(&scripted);
    let there = answered(
        200,
        &[(header::CONTENT_LENGTH, "1234"), (header::CONTENT_TYPE, "image/png")],
    );
    *scripted.answers.lock().unwrap() = vec![answered(403, &[]), answered(404, &[]), there, answered(503, &[])];
    let stored = Stored {
        size: 1_234,
        content_type: "image/png".to_owned(),
    };
    assert_eq!(bucket.stored("app/1").await, Ok(Some(stored)));
    assert_eq!(bucket.stored("app/1").await, Ok(None));
    assert!(bucket.stored("app/1").await.is_err());
    let asked = scripted.asked.lock().unwrap();
    assert_eq!(asked.len(), 4);
    for request in asked.iter() {
        assert_eq!(request.method(), Method::HEAD);
        assert!(request.headers().contains_key(header::AUTHORIZATION));
        assert!(request.headers().contains_key("x-amz-content-sha256"));
    }
}

#[tokio::test]
async fn only_the_beginning_is_read_and_what_is_gone_is_gone() {
    let scripted = Scripted::default();
    let bucket = bucket(&scripted);
    let gone = Err("no answer".to_owned());
    *scripted.answers.lock().unwrap() = vec![
        gone.clone(),
        gone,
        answered(404, &[]),
        answered(204, &[]),
        answered(206, &[]),
    ];
    assert_eq!(bucket.beginning("app/1").await, Ok(Bytes::from_static(b"body")));
    assert_eq!(bucket.remove("app/1").await, Ok(()));
    assert_eq!(bucket.remove("app/1").await, Ok(()));
    assert_eq!(bucket.remove("app/1").await, Err(FilesError("no answer".to_owned())));
    let asked = scripted.asked.lock().unwrap();
    assert_eq!(asked[0].headers()[header::RANGE], "bytes=0-65535");
    let methods: Vec<&Method> = asked.iter().map(Request::method).collect();
    assert_eq!(methods[1..], [&Method::DELETE; 4]);
}

fn contents() -> Contents<'static> {
    let pieces = [Ok(Bytes::from_static(b"0123")), Ok(Bytes::from_static(b"56"))];
    Box::pin(futures_util::stream::iter(pieces))
}

#[tokio::test]
async fn a_file_that_comes_through_here_is_sent_by_a_url_for_its_size_and_type() {
    let scripted = Scripted::default();
    let bucket = bucket(&scripted);
    let png = file("a.png", "image/png");
    *scripted.answers.lock().unwrap() = vec![
        answered(412, &[]),
        answered(403, &[]),
        // The first try arrived after all.
        answered(412, &[]),
        Err("no answer".to_owned()),
        answered(200, &[]),
    ];
    bucket.keep("app/1", &png, contents()).await.unwrap();
    bucket.keep("app/1", &png, contents()).await.unwrap();
    assert!(bucket.keep("app/1", &png, contents()).await.is_err());
    assert!(
        bucket.keep("app/1", &png, contents()).await.is_err(),
        "an object that is there"
    );
    let asked = scripted.asked.lock().unwrap();
    assert_eq!(asked.len(), 5);
    let exact = File { size: 6, ..png.clone() };
    for request in asked.iter() {
        assert_eq!(request.method(), Method::PUT);
        assert_eq!(&request.body()[..], b"012356");
        let headers = request.headers();
        assert_eq!(headers[header::CONTENT_LENGTH], "6");
        assert_eq!(
            (&headers["content-type"], &headers["if-none-match"]),
            (&"image/png".parse().unwrap(), &"*".parse().unwrap())
        );
        assert_eq!(
            request.uri().to_string(),
            bucket.upload("app/1", &exact, FROM).unwrap().url
        );
    }
}

#[tokio::test]
async fn what_breaks_off_is_not_sent() {
    let scripted = Scripted::default();
    let broken: Contents<'_> = Box::pin(futures_util::stream::iter([
        Ok(Bytes::from_static(b"01")),
        Err(Error::TooLarge),
    ]));
    let kept = bucket(&scripted)
        .keep("app/1", &file("a.txt", "text/plain"), broken)
        .await;
    assert!(matches!(kept, Err(Error::TooLarge)));
    assert!(scripted.asked.lock().unwrap().is_empty());
}
