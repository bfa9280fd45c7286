//! The refusals that follow from what kind of request an operation takes.
use serde_json::{Map, Value, json};

use super::REPEATABLE;
use crate::domain::Refusal;
use crate::http::gate::is_counted;
use crate::view::problem;

/// A refusal that operations share.
struct Shared {
    status: u16,
    name: &'static str,
    words: &'static str,
}

const SHARED: &[Shared] = &[
    Shared { status: 400, name: "NotRead", words: "The body is not what its type says: no JSON, or no form." },
    Shared { status: 401, name: "NotSignedIn", words: "There is no token, or it is not good (any longer)." },
    Shared {
        status: 403,
        name: "Forbidden",
        words: "This person may not do that, or the API key lacks the scope for it.",
    },
    Shared { status: 404, name: "NotFound", words: "There is no such thing for this person." },
    Shared { status: 408, name: "TooSlow", words: "The body did not arrive in time." },
    Shared {
        status: 409,
        name: "Conflict",
        words: "It does not go together with how things stand; `detail` says why.",
    },
    Shared {
        status: 412,
        name: "Outdated",
        words: "The ticket is not in a version that `If-Match` names; nothing changed.",
    },
    Shared { status: 413, name: "TooLarge", words: "The body is larger than is allowed here." },
    Shared { status: 415, name: "NotTaken", words: "Bodies of this type are not taken here." },
    Shared {
        status: 422,
        name: "Invalid",
        words: "A field or parameter does not fit; `errors` names each that does not.",
    },
    Shared {
        status: 429,
        name: "TooMany",
        words: "Too many requests, or attempts at signing in: wait for as long as `Retry-After` says.",
    },
    Shared { status: 500, name: "Broken", words: "Something went wrong on the desk's side." },
    Shared {
        status: 503,
        name: "Unavailable",
        words: "The desk cannot answer at present; `Retry-After` says when to try again.",
    },
];

/// Every shared refusal, as a component.
pub fn all() -> Value {
    let each = SHARED.iter().map(|shared| (shared.name.to_owned(), written(shared.status, shared.words)));
    Value::Object(each.collect())
}

/// A refusal with its document and the headers that go with its status.
fn written(status: u16, words: &str) -> Value {
    let document = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    let mut response = json!({"description": words, "content": {problem::CONTENT_TYPE: document}});
    let text = |words: &str| json!({"schema": {"type": "string"}, "description": words});
    match status {
        401 => response["headers"] = json!({"WWW-Authenticate": text("`Bearer`.")}),
        422 => response["content"][problem::CONTENT_TYPE]["example"] = example(),
        416 => response["headers"] = json!({"Content-Range": text("How long the file is: `bytes */1234`.")}),
        429 | 503 => {
            let seconds = json!({"schema": {"type": "integer", "minimum": 0}, "description": "Seconds."});
            response["headers"] = json!({"Retry-After": seconds});
        }
        _ => {}
    }
    response
}

/// A refusal as it looks.
fn example() -> Value {
    let refusal = Refusal::field("title", "must not be empty");
    let problem = problem::Problem::of(&refusal, "/api/support/tickets", "PmBG9xPwNSQkgO4X");
    serde_json::to_value(problem).expect("texts and numbers are always JSON")
}

/// Adds to an operation what it may be refused with; what it explains itself keeps its words.
pub fn add(path: &str, operation: &mut Map<String, Value>) {
    let by_rule = of_kind(path, operation);
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut).expect("every operation has answers");
    for (status, response) in responses.iter_mut() {
        let status: u16 = status.parse().expect("answers are by status");
        if status >= 400 && response.get("content").is_none() {
            let words = response["description"].as_str().unwrap_or_default();
            *response = match SHARED.iter().find(|shared| shared.status == status) {
                Some(shared) if words.is_empty() => named(shared),
                _ => written(status, words),
            };
        }
    }
    for shared in SHARED.iter().filter(|shared| by_rule.contains(&shared.status)) {
        responses.entry(shared.status.to_string()).or_insert_with(|| named(shared));
    }
}

fn named(shared: &Shared) -> Value {
    json!({"$ref": format!("#/components/responses/{}", shared.name)})
}

/// The statuses of the refusals that any request of this kind may meet.
fn of_kind(path: &str, operation: &Map<String, Value>) -> Vec<u16> {
    let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let takes = |place: &str| parameters.iter().any(|parameter| parameter["in"] == place);
    let mut statuses = vec![500];
    if path.starts_with("/api/") && !path.ends_with("openapi.json") {
        statuses.push(503);
    }
    if is_counted(path) {
        statuses.push(429);
    }
    if parameters.iter().any(|parameter| parameter["$ref"] == REPEATABLE) {
        statuses.extend([400, 408, 409, 413, 422]);
    }
    if operation.get("security").and_then(Value::as_array).is_some_and(|ways| !ways.is_empty()) {
        statuses.extend([401, 403]);
    }
    if takes("path") {
        statuses.push(404);
    }
    if takes("query") {
        statuses.push(422);
    }
    if parameters.iter().any(|parameter| parameter["name"] == "If-Match") {
        statuses.push(412);
    }
    if operation.contains_key("requestBody") {
        statuses.extend([400, 408, 413, 415, 422]);
    }
    statuses
}
