//! Looking for words: what is found, what is not, by whom, and how it is shown.
use std::collections::BTreeSet;

use reqwest::Method;
use roomdesk::domain::filter::{Filter, Query, Realm, Sort};
use roomdesk::domain::words::Phrase;
use roomdesk::store::{self, Db};
use serde_json::{Value, json};

use super::lists::Alone;
use crate::support::account::{Account, text};
use crate::support::eventually::SOON;
use crate::support::story::Fixture;
use crate::support::{DatabaseKind, Scene, TestDatabase, eventually, scene, seed, story};

async fn search(by: &Account, query: &str) -> Value {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    by.get(&format!("/api/support/search?q={query}")).await.expect(200)
}

/// The titles of the tickets that are found, in their order.
async fn titles(by: &Account, query: &str) -> Vec<String> {
    let page = search(by, query).await;
    page["items"].as_array().expect("a page has items").iter().map(|found| text(&found["ticket"]["title"])).collect()
}

/// Where the words were found: the part and the text around them, what matches in brackets.
fn places(found: &Value) -> Vec<(String, String)> {
    let shown = |place: &Value| {
        let pieces = place["snippet"].as_array().expect("a snippet is a list").iter();
        let pieces = pieces.map(|piece| match piece["match"].as_bool() {
            Some(true) => format!("[{}]", text(&piece["text"])),
            _ => text(&piece["text"]),
        });
        (text(&place["in"]), pieces.collect())
    };
    found["matches"].as_array().expect("a list").iter().map(shown).collect()
}

story!(words_are_found_wherever_they_stand_titles_first, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let titled = ann.opens_ticket("Ärger mit dem Drucker", "Er brennt <b>lichterloh</b>").await;
    let told = ann.opens_ticket("Login", "Mein Drucker fragt nach einem Passwort").await;
    let said = ann.opens_ticket("Kurs 7", "Bitte um Hilfe").await;
    let message = ben.says(&said, "Liegt es am DRUCKER, oder am Druckertreiber?").await;

    let page = search(&ben, "drucker").await;

    let items = page["items"].as_array().expect("a list");
    let order: Vec<String> = items.iter().map(|found| text(&found["ticket"]["id"])).collect();
    assert_eq!(order, [titled.id.clone(), said.id.clone(), told.id.clone()]);
    assert_eq!(places(&items[0]), [("title".into(), "Ärger mit dem [Drucker]".into())]);
    assert_eq!(places(&items[1]), [("message".into(), "Liegt es am [DRUCKER], oder am [Druckertreiber]?".into())]);
    assert_eq!(items[1]["matches"][0]["messageId"], message["id"]);
    assert_eq!(places(&items[2]), [("description".into(), "Mein [Drucker] fragt nach einem Passwort".into())]);
    assert_eq!(titles(&ben, "ÄRGER").await, ["Ärger mit dem Drucker"], "in any case");
    assert_eq!(titles(&ben, "pass").await, ["Login"], "the last word may go on");
    assert!(titles(&ben, "pass nach").await.is_empty(), "and only the last");
    assert_eq!(titles(&ben, "\"am drucker\"").await, ["Kurs 7"], "a phrase stands as it is");
    assert_eq!(places(&search(&ben, "lichterloh").await["items"][0])[0].1, "Er brennt <b>[lichterloh]</b>");
});

story!(numbers_and_ids_are_found_by_their_beginning_or_whole, |desk: Alone| {
    let (ann, cid) = (desk.0.student("Ann Lee").await, desk.0.student("Cid Roe").await);
    let ben = desk.0.instructor("Ben Ode").await;
    let first = ann.opens_ticket("First", "One").await;
    let second = cid.opens_ticket("Second", "Two").await;

    assert_eq!(titles(&ben, &first.number).await, ["First"]);
    assert_eq!(titles(&ben, &second.number.to_lowercase()).await, ["Second"]);
    assert_eq!(titles(&ben, &first.number[..13]).await, ["First", "Second"]);
    let (year, count) = (&second.number[5..9], &second.number[14..]);
    for short in [count, count.trim_start_matches('0'), &format!("TICK-{year}-{count}"), &format!("{year}-{count}")] {
        assert_eq!(titles(&ben, short).await, ["Second"], "{short}");
        assert!(titles(&ann, short).await.is_empty(), "{short} is somebody else's");
    }
    assert_eq!(titles(&ben, &second.id).await, ["Second"]);
    assert_eq!(places(&search(&ben, &first.number).await["items"][0])[0].0, "number");
    assert_eq!(titles(&ann, &first.number[..8]).await, ["First"], "a student finds their own");
    assert!(titles(&ann, &second.id).await.is_empty());
});

