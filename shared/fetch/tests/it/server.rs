//! A server that says what it is told to, byte for byte, and counts who came; and a resolver that answers what it is told to.

#![expect(clippy::disallowed_methods, reason = "servers beside the test")]

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use parlour_fetch::{Answer, BoxFuture, FetchError, Fetcher, Limits, Reach, Resolver, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// The head of an answer in chunks.
pub(crate) const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

/// What is said to whoever connects.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    /// This, and the connection ends.
    Text(String),
    /// Nothing, for ever.
    Nothing,
    /// The first text, and then the second one again and again as long as somebody reads.
    Repeats(&'static str, &'static str),
    /// A head, and then a byte every now and then.
    Drips,
    /// A head, one byte, and then nothing.
    Stops,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    came: Arc<AtomicUsize>,
    /// What was asked last.
    pub(crate) asked: Arc<Mutex<String>>,
}

impl Server {
    pub(crate) async fn start(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (came, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (counted, noted) = (Arc::clone(&came), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (says, noted) = (says.clone(), Arc::clone(&noted));
                tokio::spawn(async move {
                    let mut head = vec![0; 8192];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    *noted.lock().unwrap() = String::from_utf8_lossy(&head[..read]).into_owned();
                    let _ = answer(&mut stream, says).await;
                });
            }
        });
        Self { address, came, asked }
    }

    pub(crate) fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/path?a=b", self.address.port())
    }
}

async fn answer(stream: &mut tokio::net::TcpStream, says: Says) -> io::Result<()> {
    match says {
        Says::Text(text) => {
            stream.write_all(text.as_bytes()).await?;
            stream.shutdown().await
        }
        Says::Nothing => std::future::pending().await,
        Says::Repeats(first, again) => {
            stream.write_all(first.as_bytes()).await?;
            loop {
                stream.write_all(again.as_bytes()).await?;
            }
        }
        Says::Drips => {
            stream.write_all(HEAD.as_bytes()).await?;
            loop {
                stream.write_all(b"1\r\na\r\n").await?;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        Says::Stops => {
            stream.write_all(format!("{HEAD}1\r\na\r\n").as_bytes()).await?;
            std::future::pending().await
        }
    }
}

/// Answers one list of addresses after the other, the last one for ever.
#[derive(Debug)]
pub(crate) struct Told {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Told {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: answers.iter().map(addresses).collect(),
            asked: AtomicUsize::new(0),
        })
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolver for Told {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        Box::pin(std::future::ready(Ok(self.answers[at].clone())))
    }
}

/// Answers with one address after a while, or never.
#[derive(Debug)]
pub(crate) struct Slow(pub(crate) Option<Duration>);

impl Resolver for Slow {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            match self.0 {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
            Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
        })
    }
}

fn target(url: &str, reach: Reach) -> Target {
    Target::parse(url, reach).unwrap()
}

pub(crate) async fn get(fetcher: &Fetcher, url: &str, reach: Reach, limits: Limits) -> Result<Answer, FetchError> {
    let target = target(url, reach);
    let sent = fetcher.send(Method::GET, &target, HeaderMap::new(), Bytes::new(), limits);
    sent.await
}
