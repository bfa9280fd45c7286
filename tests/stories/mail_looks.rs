//! Every mail as a browser shows it: on a phone and in a window, in both schemes and languages, for axe. With
//! `SCREENSHOTS=folder` those in English are also kept as pictures, which is how docs/screenshots/mail came about.
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use roomdesk::domain::languages::Language;
use roomdesk::mail::logo::Logo;
use roomdesk::mail::{ComposerSettings, Cover, Notice, Side};
use tokio::net::TcpListener;

use crate::support::mails::{composer, settings};
use crate::support::{Page, Window, check};

const LOGO: &[u8] = include_bytes!("../support/logo.png");

check!(mails_are_in_order_on_a_phone_and_in_a_window, async {
    let at = served(mails()).await;
    let mut found = Vec::new();
    for window in windows() {
        let page = Page::opens_in(window, &format!("http://{at}/")).await;
        for notice in Notice::samples() {
            for language in Language::ALL {
                let name = notice.name();
                page.goes_to(&format!("http://{at}/{name}-{}", language.as_str())).await;
                let wrong = page.audit().await.into_iter().filter(|wrong| !is_of_pages_alone(wrong));
                found.extend(wrong.map(|wrong| format!("{name} {language:?} {window:?}: {wrong}")));
                shoot(&page, window, (name, language)).await;
            }
        }
        found.extend(page.complaints().into_iter().filter(|complaint| !complaint.contains("favicon")));
    }
    assert_eq!(found, Vec::<String>::new());
});

/// A mail is a part of whatever page its program shows it in, which has landmarks of its own.
fn is_of_pages_alone(wrong: &str) -> bool {
    ["region ", "landmark-one-main "].iter().any(|rule| wrong.starts_with(rule))
}

fn windows() -> [Window; 4] {
    let wide = Window { width: 700, height: 900, ..Window::DESKTOP };
    let narrow = Window { width: 320, height: 700, ..Window::DESKTOP };
    [wide, wide.dark(), narrow, narrow.dark()]
}

/// The reader that each is written to.
fn side(notice: &Notice) -> Side {
    match notice {
        Notice::NewTicket(_) | Notice::TicketAssigned(_) | Notice::Mention(_) | Notice::Digest(_) => Side::Staff,
        _ => Side::Student,
    }
}

fn mails() -> Vec<(String, String)> {
    let logo = Logo::of(LOGO.to_vec()).expect("it is a picture");
    let composer = composer(ComposerSettings { logo: Some(logo), ..settings() });
    let mut mails = Vec::new();
    for notice in Notice::samples() {
        for language in Language::ALL {
            let cover = match notice {
                Notice::Invitation(_) | Notice::PasswordReset(_) | Notice::Test(_) => Cover::bare_sample(side(&notice)),
                Notice::Digest(_) => Cover { thread: None, ..Cover::sample(side(&notice)) },
                _ => Cover::sample(side(&notice)),
            };
            let html = composer.draw(&notice, language, &cover).expect("every sample is drawn").html;
            // Mail programs look among the mail's parts.
            let html = html.replace("cid:logo@roomdesk", "/logo.png");
            mails.push((format!("/{}-{}", notice.name(), language.as_str()), html));
        }
    }
    mails
}

async fn served(mails: Vec<(String, String)>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let at = listener.local_addr().expect("it is bound");
    let logo = get(|| async { ([("content-type", "image/png")], LOGO) });
    let router = Router::new().route("/", get(|| async { Html("<title>Mails</title>") })).route("/logo.png", logo);
    let router =
        mails.into_iter().fold(router, |router, (path, html)| router.route(&path, get(|| async move { Html(html) })));
    tokio::spawn(async { axum::serve(listener, router).await.expect("it serves") });
    at
}

async fn shoot(page: &Page, window: Window, (name, language): (&str, Language)) {
    let Ok(folder) = std::env::var("SCREENSHOTS") else { return };
    if language == Language::English {
        let scheme = if window.is_dark { "dark" } else { "light" };
        page.shoots_whole(&Path::new(&folder).join(format!("{name}-{}-{scheme}.png", window.width))).await;
    }
}
