//! Requests as an AWS SDK signs them.

use bytes::Bytes;
use parlour_gateway::signed::KeyPair;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::rig::Rig;
use crate::signature::sign;

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
    let mut request = http::Request::builder().method(method).uri(rig.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Bytes::copy_from_slice(body)).unwrap();
    sign(&mut request, key, service);
    let request = reqwest::Request::try_from(request).unwrap();
    let response = reqwest::Client::new().execute(request).await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
    }
}
