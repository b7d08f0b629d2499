//! Certificates: the host's own, by an authority that is trusted.

#![expect(clippy::disallowed_methods, reason = "servers beside the test")]

use std::sync::Arc;
use std::time::Duration;

use parlour_fetch::{FetchError, Fetcher, Limits, Reach};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::server::{Slow, Told, get};

/// A server with a certificate of its own for `name`, and what trusts it. It takes `pause` before it says anything.
async fn server(name: &str, pause: Duration) -> (u16, RootCertStore) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                if let Ok(mut stream) = acceptor.accept(stream).await
                    && stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0)
                {
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    (port, roots)
}

#[tokio::test]
async fn the_certificate_is_that_of_the_name_and_is_trusted() {
    let (port, roots) = server("id.example.com", Duration::ZERO).await;
    let patient = Limits {
        connect: Duration::from_secs(60),
        total: Duration::from_secs(60),
        ..Limits::default()
    };
    let fetch = |host: &str, roots: &RootCertStore| {
        let fetcher = Fetcher::with(Reach::Private, Told::new(&[&["127.0.0.1"]]), roots.clone()).unwrap();
        let url = format!("https://{host}:{port}/");
        async move { get(&fetcher, &url, Reach::Private, patient).await }
    };
    let answer = fetch("id.example.com", &roots).await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(fetch("other.example.com", &roots).await, Err(FetchError::Tls));
    assert_eq!(fetch("127.0.0.1", &roots).await, Err(FetchError::Tls));
    assert_eq!(
        fetch("id.example.com", &RootCertStore::empty()).await,
        Err(FetchError::Tls)
    );
}

#[tokio::test]
async fn resolving_connecting_and_tls_have_one_limit_together() {
    let pause = Duration::from_millis(300);
    let (port, roots) = server("id.example.com", pause).await;
    let fetcher = Fetcher::with(Reach::Private, Arc::new(Slow(Some(pause))), roots).unwrap();
    let url = format!("https://id.example.com:{port}/");
    let within = |connect| Limits {
        connect,
        total: Duration::from_secs(60),
        ..Limits::default()
    };
    // Each of the two takes less than this, both take more.
    let refused = get(&fetcher, &url, Reach::Private, within(Duration::from_millis(500))).await;
    assert_eq!(refused, Err(FetchError::Timeout));
    let answer = get(&fetcher, &url, Reach::Private, within(Duration::from_secs(60))).await;
    assert_eq!(answer.unwrap().status, 204);
}