story!(at_most_three_places_of_a_ticket_and_ten_tickets_by_number_are_shown, |desk: Alone| {
    let (ann, ben) = (desk.0.student("Ann Lee").await, desk.0.instructor("Ben Ode").await);
    let ticket = ann.opens_ticket("Zebra", "A zebra").await;
    for number in 1..=3 {
        ann.says(&ticket, &format!("Zebra number {number}")).await;
    }
    for number in 1..=10 {
        ann.opens_ticket(&format!("Other {number}"), "It is on fire").await;
    }

    let found = search(&ben, "zebra").await;
    let numbered = titles(&ben, &ticket.number[..13]).await;

    let shown = places(&found["items"][0]);
    assert_eq!(shown.iter().map(|(part, _)| part.as_str()).collect::<Vec<_>>(), ["title", "message", "message"]);
    assert_eq!((numbered.len(), numbered[9].as_str()), (10, "Other 9"), "{numbered:?}");
});

story!(what_is_edited_or_deleted_is_no_longer_found, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "Nothing").await;
    let message = ann.says(&ticket, "The zebra is loose").await;
    assert_eq!(titles(&ann, "zebra").await, ["Printer"]);

    ann.edits(&message, "The giraffe is loose").await;
    assert!(titles(&ann, "zebra").await.is_empty());
    assert_eq!(titles(&ann, "giraffe").await, ["Printer"]);

    ann.deletes(&message).await;
    assert!(titles(&ann, "giraffe").await.is_empty());
    let path = format!("/api/support/tickets/{}", ticket.id);
    ann.request(Method::PATCH, &path).json(&json!({"title": "Scanner"})).send().await.expect(200);
    assert!(titles(&ann, "printer").await.is_empty());
    assert_eq!(titles(&ann, "scanner").await, ["Scanner"]);
});

story!(what_is_changed_in_the_room_is_found_as_it_is_there, |desk| {
    let Scene { ann, mia, room, .. } = scene(desk).await;
    let finds = async |word: &str, expected: usize| {
        eventually(format!("{word} to be found {expected} times"), SOON, async || {
            let found = titles(&ann, word).await;
            if found.len() == expected { Ok(()) } else { Err(found) }
        })
        .await;
    };
    let event = mia.say(&room, "The zebra is loose").await;
    finds("zebra", 1).await;

    let edit = json!({"msgtype": "m.text", "body": "* giraffe", "m.new_content": {"msgtype": "m.text", "body": "giraffe"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event}});
    mia.sends(&room, "m.room.message", &edit).await;
    finds("giraffe", 1).await;
    finds("zebra", 0).await;
    mia.redacts(&room, event.as_str()).await;

    finds("giraffe", 0).await;
});

