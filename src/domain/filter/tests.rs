use chrono::FixedOffset;

use super::*;
use crate::domain::Refusal;
use crate::domain::clock::from_millis;

const ME: &str = "usr_01jqxv3c8f0000000000000001";
const DAY: i64 = 86_400_000;
/// 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600_000;

fn read_as(is_staff: bool, parameters: &[(&str, &str)]) -> Result<Filter, Vec<(String, String)>> {
    let me: PersonId = ME.parse().expect("an id");
    let zone = FixedOffset::east_opt(3600).expect("an hour fits");
    let reader = Reader { me: &me, is_staff, zone };
    reader.read(parameters.iter().copied()).map_err(|refusal| match refusal {
        Refusal::Invalid(errors) => errors.into_iter().map(|error| (error.pointer, error.detail)).collect(),
        other => panic!("{other}"),
    })
}

fn read(parameters: &[(&str, &str)]) -> Filter {
    read_as(true, parameters).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn refused(parameters: &[(&str, &str)]) -> (String, String) {
    read_as(true, parameters).expect_err("it does not fit").remove(0)
}

#[test]
fn parameters_and_a_search_box_mean_the_same() {
    let by_parameters = read(&[
        ("status", "pending,open"),
        ("priority", "high"),
        ("assignee", "me"),
        ("assignee", "none"),
        ("tag", "Exam Week"),
        ("created", "2026-01-01..2026-02-01"),
        ("unread", "yes"),
        ("confidential", "no"),
    ]);
    let by_box = read(&[(
        "q",
        "Status:open,pending priority:high assignee:me assignee:none tag:\"exam week\" created:2026-01-01..2026-02-01 \
         unread:true confidential:no",
    )]);

    assert_eq!(by_parameters, by_box);
    assert_eq!(by_box.statuses, [Status::Open, Status::Pending]);
    assert_eq!(by_box.assignees, [Holder::Nobody, Holder::Person(ME.parse().expect("an id"))]);
    assert_eq!(by_box.tags, ["exam-week"]);
    assert!(by_box.words.is_empty());
}

#[test]
fn days_are_those_of_the_desk_and_the_last_one_counts() {
    let hour = 3_600_000;
    let span = |from: i64, to: i64| Span { from: Some(from_millis(from)), to: Some(from_millis(to)) };
    let day = read(&[("created", "2026-01-01")]).created;
    assert_eq!(day, span(NEW_YEAR - hour, NEW_YEAR - hour + DAY));
    let two = read(&[("createdFrom", "2026-01-01"), ("createdTo", "2026-01-02")]).created;
    assert_eq!(two, span(NEW_YEAR - hour, NEW_YEAR - hour + 2 * DAY));
    let open = read(&[("q", "updated:2026-01-01T00:00:00Z..")]).updated;
    assert_eq!(open, Span { from: Some(from_millis(NEW_YEAR)), to: None });
}

#[test]
fn free_words_are_phrases_and_only_the_last_may_go_on() {
    let words = read(&[("q", "\"on fire\" status:open http://x.org/a 10:30 print")]).words;
    let words: Vec<(String, bool)> = words.iter().map(|phrase| (phrase.words.join(" "), phrase.is_open)).collect();
    let expected = [("on fire", false), ("http x org a", false), ("10 30", false), ("print", true)];
    assert_eq!(words, expected.map(|(text, is_open)| (text.to_owned(), is_open)));
    assert!(!read(&[("q", "\"print")]).words[0].is_open, "what is quoted is whole");
    assert!(read(&[("q", " -- \"\" ")]).words.is_empty());
}

#[test]
fn what_does_not_fit_is_named_with_what_would() {
    let (pointer, detail) = refused(&[("status", "burning")]);
    assert_eq!(
        (pointer.as_str(), detail.as_str()),
        ("/status", "must be one of: open, pending, in-progress, resolved, closed")
    );
    let (pointer, detail) = refused(&[("q", "printer colour:red")]);
    assert!(pointer == "/q" && detail.contains("colour:") && detail.contains("status, priority"), "{detail}");
    let (pointer, detail) = refused(&[("q", "priority:now")]);
    assert_eq!((pointer.as_str(), detail.as_str()), ("/q", "priority must be one of: low, medium, high, urgent"));
    for (field, bad) in [
        ("assignee", "you"),
        ("student", "none"),
        ("unread", "maybe"),
        ("created", ".."),
        ("created", "2026-02-30"),
        ("updatedFrom", "yesterday"),
        ("tag", "a,,b"),
        ("created", "2026-02-01..2026-01-01"),
        ("shape", "round"),
    ] {
        assert_eq!(refused(&[(field, bad)]).0, format!("/{field}"), "{bad}");
    }
    assert_eq!(refused(&[("waiting", "yes"), ("waiting", "no")]).0, "/waiting");
    assert_eq!(refused(&[("q", &"x".repeat(501))]).0, "/q");
    assert_eq!(refused(&[("q", &"x ".repeat(13))]).0, "/q");
    let tags = |count: usize| (0..count).map(|number| format!("tag{number}")).collect::<Vec<_>>().join(",");
    assert_eq!(refused(&[("tag", &tags(51))]).0, "/tag");
    read(&[("q", &"x".repeat(500)), ("tag", &tags(50))]);
    read(&[("q", &"x ".repeat(12))]);
}

#[test]
fn students_cannot_ask_for_what_they_do_not_see() {
    for field in ["team", "tag", "confidential"] {
        let errors = read_as(false, &[(field, "no")]).expect_err("it is for staff");
        assert_eq!(errors[0].0, format!("/{field}"));
    }
    assert_eq!(read_as(false, &[("q", "team:x")]).expect_err("it is for staff")[0].0, "/q");
    assert!(read_as(false, &[("status", "open"), ("q", "printer waiting:yes")]).is_ok());
}
