//! The description of the REST API (OpenAPI 3.1), made of what stands at the handlers, and handed out.
//!
//! A handler says what is its own: path, parameters, bodies, answers, and refusals that need explaining. What follows
//! from its kind is added here by rule, so that no operation can be without it: who may call it, and which refusals
//! every request of that kind may meet.
pub mod answers;
pub mod forms;
pub mod parameters;
mod refusals;

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::HttpState;
use super::repeats::holds_secrets;
use crate::domain::api_keys::Scope;
use crate::domain::client_ids;
use crate::view::problem::Problem;

/// Everything that stands before the paths.
#[derive(OpenApi)]
#[openapi(
    info(title = "Roomdesk", description = include_str!("introduction.md"), license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")),
    servers((url = "/", description = "This desk")),
    components(schemas(Problem)),
    tags(
        (name = "Sign-in", description = "Sessions of people who sign in at the desk itself: access tokens of minutes, refresh tokens good once."),
        (name = "Me", description = "The signed-in person: profile, picture, password, open sessions."),
        (name = "Mails", description = "Links in mails, which are good without signing in: switching mails off, and files."),
        (name = "Tickets", description = "Opening a ticket, and its life: status, fields, whose it is, who takes part, what happened to it."),
        (name = "Finding", description = "Lists, counts and the search, all by one grammar of filters; many tickets at once; the table for spreadsheets."),
        (name = "Conversation", description = "What is said in a ticket, with files, reactions and how far people have read. It is said in the ticket's Matrix room too."),
        (name = "Notes", description = "Notes of staff about a ticket, in a Matrix room of their own. For everybody else there is nothing here: 404."),
        (name = "Statistics", description = "Numbers about tickets for staff. Durations are seconds."),
        (name = "People", description = "People for admins, and staff for those who give tickets away."),
        (name = "Teams", description = "Teams of staff and the new tickets that are routed to them."),
        (name = "API keys", description = "Keys with which programs act as somebody, for admins."),
        (name = "Bridge", description = "How the bridge to the homeserver is, and events that it could not apply, for admins."),
        (name = "Desk", description = "What clients and monitors need to know of the desk itself."),
    ),
)]
struct Frame;

/// The description without any path.
pub fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

pub fn routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(shown))
}

/// Returns this description of the API, as JSON.
///
/// It is the file `docs/openapi.json` of the version that answers, and `/api/docs` shows it as a page.
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "getOpenApi", tag = "Desk", security(()),
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object)),
)]
async fn shown() -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], text()).into_response()
}

/// The description as it is handed out.
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = serde_json::to_string_pretty(&document()).expect("JSON is always text");
        text.push('\n');
        text
    });
    &TEXT
}

fn document() -> Value {
    let described = super::api().into_openapi();
    let mut document = serde_json::to_value(described).expect("a description is always JSON");
    let components = document["components"].as_object_mut().expect("there are shapes");
    components.insert("securitySchemes".to_owned(), schemes());
    components.insert("responses".to_owned(), refusals::all());
    components.insert("parameters".to_owned(), json!({"IdempotencyKey": repeatable()}));
    for (name, schema) in components["schemas"].as_object_mut().expect("there are shapes") {
        if let Some((_, item)) = name.split_once('_') {
            schema["properties"]["items"]["items"] = json!({"$ref": format!("#/components/schemas/{item}")});
        }
        complete_shape(name, schema);
    }
    for (path, operations) in document["paths"].as_object_mut().expect("there are paths") {
        for (method, operation) in operations.as_object_mut().expect("a path has operations") {
            let operation = operation.as_object_mut().expect("an operation is an object");
            secure(path, method, operation);
            if method == "post" && operation["security"] != json!([]) && !holds_secrets(path) {
                let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
                parameters.as_array_mut().expect("parameters are a list").push(json!({"$ref": REPEATABLE}));
            }
            refusals::add(path, operation);
        }
    }
    renamed(&document)
}

/// The parameter of requests that are done once, however often they are asked for.
const REPEATABLE: &str = "#/components/parameters/IdempotencyKey";

fn repeatable() -> Value {
    json!({
        "name": client_ids::REQUEST_KEY,
        "in": "header",
        "required": false,
        "description": "Does the request once: whoever asks again with the same key is answered as the first time, with \
                        `Idempotency-Replayed: true`. Best a UUID.",
        "schema": {"type": "string", "minLength": 1, "maxLength": client_ids::KEY_LIMIT, "pattern": "^[!-~]+$"},
        "example": "\"4f7c1d7e-3f0b-4d0f-9a52-0c1f2b6a9e11\"",
    })
}

/// How a request says who it is from: three kinds of tokens, shown in the same way.
fn schemes() -> Value {
    let bearer = |words: &str| json!({"type": "http", "scheme": "bearer", "description": words});
    json!({
        "session": bearer("The `accessToken` of a session at the desk."),
        "hostToken": bearer("A JWT of the application in which the desk is embedded, if it is configured to take them."),
        "apiKey": bearer("An API key (`rdk_…`): the person it acts as, within its scopes."),
    })
}

/// Says who may call an operation that does not say so itself. An empty requirement is everybody.
fn secure(path: &str, method: &str, operation: &mut Map<String, Value>) {
    if operation.get("security").is_some_and(|stated| stated == &json!([{}])) {
        operation.insert("security".to_owned(), json!([]));
        return;
    }
    if operation.contains_key("security") {
        return;
    }
    let mut ways = vec![json!({"session": []}), json!({"hostToken": []})];
    if let Some(scope) = Scope::needed(method == "get", path) {
        ways.push(json!({"apiKey": [scope.as_str()]}));
    }
    operation.insert("security".to_owned(), ways.into());
}

/// Shapes that people see in part: their fields may be absent.
const IN_PART: &[&str] = &["ForStaff", "BulkRequest"];

/// In answers what may be empty is `null`, never absent: every field that may be `null` is there. In requests it may be
/// left out; they are known by refusing other fields.
fn complete_shape(name: &str, schema: &mut Value) {
    if name.ends_with("Form") {
        schema["additionalProperties"] = false.into();
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) || IN_PART.contains(&name) {
        return;
    }
    let parts = match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(parts) => parts.iter_mut().collect(),
        None => vec![schema],
    };
    for part in parts {
        let Some(properties) = part.get("properties").and_then(Value::as_object) else { continue };
        let known = part.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let there = |name: &&String| known.iter().any(|known| known == *name) || may_be_null(&properties[*name]);
        let required: Vec<String> = properties.keys().filter(there).cloned().collect();
        if !required.is_empty() {
            part["required"] = required.into();
        }
    }
}

fn may_be_null(schema: &Value) -> bool {
    let is_null = |schema: &Value| schema["type"] == "null";
    schema["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "null"))
        || schema["oneOf"].as_array().is_some_and(|ways| ways.iter().any(is_null))
}

/// Names of lists as one says them: `TicketList` for `List_Ticket`.
fn renamed(document: &Value) -> Value {
    let mut text = document.to_string();
    for name in document["components"]["schemas"].as_object().expect("there are shapes").keys() {
        let Some((list, item)) = name.split_once('_') else { continue };
        let better = if list == "Conversation" { list.to_owned() } else { format!("{item}{list}") };
        text = text.replace(&format!("\"{name}\""), &format!("\"{better}\""));
        text = text.replace(&format!("/{name}\""), &format!("/{better}\""));
    }
    serde_json::from_str(&text).expect("only names have changed")
}
