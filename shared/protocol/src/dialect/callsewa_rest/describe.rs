//! What the service says about itself, as OpenAPI and as a page.

use serde_json::{Map, Value, json};

/// How a request proves itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// It does not have to.
    None,
    /// By the token of an operator.
    Operator,
    /// By the app's id in a header.
    App,
    /// By a user's token in a header.
    User,
}

struct Route {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    proof: Proof,
    /// Fields of the body with their types; those that may be left out end with `?`.
    fields: &'static [(&'static str, &'static str)],
}

const APP_USERS: &[(&str, &str)] = &[("room", "string"), ("appId", "string"), ("users", "numbers")];

const fn route(
    (method, path): (&'static str, &'static str),
    summary: &'static str,
    proof: Proof,
    fields: &'static [(&'static str, &'static str)],
) -> Route {
    Route {
        method,
        path,
        summary,
        proof,
        fields,
    }
}

const ROUTES: [Route; 17] = [
    route(
        ("post", "/auth/login"),
        "Log in as an operator",
        Proof::None,
        &[("email", "string"), ("password", "string")],
    ),
    route(
        ("post", "/auth/register"),
        "Register an operator: for an operator with the scope admin, or with the app's clientKey",
        Proof::Operator,
        &[
            ("firstName", "string"),
            ("middleName", "string"),
            ("lastName", "string"),
            ("email", "string"),
            ("password", "string"),
        ],
    ),
    route(
        ("get", "/auth/verify"),
        "Whether a user's token is good",
        Proof::User,
        &[],
    ),
    route(
        ("post", "/app"),
        "Make an app",
        Proof::Operator,
        &[("name?", "string"), ("verifyUrl?", "string")],
    ),
    route(("get", "/app"), "List your apps", Proof::Operator, &[]),
    route(("delete", "/app/{appId}"), "Delete an app", Proof::Operator, &[]),
    route(
        ("post", "/user"),
        "Register a user, or a user's new token",
        Proof::None,
        &[
            ("appId", "string"),
            ("appUserId", "number"),
            ("firstName", "string"),
            ("lastName", "string"),
            ("token", "string"),
        ],
    ),
    route(("get", "/user/{appId}"), "List the users of an app", Proof::None, &[]),
    route(("delete", "/user/{id}"), "Delete a user", Proof::App, &[]),
    route(
        ("post", "/room"),
        "Make a room",
        Proof::None,
        &[
            ("room", "string"),
            ("appId", "string"),
            ("users", "numbers"),
            ("extra?", "object"),
        ],
    ),
    route(("get", "/room"), "List the rooms of an app", Proof::App, &[]),
    route(("get", "/room/{room}"), "Get a room by name", Proof::App, &[]),
    route(("get", "/room/my_room"), "List the rooms of a user", Proof::User, &[]),
    route(
        ("post", "/room/check_room"),
        "Find the room of exactly these users",
        Proof::None,
        &[("appId", "string"), ("users", "numbers")],
    ),
    route(("put", "/room/add"), "Add users to a room", Proof::None, APP_USERS),
    route(
        ("put", "/room/remove"),
        "Remove users from a room",
        Proof::None,
        APP_USERS,
    ),
    route(("delete", "/room/{id}"), "Delete a room", Proof::App, &[]),
];

/// All of it as OpenAPI 3; `root` is what the URLs of its routes begin with.
#[must_use]
pub fn description(root: &str) -> Value {
    let mut paths = Map::new();
    for route in &ROUTES {
        let of = paths.entry(route.path).or_insert_with(|| json!({}));
        of[route.method] = operation(route);
    }
    let in_header = |name: &str| json!({ "type": "apiKey", "in": "header", "name": name });
    json!({
        "openapi": "3.0.0",
        "info": { "title": "chat-server", "version": "1.0.0" },
        "servers": [{ "url": root }],
        "components": { "securitySchemes": {
            "jwt": in_header("Authorization"), "appId": in_header("appId"), "token": in_header("token"),
        } },
        "paths": paths,
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "responses": { "200": { "description": "Ok" } },
    });
    let scheme = match route.proof {
        Proof::None => None,
        Proof::Operator => Some("jwt"),
        Proof::App => Some("appId"),
        Proof::User => Some("token"),
    };
    if let Some(scheme) = scheme {
        operation["security"] = json!([{ scheme: [] }]);
    }
    let names = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters: Vec<Value> = names
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if !route.fields.is_empty() {
        let schema = model(route.fields);
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    operation
}

fn model(fields: &[(&str, &str)]) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, kind) in fields {
        let schema = match *kind {
            "numbers" => json!({ "type": "array", "items": { "type": "number" } }),
            kind => json!({ "type": kind }),
        };
        match name.strip_suffix('?') {
            Some(name) => properties.insert(name.to_owned(), schema),
            None => {
                required.push(*name);
                properties.insert((*name).to_owned(), schema)
            }
        };
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The same for people, as a page without anything from elsewhere.
#[must_use]
pub fn description_page() -> String {
    let line = |route: &Route| {
        let method = route.method.to_uppercase();
        format!("<li><code>{method} {}</code> {}</li>", route.path, route.summary)
    };
    let rows: String = ROUTES.iter().map(line).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>chat-server</title><h1>chat-server</h1>\
         <p><a href=\"swagger.json\">OpenAPI</a></p><ul>{rows}</ul></html>"
    )
}
