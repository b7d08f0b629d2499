//! A REST client of another service: its own paths, its own way to send a token, and answers that are not Parlour's.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::harness::{LIMIT, Tenant, TestServer, jwt};

const SECRET: &str = "the secret key of 0123456789 another service";

/// Has an app understand the clients of a service, whose tokens are signed with the secret of this test.
pub(super) async fn understand(tenant: &Tenant, service: &str) {
    let verification = json!({ "method": "hs256", "secrets": [SECRET] });
    let dialects = json!({ "dialects": [{ "service": service, "verification": verification }] });
    tenant.backend.patch("/app", dialects).await.expect(200);
}

/// A token of the service's own.
pub(super) fn token(claims: Value) -> String {
    jwt(SECRET, claims)
}

/// A client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    client: reqwest::Client,
    /// The base URL, without a slash at its end.
    pub(super) root: String,
    authorization: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    /// The body.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("JSON: {self:?}"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub(super) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// Of a service, at the prefix that names the app.
    pub(super) fn new(server: &TestServer, tenant: &Tenant, service: &str) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(LIMIT)
            .redirect(Policy::none());
        let http = server.ready["http"].as_str().unwrap();
        Self {
            client: client.build().unwrap(),
            root: format!("{http}/a/{}/{service}", tenant.app_id),
            authorization: None,
        }
    }

    /// The same with this `Authorization`.
    pub(super) fn with(&self, authorization: &str) -> Self {
        Self {
            authorization: Some(authorization.to_owned()),
            ..self.clone()
        }
    }

    /// Sends a request to a path of the service, or to a whole URL.
    pub(super) async fn call(&self, method: &str, path: &str, body: Option<&str>) -> Reply {
        self.call_with(method, path, body, &[]).await
    }

    pub(super) async fn call_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let url = match path.starts_with('/') {
            true => format!("{}{path}", self.root),
            false => path.to_owned(),
        };
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, url);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let response = request.send().await.unwrap();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None).await
    }
}

/// The id that Parlour gave the user with this id of the service.
pub(super) async fn id_of(tenant: &Tenant, external: &str) -> String {
    let found = tenant
        .backend
        .get(&format!("/user?external_id={external}"))
        .await
        .expect(200);
    found["items"][0]["id"].as_str().unwrap().to_owned()
}
