//! Clients of other services, by the URL that they use: a handshake becomes one at the connections' own path, as the edge makes it in
//! front of AWS (`infra/edge/router.js`), and REST goes to the routers of `parlour_handlers::compat`.

use std::fmt;
use std::str::FromStr;

use http::uri::PathAndQuery;
use http::{Request, Uri};
use parlour_domain::AppId;
use parlour_domain::dialect::Service;
use parlour_handlers::compat::Bound;
use parlour_protocol::dialect::place::{self, App, Host, Place};

/// The paths of Parlour's own clients' handshakes.
const NATIVE: [&str; 2] = ["/", "/ws"];
/// Where Socket.IO clients connect.
const SOCKET_IO: &str = "/socket.io/";
/// What stands for a service that only the handshake's credential shows.
const ONE_OF_SOCKET_IO: &str = "socket.io";
/// The parameters that a handshake's place is handed over in.
const HANDED_OVER: [&str; 3] = ["app", "dialect", "path"];

/// An address that stands for an app and a service: `ADDR=APP/SERVICE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where to listen, `host:port`.
    pub listen: String,
    /// What it stands for.
    pub bound: Bound,
}

impl FromStr for Binding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let whole = || "must be ADDR=APP/SERVICE, such as 127.0.0.1:8082=APP_ID/go-chat".to_owned();
        let (listen, named) = text.split_once('=').ok_or_else(whole)?;
        let (app, service) = named.split_once('/').ok_or_else(whole)?;
        let names = || Service::ALL.map(Service::name).join(", ");
        Ok(Self {
            listen: listen.to_owned(),
            bound: Bound {
                app: AppId::parse(app).map_err(|_| format!("{app} is no id of an app"))?,
                service: Service::named(service).ok_or_else(|| format!("the services are {}", names()))?,
            },
        })
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}/{}", self.listen, self.bound.app, self.bound.service.name())
    }
}

/// What says of a request whose it is, beside its path: whoever answers it is told neither.
#[derive(Debug, Clone, Copy, Default)]
pub struct At<'a> {
    /// What the address stands for at which it came.
    pub bound: Option<&'a Bound>,
    /// The app of paths that name none.
    pub default_app: Option<&'a AppId>,
}

