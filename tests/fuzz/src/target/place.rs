//! Whose request a path is: any path, at any host. The first line is `APP/SERVICE` where the host stands for something, else empty.

use parlour_domain::dialect::Service;
use parlour_protocol::dialect::place::{App, Host, Place, place};
use serde_json::Value;

use super::{Outcome, holds};

/// Every path that the edge's vectors have.
pub(super) fn vectors() -> Vec<Vec<u8>> {
    let vectors: Value = serde_json::from_str(include_str!("../../../../infra/edge/vectors.json")).unwrap_or_default();
    let of_services = vectors["services"]
        .as_object()
        .into_iter()
        .flat_map(|services| services.values());
    let of_services = of_services
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str);
    let single = vectors["vectors"].as_array().into_iter().flatten();
    let single = single.filter_map(|vector| vector["path"].as_str());
    of_services
        .chain(single)
        .map(|path| format!("\n{path}").into_bytes())
        .collect()
}

pub(super) fn check(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let (bound, path) = text.split_once('\n').unwrap_or(("", &text));
    let host = bound.split_once('/').and_then(|(app, service)| {
        let service = Service::named(service)?;
        // What is bound was looked at when it was.
        (!app.is_empty() && !climbs(app)).then_some(Host { app, service })
    });
    match place(host, path) {
        Place::Of {
            app,
            service,
            path: own,
        } => {
            holds(own == "/" || path.ends_with(&*own), || format!("has become {own}"))?;
            holds(own.starts_with('/') && !climbs(&own), || format!("leads to {own}"))?;
            let named = match app {
                App::Named(app) => {
                    holds(!app.is_empty() && !climbs(app), || format!("names the app {app}"))?;
                    app
                }
                App::Default => "acme",
            };
            // With the prefix that the edge gives it, it is the same request.
            let prefixed = format!("/a/{named}/{service}{own}");
            let there = place(None, &prefixed);
            let expected = Place::Of {
                app: App::Named(named),
                service,
                path: own.clone(),
            };
            holds(there == expected, || {
                format!("is another request at {prefixed}: {there:?}")
            })?;
            Ok(format!("{service} {}", matches!(app, App::Default)))
        }
        Place::SocketIo { path: own } => {
            holds(own == path && !climbs(&own), || format!("leads to {own}"))?;
            Ok("Socket.IO".to_owned())
        }
        other => Ok(format!("{other:?}")),
    }
}

/// Whether a part of it leads up, or nowhere, for some reader of URLs.
fn climbs(path: &str) -> bool {
    let dots = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    path.split('/').any(dots) || path.contains("//")
}
