//! An answer of REST. A refusal is checked as a whole: every problem document must be a complete one of the catalogue.

use std::sync::LazyLock;

use parlour_protocol::Code;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::answers;

/// How many requests may be under way at once, over all tests: a server of others may do with few, and each of its calls then needs
/// another one of these few. Without the variable any number.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| {
    let most = std::env::var("PARLOUR_TEST_AT_ONCE")
        .ok()
        .and_then(|text| text.parse().ok());
    Semaphore::new(most.unwrap_or(Semaphore::MAX_PERMITS))
});

/// Status, headers and body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// Sends a request and reads the answer to its end.
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::of_unless_broken(request).await.unwrap()
    }

    /// The same where the server may go away meanwhile.
    pub(crate) async fn of_unless_broken(request: reqwest::RequestBuilder) -> Result<Self, reqwest::Error> {
        let (client, request) = request.build_split();
        let request = request?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let _one = AT_ONCE.acquire().await;
        let response = client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let reply = Self {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        };
        assert!(reply.status < 500 || reply.status == 503, "{reply:?}");
        answers::keep(method.as_str(), &path, reply.status, &reply.body);
        Ok(reply)
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.body
    }

    /// The problem document, if its status and code are these.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let problem = self.problem();
        assert_eq!(
            (problem["status"].as_u64(), problem["code"].as_str()),
            (Some(status.into()), Some(code))
        );
        problem
    }

    /// The problem document.
    #[track_caller]
    pub(crate) fn problem(self) -> Value {
        assert!((400..600).contains(&self.status), "a refusal: {self:?}");
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let problem = &self.body;
        let code = Code::ALL.iter().find(|code| problem["code"] == code.as_str());
        let code = code.unwrap_or_else(|| panic!("a code of the catalogue: {problem}"));
        assert_eq!(
            (self.status, problem["status"].as_u64()),
            (code.status(), Some(code.status().into()))
        );
        assert_eq!(problem["type"], format!("urn:parlour:error:{}", code.as_str()));
        assert_eq!(
            (&problem["title"], &problem["retryable"]),
            (&code.title().into(), &code.retryable().into())
        );
        assert!(
            problem["detail"].is_string() && problem["request_id"].is_string(),
            "{problem}"
        );
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        self.body
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it is the answer of an earlier attempt.
    pub(crate) fn replayed(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }
}
