//! A student's tickets inside another application: the example of docs/examples, served by another origin.
use std::net::SocketAddr;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::dashboard::LOG;
use super::dashboard_looks::examined;
use crate::support::account::Ticket;
use crate::support::eventually::SOON;
use crate::support::story::Fixture;
use crate::support::{ChildDesk, DatabaseKind, Page, Window, eventually, story_sqlite};

const SECRET: &str = "a secret that the application and the desk share";
const EXAMPLE: &str = include_str!("../../docs/examples/embedding.html");
/// Leads into what stands in the frame.
const INSIDE: &str = "iframe >> internal:control=enter-frame";

/// A desk that one origin may embed, and the application there.
struct Embedded {
    desk: ChildDesk,
    at: SocketAddr,
    application: JoinHandle<()>,
}

impl Fixture for Embedded {
    async fn start(kind: DatabaseKind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let at = listener.local_addr().expect("it is bound");
        let origin = format!("http://{at}");
        let quoted = format!("'{origin}'");
        let desk = ChildDesk::start_with(
            kind,
            &[
                ("server.embed_origins", &quoted),
                ("host.issuer", &quoted),
                ("host.audience", "'roomdesk'"),
                ("host.algorithm", "'HS256'"),
                ("host.secret", &format!("'{SECRET}'")),
            ],
        )
        .await;
        let page = EXAMPLE.replace("https://desk.example.org", &url_of(&desk));
        let dark = page.replace("theme=light", "theme=dark");
        let application = Router::new()
            .route("/", get(|| async { Html(page) }))
            .route("/dark", get(|| async { Html(dark) }))
            .route("/desk-token", get(|| async move { token(&origin) }));
        let application = tokio::spawn(async { axum::serve(listener, application).await.expect("it serves") });
        Self { desk, at, application }
    }

    async fn finish(self) {
        self.application.abort();
        self.desk.finish().await;
    }
}

fn url_of(desk: &ChildDesk) -> String {
    format!("http://{}", desk.config.server.listen)
}

fn token(issuer: &str) -> String {
    let until = chrono::Utc::now().timestamp() + 600;
    let claims = json!({"iss": issuer, "aud": "roomdesk", "sub": "ann", "exp": until, "name": "Ann Lee"});
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).expect("it is JSON")
}

story_sqlite!(a_students_tickets_stand_in_another_application, |embedded: Embedded| {
    let ben = embedded.desk.instructor("Ben Ode").await;
    let page = Page::opens(&format!("http://{}", embedded.at)).await;
    let inside = |at: &str| format!("{INSIDE} >> {at}");

    page.eventually_shows(&inside("main"), "No tickets yet").await;
    page.clicks(&inside("role=button[name=\"Create a ticket\"]")).await;
    page.fills(&inside("role=textbox[name=/^Title/]"), "Printer").await;
    page.fills(&inside("role=textbox[name=/^Description/]"), "It is on fire").await;
    page.clicks(&inside("role=dialog >> role=button[name=\"Send\"]")).await;
    page.eventually_shows(&inside("h1"), "Printer").await;
    let list = ben.get("/api/support/tickets/all").await.expect(200);
    let ticket = Ticket::shown_as(list["items"][0].clone());
    assert_eq!(list["items"][0]["createdBy"]["displayName"], "Ann Lee");
    ben.says(&ticket, "Take the extinguisher").await;
    page.eventually_shows(&inside(LOG), "Take the extinguisher").await;
    let mut found = examined(&page, Window::DESKTOP, "embed").await;
    let dark = Window::DESKTOP.dark();
    let night = Page::opens_in(dark, &format!("http://{}/dark", embedded.at)).await;
    night.eventually_shows(&inside("main"), "Printer").await;
    found.extend(examined(&night, dark, "embed").await);
    assert_eq!(found, Vec::<String>::new());

    // Whatever comes from the desk is another origin's here.
    let desk = url_of(&embedded.desk);
    let complaints: Vec<String> =
        page.complaints().into_iter().filter(|line| !line.starts_with(&format!("asked {desk}"))).collect();
    assert_eq!(complaints, Vec::<String>::new());
});

story_sqlite!(no_other_origin_may_embed_the_desk, |embedded: Embedded| {
    // The same page by another name is another origin.
    let stranger = Page::opens(&format!("http://localhost:{}", embedded.at.port())).await;
    eventually("the browser to refuse the frame", SOON, async || {
        let complaints = stranger.complaints();
        if complaints.iter().any(|line| line.contains("frame-ancestors")) { Ok(()) } else { Err(complaints) }
    })
    .await;
    assert_eq!(stranger.reads(&format!("{INSIDE} >> main")).await, Vec::<String>::new());
});
