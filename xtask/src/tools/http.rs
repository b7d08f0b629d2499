//! The few requests that xtask makes itself, over plain HTTP on the loopback device: it needs no library for more.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// For each step of a request.
const LIMIT: Duration = Duration::from_secs(20);

/// The most of an answer that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// A port that nobody listens on now. Whoever starts a server on it does so at once.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// `GET`; the body of an answer with status 200.
pub(crate) fn get(port: u16, path: &str) -> Result<String> {
    call(port, "GET", path, "", "")
}

/// A call of an AWS service in JSON, `SERVICE.Operation`, with a signature of the right form only: emulators look at no
/// more.
pub(crate) fn call_service(port: u16, service: &str, target: &str, body: &str) -> Result<String> {
    let headers = format!(
        "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: {target}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{service}/aws4_request, \
         SignedHeaders=host, Signature=00\r\n"
    );
    call(port, "POST", "/", &headers, body)
}

fn call(port: u16, method: &str, path: &str, headers: &str, body: &str) -> Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.lines().next().unwrap_or("nothing");
    if status.split(' ').nth(1) != Some("200") {
        bail!("it answered {status}: {}", body.chars().take(300).collect::<String>());
    }
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_body_and_another_status_an_error() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\na: b\r\n\r\nyes", Some("yes")),
            ("HTTP/1.1 404 Not Found\r\n\r\nno", None),
            ("", None),
        ] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 512];
                let length = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8_lossy(&request[..length]).into_owned()
            });
            assert_eq!(get(port, "/health").ok().as_deref(), expected);
            assert!(server.join().unwrap().starts_with("GET /health HTTP/1.1\r\n"));
        }
    }
}
