//! Requests as an AWS SDK signs them.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use parlour_gateway::signed::KeyPair;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::rig::Rig;

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct Unsigned<'a> {
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Null if it is not JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// A header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Signs and sends.
pub(crate) async fn call(rig: &Rig, key: &KeyPair, unsigned: Unsigned<'_>) -> Answer {
    let Unsigned {
        service,
        method,
        path,
        headers,
        body,
    } = unsigned;
    let identity = Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("local")
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let url = rig.url(path);
    let mut signed = http::Request::builder().method(method).uri(&url);
    for (name, value) in headers {
        signed = signed.header(*name, *value);
    }
    let mut signed = signed.body(()).unwrap();
    let signable = SignableRequest::new(method, &url, headers.iter().copied(), SignableBody::Bytes(body)).unwrap();
    sign(signable, &params)
        .unwrap()
        .into_parts()
        .0
        .apply_to_request_http1x(&mut signed);
    let request = reqwest::Client::new().request(method.parse().unwrap(), url);
    let request = request.body(body.to_vec()).headers(signed.headers().clone());
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
    }
}
