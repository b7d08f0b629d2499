//! Requests signed by the AWS crate pass; anything changed afterwards does not.

use aws_sigv4::http_request::SigningInstructions;
use http::Request;

use super::*;

const PATH: &str = "/@connections/L0SM9cOFvHcCIhw%3D";

fn key() -> KeyPair {
    KeyPair {
        access_key_id: "PARLOURkey".to_owned(),
        secret_access_key: "secret".to_owned(),
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn sign_as(key: &KeyPair, service: &str, request: &mut Request<&'static [u8]>) {
    let identity = Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name(service)
        .time(now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let uri = format!("http://127.0.0.1:8080{}", request.uri());
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), uri, headers, body).unwrap();
    let instructions: SigningInstructions = sign(signable, &params).unwrap().into_parts().0;
    instructions.apply_to_request_http1x(request);
}

fn request() -> Request<&'static [u8]> {
    Request::post(PATH)
        .header("host", "127.0.0.1:8080")
        .header("content-type", "text/plain")
        .header("user-agent", "test")
        .body(b"hello".as_slice())
        .unwrap()
}

fn signed(key: &KeyPair, service: &str) -> Request<&'static [u8]> {
    let mut request = request();
    sign_as(key, service, &mut request);
    request
}

fn verdict(request: Request<&'static [u8]>, at: SystemTime) -> Result<(), Refusal> {
    let (parts, body) = request.into_parts();
    verify(&key(), "execute-api", &parts, body, at)
}

#[test]
fn a_signed_request_passes() {
    assert_eq!(verdict(signed(&key(), "execute-api"), now()), Ok(()));
}

#[test]
fn whatever_is_changed_after_signing_is_found() {
    let mut body = signed(&key(), "execute-api");
    *body.body_mut() = b"hullo";
    assert_eq!(verdict(body, now()), Err(Refusal::Mismatch));

    let mut path = signed(&key(), "execute-api");
    *path.uri_mut() = "/@connections/other".parse().unwrap();
    assert_eq!(verdict(path, now()), Err(Refusal::Mismatch));

    let mut method = signed(&key(), "execute-api");
    *method.method_mut() = http::Method::DELETE;
    assert_eq!(verdict(method, now()), Err(Refusal::Mismatch));

    let mut header = signed(&key(), "execute-api");
    header
        .headers_mut()
        .insert("content-type", "text/html".parse().unwrap());
    assert_eq!(verdict(header, now()), Err(Refusal::Mismatch));

    let mut unsigned = signed(&key(), "execute-api");
    unsigned.headers_mut().insert("user-agent", "proxy".parse().unwrap());
    assert_eq!(verdict(unsigned, now()), Ok(()), "what is not signed may change");
}

#[test]
fn other_keys_and_services_are_refused() {
    let other = KeyPair {
        access_key_id: "other".to_owned(),
        ..key()
    };
    assert_eq!(verdict(signed(&other, "execute-api"), now()), Err(Refusal::UnknownKey));
    let wrong = KeyPair {
        secret_access_key: "wrong".to_owned(),
        ..key()
    };
    assert_eq!(verdict(signed(&wrong, "execute-api"), now()), Err(Refusal::Mismatch));
    assert_eq!(verdict(signed(&key(), "dynamodb"), now()), Err(Refusal::Incomplete));
}

#[test]
fn a_signature_lives_five_minutes_in_both_directions() {
    let minutes = |n: u64| Duration::from_secs(n * 60);
    assert_eq!(verdict(signed(&key(), "execute-api"), now() + minutes(5)), Ok(()));
    assert_eq!(
        verdict(signed(&key(), "execute-api"), now() + minutes(6)),
        Err(Refusal::Expired)
    );
    assert_eq!(
        verdict(signed(&key(), "execute-api"), now() - minutes(6)),
        Err(Refusal::Expired)
    );
}

#[test]
fn without_or_with_half_a_signature() {
    assert_eq!(verdict(request(), now()), Err(Refusal::Missing));
    for authorization in ["Bearer x", "AWS4-HMAC-SHA256 Credential=a/b/c", "AWS4-HMAC-SHA256 "] {
        let mut request = request();
        request
            .headers_mut()
            .insert("authorization", authorization.parse().unwrap());
        request
            .headers_mut()
            .insert("x-amz-date", "20270115T080000Z".parse().unwrap());
        assert_eq!(verdict(request, now()), Err(Refusal::Incomplete), "{authorization}");
    }
}

#[test]
fn key_pairs_differ_and_hide_their_secret() {
    let (one, two) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    assert_ne!(one, two);
    assert!(!format!("{one:?}").contains(&one.secret_access_key));
}
