//! The description of the API: it is what the code gives, and knows every route there is.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::http_story;
use crate::http::openapi;

/// Where the description is kept, for those who read it without running the desk.
const FILE: &str = "docs/openapi.json";
/// What the page about the description is made of; at `/` are the pages of the dashboard.
const PAGE: &str = "/api/docs/";

fn description() -> Value {
    serde_json::from_str(openapi::text()).expect("it is JSON")
}

/// Each operation with its path and method.
fn operations(description: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = description["paths"].as_object().expect("there are paths").iter();
    paths.flat_map(|(path, operations)| {
        let operations = operations.as_object().expect("a path has operations").iter();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

#[test]
fn the_kept_file_is_what_the_code_gives() {
    let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap_or_default();
    assert!(kept == openapi::text(), "{FILE} is not what the code gives; `make openapi` writes it anew");
}

/// The templates of every path that the router knows. axum tells them in its debugging format alone.
fn routes(router: &axum::Router) -> BTreeSet<String> {
    let text = format!("{router:?}");
    let templates = text.split('"').skip(1).step_by(2);
    let templates = templates.filter(|text| text.starts_with('/') && !text.contains("__private__axum_fallback"));
    let routes: BTreeSet<String> = templates.map(str::to_owned).collect();
    assert!(routes.len() > 60, "axum tells its routes in another way: {text}");
    routes
}

http_story!(every_route_is_described_and_every_operation_is_a_route, |app| {
    let description = description();
    let mut described: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, method, _) in operations(&description) {
        described.entry(path.to_owned()).or_default().insert(method.to_uppercase());
    }
    let is_page = |path: &String| path == "/" || path == "/api/docs" || path.starts_with(PAGE);
    let routes: BTreeSet<String> = routes(&app.router).into_iter().filter(|path| !is_page(path)).collect();
    assert_eq!(routes, described.keys().cloned().collect(), "routes on the left, what is described on the right");
    for (path, methods) in described {
        let answer = app.call("TRACE", &path.replace(['{', '}'], "")).send().await;
        let allowed = answer.header("allow").split(',').filter(|method| *method != "HEAD").map(str::to_owned);
        assert_eq!(allowed.collect::<BTreeSet<_>>(), methods, "{path}");
    }
});

#[test]
fn every_operation_says_what_a_client_needs() {
    let description = description();
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&description) {
        let what = format!("{method} {path}");
        let text = |field: &str| operation[field].as_str().unwrap_or_else(|| panic!("{what} has no {field}"));
        assert!(names.insert(text("operationId").to_owned()), "{what}: its name is that of another operation");
        assert!(text("summary").ends_with(['.', ';']), "{what}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{what}");
        assert!(operation["security"].is_array(), "{what}");
        for (status, response) in operation["responses"].as_object().expect("there are answers") {
            let is_explained = response["$ref"].is_string() || response["description"] != "";
            assert!(is_explained, "{what}: {status} is not explained");
        }
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        let in_path = parameters.iter().filter(|it| it["in"] == "path").filter_map(|it| it["name"].as_str());
        let named = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        assert_eq!(in_path.collect::<BTreeSet<_>>(), named.collect::<BTreeSet<_>>(), "{what}");
    }
}

/// Every `$ref` in the description.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    for reference in found {
        assert!(description.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
}

http_story!(anybody_gets_the_description, |app| {
    let answer = app.get("/api/openapi.json").send().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.json()["openapi"], "3.1.0");
    assert_eq!(answer.text, openapi::text());
});

http_story!(the_docs_page_brings_everything_it_names_and_nothing_else, |app| {
    let page = app.get("/api/docs").send().await;
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    let html = page.text;
    assert!(!html.contains("//"), "nothing comes from elsewhere");
    let named: Vec<&str> = html.split('"').filter(|text| text.starts_with("/api/docs/")).collect();
    assert_eq!(named.len(), 4);
    for path in named {
        let file = app.get(path).send().await;
        assert_eq!((file.status.as_u16(), file.header("x-content-type-options")), (200, "nosniff"), "{path}");
        assert_ne!(file.header("content-type"), "", "{path}");
    }
});
