//! What the fetcher refuses, against servers that try.

mod attacks;
mod server;
mod tls;
