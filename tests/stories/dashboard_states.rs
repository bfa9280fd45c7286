//! What opens on the dashboard's pages, and what they show while something is missing: for axe, in both themes and
//! languages, on a desk and on a phone, as in `dashboard_looks`.
use std::fs;
use std::path::PathBuf;

use roomdesk::domain::people::Role;

use super::dashboard::{complaints, opens};
use super::dashboard_looks::{Furnished, examined, furnished, windows};
use crate::support::account::Account;
use crate::support::eventually::{SOON, eventually};
use crate::support::form::{Form, png};
use crate::support::{ChildDesk, Page, Window, story_sqlite};

/// One thing that somebody does.
enum Act<'a> {
    Clicks(&'a str),
    Hovers(&'a str),
    Keys(&'a [&'a str]),
    Fills(&'a str, &'a str),
    Drops(&'a str, &'a PathBuf),
    /// Requests to such addresses are refused with this status, or never answered.
    Without(&'a str, Option<u16>),
    /// Goes to the page anew.
    Returns,
}
use Act::{Clicks, Drops, Fills, Hovers, Keys, Returns, Without};

/// What it is called, where it is, how one gets there, and what is seen then.
type State<'a> = (&'a str, &'a str, &'a [Act<'a>], &'a str);

const ACCOUNT: &str = "header >> nth=0 >> [aria-haspopup=menu]";
const MENU: &str = "[role=menu]";
const DIALOG: &str = "[role=dialog]";
const LOADING: &str = "[role=status]:not(:empty), output";
const WRITING: &str = "main textarea >> visible=true";
const BUBBLE: &str = "[role=log] .group:has-text('extinguisher')";
const BUBBLES_MENU: &str = "[role=log] .group:has-text('extinguisher') [aria-haspopup=menu]";
const OWN_MENU: &str = "[role=log] .group:has-text('It is out') [aria-haspopup=menu]";

story_sqlite!(what_opens_for_students_is_in_order, |desk: ChildDesk| {
    let Furnished { ann, ticket, .. } = furnished(desk).await;
    ann.uploads(&ticket, Form::default().file("photo of the fire.png", png(640, 480))).await.expect(201);
    let ticket = format!("/tickets/{}", ticket.number);
    let folder = desk.config.files.folder.with_file_name("chosen");
    fs::create_dir_all(&folder).expect("the test's folder takes folders");
    let file = folder.join("a recording of everything that was said on the day of the fire.txt");
    fs::write(&file, "hot").expect("the test's folder takes files");
    let create = Clicks("main button:has-text('Create ticket'), main button:has-text('Neue Anfrage')");
    let popover =
        |place| Clicks(["main [aria-haspopup=dialog] >> nth=0", "main [aria-haspopup=dialog] >> nth=-1"][place]);
    look_into(
        &ann,
        &[
            ("account-menu", "/tickets", &[Clicks(ACCOUNT)], MENU),
            ("status-filter", "/tickets", &[popover(0)], DIALOG),
            ("days-filter", "/tickets", &[popover(1)], DIALOG),
            (
                "no-ticket-found",
                "/tickets?q=nothing+is+called+this",
                &[],
                "main >> text=/Nothing matches|Nichts gefunden/",
            ),
            ("create", "/tickets", &[create], DIALOG),
            (
                "create-refused",
                "/tickets",
                &[
                    Clicks("main button:has-text('Create ticket'), main button:has-text('Neue Anfrage')"),
                    Clicks("[role=dialog] [type=submit]"),
                ],
                "[role=dialog] [aria-invalid=true]",
            ),
            (
                "create-preview",
                "/tickets",
                &[
                    Clicks("main button:has-text('Create ticket'), main button:has-text('Neue Anfrage')"),
                    Fills("[role=dialog] input[type=text]", "Printer in room 12"),
                    Fills("[role=dialog] textarea", "It is on **fire**\n\n- here\n- there"),
                    Drops("[role=dialog] textarea", &file),
                    Clicks("[role=dialog] button[aria-pressed=false]"),
                ],
                "[role=dialog] strong",
            ),
            ("loading", "/tickets", &[Without("**/api/support/tickets?*", None), Returns], LOADING),
            ("refused", "/tickets", &[Without("**/api/support/tickets?*", Some(500)), Returns], "main [role=alert]"),
            ("details", &ticket, &[Clicks("main button[aria-expanded=false] >> nth=0")], "main dl"),
            ("message-menu", &ticket, &[Hovers(BUBBLE), Clicks(BUBBLES_MENU)], MENU),
            (
                "replying",
                &ticket,
                &[Clicks(BUBBLES_MENU), Clicks("role=menuitem[name=/^(Reply|Antworten)$/]")],
                WRITING,
            ),
            ("editing", &ticket, &[Clicks(OWN_MENU), Clicks("role=menuitem[name=/^(Edit|Bearbeiten)$/]")], WRITING),
            (
                "deleted",
                &ticket,
                &[Clicks(OWN_MENU), Clicks("role=menuitem[name=/^(Delete|Löschen)$/]")],
                "text=/Undo|Rückgängig/",
            ),
            (
                "emojis",
                &ticket,
                &[Clicks("main [aria-haspopup=dialog] >> visible=true")],
                "[role=dialog] [role=grid] button",
            ),
            ("mentioning", &ticket, &[Fills(WRITING, "@b")], "[role=listbox]"),
            ("files", &ticket, &[Drops(WRITING, &file)], "main progress, main >> text=a recording of everything"),
            ("closing", &ticket, &[Clicks("main button:has-text('Close'), main button:has-text('Schließen')")], DIALOG),
            ("lightbox", &ticket, &[Clicks("role=button[name=/photo of the fire.png/] >> nth=0")], "[role=dialog] img"),
            ("ticket-loading", &ticket, &[Without("**/api/support/tickets/TICK*", None), Returns], "header"),
            ("ticket-refused", &ticket, &[Without("**/api/support/tickets/TICK*", Some(500)), Returns], "h1"),
            ("no-such-ticket", "/tickets/TICK-20260101-0001", &[], "h1"),
        ],
    )
    .await;
});

story_sqlite!(what_opens_for_instructors_is_in_order, |desk: ChildDesk| {
    let Furnished { ben, ticket, .. } = furnished(desk).await;
    let ticket = format!("/support/{}?view=all", ticket.number);
    let list = "/support?view=all";
    look_into(
        &ben,
        &[
            ("filters", list, &[Clicks("[aria-haspopup=dialog]:has-text('Filter')")], DIALOG),
            ("sorts", list, &[Clicks("[aria-haspopup=menu]:has(svg):has-text('e') >> nth=-1")], MENU),
            ("palette", list, &[Keys(&["Control+k"])], "[role=dialog] [role=option]"),
            ("keys", list, &[Keys(&["?"])], DIALOG),
            ("selected", list, &[Keys(&["j", "x"])], "[role=toolbar]"),
            ("selected-status", list, &[Keys(&["j", "x"]), Clicks("[role=toolbar] [aria-haspopup=menu]")], MENU),
            (
                "selected-tags",
                list,
                &[
                    Keys(&["j", "x"]),
                    Clicks("[role=toolbar] button:has-text('Tags'), [role=toolbar] button:has-text('Schlagwörter')"),
                ],
                DIALOG,
            ),
            (
                "selected-close",
                list,
                &[
                    Keys(&["j", "x"]),
                    Clicks("[role=toolbar] button:has-text('Close'), [role=toolbar] button:has-text('Schließen')"),
                ],
                DIALOG,
            ),
            (
                "none-assigned",
                "/support?view=unassigned&q=nothing+is+called+this",
                &[],
                "text=/Nothing matches|Nichts gefunden/",
            ),
            ("list-loading", list, &[Without("**/api/support/tickets/all*", None), Returns], LOADING),
            ("list-refused", list, &[Without("**/api/support/tickets/all*", Some(500)), Returns], "[role=alert]"),
            ("assigning", &ticket, &[Keys(&["a"])], DIALOG),
            ("status", &ticket, &[Keys(&["s"])], MENU),
            ("resolving", &ticket, &[Keys(&["e"])], DIALOG),
            ("more", &ticket, &[Clicks("main header [aria-haspopup=menu] >> nth=0")], MENU),
            ("noting", &ticket, &[Keys(&["n"])], WRITING),
            ("note-mention", &ticket, &[Keys(&["n"]), Fills(WRITING, "@b")], "[role=listbox]"),
            ("priority", &ticket, &[Keys(&["p"])], MENU),
            ("tags", &ticket, &[Keys(&["t"])], "input"),
            ("message-menu-of-staff", &ticket, &[Clicks(BUBBLES_MENU)], MENU),
            ("title", &ticket, &[Clicks("main header h1 ~ button, main header h1 button")], "main header input"),
        ],
    )
    .await;
});

story_sqlite!(what_opens_for_admins_is_in_order, |desk: ChildDesk| {
    let ada = desk.account("Ada Byron", Role::Admin).await;
    furnished(desk).await;
    let button = |place| Clicks(["main header button >> nth=0", "main header button >> nth=-1"][place]);
    look_into(
        &ada,
        &[
            ("meaning", "/admin", &[Clicks("main [aria-haspopup=dialog] >> nth=0")], DIALOG),
            ("numbers-loading", "/admin", &[Without("**/api/support/stats*", None), Returns], "h1"),
            ("numbers-refused", "/admin", &[Without("**/api/support/stats*", Some(500)), Returns], "[role=alert]"),
            ("charts-as-tables", "/admin", &[Clicks("main button[aria-pressed=false] >> nth=0")], "main table"),
            ("table-filter", "/admin/tickets", &[Clicks("main [aria-haspopup=dialog] >> nth=0")], DIALOG),
            ("table-selected", "/admin/tickets", &[Clicks("main input[type=checkbox] >> nth=0")], "[role=toolbar]"),
            ("table-loading", "/admin/tickets", &[Without("**/api/support/tickets/all*", None), Returns], LOADING),
            (
                "table-refused",
                "/admin/tickets",
                &[Without("**/api/support/tickets/all*", Some(500)), Returns],
                "[role=alert]",
            ),
            ("table-empty", "/admin/tickets?q=nothing+is+called+this", &[], "text=/Nothing matches|Nichts gefunden/"),
            ("person-menu", "/admin/people", &[Clicks("main [aria-haspopup=menu] >> nth=0")], MENU),
            (
                "person-change",
                "/admin/people",
                &[Clicks("main [aria-haspopup=menu] >> nth=0"), Clicks("[role=menuitem] >> nth=0")],
                DIALOG,
            ),
            ("person-add", "/admin/people", &[button(1)], DIALOG),
            ("import", "/admin/people", &[button(0)], DIALOG),
            ("people-refused", "/admin/people", &[Without("**/api/users?*", Some(500)), Returns], "[role=alert]"),
            ("team-add", "/admin/teams", &[button(1)], DIALOG),
            ("key-add", "/admin/keys", &[button(1)], DIALOG),
            ("audit-loading", "/admin/audit", &[Without("**/api/audit*", None), Returns], "h1"),
            ("bridge-refused", "/admin/bridge", &[Without("**/api/bridge*", Some(500)), Returns], "[role=alert]"),
        ],
    )
    .await;
});

async fn look_into(who: &Account, states: &[State<'_>]) {
    let mut found = Vec::new();
    for window in windows() {
        let page = opens(who, window, "/profile").await;
        page.eventually_shows("main", &who.email).await;
        for state in states {
            // Beside the first, so that nothing of one state is left in the next.
            let other = page.opens_beside(&format!("{}{}", who.desk_url(), state.1)).await;
            found.extend(look_at(&other, (who, window), *state).await);
            found.extend(complaints(&other, &["404", "500"]));
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// What is wrong with one state.
async fn look_at(page: &Page, (who, window): (&Account, Window), (name, path, acts, seen): State<'_>) -> Vec<String> {
    // What keys and clicks mean is there when the page is at rest.
    eventually(format!("{name} to be at rest"), SOON, async || {
        let busy = page.runs("document.querySelector('h1, [role=log], nav') === null").await;
        if busy == false { Ok(()) } else { Err(busy) }
    })
    .await;
    for act in acts {
        match act {
            Clicks(at) => page.clicks(at).await,
            Hovers(at) => page.hovers(at).await,
            Keys(keys) => page.keys(keys).await,
            Fills(at, text) => page.fills(at, text).await,
            Drops(at, file) => page.drops(at, &[file.as_path()]).await,
            Without(addresses, status) => page.is_answered(addresses, *status).await,
            Returns => page.goes_to(&format!("{}{path}", who.desk_url())).await,
        }
    }
    page.eventually_shows(seen, "").await;
    examined(page, window, name).await
}
