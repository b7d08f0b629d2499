//! Whether a token that is known already is still good, as one service asks its integrators: `GET` of their URL with the token in its
//! query, answered by any status of success.

use std::fmt::Write as _;
use std::sync::PoisonError;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use parlour_auth::TokenHash;
use parlour_domain::{AppId, Timestamp, limits};
use parlour_fetch::{Limits, Target};

use super::{Trust, is_opaque, unusable};
use crate::Error;

impl Trust {
    /// Whether the URL says that the token is good: believed for a minute at most, a refusal for a moment.
    ///
    /// # Errors
    /// [`Error::NotVerified`] if it gives no answer.
    pub async fn accepts(&self, app: &AppId, url: &str, token: &str, now: Timestamp) -> Result<bool, Error> {
        if !is_opaque(token) {
            return Ok(false);
        }
        let key = TokenHash::of_foreign(&format!("{app} {url}"), token).to_text();
        let answers = || self.0.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        let known = answers().known(&key, now);
        if let Some(known) = known {
            return Ok(known.is_some());
        }
        let good = self.asked_by_get(app, &with_token(url, token), now).await?;
        let until = now.plus_seconds(limits::VERIFIED_SECONDS);
        answers().remember(key, good.then_some(((), until)), now);
        Ok(good)
    }

    /// A redirection leads nowhere: what is not a success is a refusal.
    async fn asked_by_get(&self, app: &AppId, url: &str, now: Timestamp) -> Result<bool, Error> {
        let fetcher = &self.0.fetcher;
        let target = Target::parse(url, fetcher.reach()).map_err(|error| unusable(app, &error))?;
        let asked = async {
            let sent = fetcher.status(Method::GET, &target, HeaderMap::new(), Bytes::new(), Limits::default());
            let status = sent.await.map_err(|error| unusable(app, &error))?;
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                return Err(unusable(app, &"it does not work"));
            }
            Ok(status)
        };
        Ok(self.0.circuits.run(app, now, asked).await?.is_success())
    }
}

/// The URL with the token as the last parameter of its query.
fn with_token(url: &str, token: &str) -> String {
    let mut url = format!("{url}{}token=", if url.contains('?') { '&' } else { '?' });
    for byte in token.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::with_token;

    #[test]
    fn a_token_adds_nothing_but_itself_to_a_url() {
        let one = |token| with_token("https://a.example/check", token);
        assert_eq!(one("x.Y-1_~"), "https://a.example/check?token=x.Y-1_~");
        assert_eq!(one("a&b=c#d/%"), "https://a.example/check?token=a%26b%3Dc%23d%2F%25");
        let other = with_token("https://a.example/?key=1", "x");
        assert_eq!(other, "https://a.example/?key=1&token=x");
    }
}
