//! Key sets and verification URLs: how often they are asked, how long they are believed, and for whom.

#![expect(clippy::disallowed_methods, reason = "a server beside the test")]

mod accepted;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::{Either, join_all, select};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use parlour_domain::verification::{ClaimName, Mapping, Method, Party, Verification};
use parlour_domain::{AppId, Timestamp, limits};
use parlour_service::Error;
use parlour_service::trust::{Reach, Trust};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const KEYS: &str = include_str!("../../../auth/tests/credentials/provider/keys.json");
const OTHER_KEYS: &str = include_str!("../../../auth/tests/credentials/provider/other-keys.json");
const EC: &[u8] = include_bytes!("../../../auth/tests/credentials/provider/ec.pkcs8.der");

/// When everything begins, in seconds.
const BEGIN: i64 = 1_800_000_000;

/// The status of a server that says nothing at all.
const SILENT: u16 = 0;

/// A server that says one thing to everybody, and counts.
pub(crate) struct Server {
    pub(crate) url: String,
    says: Arc<Mutex<(u16, String)>>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(status: u16, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let says = Arc::new(Mutex::new((status, body.to_owned())));
        let asked = Arc::new(AtomicUsize::new(0));
        let (saying, counting) = (Arc::clone(&says), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counting.fetch_add(1, Ordering::SeqCst);
                let (status, body) = saying.lock().unwrap().clone();
                tokio::spawn(async move {
                    if !read_request(&mut stream).await {
                        return;
                    }
                    if status == SILENT {
                        std::future::pending::<()>().await;
                    }
                    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n");
                    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { url, says, asked }
    }

    pub(crate) fn says(&self, status: u16, body: &str) {
        *self.says.lock().unwrap() = (status, body.to_owned());
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Reads to the end of the body: a connection that is closed with something unread takes its answer with it. `false`: there is none.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return true;
            }
        }
        match stream.read_buf(&mut request).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis((BEGIN + seconds) * 1_000)
}

fn app(id: &str) -> AppId {
    AppId::parse(id).unwrap()
}

fn settings(method: Method) -> Verification {
    let claim = |name| ClaimName::parse(name).unwrap();
    Verification {
        method,
        user: Mapping {
            preferred_id: None,
            id: claim("sub"),
            name: claim("name"),
            avatar_url: claim("picture"),
            create: true,
        },
        required: Vec::new(),
    }
}

fn jwks(server: &Server) -> Verification {
    settings(Method::Jwks {
        issuer: Party::parse("id").ok(),
        audience: None,
        url: server.url.clone(),
    })
}

fn url(server: &Server) -> Verification {
    settings(Method::Url {
        url: server.url.clone(),
    })
}

fn token(kid: &str) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    let claims = json!({ "iss": "id", "sub": "ada", "exp": BEGIN + 100_000 });
    encode(&header, &claims, &EncodingKey::from_ec_der(EC)).unwrap()
}

fn trust() -> Trust {
    Trust::reaching(Reach::Private).unwrap()
}

/// Whom the token means: an external id, or why nobody.
async fn who(trust: &Trust, id: &str, settings: &Verification, token: &str, second: i64) -> Result<String, Error> {
    let (person, _) = trust.person(&app(id), settings, token, at(second)).await?;
    Ok(person.external_id.to_string())
}

#[tokio::test]
async fn many_at_once_ask_for_a_key_set_once() {
    let (server, trust) = (Server::start(200, KEYS).await, trust());
    let (settings, token) = (jwks(&server), token("ec"));
    let all = join_all((0..50).map(|_| who(&trust, "one", &settings, &token, 0))).await;
    assert!(all.iter().all(|who| matches!(who.as_deref(), Ok("ada"))), "{all:?}");
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_in_a_while_and_found() {
    let (server, trust) = (Server::start(200, r#"{"keys":[]}"#).await, trust());
    let (settings, again) = (jwks(&server), limits::KEY_SET_AGAIN_SECONDS);
    for (second, asked) in [(0, 1), (1, 1), (again - 1, 1), (again, 2), (again + 1, 2)] {
        let tries = (0..20).map(|_| who(&trust, "one", &settings, "a.b.c", second));
        assert!(join_all(tries).await.iter().all(Result::is_err));
        let token = token("ec");
        let tries = (0..20).map(|_| who(&trust, "one", &settings, &token, second));
        for refused in join_all(tries).await {
            assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
        }
        assert_eq!(server.asked(), asked, "after {second} s");
    }
    server.says(200, KEYS);
    assert_eq!(
        who(&trust, "one", &settings, &token("ec"), 2 * again).await.unwrap(),
        "ada"
    );
}

#[tokio::test]
async fn a_removed_key_is_refused_within_five_minutes() {
    let (server, trust) = (Server::start(200, KEYS).await, trust());
    let (settings, token) = (jwks(&server), token("ec"));
    who(&trust, "one", &settings, &token, 0).await.unwrap();
    server.says(200, r#"{"keys":[]}"#);
    let end = limits::KEY_SET_SECONDS;
    who(&trust, "one", &settings, &token, end - 1).await.unwrap();
    let refused = who(&trust, "one", &settings, &token, end).await;
    assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
    // Where the set cannot be had, an old one is not believed for longer.
    server.says(200, KEYS);
    who(&trust, "one", &settings, &token, 2 * end).await.unwrap();
    server.says(500, "");
    let refused = who(&trust, "one", &settings, &token, 3 * end).await;
    assert!(matches!(refused, Err(Error::NotVerified)), "{refused:?}");
    let asked = server.asked();
    let refused = who(&trust, "one", &settings, &token, 3 * end + 1).await;
    assert!(matches!(refused, Err(Error::NotVerified)), "{refused:?}");
    assert_eq!(
        server.asked(),
        asked,
        "a set that cannot be had is left alone for a moment"
    );
    server.says(200, KEYS);
    who(&trust, "one", &settings, &token, 3 * end + limits::REFUSED_SECONDS)
        .await
        .unwrap();
}

#[tokio::test]
async fn keys_that_somebody_makes_up_hold_nobody_up() {
    let (server, trust) = (Server::start(200, KEYS).await, trust());
    let settings = jwks(&server);
    who(&trust, "one", &settings, &token("ec"), 0).await.unwrap();
    server.says(SILENT, "");
    let (made_up, good) = (token("made-up"), token("ec"));
    let made_up = Box::pin(who(&trust, "one", &settings, &made_up, limits::KEY_SET_AGAIN_SECONDS));
    let good = Box::pin(who(&trust, "one", &settings, &good, limits::KEY_SET_AGAIN_SECONDS));
    match select(made_up, good).await {
        Either::Left((answer, _)) => panic!("the good one waits for {answer:?}"),
        Either::Right((answer, made_up)) => {
            assert_eq!(answer.unwrap(), "ada");
            let refused = made_up.await;
            assert!(matches!(refused, Err(Error::NotVerified)), "{refused:?}");
        }
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn what_is_no_key_set_lets_nobody_in() {
    let (server, trust) = (Server::start(200, KEYS).await, trust());
    let (settings, token) = (jwks(&server), token("ec"));
    let huge = format!("{}{KEYS}", " ".repeat(64 * 1024));
    let deep = format!(r#"{{"keys":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let own: Value = serde_json::from_str(KEYS).unwrap();
    let many = json!({ "keys": vec![own["keys"][1].clone(); 33] }).to_string();
    for (number, (status, body)) in [
        (302, KEYS),
        (404, KEYS),
        (503, KEYS),
        (200, ""),
        (200, "[]"),
        (200, "<html>"),
        (200, huge.as_str()),
        (200, deep.as_str()),
        (200, many.as_str()),
    ]
    .into_iter()
    .enumerate()
    {
        // An app each, so that each is asked for.
        let id = format!("app{number}");
        server.says(status, body);
        let refused = who(&trust, &id, &settings, &token, 0).await;
        assert!(
            matches!(refused, Err(Error::NotVerified)),
            "{status} {body:.40}: {refused:?}"
        );
        assert_eq!(server.asked(), number + 1);
        server.says(200, KEYS);
        who(&trust, &id, &settings, &token, limits::REFUSED_SECONDS)
            .await
            .unwrap();
        server.asked.store(number + 1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn the_same_key_id_is_another_key_for_another_app() {
    let (one, two) = (Server::start(200, KEYS).await, Server::start(200, OTHER_KEYS).await);
    let (trust, token) = (trust(), token("ec"));
    let (of_one, of_two) = (jwks(&one), jwks(&two));
    for _ in 0..3 {
        let both = (0..20).map(async |number| {
            if number % 2 == 0 {
                who(&trust, "one", &of_one, &token, 0).await.is_ok()
            } else {
                who(&trust, "two", &of_two, &token, 0).await.is_err()
            }
        });
        assert!(join_all(both).await.into_iter().all(|right| right));
    }
    assert_eq!((one.asked(), two.asked()), (1, 1));
    // The same URL is asked for each app.
    who(&trust, "three", &of_one, &token, 0).await.unwrap();
    assert_eq!(one.asked(), 2);
}

fn person(members: &Value) -> String {
    let mut person = json!({ "sub": "ada" });
    for (name, value) in members.as_object().unwrap() {
        person[name] = value.clone();
    }
    person.to_string()
}

#[tokio::test]
async fn an_answer_is_believed_for_a_minute_for_one_token_and_app() {
    let (server, trust) = (Server::start(200, &person(&json!({}))).await, trust());
    let settings = url(&server);
    for (id, token, second, asked) in [
        ("one", "a", 0, 1),
        ("one", "a", limits::VERIFIED_SECONDS - 1, 1),
        ("one", "a", limits::VERIFIED_SECONDS, 2),
        ("one", "b", limits::VERIFIED_SECONDS, 3),
        ("two", "b", limits::VERIFIED_SECONDS, 4),
    ] {
        assert_eq!(who(&trust, id, &settings, token, second).await.unwrap(), "ada");
        assert_eq!(server.asked(), asked, "{id} {token} {second}");
    }
    let mut other = settings.clone();
    other.user.id = ClaimName::parse("email").unwrap();
    let refused = who(&trust, "one", &other, "b", limits::VERIFIED_SECONDS).await;
    assert!(matches!(refused, Err(Error::NotVerified)), "{refused:?}");
}

#[tokio::test]
async fn an_answer_is_believed_no_longer_than_it_says() {
    let (server, trust) = (
        Server::start(200, &person(&json!({ "exp": BEGIN + 10 }))).await,
        trust(),
    );
    let settings = url(&server);
    let (_, until) = trust.person(&app("one"), &settings, "a", at(0)).await.unwrap();
    assert_eq!(until, at(10));
    who(&trust, "one", &settings, "a", 9).await.unwrap();
    assert_eq!(server.asked(), 1);
    let refused = who(&trust, "one", &settings, "a", 10).await;
    assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_refusal_is_believed_for_a_moment() {
    let (server, trust) = (Server::start(401, "{}").await, trust());
    let settings = url(&server);
    for (second, asked) in [(0, 1), (limits::REFUSED_SECONDS - 1, 1), (limits::REFUSED_SECONDS, 2)] {
        let refused = who(&trust, "one", &settings, "a", second).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
        assert_eq!(server.asked(), asked, "after {second} s");
    }
}

#[tokio::test]
async fn what_is_said_about_made_up_tokens_keeps_nobody_out() {
    let (server, trust) = (Server::start(200, "").await, trust());
    let settings = url(&server);
    for (round, (status, body, refused)) in [
        (400, "{}", true),
        (404, "", true),
        (410, "", true),
        (422, "{}", true),
        (200, r#"{"active":false}"#, true),
        (200, r#"{"active":"false","sub":"ada"}"#, false),
        (200, "{}", false),
        (200, "[]", false),
        (302, "", false),
    ]
    .into_iter()
    .enumerate()
    {
        server.says(status, body);
        for number in 0..20 {
            let answer = who(&trust, "one", &settings, &format!("{round}-{number}"), 0).await;
            let right = match answer {
                Err(Error::Unauthenticated) => refused,
                Err(Error::NotVerified) => !refused,
                _ => false,
            };
            assert!(right, "{status} {body}");
        }
        server.says(200, &person(&json!({ "active": true })));
        let good = who(&trust, "one", &settings, &format!("good-{round}"), 0).await;
        assert_eq!(good.unwrap(), "ada", "{status} {body}");
    }
    // A URL that does not work is another thing.
    server.says(503, "");
    for number in 0..20 {
        let answer = who(&trust, "one", &settings, &format!("late-{number}"), 0).await;
        assert!(matches!(answer, Err(Error::NotVerified)), "{answer:?}");
    }
    server.says(200, &person(&json!({})));
    let (asked, answer) = (server.asked(), who(&trust, "one", &settings, "good", 0).await);
    assert!(matches!(answer, Err(Error::NotVerified)), "{answer:?}");
    assert_eq!(server.asked(), asked);
    who(&trust, "two", &settings, "good", 0).await.unwrap();
    who(&trust, "one", &settings, "good", limits::REFUSED_SECONDS)
        .await
        .unwrap();
}

#[tokio::test]
async fn credentials_of_ours_are_shown_to_nobody() {
    let (server, trust) = (Server::start(200, &person(&json!({}))).await, trust());
    let settings = url(&server);
    for token in [
        "plr_abc",
        "pt_app_abc",
        "",
        "two words",
        "a\nb",
        "\u{e9}",
        &"a".repeat(4_097),
    ] {
        let refused = who(&trust, "one", &settings, token, 0).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_url_that_was_set_for_development_is_not_asked_by_others() {
    let (server, trust) = (Server::start(200, KEYS).await, Trust::reaching(Reach::Public).unwrap());
    for settings in [jwks(&server), url(&server)] {
        let refused = who(&trust, "one", &settings, &token("ec"), 0).await;
        assert!(matches!(refused, Err(Error::NotVerified)), "{refused:?}");
    }
    assert_eq!(server.asked(), 0);
}
