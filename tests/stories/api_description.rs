//! The desk keeps to its own description, docs/openapi.json, and shows it.
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::domain::people::Role;
use serde_json::json;
use tokio::time::timeout;

use crate::support::{ChildDesk, LonelyDesk, Page, story_sqlite};

/// For how long random requests may be sent.
const PATIENCE: Duration = Duration::from_secs(300);

story_sqlite!(every_answer_is_as_the_description_says, |desk: LonelyDesk| {
    for (name, role) in [
        ("Ann Lee", Role::Student),
        ("Sam Fox", Role::Student),
        ("Ben Ode", Role::Instructor),
        ("Ada Roe", Role::Admin),
    ] {
        desk.account(name, role).await;
    }

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".schemathesis/bin/python");
    assert!(python.exists(), "run `scripts/setup test` first");
    let mut command = child::bound(python, DeathSignal::Kill);
    command.arg(root.join("tests/schemathesis/run.py")).arg(desk.rest.base()).arg(&desk.folder);
    command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = child::spawn(command).await.expect("schemathesis is installed by `scripts/setup test`");
    let ended = timeout(PATIENCE, running.wait_with_output()).await;
    let ended = ended.unwrap_or_else(|_| panic!("random requests took longer than {PATIENCE:?}"));

    let ended = ended.expect("an own child can be waited for");
    let told = [ended.stdout, ended.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(ended.status.success(), "{told}");
});

story_sqlite!(the_docs_page_lists_every_operation_and_asks_nobody_else, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let description = ann.get("/api/openapi.json").await.expect(200);
    let paths = description["paths"].as_object().expect("there are paths");
    let operations: usize = paths.values().filter_map(|path| path.as_object()).map(serde_json::Map::len).sum();

    let page = Page::opens(&format!("{}/api/docs", ann.desk_url())).await;
    page.eventually_shows(".opblock-summary-path", "/healthz").await;
    page.clicks("#operations-Tickets-openTicket .opblock-summary-control").await;
    page.eventually_shows("#operations-Tickets-openTicket", "The printer on the second floor is on fire").await;

    assert_eq!(page.reads(".opblock-summary-path").await.len(), operations);
    let elsewhere = "performance.getEntriesByType('resource').map(entry => entry.name) \
                     .filter(url => !url.startsWith(location.origin) && !url.startsWith('data:'))";
    assert_eq!(page.runs(elsewhere).await, json!([]), "nothing comes from elsewhere");
    assert_eq!(page.complaints(), Vec::<String>::new());
    let other_origin = "location.origin.replace('127.0.0.1', 'localhost')";
    let asking = format!("fetch({other_origin}, {{mode: 'no-cors'}}).then(() => 'let out', () => 'kept in')");
    assert_eq!(page.runs(&asking).await, "kept in", "and nothing could");
});
