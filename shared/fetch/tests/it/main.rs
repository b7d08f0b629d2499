//! What the fetcher refuses, against servers that try.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
