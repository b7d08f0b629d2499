//! The description of these routes: `GET /openapi.json`.

use serde_json::{Map, Value, json};

use super::model::{Kind, Model};
use super::operation::{OPERATIONS, Operation, Verb};

/// The description, for clients whose URLs begin with `root`.
#[must_use]
pub fn description(root: &str) -> Value {
    let mut paths = Map::new();
    for operation in &OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = described(operation);
    }
    let models = [Model::Message, Model::Recipient, Model::File];
    let schemas: Map<String, Value> = models
        .iter()
        .map(|model| (model.title().to_owned(), schema(*model)))
        .collect();
    json!({
        "openapi": "3.0.0",
        "info": { "title": "chat-service", "version": "17.0.6" },
        "servers": [{ "url": root }],
        "paths": paths,
        "components": {
            "securitySchemes": { "HTTPBearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "schemas": schemas,
        },
        "security": [{ "HTTPBearer": [] }],
    })
}

fn described(operation: &Operation) -> Value {
    let mut described = json!({
        "description": format!("Permissions, any one of: {}", operation.permissions.join(", ")),
        "responses": responses(operation),
        "parameters": parameters(operation),
    });
    if ["POST", "PATCH", "PUT"].contains(&operation.method) {
        let schema = if operation.verb == Verb::CreateMany {
            json!({ "type": "object", "required": ["attachmentFiles"], "additionalProperties": true,
                "properties": { "attachmentFiles": { "type": "array", "items": reference(operation.model) } } })
        } else {
            reference(operation.model)
        };
        described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    described
}

fn responses(operation: &Operation) -> Value {
    let one = reference(operation.model);
    let schema = match operation.verb {
        Verb::Patch | Verb::Put | Verb::Delete => return json!({ "204": { "description": "No content" } }),
        Verb::Create | Verb::Get => one,
        Verb::Owner => reference(Model::Message),
        Verb::Find | Verb::CreateMany => json!({ "type": "array", "items": one }),
        Verb::Count | Verb::Update | Verb::DeleteAll => {
            json!({ "type": "object", "properties": { "count": { "type": "number" } } })
        }
    };
    json!({ "200": { "description": "OK", "content": { "application/json": { "schema": schema } } } })
}

fn parameters(operation: &Operation) -> Value {
    let query = match operation.verb {
        Verb::Find | Verb::Get => Some("filter"),
        Verb::Count | Verb::Update | Verb::DeleteAll => Some("where"),
        _ => None,
    };
    let object = json!({ "application/json": { "schema": { "type": "object" } } });
    let query = query.map(|name| json!({ "name": name, "in": "query", "content": object }));
    let id = operation.path.contains("{id}");
    let id = id.then(|| json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }));
    id.into_iter().chain(query).collect()
}

fn reference(model: Model) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", model.title()) })
}

fn schema(model: Model) -> Value {
    let kind = |kind| match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date-time" }),
        Kind::Object => json!({ "type": "object" }),
    };
    let fields: Map<String, Value> = model.fields().map(|(name, of)| (name.to_owned(), kind(of))).collect();
    json!({ "title": model.title(), "type": "object", "required": model.required(), "properties": fields,
        "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_described() {
        let description = description("https://chat.example/a/shop/sourceloop");
        assert_eq!(
            description["servers"][0]["url"],
            "https://chat.example/a/shop/sourceloop"
        );
        let paths = description["paths"].as_object().unwrap();
        let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(operations, OPERATIONS.len());
        let bulk = &paths["/attach-files/bulk"]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(bulk["type"], "array");
        let owner = &paths["/message-recipients/{id}/message"]["get"]["responses"]["200"]["content"];
        assert_eq!(
            owner["application/json"]["schema"]["$ref"],
            "#/components/schemas/Message"
        );
        assert!(paths["/messages/{id}"]["delete"]["responses"]["204"].is_object());
    }
}
