//! What outlives a run of the desk: its home, its database, its configuration, its log, and the people in it.
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use roomdesk::app::config::{Config, Secret};
use roomdesk::app::registration::Registration;
use roomdesk::app::serve;
use roomdesk::desk::Desk;
use roomdesk::desk::people::NewAccount;
use roomdesk::domain::Clock;
use roomdesk::domain::people::Role;
use roomdesk::domain::status::Status;
use roomdesk::mail::links::LinkKey;
use roomdesk::store::{Db, inbox, lanes};
use ruma::OwnedUserId;
use serde_json::Value;

use super::account::{Account, Ticket};
use super::database::{DatabaseKind, TestDatabase};
use super::eventually::{SOON, eventually};
use super::folder;
use super::home::Home;
use super::person::Person;
use super::ports::free_port;
use super::rest::Rest;
use super::synapse::Slot;

/// Long enough to make the rooms of a story on a busy machine.
const SETTLED: Duration = Duration::from_secs(150);

/// The place of one desk; [`TestDesk`](super::TestDesk) and [`ChildDesk`](super::ChildDesk) run there.
pub struct Site<H = Slot> {
    pub home: H,
    pub folder: PathBuf,
    pub config: Config,
    pub rest: Rest,
    /// The desk's own use cases over a connection of the test's own, for what REST does not offer, and for looking.
    books: Desk,
    expected: Mutex<Expected>,
}

/// What a story does on purpose, and is no failure of it.
#[derive(Default)]
struct Expected {
    errors: Vec<String>,
    dead_letters: i64,
}

impl<H: Home> Site<H> {
    /// An empty desk that does not run yet; `settings` are keys of the configuration, such as
    /// `("matrix.room_version", "\"11\"")`.
    pub async fn found(kind: DatabaseKind, settings: &[(&str, &str)], clock: Clock) -> Self {
        let (home, database) = tokio::join!(H::borrow(), TestDatabase::fresh(kind));
        let folder = folder::fresh("desk");
        let registration = write_registration(&home, &folder);
        let port = free_port();
        let text = toml_of(&home, &database, port, settings);
        fs::write(folder.join("roomdesk.toml"), &text).expect("a file can be written to a fresh folder");
        let config =
            Config::from_toml(&text, &folder, NO_ENVIRONMENT).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let db = database.open(3).await;
        let books = serve::desk(&config, &registration, db, clock).expect("the prefix fits");
        let rest = Rest::at(port);
        Self { home, folder, config, rest, books, expected: Mutex::default() }
    }

    /// An ordinary user of the homeserver, signed in and reading.
    pub async fn person(&self, nickname: &str) -> Person {
        Person::arrive(self.home.synapse(), nickname).await
    }

    /// A student with an account, signed in over REST.
    pub async fn student(&self, name: &str) -> Account {
        self.account(name, Role::Student).await
    }

    /// An instructor with an account, signed in over REST.
    pub async fn instructor(&self, name: &str) -> Account {
        self.account(name, Role::Instructor).await
    }

    /// Somebody who signs in with an address and a password; the desk must be running.
    pub async fn account(&self, name: &str, role: Role) -> Account {
        self.account_with(name, role, None).await
    }

    /// A student with an account who has a Matrix account of their own.
    pub async fn student_on_matrix(&self, name: &str, person: &Person) -> Account {
        self.account_with(name, Role::Student, Some(person.id().to_owned())).await
    }

    /// An instructor with an account who has a Matrix account of their own.
    pub async fn instructor_on_matrix(&self, name: &str, person: &Person) -> Account {
        self.account_with(name, Role::Instructor, Some(person.id().to_owned())).await
    }

    /// Gives somebody another role, as the desk's operator does.
    pub async fn makes(&self, name: &str, role: Role) {
        self.books.set_role(&address(name), role).await.expect("an account of this desk");
    }

    async fn account_with(&self, name: &str, role: Role, matrix_id: Option<OwnedUserId>) -> Account {
        let email = address(name);
        let new = NewAccount {
            email: email.clone(),
            display_name: name.to_owned(),
            role,
            password: Some(PASSWORD.to_owned()),
            matrix_id,
        };
        self.books.add_person(new).await.expect("a fresh address is free");
        Account::signs_in(&self.rest, &email, PASSWORD).await
    }

    /// Puts somebody off the desk, as its operator does.
    pub async fn disables(&self, name: &str) {
        self.books.disable(&address(name)).await.expect("an account of this desk");
    }

    /// Moves a ticket to another status as `by`.
    pub async fn move_to(&self, status: Status, ticket: &Ticket, by: &Account) {
        let people = self.books.list_people().await.expect("the database is there");
        let by = people.iter().find(|person| person.id.as_str() == by.id).expect("an account of this desk");
        self.books.change_status(by, &ticket.id, status).await.expect("a legal move");
    }

    /// Gives a ticket to a member of staff as `by`.
    pub async fn gives(&self, ticket: &Ticket, to: &Account, by: &Account) {
        let people = self.books.list_people().await.expect("the database is there");
        let find = |account: &Account| people.iter().find(|person| person.id.as_str() == account.id);
        let (to, by) = (find(to).expect("an account of this desk"), find(by).expect("an account of this desk"));
        self.books.assign(by, &ticket.id, to).await.expect("staff");
    }

    /// Looks after tickets in which nothing happens, as every process of the desk does now and then.
    pub async fn closes_idle(&self) {
        self.books.close_idle().await.expect("the database is there");
    }

