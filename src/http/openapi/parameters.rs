//! The parameters of requests, as the extractors take them.
use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema};

use crate::domain::audit::Deed;
use crate::domain::filter::{LONGEST_BOX, MOST_VALUES, SortKey};
use crate::domain::ids::{MessageId, NoteId, PersonId};
use crate::domain::people::Role;
use crate::domain::status::Status;
use crate::domain::tags::Tag;
use crate::domain::text;
use crate::domain::tickets::{Category, Priority};
use crate::http::extract::{
    AuditPage, DeadLettersPage, DryRun, LARGEST_LIMIT, MessagePage, NotesPage, OnMessage, PeoplePage, Search,
    TicketKey, TimelinePage, USUAL_LIMIT,
};
use crate::http::finding::{LARGEST_COUNT, MOST_COUNTED, USUAL_COUNT, USUAL_FOUND};
use crate::http::lifecycle::IfMatch;
use crate::http::mail_links::MailToken;
use crate::http::notes::OnNote;
use crate::http::stats::{AskedAll, AskedNow, AskedPeriod};
use crate::view::schemas::{self, Context, Name, SearchText, YesOrNo};

macro_rules! parameters {
    ($($type:ty => $parameters:expr;)*) => {$(
        impl IntoParams for $type {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                $parameters.into()
            }
        }
    )*};
}

/// The filter, the sort and the part of a list of tickets.
pub enum ListParameters {}
/// What is looked for, and the part of what was found.
pub enum SearchParameters {}
/// Which filters are counted.
pub enum CountParameters {}
/// Which tickets a table has.
pub enum TableParameters {}
/// Which part of a file is wanted, and which copy is at hand.
pub enum FileHeaders {}
/// Which copy of a picture is at hand.
pub enum PictureHeaders {}

parameters! {
    TicketKey => [path("id", "The id (`tkt_…`) or the number (`TICK-…`) of a ticket.", schemas::TicketKey::schema())];
    OnMessage => [path("id", "The id of a message.", MessageId::schema())];
    OnNote => [
        path("id", "The id or the number of a ticket.", schemas::TicketKey::schema()),
        path("note", "The id of a note.", NoteId::schema()),
    ];
    IfMatch => [header("If-Match", "The versions of the ticket that the request is meant for, as `ETag` named them.")];
    FileHeaders => [
        header("Range", "One range of bytes (RFC 9110, section 14); several are answered with the whole file."),
        header("If-Range", "The `ETag` of the version to which the range belongs."),
        header("If-None-Match", "The `ETag` of the copy at hand."),
    ];
    PictureHeaders => [header("If-None-Match", "The `ETag` of the copy at hand.")];
    MailToken => [
        given(ParameterIn::Query, "token", "That of the link in the mail.", string()).required(Required::True).build(),
    ];
    TimelinePage => [cursor(), limit(USUAL_LIMIT)];
    NotesPage => [cursor(), limit(USUAL_LIMIT)];
    DeadLettersPage => [cursor(), limit(USUAL_LIMIT)];
    PeoplePage => [
        query("search", "Part of a name or an address.", SearchText::schema()),
        query("role", "People of this role alone.", Role::schema()),
        cursor(),
        limit(USUAL_LIMIT),
    ];
    AuditPage => [
        query("action", "What was done.", Deed::schema()),
        query("actor", "Who did it.", PersonId::schema()),
        query("subject", "The id of what it was done to.", string().min_length(Some(1)).max_length(Some(text::NAME_LIMIT))),
        cursor(),
        limit(USUAL_LIMIT),
    ];
    DryRun => [query("dryRun", "`yes`: only says what would come of it.", YesOrNo::schema())];
    Search => [query("search", "Part of a name or an address; usually everybody.", SearchText::schema())];
    MessagePage => [
        query("before", "What was said before this: a cursor, or the id of a message. One of the three at most.", place()),
        query("after", "What was said after this.", place()),
        query("around", "What was said around this.", place()),
        limit(USUAL_LIMIT),
    ];
    AskedAll => [period(), part_of_tickets()].concat();
    AskedPeriod => period();
    AskedNow => part_of_tickets();
    ListParameters => {
        let sorts = string().enum_values(Some(SortKey::ALL.map(SortKey::as_str)));
        let order = string().enum_values(Some(["asc", "desc"]));
        let mut all = filter();
        all.extend([
            query("sort", "Usually `lastInteractionAt`. `waiting` leaves out tickets whose student does not wait.", sorts),
            query("order", "Usually the newest or most urgent first; of `waiting`, whoever waits longest.", order),
            cursor(),
            limit(USUAL_LIMIT),
        ]);
        all
    };
    SearchParameters => [filter(), vec![scope(), cursor(), limit(USUAL_FOUND)]].concat();
    TableParameters => {
        let bom = query("bom", "`yes`: begins with a byte order mark, for Excel.", YesOrNo::schema());
        [filter(), vec![bom]].concat()
    };
    CountParameters => [
        ParameterBuilder::from(list("q", "A filter, as the text of a search box. Each is counted by itself.", search_box(), MOST_COUNTED))
            .required(Required::True)
            .build(),
        scope(),
        query("cap", "Up to how many tickets are counted.", number(LARGEST_COUNT, USUAL_COUNT)),
    ];
}

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn number(largest: i64, usual: i64) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(largest));
    number.default(Some(json!(usual)))
}

