//! Breaks the floors on purpose in a copy of the source, to show that the check would see it.
use std::fs;
use std::path::Path;

use super::{Violation, check_floors};

/// Code that must be refused: what it shows, the file it goes to, the code, and a part of the reason expected.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("a direct import", "domain/planted.rs", "use crate::http::Handler;", "domain may not call http above it"),
    ("an import in a group", "desk/planted.rs", "use crate::{domain::A, http::B};", "desk may not call http above it"),
    ("a renamed floor", "desk/planted.rs", "use crate::http as web;", "desk may not call http above it"),
    ("super::super", "domain/planted.rs", "use super::super::http::Handler;", "domain may not call http above it"),
    ("self, then super", "store/planted.rs", "use self::super::super::desk::Desk;", "store may not call desk above it"),
    (
        "super out of an inline module",
        "domain/planted.rs",
        "mod inner { fn f() { super::super::super::store::open() } }",
        "domain may not call store above it",
    ),
    ("a re-export", "domain/planted.rs", "pub use crate::view::Ticket;", "domain may not call view above it"),
    ("a re-export by the crate's root", "lib.rs", "pub use http::Handler;", "the crate's root declares the floors"),
    ("the crate's root under a name", "domain/planted.rs", "use crate as all;", "the crate's root as a whole"),
    ("everything of the crate's root", "domain/planted.rs", "use super::super::*;", "the crate's root as a whole"),
    (
        "a name of the crate's root",
        "domain/planted.rs",
        "fn f() { crate::planted!() }",
        "the crate's root holds floors",
    ),
    ("a floor beside", "store/planted.rs", "use crate::matrix::Client;", "store may not call matrix beside it"),
    ("another floor beside", "jobs/planted.rs", "use crate::http::Handler;", "jobs may not call http beside it"),
    ("view under desk", "desk/planted.rs", "use crate::view::Ticket;", "desk may not call view above it"),
    (
        "a path in an expression",
        "store/planted.rs",
        "fn f() { crate::jobs::wake() }",
        "store may not call jobs above it",
    ),
    (
        "a path in a type",
        "domain/planted.rs",
        "fn f(_: Vec<crate::store::Row>) {}",
        "domain may not call store above it",
    ),
    ("a raw name", "domain/planted.rs", "fn f() { crate::r#http::wake() }", "domain may not call http above it"),
    (
        "a path in a macro",
        "domain/planted.rs",
        "fn f() { panic!(\"{}\", crate::http::X) }",
        "may not call http above it",
    ),
    ("a group in a macro", "domain/planted.rs", "m! { use crate::{http::X}; }", "may not call http above it"),
    ("a path in an attribute", "domain/planted.rs", "#[derive(sqlx::FromRow)] struct A;", "sqlx belongs to store"),
    (
        "a path in an attribute's string",
        "domain/planted.rs",
        "#[derive(S)] struct A { #[serde(with = \"crate::view::millis\")] a: u8 }",
        "domain may not call view above it",
    ),
    (
        "a test module",
        "domain/planted.rs",
        "#[cfg(test)] mod tests { use crate::store::Store; }",
        "domain may not call store above it",
    ),
    ("SQL outside store", "desk/planted.rs", "use sqlx::PgPool;", "sqlx belongs to store, not to desk"),
    ("SQL under a name", "app/planted.rs", "use sqlx as db;", "sqlx belongs to store, not to app"),
    ("SQL by a full path", "jobs/planted.rs", "fn f() { ::sqlx::query(\"\"); }", "sqlx belongs to store, not to jobs"),
    ("SQL carried out", "store/planted.rs", "pub use sqlx::Row;", "a re-export would carry sqlx out of its floor"),
    ("SQL carried into the crate", "store/planted.rs", "pub(crate) use sqlx::{Row, PgPool};", "carry sqlx out"),
    ("axum outside http", "desk/planted.rs", "use axum::Json;", "axum belongs to http and app, not to desk"),
    ("reqwest outside matrix", "http/planted.rs", "use reqwest::Client;", "reqwest belongs to matrix and host and app"),
    ("tokio in the domain", "domain/planted.rs", "use tokio::sync::Mutex;", "the domain does no IO"),
    ("tokio in a macro's name", "domain/planted.rs", "fn f() { tokio::pin!(a) }", "the domain does no IO"),
    ("files in the domain", "domain/planted.rs", "use std::{fmt, fs};", "the domain does no IO"),
    ("an async function in the domain", "domain/planted.rs", "async fn f() {}", "the domain does nothing asynchronous"),
    (
        "an async block in the domain",
        "domain/planted.rs",
        "fn f() { async {} }",
        "the domain does nothing asynchronous",
    ),
    ("a module on no floor", "helpers/mod.rs", "", "`helpers` stands on no floor"),
    ("a file on no floor", "helpers.rs", "", "`helpers` stands on no floor"),
    ("a file from elsewhere", "domain/planted.rs", "#[path = \"../http/mod.rs\"] mod other;", "#[path] hides"),
    ("included code", "domain/planted.rs", "include!(\"../http/mod.rs\");", "hides where code stands"),
    ("a floor's macros for all", "lib.rs", "#[macro_use] mod http;", "give a floor's macros to those below it"),
    ("a crate under a name", "domain/planted.rs", "extern crate sqlx as db;", "gives a crate another name"),
    ("main past app", "main.rs", "use roomdesk::store::Store;", "main.rs calls app alone"),
];

