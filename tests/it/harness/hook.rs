//! The hook of an integrator, on this machine: it is asked before messages stand, and answers as it is told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use parlour_auth::WebhookSecret;
use parlour_domain::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What its calls are signed with.
pub(crate) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// What it says.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    /// This status, and this JSON.
    This(u16, Value),
    /// Nothing at all.
    Nothing,
}

/// The hook; it ends with the test. Clones share what it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    address: SocketAddr,
    state: Arc<Mutex<Asked>>,
}

#[derive(Debug)]
struct Asked {
    says: Says,
    questions: Vec<Value>,
}

impl Hook {
    pub(crate) async fn start(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let questions = Vec::new();
        let state = Arc::new(Mutex::new(Asked { says, questions }));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    /// The setting that has it asked.
    pub(crate) fn setting(&self, on_failure: &str) -> Value {
        let url = format!("http://{}/hook", self.address);
        let hook = json!({ "url": url, "secrets": [SECRET], "timeout_ms": 1_000, "on_failure": on_failure });
        json!({ "message_hook": hook })
    }

    /// From now on it says this.
    pub(crate) fn says(&self, says: Says) {
        self.state.lock().unwrap().says = says;
    }

    /// Takes out what it was asked.
    pub(crate) fn questions(&self) -> Vec<Value> {
        std::mem::take(&mut self.state.lock().unwrap().questions)
    }
}

async fn answer(State(state): State<Arc<Mutex<Asked>>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let at: i64 = header("webhook-timestamp").parse().unwrap();
    let at = Timestamp::from_millis(0).plus_seconds(at);
    let signature = WebhookSecret::parse(SECRET)
        .unwrap()
        .sign(&header("webhook-id"), at, &body);
    let says = {
        let mut state = state.lock().unwrap();
        let mut question: Value = serde_json::from_slice(&body).unwrap();
        question["signed"] = json!(header("webhook-signature") == signature);
        state.questions.push(question);
        state.says.clone()
    };
    match says {
        Says::This(status, json) => {
            let response = Response::builder()
                .status(status)
                .header("content-type", "application/json");
            response.body(json.to_string().into()).unwrap()
        }
        Says::Nothing => std::future::pending().await,
    }
}
