//! Whose request it is, by host name and path alone. `infra/edge/router.js` says the same at the edge, and
//! `infra/edge/vectors.json` holds both to it.
//!
//! A path is read as it came: nothing is decoded, joined or resolved for the choice. What another reader could resolve to a
//! different path (an empty segment, `.` or `..`) belongs to no other service.

use std::borrow::Cow;

use parlour_domain::dialect::Service;

#[cfg(test)]
mod tests;

/// Where paths begin that name app and service: `/a/{app}/{service}`, then the service's own path.
const PREFIX: &str = "/a/";

/// Where Socket.IO clients connect, whichever service theirs is.
const SOCKET_IO: &str = "/socket.io/";

/// What of go-chat's REST has to do with chat. Its paths are of no other service.
const GO_CHAT: [&str; 3] = ["/api/v1/auth", "/api/v1/rooms", "/api/v1/users"];

/// Where everything of facebook-clone's chat is.
const FACEBOOK_CLONE: &str = "/api/chat";

/// The app whose settings decide how a token is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum App<'a> {
    /// The one that answers where nothing names one.
    Default,
    /// The one that prefix or host name: as it was written, which no one has looked up yet.
    Named(&'a str),
}

/// What a host name, or an address that is bound, stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host<'a> {
    /// The app.
    pub app: &'a str,
    /// Whose clients connect there.
    pub service: Service,
}

/// Whose request it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'a> {
    /// Parlour's own.
    Native,
    /// A client's of another service.
    Of {
        /// Whose app.
        app: App<'a>,
        /// Which service.
        service: Service,
        /// The service's own path, trailing slash included; `/` where there is none.
        path: Cow<'a, str>,
    },
    /// A Socket.IO client's of the default app: chat-panel's or callsewa's, which the credential of its handshake shows (a
    /// header here, `token` of the query there), not the path.
    SocketIo {
        /// `/socket.io/` and what follows.
        path: Cow<'a, str>,
    },
    /// Nobody's: not found.
    Nowhere,
}

/// Whose a request for `path` is, at a host that is bound or at one that is not.
///
/// A path with the prefix means what it names at every host. No service has paths under `/a/`, and so a request that is given
/// the prefix in place of its host's name, as the edge does for REST, is the same request wherever it arrives.
#[must_use]
pub fn place<'a>(host: Option<Host<'a>>, path: &'a str) -> Place<'a> {
    match (path.strip_prefix(PREFIX), host) {
        (Some(named), _) => prefixed(named),
        (None, Some(host)) => of(App::Named(host.app), host.service, path),
        (None, None) if is_plain(path) => by_path(path),
        (None, None) => Place::Native,
    }
}

/// By what follows `/a/`.
fn prefixed(named: &str) -> Place<'_> {
    let (app, rest) = named.split_once('/').unwrap_or((named, ""));
    let end = rest.find('/').unwrap_or(rest.len());
    let (service, path) = rest.split_at(end);
    match Service::named(service) {
        Some(service) if !app.is_empty() && !is_dots(app) => of(App::Named(app), service, path),
        _ => Place::Nowhere,
    }
}

fn of<'a>(app: App<'a>, service: Service, path: &'a str) -> Place<'a> {
    let path = if path.is_empty() { "/" } else { path };
    if !is_plain(path) {
        return Place::Nowhere;
    }
    Place::Of {
        app,
        service,
        path: Cow::Borrowed(path),
    }
}

/// By a path that names no app: of the default app, where no other service and nothing native has that path.
fn by_path(path: &str) -> Place<'_> {
    if path.starts_with(SOCKET_IO) {
        let path = Cow::Borrowed(path);
        return Place::SocketIo { path };
    }
    let room = path.strip_prefix("/ws/chat/").unwrap_or_default();
    let is_room = !room.is_empty() && !room.contains('/');
    if is_room || GO_CHAT.iter().any(|root| is_under(root, path)) {
        of(App::Default, Service::GoChat, path)
    } else if is_under(FACEBOOK_CLONE, path) {
        of(App::Default, Service::FacebookClone, path)
    } else {
        Place::Native
    }
}

/// Whether a path is `root` or below it.
fn is_under(root: &str, path: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path has one reading: it begins with a slash, no segment but the last is empty, and none is dots.
fn is_plain(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let (above, last) = path
        .rsplit_once('/')
        .map_or((None, path), |(above, last)| (Some(above), last));
    let fits = |segment: &str| !segment.is_empty() && !is_dots(segment);
    above.is_none_or(|above| above.split('/').all(fits)) && !is_dots(last)
}

/// Whether readers of URLs take a segment for this folder or the one above it: `.` and `..`, a dot written as `%2e` too.
fn is_dots(segment: &str) -> bool {
    let dots = segment.to_ascii_lowercase().replace("%2e", ".");
    dots == "." || dots == ".."
}
