//! The OpenAPI 3.1 document, made of the table of routes and the shapes.

use serde_json::{Value, json};

use super::params::Param;
use super::routes::{Gives, Needs, ROUTES, Route, Takes};
use super::schemas;

pub fn openapi() -> String {
    let mut paths = serde_json::Map::new();
    for route in ROUTES {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        entry[route.method.to_lowercase()] = operation(route);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Entremise", "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
            "description": "Everything the office does goes through here. Errors are RFC 9457 problem details in the language of Accept-Language (fr, nl, en, de); `code` never changes its meaning. Instants are ISO 8601 in UTC; money is in minor units (cents). A call with the session's cookie that writes must come from a page of this host.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A token of a program: ent_…" },
                "session": { "type": "apiKey", "in": "cookie", "name": super::access::COOKIE },
            },
        },
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.operation, "summary": route.summary,
        "parameters": parameters(route), "responses": responses(route),
    });
    let content = match route.takes {
        Takes::Nothing => None,
        Takes::Json(schema) => Some(json!({ "application/json": { "schema": reference(schema) } })),
        Takes::File => Some(json!({ "application/octet-stream": {} })),
        Takes::Picture => Some(json!({ "image/jpeg": {}, "image/png": {}, "image/webp": {} })),
    };
    if let Some(content) = content {
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    if route.needs != Needs::Nothing {
        operation["security"] = json!([{ "token": [] }, { "session": [] }]);
    }
    operation
}

pub fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = names_in(route.path).map(|name| {
        let meaning = match name {
            "portal" => "The key of a portal",
            "account" => "The slug of an account",
            "feed" => "The name of a feed, percent-encoded",
            "at" => "A place, counted from 0",
            _ => "The id",
        };
        json!({ "name": name, "in": "path", "required": true, "description": meaning, "schema": { "type": "string" } })
    });
    let mut parameters: Vec<Value> = in_path.collect();
    let told = |p: &Param| json!({ "name": p.name, "in": "query", "description": p.meaning, "schema": p.schema() });
    parameters.extend(route.query.iter().map(told));
    if route.keeps_keys() {
        let meaning = "The same request with the same key, within 7 days, is done once and answered alike. Another request with a used key is refused.";
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "description": meaning, "schema": { "type": "string", "minLength": 1, "maxLength": 255 } }));
    }
    parameters
}

fn responses(route: &Route) -> Value {
    let content = match route.gives {
        Gives::Json(schema) => json!({ "application/json": { "schema": reference(schema) } }),
        Gives::Text(media_types) => media_types
            .iter()
            .map(|media_type| (media_type.to_string(), json!({})))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    };
    let mut responses = json!({});
    responses[route.status.to_string()] = json!({ "description": "Done", "content": content });
    for (status, said) in refusals(route) {
        let mut problem = json!({
            "description": said,
            "content": { "application/problem+json": { "schema": reference("Problem") } },
        });
        if matches!(status, 429 | 503) {
            problem["headers"] = json!({ "Retry-After": { "description": "Seconds to wait", "schema": { "type": "integer" } } });
        }
        responses[status.to_string()] = problem;
    }
    responses
}

/// How a call of a route can end otherwise.
fn refusals(route: &Route) -> Vec<(u16, &'static str)> {
    let asked = route.needs != Needs::Nothing;
    let named = names_in(route.path).next().is_some() || asked || route.has_filters;
    let brings = route.takes != Takes::Nothing;
    let mut refusals = vec![
        (500, "A mistake on our side"),
        (503, "Not available right now"),
    ];
    let mut may = |when: bool, status: u16, said: &'static str| {
        if when {
            refusals.push((status, said));
        }
    };
    may(brings, 400, "The body cannot be read");
    may(asked, 401, "Nobody is signed in, or the token is unknown");
    may(asked, 403, "The caller's role does not allow it");
    let own = route.operation == "metrics";
    may(own, 403, "Asked from outside the deployment's network");
    may(named, 404, "Not there, or not for this caller");
    may(
        route.writes() && asked,
        409,
        "Somebody else was faster, or the key was used",
    );
    may(
        route.writes(),
        413,
        "The body is larger than this route takes",
    );
    may(
        true,
        422,
        "What is wrong, field by field, and what would be right",
    );
    may(route.operation == "sign_in", 429, "Too many tries");
    refusals
}
