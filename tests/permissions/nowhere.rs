//! A way out on which no name has an address: nothing of a test leaves its process, and nothing waits for a socket.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use parlour_fetch::{BoxFuture, Fetcher, Reach, Resolver};
use rustls::RootCertStore;

#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

pub(crate) fn fetcher() -> Fetcher {
    Fetcher::with(Reach::Public, Arc::new(Nowhere), RootCertStore::empty()).unwrap()
}
