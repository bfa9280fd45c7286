//! The dashboard's files, which `scripts/build-web` builds before the tests run.
use std::collections::HashSet;

use super::http_story;

http_story!(the_dashboard_is_served_for_every_address_of_a_page, |app| {
    let page = app.get("/").header("accept", "text/html").send().await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.contains("require-trusted-types-for 'script'") && policy.contains("frame-ancestors 'none'"));
    assert!(!page.text.contains("//"), "nothing comes from elsewhere: {}", page.text);
    assert_eq!(page.header("cache-control"), "no-cache");
    for path in ["/tickets", "/support/tkt_1", "/nobody/knows"] {
        assert_eq!(app.get(path).header("accept", "text/html").send().await.text, page.text, "{path}");
    }

    let named: Vec<&str> =
        page.text.split(['"', ' ']).filter(|text| text.starts_with('/') && text.contains('.')).collect();
    assert!(named.len() >= 4, "{named:?}");
    for path in named {
        let file = app.get(path).send().await;
        assert_eq!((file.status.as_u16(), file.header("x-content-type-options")), (200, "nosniff"), "{path}");
        let lifetime = if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(file.header("cache-control"), lifetime, "{path}");
    }
});

http_story!(what_is_no_page_is_not_answered_with_one, |app| {
    for path in ["/api/nothing", "/api", "/assets/gone-1234.js", "/socket.io/nothing", "/_matrix/app/v1/nothing"] {
        let answer = app.get(path).header("accept", "text/html").send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    for path in ["/tickets", "/index.html.br", "/index.html.gz", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        assert_eq!(app.get(path).send().await.status, 404, "{path}");
    }
    assert_eq!(app.call("POST", "/tickets").header("accept", "text/html").send().await.status, 404);
    assert_eq!(app.call("POST", "/theme.js").send().await.status, 405);
});

http_story!(the_smallest_form_that_is_read_is_sent_and_known_ones_are_not_sent_again, |app| {
    let plain = app.get("/").header("accept", "text/html").send().await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    let mut tags = HashSet::new();
    for (accepted, coding) in [("gzip, deflate, br", "br"), ("gzip, br;q=0", "gzip"), ("identity", "")] {
        let asked = || app.get("/").header("accept", "text/html").header("accept-encoding", accepted);
        let answer = asked().send().await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        let tag = answer.header("etag").to_owned();
        let again = asked().header("if-none-match", &tag).send().await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{accepted}");
        assert_eq!(again.header("content-security-policy"), plain.header("content-security-policy"));
        tags.insert(tag);
    }
    assert_eq!(tags.len(), 3, "each form has a tag of its own");
});
