//! The table of routes, and the OpenAPI 3.1 document made of it.

use serde_json::{Value, json};
use store::Right;

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Right(Right),
}

#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// `<verb>_<resource>`.
    pub operation: &'static str,
    pub summary: &'static str,
    pub needs: Needs,
    /// Parameters of the address behind the question mark.
    pub query: &'static [&'static str],
}

const fn route(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    summary: &'static str,
    needs: Needs,
    query: &'static [&'static str],
) -> Route {
    Route {
        method,
        path,
        operation,
        summary,
        needs,
        query,
    }
}

const READ: Needs = Needs::Right(Right::Read);
const WRITE: Needs = Needs::Right(Right::Write);
const MANAGE: Needs = Needs::Right(Right::Manage);
const OPEN: Needs = Needs::Nothing;

pub const ROUTES: &[Route] = &[
    route(
        "GET",
        "/healthz",
        "health",
        "Whether this node answers and its database too",
        OPEN,
        &[],
    ),
    route(
        "GET",
        "/metrics",
        "metrics",
        "Figures for Prometheus",
        OPEN,
        &[],
    ),
    route(
        "GET",
        "/api/v1/openapi.json",
        "openapi",
        "This document",
        OPEN,
        &[],
    ),
    route(
        "GET",
        "/api/v1/listings",
        "search_listings",
        "Search public listings, with facets",
        OPEN,
        &[
            "vertical",
            "category",
            "q",
            "price_min",
            "price_max",
            "near",
            "radius_km",
            "sort",
            "cursor",
            "limit",
        ],
    ),
    route(
        "GET",
        "/api/v1/listings/{id}",
        "read_listing",
        "One public listing",
        OPEN,
        &[],
    ),
    route(
        "GET",
        "/feeds/{portal}/{account}",
        "read_feed",
        "The feed of an account for a portal",
        OPEN,
        &[],
    ),
    route(
        "POST",
        "/api/v1/session",
        "sign_in",
        "Sign in; sets the session cookie",
        OPEN,
        &[],
    ),
    route(
        "DELETE",
        "/api/v1/session",
        "sign_out",
        "Sign out",
        READ,
        &[],
    ),
    route(
        "GET",
        "/api/v1/me",
        "read_me",
        "Who is signed in",
        READ,
        &[],
    ),
    route(
        "GET",
        "/api/v1/users",
        "list_users",
        "The users of the account",
        READ,
        &["account"],
    ),
    route(
        "POST",
        "/api/v1/users",
        "add_user",
        "Add a user",
        MANAGE,
        &["account"],
    ),
    route(
        "GET",
        "/api/v1/account/listings",
        "list_own_listings",
        "The account's listings, last changed first",
        READ,
        &["account", "status", "category", "q", "limit", "cursor"],
    ),
    route(
        "POST",
        "/api/v1/account/listings",
        "create_listing",
        "Create a listing",
        WRITE,
        &["account"],
    ),
    route(
        "GET",
        "/api/v1/account/listings/{id}",
        "read_own_listing",
        "A listing, or as it was at a date",
        READ,
        &["as_of"],
    ),
    route(
        "PATCH",
        "/api/v1/account/listings/{id}",
        "edit_listing",
        "Change fields, status, category; null empties a field",
        WRITE,
        &[],
    ),
    route(
        "DELETE",
        "/api/v1/account/listings/{id}",
        "trash_listing",
        "Move a listing to the trash",
        WRITE,
        &[],
    ),
    route(
        "GET",
        "/api/v1/account/listings/{id}/history",
        "listing_history",
        "What happened to a listing",
        READ,
        &[],
    ),
    route(
        "GET",
        "/api/v1/trash",
        "list_trash",
        "What lies in the trash",
        READ,
        &["account", "limit"],
    ),
    route(
        "POST",
        "/api/v1/trash/{id}/restoration",
        "restore_listing",
        "Take a listing out of the trash",
        WRITE,
        &[],
    ),
    route(
        "GET",
        "/api/v1/batches",
        "list_batches",
        "Batches, newest first",
        READ,
        &["account", "limit"],
    ),
    route(
        "GET",
        "/api/v1/batches/{id}/undoing",
        "preview_undo",
        "What undoing would do, and what changed since",
        READ,
        &[],
    ),
    route(
        "POST",
        "/api/v1/batches/{id}/undoing",
        "undo_batch",
        "Undo a batch",
        WRITE,
        &[],
    ),
    route(
        "POST",
        "/api/v1/batches/{id}/stopping",
        "stop_batch",
        "Stop a batch in the works; what it did so far can be undone",
        WRITE,
        &[],
    ),
    route(
        "POST",
        "/api/v1/imports/preview",
        "preview_import",
        "What a file would become; the body is the file",
        WRITE,
        &["account", "name", "category"],
    ),
    route(
        "POST",
        "/api/v1/imports",
        "import_file",
        "Import a file; the body is the file",
        WRITE,
        &[
            "account",
            "name",
            "feed",
            "category",
            "partial",
            "clearance",
            "anyway",
        ],
    ),
    route(
        "GET",
        "/api/v1/leads",
        "list_leads",
        "The account's inbox",
        READ,
        &["account", "state", "limit"],
    ),
    route(
        "GET",
        "/api/v1/leads/{id}",
        "read_lead",
        "A lead with its thread",
        READ,
        &[],
    ),
    route(
        "POST",
        "/api/v1/leads/{id}/answers",
        "answer_lead",
        "Answer by mail",
        WRITE,
        &[],
    ),
    route(
        "PUT",
        "/api/v1/leads/{id}/state",
        "mark_lead",
        "Move a lead to another state",
        WRITE,
        &[],
    ),
    route(
        "DELETE",
        "/api/v1/persons/{id}",
        "erase_person",
        "Erase a person and all he wrote",
        MANAGE,
        &[],
    ),
    route(
        "GET",
        "/api/v1/journal",
        "read_journal",
        "What happened, oldest first",
        READ,
        &["account", "since", "limit"],
    ),
];

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
            "description": "Everything the office does goes through here. Writing calls take an Idempotency-Key (1 to 255 characters, kept for 7 days). Errors are RFC 9457 problem details in the language of Accept-Language.",
        },
        "paths": paths,
        "components": { "securitySchemes": {
            "token": { "type": "http", "scheme": "bearer" },
            "session": { "type": "apiKey", "in": "cookie", "name": super::access::COOKIE },
        }},
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn operation(route: &Route) -> Value {
    let in_path = route
        .path
        .split('/')
        .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(
        route
            .query
            .iter()
            .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })),
    );
    let writes = route.method != "GET";
    if writes && route.needs != Needs::Nothing {
        parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "maxLength": 255 } }));
    }
    let problem = json!({ "description": "What is wrong, and what to do", "content": { "application/problem+json": {} } });
    let mut operation = json!({
        "operationId": route.operation, "summary": route.summary, "parameters": parameters,
        "responses": { "200": { "description": "Done" }, "default": problem },
    });
    if writes && route.method != "DELETE" {
        operation["requestBody"] = json!({ "content": { "application/json": {} } });
    }
    if route.needs != Needs::Nothing {
        operation["security"] = json!([{ "token": [] }, { "session": [] }]);
    }
    operation
}
