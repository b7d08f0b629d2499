//! The reference of the WebSocket as a page without scripts, written from its AsyncAPI description.

use std::fmt::Write as _;

use serde_json::Value;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd}\
pre,code{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f4;padding:.5rem;overflow-x:auto}";

/// The whole page.
pub(super) fn page(description: &Value) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parlour: WebSocket</title><style>{STYLE}</style></head>\
         <body><h1>WebSocket</h1><p>{}</p><p>For programs: <a href=\"/docs/asyncapi.json\">asyncapi.json</a> (AsyncAPI 3). \
         <a href=\"/docs/\">REST</a></p>",
        escaped(&description["info"]["description"]),
    );
    let (mut actions, mut events) = (String::new(), String::new());
    for (name, operation) in members(&description["operations"]) {
        let message = &description["components"]["messages"][name.as_str()];
        if operation["action"] == "receive" {
            let answer = &description["components"]["messages"][format!("{name}.answer")];
            action(&mut actions, name, (message, answer), &operation["x-codes"]);
        } else {
            let data = &message["payload"]["properties"]["data"];
            let (event, summary) = (escaped(&message["name"]), escaped(&message["summary"]));
            row(&mut events, &[&code(&event), &summary, &kind(data)]);
        }
    }
    let _ = write!(page, "<h2>Actions</h2>{actions}<h2>Events</h2>");
    table(&mut page, ["event", "", "data"], &events);
    let errors = escaped(&description["components"]["messages"]["error"]["description"]);
    let _ = write!(page, "<h2>Errors</h2><pre>{errors}</pre><h2>Types</h2>");
    for (name, schema) in members(&description["components"]["schemas"]) {
        let name = escape(name);
        let _ = write!(
            page,
            "<h3 id=\"{name}\">{name}</h3><p>{}</p>",
            escaped(&schema["description"])
        );
        let mut fields = String::new();
        describe(&mut fields, schema);
        if !fields.is_empty() {
            table(&mut page, ["field", "type", ""], &fields);
        }
    }
    page.push_str("</body></html>");
    page
}

fn action(into: &mut String, name: &str, (asks, answer): (&Value, &Value), refusals: &Value) {
    let codes = refusals.as_array().into_iter().flatten();
    let codes: Vec<_> = codes.map(|name| code(&escaped(name))).collect();
    let example = serde_json::to_string_pretty(&asks["examples"][0]["payload"]).unwrap_or_default();
    let _ = write!(
        into,
        "<h3 id=\"{name}\"><code>{name}</code></h3><p>{}</p><p>Frame: {}. Answer: {} with {}. Refused with {}.</p><pre>{}</pre>",
        escaped(&asks["summary"]),
        kind(&asks["payload"]["allOf"][0]),
        code(&escaped(&answer["name"])),
        kind(&answer["payload"]["properties"]["data"]),
        codes.join(", "),
        escape(&example),
    );
}

/// The fields of a type, those of the types that it contains included.
fn describe(into: &mut String, schema: &Value) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if part["$ref"].is_string() {
            row(into, &["", &kind(part), "its fields"]);
        }
        describe(into, part);
    }
    for value in schema["enum"].as_array().into_iter().flatten() {
        row(into, &[&code(&escaped(value)), "", ""]);
    }
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|required| required == name))
    };
    for (name, field) in members(&schema["properties"]) {
        let optional = if required(name) { "" } else { "?" };
        row(
            into,
            &[
                &code(&format!("{}{optional}", escape(name))),
                &kind(field),
                &escaped(&field["description"]),
            ],
        );
    }
}

/// A type in a few words, with links to those that are named.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    for several in ["oneOf", "allOf"] {
        if let Some(parts) = schema[several].as_array() {
            let kinds: Vec<_> = parts.iter().map(kind).filter(|kind| !kind.is_empty()).collect();
            return kinds.join(if several == "oneOf" { " or " } else { " with " });
        }
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", self::kind(&schema["items"])),
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => kinds.iter().map(escaped).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn table(into: &mut String, head: [&str; 3], rows: &str) {
    let [first, second, third] = head;
    let _ = write!(
        into,
        "<table><tr><th>{first}</th><th>{second}</th><th>{third}</th></tr>{rows}</table>"
    );
}

fn row(into: &mut String, cells: &[&str]) {
    let _ = write!(into, "<tr><td>{}</td></tr>", cells.join("</td><td>"));
}

fn code(text: &str) -> String {
    format!("<code>{text}</code>")
}

fn escaped(text: &Value) -> String {
    escape(text.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_operation_and_every_type_and_runs_nothing() {
        let description = parlour_handlers::rest::asyncapi();
        let page = page(&description);
        for (name, operation) in members(&description["operations"]) {
            let shown = name.trim_start_matches("on.");
            assert!(page.contains(&code(shown)), "{name}: {operation}");
        }
        assert!(
            page.contains("<code>stale_base</code>"),
            "the codes of an action's refusals"
        );
        for (name, _) in members(&description["components"]["schemas"]) {
            assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("$ref"));
    }

    #[test]
    fn what_is_described_is_text() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
