//! The base URL of a service, and of a connection manager's management API.

use std::fmt;

use http::Uri;
use parlour_domain::ConnectionId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// What stays as it is in one segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An `http` or `https` URL without query, kept without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

/// The text is not such a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an http or https URL without query")]
pub struct NotAnEndpoint;

/// A text as one segment of a path.
pub(crate) fn segment(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, SEGMENT)
}

impl Endpoint {
    /// Checks the text.
    ///
    /// # Errors
    /// [`NotAnEndpoint`].
    pub fn parse(text: &str) -> Result<Self, NotAnEndpoint> {
        let uri: Uri = text.parse().map_err(|_| NotAnEndpoint)?;
        let spoken = matches!(uri.scheme_str(), Some("http" | "https"));
        let named = uri.host().is_some_and(|host| !host.is_empty());
        if spoken && named && uri.query().is_none() && !text.contains('#') {
            Ok(Self(text.trim_end_matches('/').to_owned()))
        } else {
            Err(NotAnEndpoint)
        }
    }

    /// A service of AWS in a Region.
    #[must_use]
    pub fn of_service(service: &str, region: &str) -> Self {
        Self(format!("https://{service}.{region}.{}", suffix(region)))
    }

    /// The management API of a stage of an API. Not its domain name, which may be a custom one.
    #[must_use]
    pub fn of_api(api: &str, region: &str, stage: &str) -> Self {
        let stage = segment(stage);
        Self(format!("https://{api}.execute-api.{region}.{}/{stage}", suffix(region)))
    }

    /// Scheme, host and port, without the path.
    #[must_use]
    pub fn origin(&self) -> Self {
        let host = self.0.find("://").map_or(0, |colon| colon + 3);
        let end = self.0[host..].find('/').map_or(self.0.len(), |slash| host + slash);
        Self(self.0[..end].to_owned())
    }

    /// The URL of what has this name there, which has to be good in a path.
    #[must_use]
    pub(crate) fn below(&self, name: &str) -> Self {
        Self(format!("{}/{}", self.0, segment(name)))
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL of a connection at this management API.
    #[must_use]
    pub fn connection(&self, id: &ConnectionId) -> String {
        format!("{self}/@connections/{}", segment(id.as_str()))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn suffix(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_urls_without_query() {
        for (text, kept) in [
            ("https://chat.example", "https://chat.example"),
            ("http://127.0.0.1:4566/", "http://127.0.0.1:4566"),
            (
                "http://127.0.0.1:4566/_aws/x/prod/",
                "http://127.0.0.1:4566/_aws/x/prod",
            ),
        ] {
            assert_eq!(Endpoint::parse(text).unwrap().as_str(), kept);
        }
        for text in [
            "",
            "chat.example",
            "/prod",
            "ftp://chat.example",
            "https://a?b=c",
            "https://a#b",
            "https://",
        ] {
            assert_eq!(Endpoint::parse(text), Err(NotAnEndpoint), "{text}");
        }
    }

    #[test]
    fn the_default_one_is_made_of_api_region_and_stage() {
        let endpoint = Endpoint::of_api("a1b2c3", "eu-central-1", "prod");
        assert_eq!(
            endpoint.as_str(),
            "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod"
        );
        let id = ConnectionId::parse("L0SM9cO/vH+CIhw=").unwrap();
        assert_eq!(
            endpoint.connection(&id),
            "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod/@connections/L0SM9cO%2FvH%2BCIhw%3D"
        );
        assert_eq!(
            Endpoint::of_service("ssm", "cn-north-1").as_str(),
            "https://ssm.cn-north-1.amazonaws.com.cn"
        );
    }
}
