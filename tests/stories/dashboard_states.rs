//! What opens on the dashboard's pages, and what they show while something is missing: for axe, in both themes and
//! languages, on a desk and on a phone.
use std::path::{Path, PathBuf};

use roomdesk::domain::people::Role;

use super::dashboard::{chosen, complaints, opens};
use super::dashboard_looks::{Furnished, examined, furnished};
use crate::support::account::Account;
use crate::support::form::{Form, png};
use crate::support::{ChildDesk, Page, Window, story_sqlite};

/// One thing that somebody does.
#[derive(Clone, Copy)]
enum Act<'a> {
    Clicks(&'a str),
    Presses(&'a str),
    Fills(&'a str, &'a str),
    Drops(&'a str, &'a Path),
    Waits(&'a str),
    /// Clicks what is there in a narrow window alone.
    Unfolds(&'a str),
    /// Comes back to find requests to such addresses refused with this status, or never answered.
    Without(&'a str, Option<u16>),
}
use Act::{Clicks, Drops, Fills, Presses, Unfolds, Waits, Without};

/// What it is called, where it is, how one gets there, and what is seen then.
type State<'a> = (&'a str, &'a str, &'a [Act<'a>], &'a str);

const MENU: &str = "[role=menu]";
const DIALOG: &str = "[role=dialog]";
const ALERT: &str = "[role=alert]";
const WRITING: &str = "main textarea >> visible=true";
const NO_MATCH: &str = "text=/Nothing matches|Nichts gefunden/";
const LISTED: Act = Waits("[data-ticket]");
const CONVERSATION: Act = Waits("[role=log] article >> nth=0");
const ACCOUNT: Act = Clicks("header >> nth=0 >> [aria-haspopup=menu]");
const CREATE: Act = Clicks("main button:has-text('Create ticket'), main button:has-text('Neue Anfrage')");
const CLOSE: Act = Clicks("main button:has-text('Close'), main button:has-text('Schließen')");
const ANSWERS_MENU: Act = Clicks("[role=log] article:has-text('extinguisher') >> [aria-haspopup=menu]");
const OWN_MENU: Act = Clicks("[role=log] article:has-text('just now') >> nth=-1 >> [aria-haspopup=menu]");
const CHOICE: Act = Clicks("main input[type=checkbox] >> nth=0");
const POPOVER: Act = Clicks("main [aria-haspopup=dialog] >> nth=0");
const LAST_POPOVER: Act = Clicks("main [aria-haspopup=dialog] >> nth=-1");
const TABLE: Act = Waits("main >> text=Scanner");
const ALL_FILTERS: Act = Unfolds("main button[aria-expanded=false]:not([aria-haspopup])");
const ROW_MENU: Act = Clicks("main [aria-haspopup=menu] >> nth=0");

story_sqlite!(what_opens_for_students_is_in_order, |desk: ChildDesk| {
    let Furnished { ann, ticket, .. } = furnished(desk).await;
    ann.uploads(&ticket, Form::default().file("photo of the fire.png", png(640, 480))).await.expect(201);
    let ticket = format!("/tickets/{}", ticket.number);
    let file = long_named_file(desk);
    let emojis = Clicks("main [aria-haspopup=dialog] >> visible=true >> nth=-1");
    // What was said long ago can be edited no longer.
    let takes = |name| [CONVERSATION, Fills(WRITING, "just now"), Presses("Enter"), OWN_MENU, Clicks(name)];
    let answers = [CONVERSATION, ANSWERS_MENU, Clicks("role=menuitem[name=/^(Reply|Antworten)$/]")];
    let described = [
        CREATE,
        Fills("[role=dialog] input[aria-describedby] >> nth=0", "Printer in room 12"),
        Fills("[role=dialog] textarea", "It is on **fire**\n\n- here\n- there"),
        Drops("[role=dialog] textarea", &file),
        Clicks("[role=dialog] button[aria-pressed=false]"),
    ];
    let list = "**/api/support/tickets*";
    let one = "**/api/support/tickets/TICK*";
    look_into_both(
        &ann,
        &[
            ("account-menu", "/tickets", &[ACCOUNT], MENU),
            ("status-filter", "/tickets", &[POPOVER], DIALOG),
            ("days-filter", "/tickets", &[LAST_POPOVER], DIALOG),
            ("no-match", "/tickets?q=nothingiscalledthis", &[], NO_MATCH),
            ("create", "/tickets", &[CREATE], DIALOG),
            ("create-refused", "/tickets", &[CREATE, Clicks("[role=dialog] [type=submit]")], "[aria-invalid=true]"),
            ("create-preview", "/tickets", &described, "[role=dialog] strong"),
            ("loading", "/tickets", &[Without(list, None)], "output"),
            ("refused", "/tickets", &[Without(list, Some(500))], ALERT),
            ("details", &ticket, &[CONVERSATION, Clicks("main button[aria-expanded=false] >> nth=0")], "main dl"),
            ("message-menu", &ticket, &[CONVERSATION, ANSWERS_MENU], MENU),
            ("replying", &ticket, &answers, WRITING),
            ("editing", &ticket, &takes("role=menuitem[name=/^(Edit|Bearbeiten)$/]"), WRITING),
            ("deleted", &ticket, &takes("role=menuitem[name=/^(Delete|Löschen)$/]"), "text=/Undo|Rückgängig/"),
            ("emojis", &ticket, &[CONVERSATION, emojis], "[role=dialog] [role=grid] button"),
            ("mentioning", &ticket, &[CONVERSATION, Fills(WRITING, "@b")], "[role=listbox]"),
            ("files", &ticket, &[CONVERSATION, Drops(WRITING, &file)], "main >> text=a recording of everything"),
            ("closing", &ticket, &[CONVERSATION, CLOSE], DIALOG),
            ("lightbox", &ticket, &[Clicks("role=button[name=/photo of the fire.png/] >> nth=0")], "[role=dialog] img"),
            ("ticket-loading", &ticket, &[Without(one, None)], "main[aria-busy=true]"),
            ("ticket-refused", &ticket, &[Without(one, Some(500))], "h1"),
            ("no-such-ticket", "/tickets/TICK-20260101-0001", &[], "h1"),
        ],
    )
    .await;
});

story_sqlite!(what_opens_for_instructors_is_in_order, |desk: ChildDesk| {
    let Furnished { ben, ticket, .. } = furnished(desk).await;
    let ticket = format!("/support/{}?view=all", ticket.number);
    let list = "/support?view=all";
    let file = long_named_file(desk);
    let tool = |name| [Clicks("input[type=checkbox] >> nth=0"), Clicks(name)];
    let rows = "**/api/support/tickets/all*";
    let changes_title = Clicks("main header h1 ~ button");
    look_into(
        &ben,
        &[
            ("filters", list, &[Clicks("[aria-haspopup=dialog]:has-text('Filter')")], DIALOG),
            ("sorts", list, &[Clicks("[aria-haspopup=menu][aria-label*=Sort]")], MENU),
            ("palette", list, &[LISTED, Presses("Control+k")], "[role=dialog] [role=option]"),
            ("keys", list, &[LISTED, Presses("?")], DIALOG),
            ("selected", list, &[Clicks("input[type=checkbox] >> nth=0")], "[role=toolbar]"),
            ("selected-status", list, &tool("[role=toolbar] [aria-haspopup=menu] >> nth=0"), MENU),
            ("selected-tags", list, &tool("[role=toolbar] >> text=/Tags|Schlagwörter/"), DIALOG),
            ("selected-close", list, &tool("[role=toolbar] >> text=/^(Close|Schließen)$/"), DIALOG),
            ("list-no-match", "/support?view=unassigned&q=nothingiscalledthis", &[], NO_MATCH),
            ("list-loading", list, &[Without(rows, None)], "[aria-busy=true]"),
            ("list-refused", list, &[Without(rows, Some(500))], ALERT),
            ("assigning", &ticket, &[CONVERSATION, Presses("a")], DIALOG),
            ("status", &ticket, &[CONVERSATION, Presses("s")], MENU),
            ("resolving", &ticket, &[CONVERSATION, Presses("e")], DIALOG),
            ("more", &ticket, &[CONVERSATION, Clicks("main header [aria-haspopup=menu] >> nth=0")], MENU),
            ("note", &ticket, &[CONVERSATION, Presses("n"), Fills(WRITING, "ask @b")], "[role=listbox]"),
            (
                "note-files",
                &ticket,
                &[CONVERSATION, Presses("n"), Drops(WRITING, &file)],
                "text=a recording of everything",
            ),
            ("priority", &ticket, &[CONVERSATION, Presses("p")], MENU),
            ("tags", &ticket, &[CONVERSATION, Presses("t")], "input >> visible=true"),
            ("message-menu-of-staff", &ticket, &[CONVERSATION, ANSWERS_MENU], MENU),
            ("title", &ticket, &[CONVERSATION, changes_title], "main header input"),
        ],
    )
    .await;
});

story_sqlite!(what_opens_for_admins_is_in_order, |desk: ChildDesk| {
    let ada = desk.account("Ada Byron", Role::Admin).await;
    furnished(desk).await;
    let adds_person = Clicks("main button:has-text('Add person'), main button:has-text('hinzufügen')");
    let imports = Clicks("main button:has-text('Import'), main button:has-text('import')");
    let (stats, rows) = ("**/api/support/stats*", "**/api/support/tickets/all*");
    look_into(
        &ada,
        &[
            ("meaning", "/admin", &[POPOVER], DIALOG),
            ("numbers-loading", "/admin", &[Without(stats, None)], "h1"),
            ("numbers-refused", "/admin", &[Without(stats, Some(500))], ALERT),
            ("chart-as-table", "/admin", &[Clicks("main button[aria-pressed=false] >> nth=-1")], "main table"),
            ("table-filter", "/admin/tickets", &[TABLE, ALL_FILTERS, POPOVER], DIALOG),
            ("table-last-filter", "/admin/tickets", &[TABLE, ALL_FILTERS, LAST_POPOVER], DIALOG),
            ("table-selected", "/admin/tickets", &[CHOICE], "[role=toolbar]"),
            ("table-loading", "/admin/tickets", &[Without(rows, None)], "output"),
            ("table-refused", "/admin/tickets", &[Without(rows, Some(500))], ALERT),
            ("table-no-match", "/admin/tickets?q=nothingiscalledthis", &[], NO_MATCH),
            ("person-menu", "/admin/people", &[ROW_MENU], MENU),
            ("person-change", "/admin/people", &[ROW_MENU, Clicks("[role=menuitem] >> nth=0")], DIALOG),
            ("person-add", "/admin/people", &[adds_person], DIALOG),
            ("import", "/admin/people", &[imports], DIALOG),
            ("people-refused", "/admin/people", &[Without("**/api/users*", Some(500))], ALERT),
            (
                "team-add",
                "/admin/teams",
                &[Clicks("main button:has-text('team'), main button:has-text('Team') >> nth=0")],
                DIALOG,
            ),
            (
                "key-add",
                "/admin/keys",
                &[Clicks("main button:has-text('key'), main button:has-text('Schlüssel') >> nth=0")],
                DIALOG,
            ),
            ("audit-loading", "/admin/audit", &[Without("**/api/audit*", None)], "h1"),
            ("bridge-refused", "/admin/bridge", &[Without("**/api/bridge*", Some(500))], ALERT),
        ],
    )
    .await;
});

fn long_named_file(desk: &ChildDesk) -> PathBuf {
    chosen(desk, "a recording of everything that was said on the day of the fire.txt", b"hot")
}

const WIDE: Window = Window::DESKTOP.dark();
const NARROW: Window = Window::PHONE.in_german();

/// Looks at each state in two windows that differ in everything.
async fn look_into_both(who: &Account, states: &[State<'_>]) {
    let (wide, narrow) = tokio::join!(look_through(who, WIDE, states), look_through(who, NARROW, states));
    assert_eq!([wide, narrow].concat(), Vec::<String>::new());
}

/// Looks at one half of the states in one window and at the other half in the other, since each takes seconds.
async fn look_into(who: &Account, states: &[State<'_>]) {
    let half = |first: usize| states.iter().skip(first).step_by(2).copied().collect::<Vec<_>>();
    let (even, odd) = (half(0), half(1));
    let (wide, narrow) = tokio::join!(look_through(who, WIDE, &even), look_through(who, NARROW, &odd));
    assert_eq!([wide, narrow].concat(), Vec::<String>::new());
}

async fn look_through(who: &Account, window: Window, states: &[State<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let page = opens(who, window, "/profile").await;
    page.eventually_shows("main", &who.email).await;
    for state in states {
        // A page of its own, so that nothing of one state is left in the next.
        let other = page.opens_beside(&format!("{}{}", who.desk_url(), state.1)).await;
        found.extend(look_at(&other, (who, window), *state).await);
        found.extend(complaints(&other, &["404", "500"]));
    }
    found
}

/// What is wrong with one state.
async fn look_at(page: &Page, (who, window): (&Account, Window), (name, path, acts, seen): State<'_>) -> Vec<String> {
    page.eventually_shows("h1, nav", "").await;
    for act in acts {
        match act {
            Clicks(at) => page.clicks(at).await,
            Presses(key) => page.keys(&[key]).await,
            Fills(at, text) => page.fills(at, text).await,
            Drops(at, file) => page.drops(at, &[file]).await,
            Waits(at) => page.eventually_shows(at, "").await,
            Unfolds(at) if page.reads(at).await.is_empty() => {}
            Unfolds(at) => page.clicks(at).await,
            Without(addresses, status) => {
                page.is_answered(addresses, *status).await;
                page.goes_to(&format!("{}{path}", who.desk_url())).await;
            }
        }
    }
    page.eventually_shows(seen, "").await;
    examined(page, window, name).await
}
