//! Redirects, private and rebinding addresses, slow and huge answers.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use parlour_fetch::{FetchError, Fetcher, Limits, Reach, Target};
use rustls::RootCertStore;

use crate::server::{HEAD, Says, Server, Slow, Told, get};

/// So long that only a broken test meets it.
const PATIENT: Limits = Limits {
    connect: Duration::from_secs(60),
    total: Duration::from_secs(60),
    body: 16 * 1024,
};

fn ok(body: &str) -> Says {
    Says::Text(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn local() -> Fetcher {
    Fetcher::new(Reach::Private).unwrap()
}

fn resolving(reach: Reach, told: &std::sync::Arc<Told>) -> Fetcher {
    Fetcher::with(reach, std::sync::Arc::clone(told) as _, RootCertStore::empty()).unwrap()
}

#[tokio::test]
async fn an_answer_comes_whole_and_the_request_says_no_more_than_it_must() {
    let server = Server::start(ok("{}")).await;
    let answer = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT)
        .await
        .unwrap();
    assert!(answer.is_json());
    assert_eq!(answer.body, "{}");
    let asked = server.asked.lock().unwrap().to_ascii_lowercase();
    assert!(asked.starts_with("get /path?a=b http/1.1\r\n"), "{asked}");
    assert!(asked.contains(&format!("host: {}\r\n", server.address)), "{asked}");
    for header in ["accept-encoding", "cookie", "authorization", "referer"] {
        assert!(!asked.contains(header), "{asked}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let aim = Server::start(ok("{}")).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let head = format!("HTTP/1.1 {status}\r\nlocation: {}\r\n", aim.url("127.0.0.1"));
        let server = Server::start(Says::Text(format!("{head}content-length: 0\r\n\r\n"))).await;
        let answer = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT)
            .await
            .unwrap();
        assert!(answer.status.is_redirection() && !answer.is_json());
    }
    assert_eq!(aim.came(), 0);
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_called() {
    for addresses in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["fd00:ec2::254"],
        // One of several is enough, wherever it stands.
        &["93.184.215.14", "127.0.0.1"],
        &["127.0.0.1", "93.184.215.14"],
    ] {
        let fetcher = resolving(Reach::Public, &Told::new(&[addresses]));
        let refused = get(&fetcher, "https://rebind.example.com/", Reach::Public, PATIENT).await;
        assert_eq!(refused, Err(FetchError::Private), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_target_for_development_is_still_refused_by_a_public_fetcher() {
    let server = Server::start(ok("{}")).await;
    let fetcher = Fetcher::new(Reach::Public).unwrap();
    let refused = get(&fetcher, &server.url("127.0.0.1"), Reach::Private, PATIENT).await;
    assert_eq!(refused, Err(FetchError::Private));
    assert_eq!(server.came(), 0);
}

#[tokio::test]
async fn a_name_is_resolved_once_and_the_address_that_was_looked_at_is_called() {
    let server = Server::start(ok("{}")).await;
    // What is answered later would be refused; and nothing listens on the other address.
    let told = Told::new(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let fetcher = resolving(Reach::Private, &told);
    let url = server.url("rebind.example.com");
    let answer = get(&fetcher, &url, Reach::Private, PATIENT).await.unwrap();
    assert!(answer.is_json());
    assert_eq!((told.asked(), server.came()), (1, 1));
    let asked = server.asked.lock().unwrap().to_ascii_lowercase();
    assert!(asked.contains("host: rebind.example.com:"), "{asked}");
    let refused = get(&fetcher, &url, Reach::Private, PATIENT).await;
    assert_eq!(refused, Err(FetchError::Private));
    assert_eq!((told.asked(), server.came()), (2, 1));
}

#[tokio::test]
async fn a_name_without_an_address_is_no_address() {
    let fetcher = resolving(Reach::Public, &Told::new(&[&[]]));
    let refused = get(&fetcher, "https://nowhere.example.com/", Reach::Public, PATIENT).await;
    assert_eq!(refused, Err(FetchError::Unresolved));
}

#[tokio::test]
async fn a_name_that_is_never_resolved_is_not_waited_for() {
    let never = std::sync::Arc::new(Slow(None));
    let fetcher = Fetcher::with(Reach::Public, never, RootCertStore::empty()).unwrap();
    let limits = Limits {
        connect: Duration::from_millis(50),
        ..PATIENT
    };
    let refused = get(&fetcher, "https://slow.example.com/", Reach::Public, limits).await;
    assert_eq!(refused, Err(FetchError::Timeout));
}

#[tokio::test]
async fn who_does_not_answer_or_stops_is_not_waited_for() {
    let limits = Limits {
        total: Duration::from_millis(100),
        ..PATIENT
    };
    for says in [Says::Nothing, Says::Stops, Says::Drips] {
        let server = Server::start(says).await;
        let refused = get(&local(), &server.url("127.0.0.1"), Reach::Private, limits).await;
        assert_eq!(refused, Err(FetchError::Timeout));
    }
}

#[tokio::test]
async fn who_takes_the_connection_and_speaks_no_tls_is_not_waited_for() {
    let server = Server::start(Says::Nothing).await;
    let limits = Limits {
        connect: Duration::from_millis(100),
        ..PATIENT
    };
    let url = format!("https://{}/", server.address);
    let refused = get(&local(), &url, Reach::Private, limits).await;
    assert_eq!(refused, Err(FetchError::Timeout));
}

#[tokio::test]
async fn nothing_that_goes_on_for_ever_is_read_for_ever() {
    let limits = Limits {
        total: Duration::from_secs(2),
        ..PATIENT
    };
    for (first, again) in [
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
        ("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", "a=b;"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "0"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n", "x: y\r\n"),
    ] {
        let server = Server::start(Says::Repeats(first, again)).await;
        let refused = get(&local(), &server.url("127.0.0.1"), Reach::Private, limits).await;
        let expected = matches!(refused, Err(FetchError::Broken | FetchError::Timeout));
        assert!(expected, "{first:?} {again:?}: {refused:?}");
    }
}

#[tokio::test]
async fn what_is_compressed_is_not_unpacked() {
    let text = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
                content-length: 2\r\n\r\n{}";
    let server = Server::start(Says::Text(text.to_owned())).await;
    let answer = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT)
        .await
        .unwrap();
    assert_eq!(answer.body, "{}", "the body as it came");
}

#[tokio::test]
async fn nothing_of_one_answer_is_in_the_next_request() {
    let text = "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nwww-authenticate: Basic\r\nconnection: keep-alive\r\n\
                content-length: 0\r\n\r\n";
    let server = Server::start(Says::Text(text.to_owned())).await;
    for round in 1..=2 {
        get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT)
            .await
            .unwrap();
        assert_eq!(server.came(), round, "a connection each");
        let asked = server.asked.lock().unwrap().to_ascii_lowercase();
        assert!(!asked.contains("cookie") && !asked.contains("authorization"), "{asked}");
    }
}

#[tokio::test]
async fn a_body_is_read_no_further_than_it_may_be_long() {
    let server = Server::start(Says::Repeats(HEAD, "1\r\na\r\n")).await;
    let refused = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT).await;
    assert_eq!(refused, Err(FetchError::TooLarge));
    let most = "a".repeat(PATIENT.body);
    for (body, fits) in [(most.clone(), true), (most + "a", false)] {
        let server = Server::start(ok(&body)).await;
        let answer = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT).await;
        assert_eq!(answer.is_ok(), fits);
    }
}

#[tokio::test]
async fn a_status_is_told_without_a_body_that_never_ends() {
    for says in [Says::Repeats(HEAD, "1\r\na\r\n"), Says::Stops] {
        let server = Server::start(says).await;
        let target = Target::parse(&server.url("127.0.0.1"), Reach::Private).unwrap();
        let sent = local();
        let sent = sent.status(
            Method::POST,
            &target,
            HeaderMap::new(),
            Bytes::from_static(b"{}"),
            PATIENT,
        );
        assert_eq!(sent.await, Ok(StatusCode::OK));
    }
}

#[tokio::test]
async fn a_huge_head_and_what_is_no_http_are_refused() {
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(1024 * 1024));
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_owned();
    for text in [huge, cut, "SSH-2.0-OpenSSH\r\n".to_owned(), String::new()] {
        let server = Server::start(Says::Text(text)).await;
        let refused = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT).await;
        assert_eq!(refused, Err(FetchError::Broken));
    }
}

#[tokio::test]
async fn only_json_is_json() {
    for kind in ["text/html", "application/jsonp", "text/json", ""] {
        let text = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: 2\r\n\r\n{{}}");
        let server = Server::start(Says::Text(text)).await;
        let answer = get(&local(), &server.url("127.0.0.1"), Reach::Private, PATIENT)
            .await
            .unwrap();
        assert!(!answer.is_json(), "{kind}");
    }
}
