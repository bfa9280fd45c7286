//! Files when something is in their way: limits, viruses, a homeserver that is away or slow, a process that dies.
use std::ops::Deref;

use bytes::Bytes;
use futures_util::stream;
use reqwest::Method;
use roomdesk::app::doctor;
use roomdesk::desk::crash;
use roomdesk::domain::Clock;
use serde_json::{Value, json};

use crate::support::clamd::{Clamd, EICAR, FOUND};
use crate::support::form::{Form, png};
use crate::support::gate::Gate;
use crate::support::story::Fixture;
use crate::support::{ChildDesk, DatabaseKind, OwnSynapse, Scene, TestDesk, scene, story, story_sqlite, synapse};

/// A desk that takes files of one MiB at most.
struct SmallDesk(TestDesk);

impl Fixture for SmallDesk {
    async fn start(kind: DatabaseKind) -> Self {
        Self(TestDesk::start_with(kind, &[("files.max_size_mib", "1")], Clock::system()).await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

impl Deref for SmallDesk {
    type Target = TestDesk;

    fn deref(&self) -> &TestDesk {
        &self.0
    }
}

/// A desk that takes large files, as its homeserver does.
struct RoomyDesk(ChildDesk<OwnSynapse>);

impl Fixture for RoomyDesk {
    async fn start(kind: DatabaseKind) -> Self {
        Self(ChildDesk::start_with(kind, &[("files.max_size_mib", "500")]).await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

impl Deref for RoomyDesk {
    type Target = ChildDesk<OwnSynapse>;

    fn deref(&self) -> &ChildDesk<OwnSynapse> {
        &self.0
    }
}

/// A desk whose files clamd looks through, as long as it is there.
struct GuardedDesk {
    desk: TestDesk,
    clamd: Clamd,
}

impl GuardedDesk {
    async fn with(kind: DatabaseKind, unscanned: &str) -> Self {
        let clamd = Clamd::lend().await;
        let socket = format!("\"{}\"", clamd.socket.display());
        let settings = [("files.clamd", socket.as_str()), ("files.unscanned", unscanned)];
        let desk = TestDesk::start_with(kind, &settings, Clock::system()).await;
        Self { desk, clamd }
    }
}

impl Fixture for GuardedDesk {
    async fn start(kind: DatabaseKind) -> Self {
        Self::with(kind, "\"refuse\"").await
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

/// The same, of an operator who would rather have a file unscanned than none.
struct TrustingDesk(GuardedDesk);

impl Fixture for TrustingDesk {
    async fn start(kind: DatabaseKind) -> Self {
        Self(GuardedDesk::with(kind, "\"take\"").await)
    }

    async fn finish(self) {
        self.0.finish().await;
    }
}

story!(infected_files_are_refused_and_clean_ones_taken, |guarded: GuardedDesk| {
    let Scene { ann, mia, ticket, room, .. } = scene(&*guarded.desk).await;

    let form = Form::default().file("clean.txt", b"clean ".repeat(20_000)).file("eicar.txt", EICAR.concat());
    let uploaded = ann.uploads(&ticket, form).await.expect(201);
    let alone = ann.uploads(&ticket, Form::default().file("eicar.txt", EICAR.concat())).await;
    let worn = ann.request(Method::PUT, "/api/auth/me/avatar").bytes(png(90, 90)).send().await;
    mia.eventually_hears(&room, "clean.txt").await;
    mia.sends_file(&room, ("eicar.com", "text/plain"), EICAR.concat().into()).await;

    assert_eq!((&uploaded["files"][0]["status"], &uploaded["files"][1]["status"]), (&json!(201), &json!(422)));
    assert!(alone.text.contains(FOUND), "{}", alone.text);
    assert_eq!(alone.problem(422), ["/files/0"]);
    worn.expect(200);
    let refused = |said: &Value| said["attachment"]["state"] == "refused";
    let fetched = ann.eventually_reads(&ticket, "eicar.com", refused).await;
    assert_eq!(fetched["attachment"]["failure"], FOUND);
    mia.eventually_reads_exactly(&room, &["It is on fire", "clean.txt", "eicar.com"]).await;
});

story!(all_files_are_refused_while_nobody_can_tell, |guarded: GuardedDesk| {
    let Scene { ann, mia, ticket, room, .. } = scene(&*guarded.desk).await;
    guarded.clamd.goes();

    ann.uploads(&ticket, Form::default().file("clean.txt", *b"clean")).await.problem(503);
    ann.request(Method::PUT, "/api/auth/me/avatar").bytes(png(90, 90)).send().await.problem(503);
    mia.sends_file(&room, ("theirs.txt", "text/plain"), b"clean".to_vec()).await;
    ann.eventually_reads(&ticket, "theirs.txt", |said| said["attachment"]["state"] == "fetching").await;
    guarded.clamd.comes_back();

    ann.uploads(&ticket, Form::default().file("clean.txt", *b"clean")).await.expect(201);
    ann.eventually_reads(&ticket, "theirs.txt", |said| said["attachment"]["state"] == "ready").await;
});

/// What `roomdesk doctor` says of the desk.
async fn doctor(desk: &TestDesk) -> String {
    let (file, no_variables) = (desk.folder.join("roomdesk.toml"), [("", ""); 0]);
    let mut out = Vec::new();
    doctor::examine(&file, no_variables, &mut out).await.expect("memory takes everything");
    String::from_utf8(out).expect("text")
}

story!(the_doctor_asks_clamd_and_looks_at_the_folder, |guarded: GuardedDesk| {
    let well = doctor(&guarded.desk).await;
    guarded.clamd.goes();
    let ill = doctor(&guarded.desk).await;

    let folder = guarded.desk.config.files.folder.display();
    assert!(well.contains(&format!("ok   files: {folder}, ")) && well.contains("ok   clamd: ClamAV "), "{well}");
    assert!(ill.contains("FAIL clamd: no answer at ") && ill.contains("; files are refused meanwhile -> "), "{ill}");
});

story!(files_are_taken_unscanned_where_the_operator_says_so, |trusting: TrustingDesk| {
    let ann = trusting.0.desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    let eicar = || Form::default().file("eicar.txt", EICAR.concat());

    ann.uploads(&ticket, eicar()).await.problem(422);
    trusting.0.clamd.goes();
    ann.uploads(&ticket, eicar()).await.expect(201);
});

story!(what_the_desk_does_not_take_is_refused_on_its_message, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;

    mia.sends_file(&room, ("setup.png", "image/png"), b"MZ\x90\0\x03\0\0\0\x04".to_vec()).await;
    let content = json!({"msgtype": "m.file", "body": "gone.txt", "url": "mxc://roomdesk.test/nothing"});
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/gone");
    mia.raw(Method::PUT, &path, Some(&content)).await;
    let huge = json!({"msgtype": "m.file", "body": "huge.bin", "url": "mxc://roomdesk.test/huge",
        "info": {"size": 900_000_000}});
    mia.raw(Method::PUT, &path.replace("/gone", "/huge"), Some(&huge)).await;

    for (name, why) in [
        ("setup.png", "is of the type application/vnd.microsoft.portable-executable, which is not taken here"),
        ("gone.txt", "could not be fetched: the homeserver answered 404 M_NOT_FOUND: Not found"),
        ("huge.bin", "is larger than the 100 MiB that are allowed"),
    ] {
        let refused = |said: &Value| said["attachment"]["state"] == "refused";
        let file = ann.eventually_reads(&ticket, name, refused).await["attachment"].clone();
        assert!(file["failure"].as_str().is_some_and(|failure| failure.starts_with(why)), "{file}");
        ann.get(file["url"].as_str().expect("a url")).await.problem(409);
    }
});

story!(a_file_that_is_refused_costs_neither_text_nor_other_files, |desk: SmallDesk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    let large = vec![b'x'; 1024 * 1024 + 1];

    let form =
        Form::default().file("good.txt", *b"good").file("large.txt", large.clone()).file("setup.exe", *b"MZ\x90\0");
    let uploaded = ann.uploads(&ticket, form.text("message", "Three files")).await.expect(201);
    let refused = ann.uploads(&ticket, Form::default().file("large.txt", large.clone())).await;
    let unknown = ann.uploads(&ticket, Form::default().file("setup.exe", *b"MZ\x90\0")).await;
    let opened = Form::default().text("title", "Scanner").text("description", "It smokes").file("large.txt", large);
    let opened = ann.request(Method::POST, "/api/support/tickets").form(opened.file("a.txt", *b"a")).send().await;

    let statuses: Vec<_> = uploaded["files"].as_array().expect("files").iter().map(|file| &file["status"]).collect();
    assert_eq!(statuses, [201, 413, 415]);
    assert_eq!(uploaded["files"][1]["name"], "large.txt");
    assert_eq!(uploaded["files"][1]["detail"], "the file is larger than the 1 MiB that are allowed");
    mia.eventually_reads_exactly(&room, &["It is on fire", "Three files", "good.txt"]).await;
    assert!(refused.text.contains("the file is larger than the 1 MiB that are allowed"), "{}", refused.text);
    assert_eq!(refused.problem(413), ["/files/0"]);
    assert_eq!(unknown.problem(415), ["/files/0"]);
    let opened = opened.expect(201);
    assert_eq!((&opened["files"][0]["status"], &opened["files"][1]["status"]), (&json!(413), &json!(201)));
    assert_eq!((&opened["title"], &opened["attachments"][0]["originalName"]), (&json!("Scanner"), &json!("a.txt")));
    ann.uploads(&ticket, Form::default()).await.problem(422);
});

story!(files_are_accepted_while_synapse_is_away, |desk: ChildDesk<OwnSynapse>| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    desk.home.synapse.stop().await.expect("Synapse runs");

    let photo = png(50, 50);
    let form = Form::default().file("one.png", photo.clone()).file("two.txt", *b"two");
    let uploaded = ann.uploads(&ticket, form).await.expect(201);
    assert_eq!(ann.downloads(&uploaded["messages"][0]["attachment"]["url"]).await, photo);
    assert_eq!(uploaded["messages"][0]["status"], "queued");
    desk.home.synapse.launch().await.expect("Synapse was stopped");

    mia.eventually_reads_exactly(&room, &["It is on fire", "one.png", "two.txt"]).await;
    let image = mia.eventually_hears(&room, "one.png").await;
    assert_eq!(mia.downloads(&image.raw["content"]["url"]).await, photo);
    ann.eventually_reads(&ticket, "two.txt", |said| said["status"] == "sent").await;
});

/// Sends a file with a desk that dies at `point`, starts it again, and looks that there is one event of it.
async fn survives_sending(desk: &ChildDesk, point: &str) {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    desk.settles().await;
    desk.terminate().await;
    desk.launch_to_crash_at(point).await;
    ann.uploads(&ticket, Form::default().file("photo.png", png(700, 700))).await.expect(201);

    desk.crashes().await;
    desk.launch().await;

    ann.eventually_reads(&ticket, "photo.png", |said| said["status"] == "sent").await;
    ann.says(&ticket, "There").await;
    mia.eventually_reads_exactly(&room, &["It is on fire", "photo.png", "There"]).await;
    let image = mia.eventually_hears(&room, "photo.png").await;
    assert_eq!(mia.downloads(&image.raw["content"]["url"]).await, png(700, 700));
}

story!(killed_between_upload_and_send, |desk: ChildDesk| {
    survives_sending(desk, crash::UPLOADED).await;
});

story!(killed_after_a_file_was_sent, |desk: ChildDesk| {
    survives_sending(desk, crash::SENT).await;
});

story!(what_is_too_large_for_the_homeserver_fails_by_name_and_stays_in_the_desk, |desk| {
    let Scene { ann, mia, ticket, room, .. } = scene(desk).await;
    desk.expects_error("given up");
    let large = vec![b'x'; 51 * 1024 * 1024];

    ann.uploads(&ticket, Form::default().file("large.txt", large.clone())).await.expect(201);
    ann.says(&ticket, "Did you get it?").await;

    let failed = ann.eventually_reads(&ticket, "large.txt", |said| said["status"] == "failed").await;
    let why = json!({"reason": "the homeserver takes no files of more than 50 MiB", "isCertain": true});
    assert_eq!(failed["failure"], why);
    assert!(ann.downloads(&failed["attachment"]["url"]).await == large, "every byte is there");
    mia.eventually_reads_exactly(&room, &["It is on fire", "Did you get it?"]).await;
    let path = format!("/api/chat/messages/{}/retry", failed["id"].as_str().expect("an id"));
    assert_eq!(ann.request(Method::POST, &path).send().await.expect(200)["status"], "queued");
    ann.eventually_reads(&ticket, "large.txt", |said| said["failure"] == why).await;
});

/// A desk whose files are held up on their way to the homeserver.
struct GatedDesk {
    desk: TestDesk,
    gate: Gate,
}

impl Fixture for GatedDesk {
    async fn start(kind: DatabaseKind) -> Self {
        let gate = Gate::before(&synapse::shared().await.base_url()).await;
        let address = format!("\"http://127.0.0.1:{}\"", gate.port);
        let desk = TestDesk::start_with(kind, &[("matrix.homeserver_url", &address)], Clock::system()).await;
        Self { desk, gate }
    }

    async fn finish(self) {
        self.desk.finish().await;
    }
}

story!(a_text_does_not_wait_for_the_file_before_it, |gated: GatedDesk| {
    let Scene { ann, mia, ticket, room, .. } = scene(&*gated.desk).await;
    ann.says(&ticket, "before").await;
    let slow = ann.uploads(&ticket, Form::default().file("slow.txt", vec![b'x'; 300_000])).await.expect(201);
    gated.gate.holds_an_upload().await;

    let path = format!("/api/chat/messages/{}/reactions/👀", slow["messages"][0]["id"].as_str().expect("an id"));
    ann.request(Method::PUT, &path).send().await.expect(200);
    ann.says(&ticket, "after").await;

    mia.eventually_reads_exactly(&room, &["It is on fire", "before", "after"]).await;
    gated.gate.opens();
    mia.eventually_reads_exactly(&room, &["It is on fire", "before", "after", "slow.txt"]).await;
    mia.eventually_reads(&room, |seen| seen.raw["content"]["m.relates_to"]["key"] == "👀").await;
    ann.eventually_agrees_with(&mia, &room, &ticket).await;
});

/// The most memory the process had, in bytes (proc(5), `VmHWM`).
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says so");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib * 1024
}

story_sqlite!(a_large_file_takes_no_memory, |desk: RoomyDesk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.uploads(&ticket, Form::default().file("small.txt", vec![b'x'; 1024 * 1024])).await.expect(201);
    desk.settles().await;
    let before = peak_memory(desk.process_id().await);
    let parts = 300;
    let part = Bytes::from(vec![b'x'; 1024 * 1024]);

    let form = Form::default().stream("large.txt", stream::iter(vec![part; parts]));
    let uploaded = ann.uploads(&ticket, form).await.expect(201);
    desk.settles().await;

    assert_eq!(uploaded["messages"][0]["attachment"]["size"], parts * 1024 * 1024);
    let grown = peak_memory(desk.process_id().await) - before;
    assert!(grown < 48 * 1024 * 1024, "{} MiB for {parts} MiB", grown / 1024 / 1024);
});
