//! The paths, and their description, made of one list.

use serde_json::{Map, Value, json};

/// A method of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// What it is called in the service's description.
    operation: &'static str,
    summary: &'static str,
    /// Query parameters, and what they are.
    query: &'static [(&'static str, &'static str)],
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// The rooms of the user.
    Rooms,
    /// One of them.
    Room,
    /// Its messages.
    Messages,
    /// The description of all of this.
    Description,
}

/// A path of the service, with the methods that it has.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    /// What is there.
    pub resource: Resource,
    template: &'static str,
    /// The methods.
    pub methods: &'static [Method],
}

const PAGE_PARAMETER: (&str, &str) = ("page", "A page number within the paginated result set.");

/// All of them; the description is made from this list too.
const ROUTES: [Route; 4] = [
    Route {
        resource: Resource::Rooms,
        template: "/api/chat/users/",
        methods: &[Method {
            name: "GET",
            operation: "chat_users_list",
            summary: "Retrieve a list of chat rooms for the authenticated user.",
            query: &[
                PAGE_PARAMETER,
                ("filter", "Filter users. Use 'online' to get only online users."),
            ],
        }],
    },
    Route {
        resource: Resource::Room,
        template: "/api/chat/users/{id}/",
        methods: &[Method {
            name: "GET",
            operation: "chat_users_read",
            summary: "Retrieve a single chat room for the authenticated user.",
            query: &[],
        }],
    },
    Route {
        resource: Resource::Messages,
        template: "/api/chat/{id}/messages/",
        methods: &[
            Method {
                name: "GET",
                operation: "chat_messages_list",
                summary: "Retrieve a list of messages for the authenticated user.",
                query: &[PAGE_PARAMETER],
            },
            Method {
                name: "POST",
                operation: "chat_messages_create",
                summary: "Mark all messages as read for the authenticated user.",
                query: &[("mark_read", "Anything: the messages are marked as read.")],
            },
        ],
    },
    Route {
        resource: Resource::Description,
        template: "/api/chat/swagger/",
        methods: &[Method {
            name: "GET",
            operation: "chat_swagger_list",
            summary: "This description; with `format=openapi` as JSON.",
            query: &[("format", "`openapi`")],
        }],
    },
];

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The route.
    pub route: &'static Route,
    /// The room that the path names, as it was written.
    pub id: &'a str,
    /// Whether the slash at its end is there.
    pub slash: bool,
}

/// The route of a path. `None`: there is none.
#[must_use]
pub fn find(path: &str) -> Option<Found<'_>> {
    let (bare, slash) = path.strip_suffix('/').map_or((path, false), |bare| (bare, true));
    ROUTES.iter().find_map(|route| {
        let id = route.id_in(bare)?;
        Some(Found { route, id, slash })
    })
}

impl Route {
    /// The room that a path of this route names, empty if its paths name none.
    fn id_in<'a>(&self, bare: &'a str) -> Option<&'a str> {
        let (mut own, mut given) = (self.template.trim_end_matches('/').split('/'), bare.split('/'));
        let mut id = "";
        loop {
            match (own.next(), given.next()) {
                (None, None) => return Some(id),
                (Some("{id}"), Some(part)) if !part.is_empty() => id = part,
                (Some(own), Some(part)) if own == part => {}
                _ => return None,
            }
        }
    }

    /// Whether it has a method; `HEAD` where it has `GET`.
    #[must_use]
    pub fn has(&self, method: &str) -> bool {
        let wanted = if method == "HEAD" { "GET" } else { method };
        self.methods.iter().any(|method| method.name == wanted)
    }

    /// Its methods, as the `Allow` header names them.
    #[must_use]
    pub fn allow(&self) -> String {
        let names: Vec<_> = self.methods.iter().map(|method| method.name).collect();
        format!("{}, HEAD", names.join(", "))
    }
}

/// The description of the routes (OpenAPI 2). `root` is what stands before `/api`.
#[must_use]
pub fn description(root: &str) -> Value {
    let (schemes, rest) = root.split_once("://").unwrap_or(("http", root));
    let (host, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let paths: Map<String, Value> = ROUTES
        .iter()
        .map(|route| {
            let path = route.template.trim_start_matches("/api").to_owned();
            (path, Value::Object(route.operations()))
        })
        .collect();
    json!({
        "swagger": "2.0",
        "info": { "title": "FB-Clone Chat API", "version": "v1" },
        "host": host,
        "schemes": [schemes],
        "basePath": format!("{prefix}/api"),
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": { "JWT": { "type": "apiKey", "name": "Authorization", "in": "header" } },
        "security": [{ "JWT": [] }],
        "paths": paths,
    })
}

impl Route {
    fn operations(&self) -> Map<String, Value> {
        let in_path = self.template.contains("{id}");
        let id = in_path.then(|| json!({ "name": "id", "in": "path", "required": true, "type": "string" }));
        let operation = |method: &Method| {
            let query = method.query.iter().map(|(name, what)| {
                let kind = if *name == "page" { "integer" } else { "string" };
                json!({ "name": name, "in": "query", "description": what, "required": false, "type": kind })
            });
            let parameters: Vec<Value> = query.chain(id.clone()).collect();
            let operation = json!({
                "operationId": method.operation,
                "description": method.summary,
                "parameters": parameters,
                "responses": {
                    "200": { "description": "" },
                    "403": { "description": "Forbidden" },
                    "404": { "description": "Not Found" },
                },
                "tags": ["chat"],
            });
            (method.name.to_ascii_lowercase(), operation)
        };
        self.methods.iter().map(operation).collect()
    }
}

/// The same for people, as a page without anything from elsewhere.
#[must_use]
pub fn description_page() -> String {
    let mut rows = String::new();
    for route in &ROUTES {
        for method in route.methods {
            let line = format!(
                "<li><code>{} {}</code> {}</li>",
                method.name, route.template, method.summary
            );
            rows.push_str(&line);
        }
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>FB-Clone Chat API</title><h1>FB-Clone Chat API</h1>\
         <p><a href=\"?format=openapi\">OpenAPI</a></p><ul>{rows}</ul></html>"
    )
}