/// Code that must pass: what it shows, the file it goes to, the code.
const SOUND: &[(&str, &str, &str)] = &[
    (
        "comments and strings",
        "domain/planted.rs",
        "//! crate::http::X\n/// use sqlx;\nconst A: &str = \"use sqlx::Row\";",
    ),
    ("the http crate is not the floor", "matrix/planted.rs", "fn f(_: http::StatusCode, _: ::http::Method) {}"),
    ("calls to every floor below", "app/planted.rs", "use crate::{desk, domain, http, jobs, matrix, store, view};"),
    (
        "calls within a floor",
        "store/planted.rs",
        "use super::db::Tx; pub(super) use sqlx::Row; use self::inner::*; mod inner {}",
    ),
    ("SQL in store", "store/planted.rs", "async fn f() { sqlx::query(\"\"); }"),
    ("macros within a floor", "store/planted.rs", "#[macro_use] mod inner { macro_rules! m { () => {} } }"),
    ("errors in the domain", "domain/planted.rs", "#[derive(thiserror::Error)] enum A { #[error(\"no\")] No }"),
    ("main calls app", "main.rs", "use roomdesk::app::run;"),
];

/// Plants each broken and each sound piece of code into a copy of the source; panics when one is judged wrongly.
pub fn violations_are_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&root.join("src"), &copy.path().join("src"));
    let before = check_floors(copy.path()).err().unwrap_or_default();

    for (what, file, code, reason) in BROKEN {
        let new = with_planted(copy.path(), file, code, &before);
        let file = Path::new(file);
        assert!(
            new.iter().any(|violation| violation.file == file && violation.why.contains(reason)),
            "{what}: `{code}` in {} was not refused because \"{reason}\", but: {new:?}",
            file.display()
        );
    }
    for (what, file, code) in SOUND {
        let new = with_planted(copy.path(), file, code, &before);
        assert!(new.is_empty(), "{what}: `{code}` in {file} was refused: {new:?}");
    }
}

/// What the check finds with `code` at the end of `file`, beyond what it found `before`. The file is put back.
fn with_planted(root: &Path, file: &str, code: &str, before: &[Violation]) -> Vec<Violation> {
    let path = root.join("src").join(file);
    let kept = fs::read_to_string(&path).ok();
    let folder = path.parent().expect("a file is in a folder");
    let new_folder = !folder.exists();
    fs::create_dir_all(folder).expect("a folder in the copy");
    fs::write(&path, format!("{}\n{code}\n", kept.as_deref().unwrap_or_default())).expect("a file in the copy");

    let after = check_floors(root).err().unwrap_or_default();

    match kept {
        Some(text) => fs::write(&path, text).expect("the file goes back"),
        None if new_folder => fs::remove_dir_all(folder).expect("the folder goes away"),
        None => fs::remove_file(&path).expect("the file goes away"),
    }
    after.into_iter().filter(|violation| !before.contains(violation)).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder in the copy");
    for entry in fs::read_dir(from).expect("the source is there") {
        let entry = entry.expect("a listed folder gives its entries");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a source file is copied");
        }
    }
}