    /// Forgets old answers, as every process of the desk does now and then.
    pub async fn forgets_answers(&self) {
        self.books.sweep_requests().await.expect("the database is there");
    }

    /// Somebody with an account, signed in once more.
    pub async fn signs_in_again(&self, name: &str) -> Account {
        Account::signs_in(&self.rest, &address(name), PASSWORD).await
    }

    /// The desk's database, over a connection of the test's own.
    pub fn db(&self) -> &Db {
        self.books.db()
    }

    /// What signs the links in the desk's mails.
    pub fn links(&self) -> &LinkKey {
        self.books.links()
    }

    /// A line at the level ERROR that contains `text` is no failure of this story.
    pub fn expects_error(&self, text: &str) {
        self.expected().errors.push(text.to_owned());
    }

    /// So many events are to be laid aside, neither more nor fewer.
    pub fn expects_dead_letters(&self, count: i64) {
        self.expected().dead_letters = count;
        self.expects_error("laid an event aside");
    }

    /// Waits until nothing is left to send and everything that arrived is applied.
    pub async fn settles(&self) {
        eventually("the desk to have nothing left to do", SETTLED, async || {
            let left = self.left_to_do().await;
            if left.is_empty() { Ok(()) } else { Err(left) }
        })
        .await;
    }

    /// Panics when events were laid aside, or when a line was logged that a person should look at.
    pub async fn is_well(&self) {
        let mut tx = self.db().read().await.expect("the database is there");
        let dead = inbox::dead(&mut tx).await.expect("a query of the desk's own");
        assert_eq!(dead, self.expected().dead_letters, "events were laid aside");
        let errors = self.unexpected_errors();
        assert!(errors.is_empty(), "the desk logged errors:\n{}", errors.join("\n"));
    }

    /// Where the desk's log lines go, as JSON.
    pub fn log(&self) -> PathBuf {
        self.folder.join("desk.log")
    }

    async fn left_to_do(&self) -> Vec<String> {
        let look = async {
            let mut tx = self.db().read().await?;
            let jobs = lanes::backlog(&mut tx).await?.0;
            Ok::<_, roomdesk::store::DbError>((jobs, inbox::backlog(&mut tx).await?.0))
        };
        match look.await.expect("the database is there") {
            (0, 0) => Vec::new(),
            (jobs, events) => {
                let last = fs::read_to_string(self.log()).unwrap_or_default();
                let last = last.lines().rev().take(5).collect::<Vec<_>>().join("\n");
                vec![format!("{jobs} jobs, {events} events"), last]
            }
        }
    }

    fn expected(&self) -> MutexGuard<'_, Expected> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unexpected_errors(&self) -> Vec<String> {
        let expected = self.expected();
        let is_error = |line: &&str| match serde_json::from_str::<Value>(line) {
            Ok(line) => line["level"] == "ERROR",
            // A panic, or a line that broke off when the process was killed.
            Err(_) => line.contains("panicked"),
        };
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let errors = log.lines().filter(is_error);
        errors.filter(|line| !expected.errors.iter().any(|text| line.contains(text))).map(str::to_owned).collect()
    }
}

/// What every account signs in with.
pub const PASSWORD: &str = "a horse that staples";

/// The address of the account of this name.
pub fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}

const NO_ENVIRONMENT: [(String, String); 0] = [];

fn write_registration<H: Home>(home: &H, folder: &std::path::Path) -> Registration {
    let service = home.service();
    let registration = Registration {
        id: service.id.clone(),
        url: format!("http://127.0.0.1:{}", service.push_port).parse().expect("a URL"),
        as_token: Secret::new(&service.as_token),
        hs_token: Secret::new(&service.hs_token),
        sender_localpart: format!("{}nobody", home.prefix()),
        prefix: home.prefix().parse().expect("a test's prefix is letters, digits and _"),
        server_name: home.synapse().server_name().try_into().expect("a server name"),
    };
    registration.write_new(&folder.join("registration.yaml")).expect("a file can be written to a fresh folder");
    registration
}

fn toml_of<H: Home>(home: &H, database: &TestDatabase, port: u16, settings: &[(&str, &str)]) -> String {
    let (homeserver, push_port) = (home.synapse().base_url(), home.service().push_port);
    let usual = [
        ("server.listen", format!("\"127.0.0.1:{port}\"")),
        ("database.url", format!("\"{}\"", database.url())),
        ("auth.jwt_secret", "\"stories are signed with this key, and nothing else is\"".to_owned()),
        ("limits.requests_per_minute", "0".to_owned()),
        ("limits.anonymous_requests_per_minute", "0".to_owned()),
        ("matrix.homeserver_url", format!("\"{homeserver}\"")),
        ("matrix.server_name", format!("\"{}\"", home.synapse().server_name())),
        ("matrix.registration_file", "\"registration.yaml\"".to_owned()),
        ("matrix.appservice_listen", format!("\"127.0.0.1:{push_port}\"")),
        ("log.format", "\"json\"".to_owned()),
    ];
    let is_replaced = |key: &str| settings.iter().any(|(other, _)| *other == key);
    let usual = usual.iter().filter(|(key, _)| !is_replaced(key)).map(|(key, value)| format!("{key} = {value}\n"));
    usual.chain(settings.iter().map(|(key, value)| format!("{key} = {value}\n"))).collect()
}

/// Waits until nobody listens on the port any more.
pub async fn is_free(port: u16) {
    eventually(format!("port {port} to be free"), SOON, async || std::net::TcpListener::bind(("127.0.0.1", port)))
        .await;
}
