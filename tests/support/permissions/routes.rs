//! Every operation of the REST API and every event of the sockets. The OpenAPI file, which is tested to be fresh, names the
//! operations of the API; pages and the application service, which are not in it, are read from the source.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use roomdesk::domain::changes::What;
use serde_json::Value;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Of REST and of the application service, of what sockets ask, and of what they are told.
pub fn operations() -> BTreeSet<String> {
    let mut found: BTreeSet<String> = sources("src/http").iter().flat_map(|source| routes(source)).collect();
    found.extend(documented());
    found.extend(asked().into_iter().map(|event| format!("ASK {event}")));
    found.extend(told().into_iter().map(|event| format!("TOLD {event}")));
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The texts of a folder's source files, without their tests.
fn sources(folder: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for file in fs::read_dir(root().join(folder)).expect("the source is there") {
        let path = file.expect("a listed folder gives its entries").path();
        if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(path).expect("it is text");
            texts.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
    texts
}

/// The operations of `.route("/path", get(…).post(…))`, where the path may be a constant of the same file.
fn routes(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in source.split(".route(").skip(1) {
        let (path, rest) = call.split_once(',').expect("a route has a path and its methods");
        let path = match path.trim().strip_prefix('"') {
            Some(path) => path.trim_end_matches('"'),
            None => constant(source, path.trim()),
        };
        let methods = methods(rest);
        assert!(!methods.is_empty(), "{path} has methods");
        found.extend(methods.iter().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    found
}

fn constant<'s>(source: &'s str, name: &str) -> &'s str {
    let (_, value) =
        source.split_once(&format!("const {name}: &str = \"")).unwrap_or_else(|| panic!("{name} is known"));
    value.split('"').next().expect("a text ends")
}

/// The methods that are called side by side, up to the end of the call: not those inside their parentheses.
fn methods(rest: &str) -> Vec<&'static str> {
    let (mut depth, mut word, mut found) = (0, String::new(), Vec::new());
    for c in rest.chars() {
        match c {
            '(' => {
                let method = METHODS.into_iter().find(|method| *method == word);
                found.extend(method.filter(|_| depth == 0));
                depth += 1;
            }
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            _ => {}
        }
        if c.is_alphanumeric() || c == '_' { word.push(c) } else { word.clear() }
    }
    found
}

/// The operations of the OpenAPI file.
fn documented() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/openapi.json")).expect("the API is described");
    let file: Value = serde_json::from_str(&text).expect("it is JSON");
    let paths = file["paths"].as_object().expect("it has paths");
    let methods = |(path, item): (&String, &Value)| {
        let there = METHODS.into_iter().filter(|method| item.get(*method).is_some());
        there.map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

/// The events that `socket/events.rs` answers: `"join-ticket" => self.join()…`.
fn asked() -> Vec<String> {
    let arm = |line: &str| Some(line.trim().strip_prefix('"')?.split_once("\" => self.")?.0.to_owned());
    sources("src/socket").iter().flat_map(|source| source.lines().filter_map(arm).collect::<Vec<_>>()).collect()
}

/// The changes there are, and what sockets are told besides: `frame("user-typing", …)`.
fn told() -> Vec<String> {
    let mut found: Vec<String> = What::ALL.map(|what| what.as_str().to_owned()).into();
    let files = [sources("src/socket"), sources("src/socket/hub")].concat();
    for call in files.iter().flat_map(|source| source.split("frame(").skip(1)) {
        found.extend(call.trim_start().strip_prefix('"').and_then(|text| Some(text.split_once('"')?.0.to_owned())));
    }
    found
}
