//! Signatures as an AWS SDK makes them.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as signed};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use parlour_gateway::signed::KeyPair;

/// Signs a request for a service, with all the headers that it has; nothing of it may be changed afterwards.
pub(crate) fn sign(request: &mut Request<Bytes>, key: &KeyPair, service: &str) {
    let identity = Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("local")
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let uri = request.uri().to_string();
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), uri, headers, body).unwrap();
    let (instructions, _) = signed(signable, &parameters).unwrap().into_parts();
    instructions.apply_to_request_http1x(request);
}
