//! What the service says about itself: OpenAPI, and the same for people.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A call, as it is described.
struct Route {
    method: &'static str,
    path: &'static str,
    tag: &'static str,
    operation: &'static str,
    /// Parameters of the query, and whether they have to be there.
    query: &'static [(&'static str, bool)],
    /// Texts of the body.
    fields: &'static [&'static str],
}

const fn route(method: &'static str, path: &'static str, tag: &'static str, operation: &'static str) -> Route {
    Route {
        method,
        path,
        tag,
        operation,
        query: &[],
        fields: &[],
    }
}

const PAGE: &[(&str, bool)] = &[("page", true), ("perPage", true)];

/// All of them.
const ROUTES: &[Route] = &[
    route("get", "/healthCheck", "Health", "AppController_getHello"),
    Route {
        fields: &["user_id"],
        ..route("post", "/auth/init", "Auth", "AuthController_init")
    },
    route("post", "/auth/{user_id}", "Auth", "AuthController_initOf"),
    Route {
        fields: &["nickname"],
        ..route("post", "/user", "Users", "UserController_create")
    },
    Route {
        query: PAGE,
        ..route("get", "/user", "Users", "UserController_findAll")
    },
    route("get", "/user/{id}", "Users", "UserController_findOne"),
    Route {
        fields: &["nickname"],
        ..route("patch", "/user/{id}", "Users", "UserController_update")
    },
    route("delete", "/user/{id}", "Users", "UserController_remove"),
    Route {
        fields: &["name", "users"],
        ..route("post", "/room", "Rooms", "RoomController_create")
    },
    Route {
        query: PAGE,
        ..route("get", "/room", "Rooms", "RoomController_findAll")
    },
    Route {
        query: &[("messageCount", false)],
        ..route("get", "/room/{id}", "Rooms", "RoomController_findOne")
    },
    Route {
        fields: &["name"],
        ..route("patch", "/room/{id}", "Rooms", "RoomController_update")
    },
    route("delete", "/room/{id}", "Rooms", "RoomController_remove"),
    route("post", "/room/{room_id}/join", "Rooms", "RoomController_join"),
    Route {
        fields: &["text_message"],
        ..route("post", "/room/{room_id}/message/send", "Message", SEND)
    },
    Route {
        query: PAGE,
        ..route("get", "/room/{room_id}/message", "Message", "MessageController_findAll")
    },
];

/// The call that takes a form too.
const SEND: &str = "MessageController_create";

impl Route {
    fn described(&self) -> Value {
        let in_path = self.path.split('/').filter_map(|part| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some(parameter(name, "path", true))
        });
        let in_query = self
            .query
            .iter()
            .map(|(name, required)| parameter(name, "query", *required));
        let parameters: Vec<Value> = in_path.chain(in_query).collect();
        let status = if self.method == "post" { "201" } else { "200" };
        let mut described = json!({
            "operationId": self.operation,
            "parameters": parameters,
            "responses": { status: { "description": "" } },
            "tags": [self.tag],
        });
        if !self.fields.is_empty() {
            described["requestBody"] = json!({ "required": true, "content": self.content() });
        }
        if self.operation != "AppController_getHello" {
            described["security"] = json!([{ "bearer": [] }, { "clientkey": [] }]);
        }
        described
    }

    fn content(&self) -> Value {
        let text = json!({ "type": "string" });
        let kind = |name: &str| match name {
            "users" => json!({ "type": "array", "items": text }),
            _ => text.clone(),
        };
        let fields = |fields: Vec<(&str, Value)>| {
            let properties: Map<String, Value> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
            json!({ "schema": { "type": "object", "properties": properties } })
        };
        let json = fields(self.fields.iter().map(|name| (*name, kind(name))).collect());
        let mut content = json!({ "application/json": json });
        if self.operation == SEND {
            let file = json!({ "type": "string", "format": "binary" });
            let files = json!({ "type": "array", "items": file, "maxItems": 10 });
            content["multipart/form-data"] = fields(vec![("textMessage", text.clone()), ("fileMessages", files)]);
        }
        content
    }
}

fn parameter(name: &str, place: &str, required: bool) -> Value {
    json!({ "name": name, "required": required, "in": place, "schema": { "type": "string" } })
}

/// The description of the calls (OpenAPI 3). `root` is what stands before their paths.
#[must_use]
pub fn description(root: &str) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES {
        let methods = paths.entry(route.path).or_default();
        methods.insert(route.method.to_owned(), route.described());
    }
    json!({
        "openapi": "3.0.0",
        "paths": paths,
        "info": { "title": "Chat Panel", "description": "", "version": "1.0", "contact": {} },
        "tags": [],
        "servers": [{ "url": root }],
        "components": { "securitySchemes": {
            "bearer": { "scheme": "bearer", "bearerFormat": "JWT", "type": "http" },
            "clientkey": { "type": "apiKey", "in": "header", "name": "clientkey" },
        } },
    })
}

/// The same for people, as a page without anything from elsewhere. `root` leads to the description for programs.
#[must_use]
pub fn description_page(root: &str) -> String {
    let root = escaped(root);
    let row = |route: &Route| {
        let (method, query) = (route.method.to_ascii_uppercase(), route.query.iter());
        let query: Vec<&str> = query.map(|(name, _)| *name).collect();
        let says = [query, route.fields.to_vec()].concat().join(", ");
        format!(
            "<tr><td>{}<td><code>{method} {}</code><td>{says}",
            route.tag, route.path
        )
    };
    let rows: String = ROUTES.iter().map(row).collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Chat Panel</title><h1>Chat Panel</h1>\
         <p><a href=\"{root}/docs-json\">OpenAPI</a></p><table>{rows}</table></html>"
    )
}

/// The text of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