fn given(place: ParameterIn, name: &str, words: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new().name(name).parameter_in(place).description(Some(words)).schema(Some(schema))
}

fn path(name: &str, words: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    given(ParameterIn::Path, name, words, schema).required(Required::True).build()
}

fn query(name: &str, words: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    given(ParameterIn::Query, name, words, schema).required(Required::False).build()
}

fn header(name: &str, words: &str) -> Parameter {
    given(ParameterIn::Header, name, words, string()).required(Required::False).build()
}

/// A parameter that may stand several times.
fn list(name: &str, words: &str, item: impl Into<RefOr<Schema>>, most: usize) -> Parameter {
    let items = ArrayBuilder::new().items(item.into()).min_items(Some(1)).max_items(Some(most));
    let list = given(ParameterIn::Query, name, words, items).required(Required::False);
    list.style(Some(ParameterStyle::Form)).explode(Some(true)).build()
}

fn cursor() -> Parameter {
    query("cursor", "Where the list goes on: the `nextCursor` of the page before.", string())
}

fn limit(usual: i64) -> Parameter {
    query("limit", "The most that one page has.", number(LARGEST_LIMIT, usual))
}

fn place() -> ObjectBuilder {
    string().examples([json!("msg_01k0p7wrhzc3fa4m9e2t6v8qxy")])
}

fn scope() -> Parameter {
    let schema = string().enum_values(Some(["mine", "all"]));
    query("scope", "The tickets of the signed-in person, or all (usual for staff, and for them alone).", schema)
}

fn search_box() -> ObjectBuilder {
    let example = json!("status:open,pending assignee:me printer");
    string().max_length(Some(LONGEST_BOX)).examples([example])
}

/// The grammar of filters (docs/finding.md): several values of one field mean any of them, different fields must all fit.
fn filter() -> Vec<Parameter> {
    let person = || string().examples([json!("me")]);
    let of = |name: &str, words: &str, item: RefOr<Schema>| list(name, words, item, MOST_VALUES);
    let span = || string().examples([json!("2026-01-01..2026-02-01")]);
    let end = || string().examples([json!("2026-01-31")]);
    let yes = |name: &str, words: &str| query(name, words, YesOrNo::schema());
    vec![
        query(
            "q",
            "The text of a search box: any of these fields as `field:value`, and words to look for.",
            search_box(),
        ),
        of("status", "In one of these statuses. Several values stand with commas, or repeated.", Status::schema()),
        of("priority", "Of one of these priorities.", Priority::schema()),
        of("category", "Of one of these categories.", Category::schema()),
        of("assignee", "Whose they are: `me`, `none`, or the id of a person.", person().into()),
        of("student", "To which student they belong: `me` or the id of a person.", person().into()),
        of("context", "What they belong to outside the desk, such as a course.", Context::schema()),
        of("team", "Staff: the id or name of a team, or `none`.", Name::schema()),
        of("tag", "Staff: a tag.", Tag::schema()),
        query(
            "created",
            "Opened between two days or times, in one day, or from or up to one (`2026-01-01..`).",
            span(),
        ),
        query("createdFrom", "Opened from this day or time.", end()),
        query("createdTo", "Opened up to this day, or before this time.", end()),
        query("updated", "Changed last between two days or times.", span()),
        query("updatedFrom", "Changed last from this day or time.", end()),
        query("updatedTo", "Changed last up to this day, or before this time.", end()),
        yes("unread", "Whether others wrote something that the signed-in person has not read."),
        yes("waiting", "Whether the student waits for an answer."),
        yes("confidential", "Staff: whether they are confidential."),
    ]
}

/// Some days of a time zone.
fn period() -> Vec<Parameter> {
    let day = || {
        let day = string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
        day.examples([json!("2026-01-31")])
    };
    let zone = string().examples([json!("Europe/Berlin")]);
    vec![
        query("from", "The first day; usually 30 days up to today.", day()),
        query("to", "The last day, which counts.", day()),
        query("zone", "A time zone of the IANA database, or `+05:30`; usually that of the desk.", zone),
    ]
}

/// One part of the tickets: at most one of these.
fn part_of_tickets() -> Vec<Parameter> {
    vec![
        query("category", "Tickets of this category alone. At most one of the four is given.", Category::schema()),
        query("priority", "Tickets of this priority alone.", Priority::schema()),
        query("team", "Tickets of this team alone, by its id or name.", Name::schema()),
        query("assignee", "Tickets of this person alone.", PersonId::schema()),
    ]
}
