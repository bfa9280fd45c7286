//! Which mails one gets, in Chromium: chosen on the profile, switched off by the link in a mail without signing in.
use roomdesk::domain::mails::{Occasion, Switch};
use roomdesk::mail::links::Unsubscribing;
use serde_json::{Value, json};

use super::dashboard::{complaints, opens};
use crate::support::account::Account;
use crate::support::eventually::SOON;
use crate::support::{ChildDesk, Page, Window, eventually, story_sqlite};

/// The choice about new messages, on the profile.
const MESSAGES: &str = "role=combobox[name=\"New messages\"]";

/// Waits until the desk knows how soon somebody wants to be told of new messages.
async fn is_told(who: &Account, wanted: &str) {
    eventually("the choice to have been saved", SOON, async || {
        let preferences = who.get("/api/auth/me/mail-preferences").await.expect(200);
        let choices = preferences["occasions"].as_array().expect("a list").clone();
        let pace = choices.into_iter().find(|choice| choice["occasion"] == "new-message").expect("one of theirs");
        if pace["pace"] == wanted { Ok(()) } else { Err(pace) }
    })
    .await;
}

async fn chosen(page: &Page, label: &str) -> Value {
    let script =
        format!("[...document.querySelectorAll('label')].find((it) => it.innerText === '{label}').control.value");
    page.runs(&script).await
}

story_sqlite!(mails_are_chosen_on_the_profile, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let page = opens(&ann, Window::DESKTOP, "/profile").await;

    page.eventually_shows("main", "Mails go to").await;
    page.clicks(MESSAGES).await;
    page.keys(&["ArrowDown", "Enter"]).await;
    is_told(&ann, "hourly").await;
    page.clicks("role=switch[name=\"Quiet hours\"]").await;
    page.eventually_shows("main", "Until").await;

    page.goes_to(&format!("{}/profile#mail", ann.desk_url())).await;
    page.eventually_shows("main", "Until").await;
    assert_eq!(chosen(&page, "New messages").await, "hourly");
    let preferences = ann.get("/api/auth/me/mail-preferences").await.expect(200);
    assert_eq!(preferences["quietHours"], json!({"from": "22:00", "until": "07:00"}));
    assert_eq!(complaints(&page, &[]), Vec::<String>::new());
});

story_sqlite!(a_link_in_a_mail_switches_off_and_on_again, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let what = Switch::Occasion(Occasion::NewMessage);
    let token = desk.links().unsubscribing(&Unsubscribing { person: ann.id.parse().expect("an id"), what });

    // Where the desk leads whoever opens the link of a mail: nothing has happened yet.
    let page = Page::opens(&format!("{}/unsubscribe#token={token}", ann.desk_url())).await;
    page.eventually_shows("main", "Do you want no more mails of this kind, Ann Lee?").await;
    is_told(&ann, "now").await;
    page.clicks("role=button[name=\"Switch off\"]").await;
    page.eventually_shows("role=status", "Switched off").await;
    is_told(&ann, "off").await;
    page.clicks("role=button[name=\"Undo\"]").await;
    page.eventually_shows("role=status", "Switched on again").await;
    is_told(&ann, "now").await;

    page.goes_to(&format!("{}/unsubscribe#token={token}x", ann.desk_url())).await;
    page.eventually_shows("role=alert", "This link is not complete").await;
    is_told(&ann, "now").await;
    assert_eq!(complaints(&page, &["401", "422"]), Vec::<String>::new());
});
