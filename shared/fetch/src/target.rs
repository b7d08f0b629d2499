//! The URL of a request, read by one strict parser: what it accepts has one spelling and one meaning.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::uri::PathAndQuery;

use crate::{Reach, address};

/// The longest URL, in bytes.
pub const TARGET_BYTES: usize = 512;
/// The longest name of a host, in bytes.
const HOST_BYTES: usize = 253;
/// The ports that may be reached on the public Internet: none that another kind of service listens on.
const PUBLIC_PORTS: [u16; 2] = [443, 8443];

/// Why a text is no URL to send requests to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Too long, or with a character that a URL has only encoded.
    #[error("must be a URL of at most {TARGET_BYTES} printable ASCII characters")]
    Characters,
    /// Another scheme.
    #[error("must begin with https://")]
    Scheme,
    /// A user name or a password.
    #[error("must have no user name and no password")]
    UserInfo,
    /// A fragment.
    #[error("must have no fragment")]
    Fragment,
    /// A host that is neither a full name nor an address in its usual form.
    #[error("must have the full name of a host")]
    Host,
    /// An address that may not be reached.
    #[error("must not lead to a private address")]
    Private,
    /// A port that may not be reached.
    #[error("must have the port 443 or 8443, or none")]
    Port,
    /// The path or the query.
    #[error("must have a valid path")]
    Path,
}

/// Where a request goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    pub(crate) tls: bool,
    pub(crate) host: Host,
    pub(crate) port: u16,
    /// The value of the `Host` header.
    pub(crate) authority: String,
    pub(crate) path: PathAndQuery,
}

/// The host of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    Address(IpAddr),
}

impl Target {
    /// Reads a URL. A host that is an address is looked at here; a name only when it is resolved.
    ///
    /// # Errors
    /// [`TargetError`], which never repeats the text.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, TargetError> {
        let printable = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
        if text.len() > TARGET_BYTES || !text.bytes().all(printable) {
            return Err(TargetError::Characters);
        }
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) if reach == Reach::Private => (false, rest),
            _ => return Err(TargetError::Scheme),
        };
        if rest.contains('#') {
            return Err(TargetError::Fragment);
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(TargetError::UserInfo);
        }
        let default = if tls { 443 } else { 80 };
        let (host, port) = split_port(authority, default)?;
        if reach == Reach::Public && !PUBLIC_PORTS.contains(&port) {
            return Err(TargetError::Port);
        }
        Ok(Self {
            tls,
            host: read_host(host, reach)?,
            port,
            authority: authority.to_owned(),
            path: read_path(path)?,
        })
    }
}

impl fmt::Debug for Target {
    /// Without path and query, which may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("tls", &self.tls)
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// The host, an IPv6 address still in its brackets, and the port.
fn split_port(authority: &str, default: u16) -> Result<(&str, u16), TargetError> {
    let after_address = authority.rfind(']').map_or(0, |end| end + 1);
    let Some(colon) = authority[after_address..].find(':') else {
        return Ok((authority, default));
    };
    let (host, port) = authority.split_at(after_address + colon);
    let digits = &port[1..];
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let port = digits.parse().ok().filter(|_| canonical);
    Ok((host, port.ok_or(TargetError::Port)?))
}

fn read_host(text: &str, reach: Reach) -> Result<Host, TargetError> {
    let address = match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(text) => Some(IpAddr::V6(text.parse::<Ipv6Addr>().map_err(|_| TargetError::Host)?)),
        None => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    };
    match address {
        Some(address) if address::allowed(address, reach) => Ok(Host::Address(address)),
        Some(_) => Err(TargetError::Private),
        None if is_name(text, reach) => Ok(Host::Name(text.to_owned())),
        None => Err(TargetError::Host),
    }
}

/// A full name in lower case. Its last label begins with a letter, so that no other way to write an IPv4 address is a name.
fn is_name(text: &str, reach: Reach) -> bool {
    let is_label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let full = text.contains('.') || reach == Reach::Private;
    let last = text.rsplit('.').next().unwrap_or_default();
    full && text.len() <= HOST_BYTES
        && text.split('.').all(is_label)
        && last.starts_with(|first: char| first.is_ascii_lowercase())
        && (reach == Reach::Private || last != "localhost")
}