story!(nobody_finds_what_is_not_theirs_to_see, |desk: Alone| {
    let (ann, cid) = (desk.0.student("Ann Lee").await, desk.0.student("Cid Roe").await);
    let (ben, joy) = (desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await);
    let ticket = ann.opens_ticket("Zebra", "A zebra").await;
    ben.says(&ticket, "Which zebra?").await;
    assert_eq!(titles(&ann, "zebra").await.len(), 1);
    assert!(titles(&cid, "zebra").await.is_empty(), "other people's");
    cid.get("/api/support/search?q=zebra&scope=all").await.problem(403);

    let hide = format!(
        "UPDATE tickets SET is_confidential = TRUE; INSERT INTO ticket_staff (ticket, person) VALUES ('{}', '{}');",
        ticket.id, ben.id
    );
    seed::run(desk.0.db(), hide).await;

    for query in ["zebra", "which", &ticket.number, &ticket.id, "zebra status:open", "zebra confidential:yes"] {
        assert!(titles(&joy, query).await.is_empty(), "{query}");
        assert_eq!(titles(&ben, query).await.len(), 1, "{query}");
    }
    let path = "/api/support/tickets/all?q=zebra";
    assert_eq!(joy.get(path).await.expect(200)["items"], json!([]));
    assert_eq!(ben.get(path).await.expect(200)["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(ann.get("/api/support/tickets?q=zebra").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
});

story!(staff_find_notes_and_students_do_not, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    let (ben, joy) = (desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await);
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ben.says(&ticket, "An okapi, maybe?").await;
    let note = ben.notes(&ticket, "The okapi did it").await;

    let page = search(&joy, "okapi").await;
    let found = &page["items"][0];
    let expected = [("message".into(), "An [okapi], maybe?".into()), ("note".into(), "The [okapi] did it".into())];
    assert_eq!(places(found), expected, "what everybody may read comes first");
    assert_eq!(found["matches"][1]["noteId"], note["id"]);
    assert_eq!(places(&search(&ann, "okapi").await["items"][0]), expected[..1]);
    assert!(titles(&ann, "okapi did").await.is_empty());
    for q in ["\"okapi did\"", "okapi did student:me", &format!("okapi did student:{}", ann.id)] {
        let is_theirs = !q.ends_with(":me");
        assert_eq!(titles(&ben, q).await.len(), usize::from(is_theirs), "{q}");
        let path: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let listed = ben.get(&format!("/api/support/tickets/all?q={path}")).await.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(usize::from(is_theirs)), "{q}");
        let own = ann.get(&format!("/api/support/tickets?q={path}")).await.expect(200);
        assert_eq!(own["items"], json!([]), "{q}");
    }

    ben.edits_note(&note, "The giraffe did it").await.expect(200);
    assert!(titles(&joy, "okapi did").await.is_empty());
    assert_eq!(titles(&joy, "giraffe").await, ["Printer"]);
    let hide = format!(
        "UPDATE tickets SET is_confidential = TRUE; INSERT INTO ticket_staff (ticket, person) VALUES ('{}', '{}');",
        ticket.id, ben.id
    );
    seed::run(desk.0.db(), hide).await;
    assert!(titles(&joy, "giraffe").await.is_empty());
    assert_eq!(titles(&ben, "giraffe").await, ["Printer"]);
    ben.deletes_note(&note).await.expect(200);
    assert!(titles(&ben, "giraffe").await.is_empty());
});

story!(nothing_that_is_typed_has_a_meaning_of_its_own, |desk: Alone| {
    let ann = desk.0.student("Ann Lee").await;
    ann.opens_ticket("Printer", "NEAR the OR NOT and AND it's 100% on_fire").await;
    for query in [
        "\"",
        "*",
        "AND",
        "OR NOT",
        "NEAR(the or)",
        "printer*",
        "-printer",
        "^printer",
        "{title} printer",
        "'; DROP TABLE tickets;--",
        "it's",
        "100%",
        "on_fire",
        "a & b | !c",
        "<->",
        "printer\\",
        "(((",
        "\u{0}",
        "🖨️",
        "::",
        "é\u{301}",
        ":*",
        "'w':*",
    ] {
        search(&ann, query).await;
    }
    for found in ["AND", "NEAR the", "OR NOT", "it's", "100%", "on_fire", "printer*"] {
        assert_eq!(titles(&ann, found).await, ["Printer"], "{found}");
    }
});

