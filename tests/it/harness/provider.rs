//! An integrator's own servers, on this machine: an identity provider with its key set, and a verification URL.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const KEYS: &str = include_str!("provider/keys.json");
const RSA: &[u8] = include_bytes!("provider/rsa.pkcs1.der");
const EC: &[u8] = include_bytes!("provider/ec.pkcs8.der");
/// On P-256 too, and in no key set.
const OTHER: &[u8] = include_bytes!("provider/other.pkcs8.der");

/// What the verification URL says.
#[derive(Debug, Clone)]
pub(crate) enum Answers {
    /// This object to whoever asks about this token, and 401 about any other.
    Knows(String, Value),
    /// This status, type and body.
    Says(u16, &'static str, String),
    /// To ask elsewhere: at its own `/elsewhere`, which would say who it is.
    Elsewhere,
    /// Nothing at all.
    Silent,
}

/// The servers; they end with the test.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    address: SocketAddr,
    state: Arc<Seen>,
}

#[derive(Debug)]
struct Seen {
    answers: Mutex<Answers>,
    verified: AtomicUsize,
    elsewhere: AtomicUsize,
}

impl Provider {
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Seen {
            answers: Mutex::new(answers),
            verified: AtomicUsize::new(0),
            elsewhere: AtomicUsize::new(0),
        });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    /// Its URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its key set, as everybody can read it.
    pub(crate) fn keys() -> &'static str {
        KEYS
    }

    /// From now on it answers so.
    pub(crate) fn answers(&self, answers: Answers) {
        *self.state.answers.lock().unwrap() = answers;
    }

    /// How often the verification URL was called.
    pub(crate) fn verified(&self) -> usize {
        self.state.verified.load(Ordering::SeqCst)
    }

    /// How often anything else than the two URLs of the settings was called.
    pub(crate) fn elsewhere(&self) -> usize {
        self.state.elsewhere.load(Ordering::SeqCst)
    }
}

async fn answer(State(seen): State<Arc<Seen>>, request: Request<Body>) -> Response {
    let json = |status: u16, kind: &str, body: String| {
        let response = Response::builder().status(status).header("content-type", kind);
        response.body(Body::from(body)).unwrap()
    };
    match request.uri().path() {
        "/keys" => return json(200, "application/json", KEYS.to_owned()),
        "/verify" => seen.verified.fetch_add(1, Ordering::SeqCst),
        _ => {
            seen.elsewhere.fetch_add(1, Ordering::SeqCst);
            return json(200, "application/json", json!({ "sub": "elsewhere" }).to_string());
        }
    };
    let answers = seen.answers.lock().unwrap().clone();
    match answers {
        Answers::Knows(token, person) => {
            let body = axum::body::to_bytes(request.into_body(), 65_536).await.unwrap();
            let asked: Value = serde_json::from_slice(&body).unwrap();
            if asked == json!({ "token": token }) {
                json(200, "application/json", person.to_string())
            } else {
                json(401, "application/json", "{}".to_owned())
            }
        }
        Answers::Says(status, kind, body) => json(status, kind, body),
        Answers::Elsewhere => (axum::http::StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
        Answers::Silent => std::future::pending().await,
    }
}

/// A JWT of these claims, which live an hour unless they say otherwise. `key` is `rsa`, `ec`, `other` (which says that it is `ec`)
/// or a shared secret.
pub(crate) fn jwt(key: &str, mut claims: Value) -> String {
    if claims.get("exp").is_none() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        claims["exp"] = json!(now + 3_600);
    }
    let (algorithm, kid, key) = match key {
        "rsa" => (Algorithm::RS256, "rsa", EncodingKey::from_rsa_der(RSA)),
        "ec" => (Algorithm::ES256, "ec", EncodingKey::from_ec_der(EC)),
        "other" => (Algorithm::ES256, "ec", EncodingKey::from_ec_der(OTHER)),
        secret => (Algorithm::HS256, "shared", EncodingKey::from_secret(secret.as_bytes())),
    };
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    encode(&header, &claims, &key).unwrap()
}