fn read_path(text: &str) -> Result<PathAndQuery, TargetError> {
    let whole = if text.starts_with('/') {
        text.to_owned()
    } else {
        format!("/{text}")
    };
    whole.parse().map_err(|_| TargetError::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> TargetError {
        Target::parse(text, Reach::Public).expect_err(text)
    }

    #[test]
    fn a_url_is_read_once_and_exactly() {
        let target = Target::parse("https://id.example.com:8443/a/b?c=d", Reach::Public).unwrap();
        assert_eq!(target.host, Host::Name("id.example.com".to_owned()));
        assert_eq!((target.port, target.tls), (8443, true));
        assert_eq!(target.authority, "id.example.com:8443");
        assert_eq!(target.path, "/a/b?c=d");
        let target = Target::parse("https://example.com?a=b", Reach::Public).unwrap();
        assert_eq!((target.port, target.path.as_str()), (443, "/?a=b"));
        let target = Target::parse("https://[2606:4700::1111]:443", Reach::Public).unwrap();
        assert_eq!(target.host, Host::Address("2606:4700::1111".parse().unwrap()));
        assert_eq!(target.path, "/");
        assert!(!format!("{target:?}").contains("path"));
    }

    #[test]
    fn no_other_spelling_leads_anywhere() {
        use TargetError::{Characters, Fragment, Host, Port, Private, Scheme, UserInfo};
        for (text, why) in [
            ("", Scheme),
            ("example.com", Scheme),
            ("http://example.com/", Scheme),
            ("HTTPS://example.com/", Scheme),
            ("ftp://example.com/", Scheme),
            ("file:///etc/passwd", Scheme),
            ("gopher://example.com/", Scheme),
            ("https:/example.com/", Scheme),
            ("https:example.com", Scheme),
            (" https://example.com/", Characters),
            ("https://example.com/ ", Characters),
            ("https://exa\tmple.com/", Characters),
            ("https://example.com/\n", Characters),
            ("https://example.com\\@10.0.0.1/", Characters),
            ("https://ex\u{0430}mple.com/", Characters),
            ("https://example\u{3002}com/", Characters),
            ("https://example.com/\0", Characters),
            ("https://user@example.com/", UserInfo),
            ("https://user:password@example.com/", UserInfo),
            ("https://example.com@127.0.0.1/", UserInfo),
            ("https://@example.com/", UserInfo),
            ("https://example.com/#a", Fragment),
            ("https://example.com#@10.0.0.1/", Fragment),
            ("https:///path", Host),
            ("https://?a", Host),
            ("https://localhost/", Host),
            ("https://localhost./", Host),
            ("https://a.localhost/", Host),
            ("https://metadata/", Host),
            ("https://example.com./", Host),
            ("https://.example.com/", Host),
            ("https://example..com/", Host),
            ("https://-a.example.com/", Host),
            ("https://EXAMPLE.com/", Host),
            ("https://exam%70le.com/", Host),
            ("https://2130706433/", Host),
            ("https://0x7f000001/", Host),
            ("https://0x7f.0.0.1/", Host),
            ("https://0177.0.0.1/", Host),
            ("https://127.1/", Host),
            ("https://127.0.1/", Host),
            ("https://127.0.0.1./", Host),
            ("https://1.2.3.4.5/", Host),
            ("https://256.0.0.1/", Host),
            ("https://a.0x7f/", Host),
            ("https://127.0.0.1/", Private),
            ("https://127.0.0.1:8443/", Private),
            ("https://0.0.0.0/", Private),
            ("https://10.1.2.3/", Private),
            ("https://169.254.169.254/latest/meta-data/", Private),
            ("https://192.168.0.1/", Private),
            ("https://100.100.100.200/", Private),
            ("https://[::1]/", Private),
            ("https://[::]/", Private),
            ("https://[::ffff:169.254.169.254]/", Private),
            ("https://[::ffff:7f00:1]/", Private),
            ("https://[64:ff9b::a9fe:a9fe]/", Private),
            ("https://[fd00:ec2::254]/", Private),
            ("https://[fe80::1]/", Private),
            ("https://[fe80::1%25eth0]/", Host),
            ("https://[::1", Port),
            ("https://::1/", Port),
            ("https://example.com:80/", Port),
            ("https://example.com:22/", Port),
            ("https://example.com:9001/", Port),
            ("https://example.com:2773/", Port),
            ("https://example.com:8000/", Port),
            ("https://example.com:/", Port),
            ("https://example.com:0443/", Port),
            ("https://example.com:+443/", Port),
            ("https://example.com:65979/", Port),
            ("https://example.com:443:443/", Port),
            ("https://[::1]8443/", Host),
        ] {
            assert_eq!(refused(text), why, "{text:?}");
        }
        assert_eq!(
            refused(&format!("https://example.com/{}", "a".repeat(TARGET_BYTES))),
            Characters
        );
    }

    #[test]
    fn development_may_name_its_own_machine() {
        for text in [
            "http://127.0.0.1:9001/keys",
            "http://localhost:8080/",
            "https://[::1]:1234/",
            "http://192.168.1.7/",
        ] {
            assert!(Target::parse(text, Reach::Private).is_ok(), "{text}");
        }
        for text in ["http://169.254.169.254/", "http://2130706433/", "http://a@localhost/"] {
            assert!(Target::parse(text, Reach::Private).is_err(), "{text}");
        }
    }
}
