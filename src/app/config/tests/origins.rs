//! Which other sites may show the desk in a frame.
use std::path::Path;

use super::{NO_VARIABLES, minimal, refusal};
use crate::app::config::Config;

#[test]
fn pages_that_may_show_the_desk_come_by_https_or_from_this_machine() {
    let read = |line: &str| {
        let config = Config::from_toml(&minimal(line), Path::new("/"), NO_VARIABLES).expect("origins");
        config.server.embed_origins
    };
    let given = "server.embed_origins = \"https://lms.example.org, http://localhost:3000,http://127.0.0.1:8080\"";
    assert_eq!(read(given), ["https://lms.example.org", "http://localhost:3000", "http://127.0.0.1:8080"]);
    assert!(read("").is_empty());
}

#[test]
fn other_pages_are_refused() {
    for (origins, wrong) in [
        ("http://lms.example.org", "http://lms.example.org"),
        ("https://lms.example.org/", "https://lms.example.org/"),
        ("https://lms.example.org/course", "https://lms.example.org/course"),
        ("https://a.b, *", "*"),
        ("https://a;sandbox", "https://a;sandbox"),
        ("http://127.0.0.1.example.org", "http://127.0.0.1.example.org"),
    ] {
        let refusal = refusal(&minimal(&format!("server.embed_origins = \"{origins}\"")), &[]);
        let beginning = format!("/etc/roomdesk/roomdesk.toml:3: [server] embed_origins is \"{wrong}\"");
        assert!(refusal.starts_with(&beginning), "{origins} gives {refusal}");
        assert!(refusal.contains("; expected "), "{origins} gives {refusal}");
    }
}
