use super::*;

#[test]
fn only_public_addresses_are_called() {
    let public = |text: &str| address::is_public(text.parse().unwrap());
    for closed in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!public(closed), "{closed}");
    }
    for open in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "::ffff:1.1.1.1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
    ] {
        assert!(public(open), "{open}");
    }
}

fn call(url: &str) -> Call {
    Call {
        url: url.to_owned(),
        headers: Vec::new(),
        body: Bytes::from_static(b"{}"),
    }
}

/// A listener of this machine that must not be called, and its port.
async fn canary() -> (tokio::net::TcpListener, u16) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[tokio::test]
async fn nothing_in_the_own_network_is_connected_to() {
    let (listener, port) = canary().await;
    let fetch = HttpFetch::new(false).unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"] {
        for scheme in ["https", "http"] {
            let answer = fetch
                .post(call(&format!("{scheme}://{host}:{port}/")), Duration::from_secs(5))
                .await;
            assert_eq!(answer, Err(Failure::Forbidden), "{scheme}://{host}");
        }
    }
    // However else the system reads these, nobody may be called.
    for host in ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"] {
        let answer = fetch
            .post(call(&format!("https://{host}:{port}/")), Duration::from_secs(5))
            .await;
        assert!(answer.is_err(), "{host}");
    }
    let called = timeout(Duration::ZERO, listener.accept()).await;
    assert!(called.is_err(), "somebody was called");
}

#[tokio::test]
async fn who_does_not_answer_is_given_up() {
    let (_listener, port) = canary().await;
    let fetch = HttpFetch::new(true).unwrap();
    let url = format!("http://127.0.0.1:{port}/");
    let answer = fetch.post(call(&url), Duration::from_millis(50)).await;
    assert_eq!(answer, Err(Failure::TimedOut));
}