impl<'a> At<'a> {
    fn place(self, path: &'a str) -> Place<'a> {
        let host = self.bound.map(|bound| Host {
            app: bound.app.as_str(),
            service: bound.service,
        });
        match (place::place(host, path), self.default_app) {
            (
                Place::Of {
                    app: App::Default,
                    service,
                    path,
                },
                Some(app),
            ) => Place::Of {
                app: App::Named(app.as_str()),
                service,
                path,
            },
            (place, _) => place,
        }
    }
}

/// Whether it is where clients of a service connect that speak Socket.IO.
#[must_use]
pub fn is_socket_io(at: At<'_>, path: &str) -> bool {
    match at.place(path) {
        Place::SocketIo { path } => path == SOCKET_IO,
        Place::Of { service, path, .. } => service.speaks_socket_io() && path == SOCKET_IO,
        Place::Native | Place::Nowhere => false,
    }
}

/// A request for a connection as the connections' own path gets it; `None`: there is no such path.
pub fn handshake<B>(at: At<'_>, mut request: Request<B>) -> Option<Request<B>> {
    let path = request.uri().path().to_owned();
    let (app, service, path) = match at.place(&path) {
        Place::Native => return NATIVE.contains(&path.as_str()).then_some(request),
        Place::Of { app, service, path } => (app, service.name(), path),
        Place::SocketIo { path } => {
            let app = at.default_app.map_or(App::Default, |app| App::Named(app.as_str()));
            (app, ONE_OF_SOCKET_IO, path)
        }
        Place::Nowhere => return None,
    };
    let own = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(own.filter(|(name, _)| !HANDED_OVER.contains(&&**name)));
    if let App::Named(app) = app {
        query.append_pair("app", app);
    }
    query.append_pair("dialect", service).append_pair("path", &path);
    let uri = PathAndQuery::try_from(format!("/?{}", query.finish())).ok()?;
    *request.uri_mut() = Uri::from(uri);
    Some(request)
}

/// Writes app and service into a REST request's path where the address or the default app stands for them, as the edge does.
pub fn prefix<B>(at: At<'_>, request: &mut Request<B>) {
    let path = request.uri().path();
    if path.starts_with("/a/") {
        return;
    }
    let Place::Of {
        app: App::Named(app),
        service,
        path,
    } = at.place(path)
    else {
        return;
    };
    let query = request
        .uri()
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let whole = format!("/a/{app}/{}{path}{query}", service.name());
    // It was a path before, and these are names.
    if let Ok(whole) = PathAndQuery::try_from(whole) {
        *request.uri_mut() = Uri::from(whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound() -> Bound {
        Bound {
            app: AppId::parse("appidappid").unwrap(),
            service: Service::GoChat,
        }
    }

    fn moved(at: At<'_>, uri: &str) -> Option<String> {
        let request = Request::get(uri).body(()).unwrap();
        handshake(at, request).map(|request| request.uri().to_string())
    }

    #[test]
    fn a_handshake_goes_to_the_connections_own_path() {
        for (uri, expected) in [
            ("/", Some("/")),
            ("/ws?token=t", Some("/ws?token=t")),
            ("/elsewhere", None),
            (
                "/a/appidappid/go-chat/ws/chat/r?token=t",
                Some("/?token=t&app=appidappid&dialect=go-chat&path=%2Fws%2Fchat%2Fr"),
            ),
            (
                "/ws/chat/r?token=t&app=other&dialect=other&path=other",
                Some("/?token=t&dialect=go-chat&path=%2Fws%2Fchat%2Fr"),
            ),
            ("/a/appidappid/dance/x", None),
            (
                "/socket.io/?EIO=4&dialect=go-chat&token=t",
                Some("/?EIO=4&token=t&dialect=socket.io&path=%2Fsocket.io%2F"),
            ),
            (
                "/a/appidappid/callsewa/socket.io/?EIO=4",
                Some("/?EIO=4&app=appidappid&dialect=callsewa&path=%2Fsocket.io%2F"),
            ),
            ("/socket.io", None),
        ] {
            assert_eq!(moved(At::default(), uri).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn socket_io_is_at_one_path_of_the_services_that_speak_it() {
        for (path, expected) in [
            ("/socket.io/", true),
            ("/socket.io", false),
            ("/socket.io/socket.io.js", false),
            ("/a/appidappid/chat-panel/socket.io/", true),
            ("/a/appidappid/callsewa/socket.io/", true),
            ("/a/appidappid/callsewa/socket.io", false),
            ("/a/appidappid/go-chat/socket.io/", false),
            ("/a/appidappid/dance/socket.io/", false),
            ("/", false),
        ] {
            assert_eq!(is_socket_io(At::default(), path), expected, "{path}");
        }
        let panel = Bound {
            service: Service::ChatPanel,
            ..bound()
        };
        for (bound, expected) in [(panel, true), (bound(), false)] {
            let at = At {
                bound: Some(&bound),
                default_app: None,
            };
            assert_eq!(is_socket_io(at, "/socket.io/"), expected);
        }
    }

    #[test]
    fn the_default_app_is_named_to_either_service_of_socket_io() {
        let app = AppId::parse("appidappid").unwrap();
        let at = At {
            bound: None,
            default_app: Some(&app),
        };
        let expected = "/?EIO=4&app=appidappid&dialect=socket.io&path=%2Fsocket.io%2F";
        assert_eq!(moved(at, "/socket.io/?EIO=4&app=other").as_deref(), Some(expected));
    }

    #[test]
    fn an_address_stands_for_the_prefix() {
        let expected = "/?token=t&app=appidappid&dialect=go-chat&path=%2Fws%2Fchat%2Fr";
        let (bound, app) = (bound(), AppId::parse("appidappid").unwrap());
        let stands = At {
            bound: Some(&bound),
            default_app: None,
        };
        let default = At {
            bound: None,
            default_app: Some(&app),
        };
        for at in [stands, default] {
            assert_eq!(moved(at, "/ws/chat/r?token=t").as_deref(), Some(expected));
            let mut request = Request::get("/api/v1/rooms?limit=2").body(()).unwrap();
            prefix(at, &mut request);
            assert_eq!(request.uri(), "/a/appidappid/go-chat/api/v1/rooms?limit=2");
        }
    }

    #[test]
    fn a_binding_names_address_app_and_service() {
        let binding: Binding = "127.0.0.1:0=appidappid/go-chat".parse().unwrap();
        assert_eq!((binding.listen.as_str(), &binding.bound), ("127.0.0.1:0", &bound()));
        assert_eq!(binding.to_string(), "127.0.0.1:0=appidappid/go-chat");
        for bad in [
            "",
            "127.0.0.1:0",
            "127.0.0.1:0=appidappid",
            "127.0.0.1:0=A B/go-chat",
            "127.0.0.1:0=appidappid/x",
        ] {
            assert!(bad.parse::<Binding>().is_err(), "{bad}");
        }
    }
}
