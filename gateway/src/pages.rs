//! The page and its reference, from inside the binary: no file is read, no other server is asked.

mod websocket;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// What the page may do: its own scripts and styles, its own server and the files of messages, nothing else.
fn page_policy(files: &str) -> Option<HeaderValue> {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {files}; img-src 'self' data: {files}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}

/// The reference brings inline styles and images of its own.
const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
     img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

struct Asset {
    name: &'static str,
    content: &'static str,
}

macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        &[$(Asset { name: $name, content: include_str!(concat!("../../web/", $name)) }),*]
    };
}

/// Every file of the page.
const ASSETS: &[Asset] = assets![
    "api.js",
    "backoff.js",
    "chat.js",
    "client.js",
    "composer.js",
    "connection.js",
    "conversation-view.js",
    "conversation.js",
    "credentials.js",
    "deferred.js",
    "dialogs.js",
    "dom.js",
    "environment.js",
    "errors.js",
    "files.js",
    "history.js",
    "icon.svg",
    "index.html",
    "message-actions.js",
    "message-changes.js",
    "message-menu.js",
    "message-view.js",
    "message.css",
    "notices.js",
    "outbox-store.js",
    "outbox.js",
    "people.js",
    "presence-watch.js",
    "presence.js",
    "read-reports.js",
    "room-book.js",
    "room-head.js",
    "room-log.js",
    "rooms-view.js",
    "rooms.js",
    "session.js",
    "status-view.js",
    "style.css",
    "typing.js",
];

/// The reference of the WebSocket, written when it is first asked for.
static WEBSOCKET: LazyLock<String> = LazyLock::new(|| websocket::page(&parlour_handlers::rest::asyncapi()));

/// The page at `/`, the reference at `/docs/`, which reads `/docs/openapi.json`, and that of the WebSocket at `/docs/websocket`.
/// `files` is the origin of the files of messages: the page may have been opened under another name of this server.
pub fn router(files: &str) -> Router {
    let mut page = Router::new();
    for asset in ASSETS {
        let path = match asset.name {
            "index.html" => "/".to_owned(),
            name => format!("/{name}"),
        };
        page = page.route(&path, get(async || answer(asset)));
    }
    let docs: Router = SwaggerUi::new("/docs")
        .config(Config::from("/docs/openapi.json"))
        .into();
    let docs = docs.route("/docs/websocket", get(async || Html(WEBSOCKET.as_str())));
    let policy = page_policy(files);
    let of_page = move |request: Request, next: Next| {
        let policy = policy.clone();
        async move {
            let response = next.run(request).await;
            match policy {
                Some(policy) => with_policy(response, policy),
                None => with_policy(response, DOCS_POLICY),
            }
        }
    };
    page.layer(from_fn(of_page)).merge(docs.layer(from_fn(docs_policy)))
}

fn answer(asset: &Asset) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind(asset.name)),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        asset.content,
    )
        .into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

async fn docs_policy(request: Request, next: Next) -> Response {
    with_policy(next.run(request).await, DOCS_POLICY)
}

fn with_policy(mut response: Response, policy: HeaderValue) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    async fn get(path: &str) -> Response {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router("http://127.0.0.1:8080").oneshot(request).await.unwrap()
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../web");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let wanted = kind(&name) != "application/octet-stream";
            assert_eq!(ASSETS.iter().any(|asset| asset.name == name), wanted, "{name}");
        }
    }

    #[tokio::test]
    async fn the_page_may_load_only_what_is_here() {
        let page = get("/").await;
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{policy}"
        );
        let script = get("/client.js").await;
        assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(get("/package.json").await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn the_reference_is_in_the_binary() {
        let docs = get("/docs/").await;
        assert_eq!(docs.status(), StatusCode::OK);
        assert!(
            docs.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("script-src 'self'")
        );
        for file in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
            assert_eq!(get(&format!("/docs/{file}")).await.status(), StatusCode::OK, "{file}");
        }
        let websocket = get("/docs/websocket").await;
        assert_eq!(websocket.status(), StatusCode::OK);
        assert_eq!(websocket.headers()["content-type"], "text/html; charset=utf-8");
    }
}
