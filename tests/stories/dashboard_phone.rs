//! The dashboard on a phone, in German: what is done on a desk is done here, and nothing has to be scrolled sideways.
use super::dashboard::{LOG, complaints, opens};
use crate::support::{ChildDesk, Page, Window, story_sqlite};

const WRITE: &str = "role=textbox[name=\"Nachricht schreiben …\"]";
const SEND: &str = "role=button[name=\"Senden\"]";

story_sqlite!(a_phone_is_enough, |desk: ChildDesk| {
    let (ann, ben) = tokio::join!(desk.student("Ann Lee"), desk.instructor("Ben Ode"));
    let phone = Window::PHONE.in_german();
    let student = opens(&ann, phone, "/tickets").await;

    student.eventually_shows("main", "Noch keine Anfragen").await;
    student.clicks("role=button[name=\"Anfrage stellen\"]").await;
    student.fills("role=textbox[name=/^Titel/]", "Drucker in Raum 12").await;
    student.fills("role=textbox[name=/^Beschreibung/]", "Er brennt").await;
    student.clicks("role=dialog >> role=button[name=\"Absenden\"]").await;
    student.eventually_shows("h1", "Drucker").await;
    fits(&student).await;

    let staff = opens(&ben, phone, "/support?view=all").await;
    staff.clicks("text=Drucker in Raum 12").await;
    staff.eventually_shows("h1", "Drucker").await;
    fits(&staff).await;
    staff.clicks("role=button[name=\"Mir zuweisen\"]").await;
    staff.eventually_shows("role=button[name=/^Zuständig/]", "Ben Ode").await;
    staff.fills(WRITE, "Nehmen Sie den Feuerlöscher").await;
    staff.clicks(SEND).await;
    student.eventually_shows(LOG, "Nehmen Sie den Feuerlöscher").await;
    staff.clicks("role=button[name=\"Einzelheiten zeigen\"]").await;
    staff.eventually_shows("role=dialog", "Vertraulich").await;
    fits(&staff).await;
    staff.keys(&["Escape"]).await;
    staff.eventually_hides("role=dialog").await;
    staff.clicks("role=link[name=\"Zurück\"]").await;
    staff.eventually_shows("role=button[name=/^Filter/]", "").await;
    fits(&staff).await;

    student.fills(WRITE, "Es ist aus").await;
    student.clicks(SEND).await;
    student.eventually_shows(LOG, "Es ist aus").await;
    student.clicks("main >> role=button[name=\"Schließen\"]").await;
    student.clicks("role=dialog >> role=button[name=\"Schließen\"] >> nth=-1").await;
    student.eventually_shows("main", "Geschlossen").await;
    student.clicks("role=button[name=\"Wieder öffnen\"]").await;
    student.eventually_hides("role=button[name=\"Wieder öffnen\"]").await;
    fits(&student).await;
    for page in [&student, &staff] {
        assert_eq!(complaints(page, &[]), Vec::<String>::new());
    }
});

/// Nothing is wider than the window.
async fn fits(page: &Page) {
    let width = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth";
    assert_eq!(page.runs(width).await, 0, "the page is too wide");
}
