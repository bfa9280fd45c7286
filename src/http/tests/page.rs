//! The page at `/`.
use super::http_story;

http_story!(the_page_brings_everything_it_names_and_nothing_else, |app| {
    let page = app.get("/").send().await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    let html = page.text;
    let named: Vec<&str> = html.split('"').filter(|text| text.starts_with("/page/")).collect();
    assert_eq!(named, ["/page/icon.svg", "/page/desk.css", "/page/desk.js"]);
    for path in named.into_iter().chain(["/page/live.js"]) {
        let file = app.get(path).send().await;
        assert_eq!((file.status.as_u16(), file.header("x-content-type-options")), (200, "nosniff"), "{path}");
    }
    assert!(!html.contains("//"), "nothing comes from elsewhere");
});
