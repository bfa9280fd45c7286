//! A desk without a homeserver whose clock moves only by hand.
use chrono::Duration;
use roomdesk::app::config::Config;
use roomdesk::app::registration::Registration;
use roomdesk::app::serve;
use roomdesk::desk::Desk;
use roomdesk::desk::people::NewAccount;
use roomdesk::domain::Clock;
use roomdesk::domain::clock::from_millis;
use roomdesk::domain::people::{Person, Role};
use roomdesk::store::Db;
use ruma::server_name;
use url::Url;

use crate::support::story::Fixture;
use crate::support::{DatabaseKind, TestDatabase, folder};

pub struct Office {
    pub desk: Desk,
}

/// A while before clocks are set back in Europe and forward in Chile and on Lord Howe Island.
const START: i64 = 1_790_000_000_000;

impl Fixture for Office {
    async fn start(kind: DatabaseKind) -> Self {
        let db = TestDatabase::fresh(kind).await.open(3).await;
        Self::over(db, Clock::standing_at(from_millis(START)))
    }

    async fn finish(self) {
        self.desk.db().close().await;
    }
}

impl Office {
    /// The desk over a database, at a time.
    pub fn over(db: Db, clock: Clock) -> Self {
        let folder = folder::fresh("office");
        let push = Url::parse("http://127.0.0.1:9").expect("a URL");
        let registration = Registration::generate(server_name!("office.test"), "desk_".parse().expect("fits"), push);
        let text = format!(
            "[server]\nlisten = '127.0.0.1:0'\n[database]\nurl = 'sqlite:none.db'\n[auth]\njwt_secret = '{}'\n[matrix]\n\
             server_name = 'office.test'\nhomeserver_url = 'http://127.0.0.1:9'\nregistration_file = 'none.yaml'\n",
            "0".repeat(64)
        );
        let no_environment: [(String, String); 0] = [];
        let config = Config::from_toml(&text, &folder, no_environment).expect("a complete configuration");
        Self { desk: serve::desk(&config, &registration, db, clock).expect("the prefix fits") }
    }

    pub async fn person(&self, name: &str, role: Role) -> Person {
        let email = Some(name.replace(' ', ".")).map(|name| format!("{name}@office.test")).expect("a name");
        let account = NewAccount { email, display_name: name.to_owned(), role, password: None, matrix_id: None };
        self.desk.add_person(account).await.expect("a fresh address")
    }

    pub fn wait(&self, by: Duration) {
        self.desk.clock().advance(by);
    }

    /// Counts everything that was measured.
    pub async fn folds(&self) {
        while self.desk.fold_numbers().await.expect("the database is there") {}
    }
}
