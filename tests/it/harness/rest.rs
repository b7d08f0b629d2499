//! A REST client with one credential.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::Reply;

/// What a request proves itself with.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    Nothing,
    ClientKey(String),
    Bearer(String),
    /// A token that Parlour did not issue, and the app by whose settings it is to be proven.
    BearerOf {
        app: String,
        token: String,
    },
}

/// Calls with one credential.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    client: reqwest::Client,
    base: String,
    pub(crate) credential: Credential,
}

impl Caller {
    /// Of the server at `base`, a URL without a slash at its end.
    pub(crate) fn new(base: &str, credential: Credential) -> Self {
        Self {
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(super::LIMIT)
                .build()
                .unwrap(),
            base: base.to_owned(),
            credential,
        }
    }

    /// The same with another credential.
    pub(crate) fn with(&self, credential: Credential) -> Self {
        Self {
            credential,
            ..self.clone()
        }
    }

    /// A request with the credential, to be completed.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.credential {
            Credential::Nothing => request,
            Credential::ClientKey(key) => request.header("clientKey", key),
            Credential::Bearer(token) => request.bearer_auth(token),
            Credential::BearerOf { app, token } => request.header("parlour-app", app).bearer_auth(token),
        }
    }

    /// Calls a route, with a JSON body if there is one.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let request = self.request(method, path);
        Reply::of(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Calls with an `Idempotency-Key`.
    pub(crate) async fn call_once(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
        let request = self.request(method, path).header("Idempotency-Key", key);
        Reply::of(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.call("PATCH", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str) -> Reply {
        self.call("PUT", path, None).await
    }

    pub(crate) async fn put_body(&self, path: &str, body: Value) -> Reply {
        self.call("PUT", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, None).await
    }

    /// The items of all pages of a list.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after = String::new();
        let start = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(&format!("{path}{start}limit=50{after}")).await.expect(200);
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }
}