story!(filters_and_words_go_together_and_pages_follow_each_other, |desk: Alone| {
    let students = [desk.0.student("Ann Lee").await, desk.0.student("Cid Roe").await];
    let staff = [desk.0.instructor("Ben Ode").await, desk.0.instructor("Joy Kim").await];
    let rows = seed::tickets(desk.0.db(), 120, &students, &staff).await;
    let ben = &staff[0];

    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/support/search?q=seeded+status:open&tag=exam&limit=4{cursor}");
        let page = ben.get(&path).await.expect(200);
        let items = page["items"].as_array().expect("a page has items");
        found.extend(items.iter().map(|found| text(&found["ticket"]["id"])));
        let Some(next) = page["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }

    let fits = |row: &&seed::Row| row.status == "open" && row.tags.contains(&"exam");
    let seen = |row: &&seed::Row| !row.is_confidential || row.named.as_ref() == Some(&ben.id);
    let expected: Vec<String> = rows.iter().filter(fits).filter(seen).map(|row| row.id.clone()).collect();
    assert!(expected.len() > 8, "there is more than one page");
    assert_eq!(found.len(), expected.len(), "nothing comes twice");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.into_iter().collect());
    let only_filters = search(ben, "status:open priority:urgent").await;
    assert!(only_filters["items"].as_array().is_some_and(|items| !items.is_empty()), "a list, when there are no words");
});

/// A database without a schema.
struct Bare(Db);

impl Fixture for Bare {
    async fn start(kind: DatabaseKind) -> Self {
        Self(TestDatabase::fresh(kind).await.open_empty(2).await)
    }

    async fn finish(self) {
        self.0.close().await;
    }
}

/// Rows as the ninth version wrote them.
const OLD: &str = "
INSERT INTO people (id, display_name, role, created_at) VALUES ('usr_01jqxv3c8f0000000000000001', 'Ann', 'student', 1);
INSERT INTO tickets (id, number, title, description, category, priority, status, created_by, created_at, updated_at,
  message_count, version, last_interaction_at, last_seq, room_seq) VALUES ('tkt_01jqxv3c8f0000000000000002',
  'TICK-20260101-0001', 'Zebra', 'Giraffe', 'general', 'low', 'open', 'usr_01jqxv3c8f0000000000000001', 1, 1, 3, 1, 1, 3, 3);
INSERT INTO participants (person, ticket, is_requester, added_at) VALUES
  ('usr_01jqxv3c8f0000000000000001', 'tkt_01jqxv3c8f0000000000000002', TRUE, 1);
INSERT INTO messages (id, ticket, sender, body, kind, created_at, seq, delivery) VALUES
  ('msg_01jqxv3c8f0000000000000003', 'tkt_01jqxv3c8f0000000000000002', 'usr_01jqxv3c8f0000000000000001', 'Okapi',
  'text', 5, 1, 'sent'),
  ('msg_01jqxv3c8f0000000000000004', 'tkt_01jqxv3c8f0000000000000002', 'usr_01jqxv3c8f0000000000000001', 'Ann opened',
  'system', 6, 2, 'sent'),
  ('msg_01jqxv3c8f0000000000000005', 'tkt_01jqxv3c8f0000000000000002', 'usr_01jqxv3c8f0000000000000001', '',
  'text', 6, 3, 'sent');
";

story!(what_was_there_before_is_found, |bare: Bare| {
    bare.0.migrate_to(9).await.expect("an empty database takes the schema");
    seed::run(&bare.0, OLD.to_owned()).await;

    bare.0.migrate().await.expect("rows are no hindrance");

    let mut found = Vec::new();
    for word in ["zebra", "giraffe", "okapi", "opened"] {
        let words = vec![Phrase::of(word, false).expect("a word")];
        let by = "usr_01jqxv3c8f0000000000000001".parse().expect("an id");
        for realm in [Realm::Own, Realm::Desk] {
            let filter = Filter { words: words.clone(), ..Filter::default() };
            let query = Query { by: Clone::clone(&by), realm, filter, sort: Sort::default() };
            let mut tx = bare.0.read().await.expect("the database is there");
            found.push(store::finding::page(&mut tx, &query, None, 10).await.expect("a query").places.len());
        }
    }
    assert_eq!(found, [1, 1, 1, 1, 1, 1, 0, 0], "titles, descriptions and messages; no system lines");
});
