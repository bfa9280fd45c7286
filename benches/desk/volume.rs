//! A desk with many tickets: how long lists, views, numbers and changes take when there are 100,000, and whether they take
//! longer with a million. The homeserver is away.
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, ensure};
use chrono::FixedOffset;
use reqwest::Method;
use roomdesk::app::cli::Seed;
use roomdesk::app::config::Config;
use roomdesk::app::dev::{self, words};
use roomdesk::app::serve::{self, Serving};
use roomdesk::domain::Clock;
use roomdesk::domain::filter::{Place, Query, Reader, Realm, Sort, SortKey};
use roomdesk::domain::ids::PersonId;
use roomdesk::domain::tickets::Ticket;
use roomdesk::store::Db;
use roomdesk::view::cursor;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::figures::{Table, Times, millis};
use crate::ground::{configure, refused};
use crate::support::{folder, free_port};

pub const PASSWORD: &str = "correct horse battery staple";
/// Milliseconds that 95 of 100 are to stay within.
const AIM: f64 = 10.0;
const AIM_OF_NUMBERS: f64 = 30.0;
/// How much longer everything may take with ten times as many tickets.
const AIM_OF_GROWTH: f64 = 2.0;

/// How long each kind of request took.
type Figures = Vec<Figure>;

/// A name, whose token, the path, the aim in milliseconds.
type Reading<'a> = (String, &'a str, String, f64);

#[derive(Debug)]
struct Figure {
    name: String,
    times: Times,
    /// Milliseconds.
    aim: f64,
    /// How many items the answers had, where they are lists: more of them take longer, in a database of any size.
    items: Option<usize>,
}

/// One database of so many tickets: where it is, and how much is asked of it.
pub struct Volume<'a> {
    pub url: &'a str,
    pub tickets: u32,
    pub quick: bool,
    /// Whether the table of everything is asked for as well.
    pub exports: bool,
}

/// Measures a desk, and prints what it took.
pub async fn run(volume: &Volume<'_>) -> anyhow::Result<()> {
    println!(
        "\nvolume: {} tickets, the homeserver away (aims: p95 {AIM} ms, numbers {AIM_OF_NUMBERS} ms)",
        volume.tickets
    );
    let figures = measure(&[(volume, filled(volume).await?)]).await?;
    let mut table = Table::new(&["request", "times", "p50 ms", "p95 ms", "p99 ms", "aim"]);
    for Figure { name, times, aim, .. } in figures.into_iter().flatten() {
        let percentiles = [50, 95, 99].map(|percent| millis(times.percentile(percent)));
        table.row([name, times.len().to_string()].into_iter().chain(percentiles).chain([aim.to_string()]));
    }
    table.print();
    Ok(())
}

/// Measures two desks, the second with many more tickets, and prints how much longer it took.
pub async fn compare(small: &Volume<'_>, large: &Volume<'_>) -> anyhow::Result<()> {
    println!("\nlarge: {} tickets against {} (aim: {AIM_OF_GROWTH} times as long)", large.tickets, small.tickets);
    let desks = [(small, filled(small).await?), (large, filled(large).await?)];
    let [small, large] = <[Figures; 2]>::try_from(measure(&desks).await?).expect("two desks have two lists of figures");
    let mut table =
        Table::new(&["request", "items", "p50 ms", "p95 ms", "items", "p50 ms", "p95 ms", "ratio of p50", "of p95"]);
    for (few, many) in small.into_iter().zip(large) {
        if few.aim > AIM {
            continue;
        }
        let of = |figure: &Figure| {
            let items = figure.items.map_or_else(String::new, |items| items.to_string());
            let [half, most] = [50, 95].map(|percent| millis(figure.times.percentile(percent)));
            [items, half, most]
        };
        let ratio = |percent| {
            let [few, many] = [&few, &many].map(|figure| figure.times.percentile(percent).as_secs_f64());
            format!("{:.2}", many / few)
        };
        let (cells, ratios) = ([of(&few), of(&many)].concat(), [ratio(50), ratio(95)]);
        table.row(std::iter::once(few.name.clone()).chain(cells).chain(ratios));
    }
    table.print();
    Ok(())
}

/// The configuration of a desk with all its tickets.
pub async fn filled(volume: &Volume<'_>) -> anyhow::Result<Config> {
    let folder = folder::fresh("volume");
    let (config, _) = configure(&folder, volume.url, (free_port(), free_port()))?;
    seeded(&config, volume).await?;
    Ok(config)
}

/// Measures these desks, each request on one after the other, so that what else the machine does (a database that still
/// writes what it was filled with) meets all of them alike.
async fn measure(desks: &[(&Volume<'_>, Config)]) -> anyhow::Result<Vec<Figures>> {
    let mut clients = Vec::new();
    for (volume, config) in desks {
        clients.push(Client::signed_in(serve::start(config, Clock::system()).await?, volume.tickets).await?);
    }
    let times = if desks.iter().any(|(volume, _)| volume.quick) { 40 } else { 200 };
    let mut figures = reads(&clients, times).await?;
    for (client, (volume, _)) in clients.iter().zip(desks) {
        if volume.exports {
            client.table().await?;
        }
    }
    for (figures, more) in figures.iter_mut().zip(changes(&clients, times).await?) {
        figures.extend(more);
    }
    for (client, (volume, _)) in clients.into_iter().zip(desks) {
        client.check(volume.tickets).await?;
        client.serving.stop().await;
    }
    Ok(figures)
}

/// Fills the database. An SQLite file is kept for the next time, until what makes it changes.
async fn seeded(config: &Config, volume: &Volume<'_>) -> anyhow::Result<()> {
    let file = volume.url.strip_prefix("sqlite:").map(Path::new);
    let kept = file.map(|_| kept(volume.tickets)).transpose()?;
    if let (Some(file), Some(kept)) = (file, &kept)
        && kept.exists()
    {
        fs::copy(kept, file)?;
        return Ok(());
    }
    let (db, lock) = serve::open_database(config).await?;
    if count(&db, "SELECT COUNT(*) FROM tickets").await? >= i64::from(volume.tickets) {
        println!("  filled before");
        db.close().await;
        return Ok(());
    }
    let wish = Seed { tickets: volume.tickets, messages: None, seed: 1, force: false };
    let began = Instant::now();
    let zone = FixedOffset::east_opt(0).context("UTC is a zone")?;
    let filled = dev::fill(&db, &wish, (Clock::system().now(), zone), (&|_| {}, &CancellationToken::new())).await?;
    println!("  filled with {} messages in {:.0} s", filled.messages, began.elapsed().as_secs_f64());
    db.close().await;
    drop(lock);
    if let (Some(file), Some(kept)) = (file, &kept) {
        fs::create_dir_all(kept.parent().context("it lies in a folder")?)?;
        fs::copy(file, kept)?;
    }
    Ok(())
}

/// Where an SQLite file of so many tickets is kept, named by everything that it comes from, and by the day.
fn kept(tickets: u32) -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut hasher = DefaultHasher::new();
    Clock::system().now().date_naive().hash(&mut hasher);
    for folder in ["migrations", "src/app/dev"] {
        let mut files: Vec<PathBuf> = fs::read_dir(root.join(folder))?.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            fs::read(file)?.hash(&mut hasher);
        }
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("seeded").join(format!("{tickets}-{:016x}.db", hasher.finish())))
}

/// A desk, and three people who ask it things.
struct Client {
    serving: Serving,
    http: reqwest::Client,
    admin: String,
    staff: String,
    student: String,
    /// Some tickets from everywhere in the list, the one in its middle, and who asks as staff.
    tickets: Vec<String>,
    middle: Option<Ticket>,
    staff_id: Option<PersonId>,
}

impl Client {
    async fn signed_in(serving: Serving, count: u32) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?;
        let (none, tickets) = (String::new(), sample(serving.desk.db(), count).await?);
        let mut client = Self {
            serving,
            http,
            admin: none.clone(),
            staff: none.clone(),
            student: none.clone(),
            tickets,
            middle: None,
            staff_id: None,
        };
        client.admin = client.sign_in("staff0.1@seed.example").await?;
        client.staff = client.sign_in("staff1.1@seed.example").await?;
        client.student = client.sign_in("student3.1@seed.example").await?;
        let people = client.serving.desk.list_people().await.map_err(refused)?;
        let admin = people.iter().find(|person| person.email.as_deref() == Some("staff0.1@seed.example"));
        let admin = admin.context("the first of staff is there")?;
        let middle = client.serving.desk.ticket(admin, &client.tickets[client.tickets.len() / 2]).await;
        client.middle = Some(middle.map_err(refused)?);
        let staff = people.iter().find(|person| person.email.as_deref() == Some("staff1.1@seed.example"));
        client.staff_id = staff.map(|staff| staff.id.clone());
        Ok(client)
    }

    async fn sign_in(&self, email: &str) -> anyhow::Result<String> {
        self.serving.desk.set_password(email, PASSWORD).await.map_err(refused)?;
        let answer =
            self.ask(Method::POST, "/api/auth/login", ("", &json!({"email": email, "password": PASSWORD}))).await?;
        answer["accessToken"].as_str().map(str::to_owned).context("a token")
    }

    async fn ask(&self, method: Method, path: &str, (token, body): (&str, &Value)) -> anyhow::Result<Value> {
        let mut request =
            self.http.request(method, format!("http://{}{path}", self.serving.address)).bearer_auth(token);
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{path}: {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// The path of a list of staff's, and of the same from the middle of all tickets on.
    fn list(&self, filter: &[(&str, &str)], key: SortKey) -> anyhow::Result<[String; 2]> {
        let me = self.staff_id.as_ref().context("who asks")?;
        let reader = Reader { me, is_staff: true, zone: FixedOffset::east_opt(0).context("UTC is a zone")? };
        let read = reader.read(filter.iter().copied()).map_err(refused)?;
        let query = Query { by: me.clone(), realm: Realm::Desk, filter: read, sort: Sort::usual(key) };
        let middle = self.middle.as_ref().context("a ticket in the middle")?;
        let key = match key {
            SortKey::Created => middle.created_at.timestamp_millis(),
            SortKey::Priority => 2,
            SortKey::Message => middle.last_message_at.unwrap_or(middle.created_at).timestamp_millis(),
            SortKey::Waiting | SortKey::Interaction => middle.last_interaction_at.timestamp_millis(),
        };
        let cursor = cursor::in_list(&query, &Place { key, id: middle.id.clone() });
        let mut path = url::Url::parse("http://desk/api/support/tickets/all")?;
        path.query_pairs_mut().extend_pairs(filter).append_pair("sort", query.sort.key.as_str());
        let first = format!("{}?{}", path.path(), path.query().unwrap_or_default());
        Ok([first.clone(), format!("{first}&cursor={cursor}")])
    }

    /// What is read. Everything new is a line here.
    fn readings(&self) -> anyhow::Result<Vec<Reading<'_>>> {
        let Self { admin, staff, student, .. } = self;
        let tickets = "/api/support/tickets";
        let mut readings = Vec::new();
        for (name, filter, key) in [
            ("all, latest", &[][..], SortKey::Interaction),
            ("open, newest", &[("status", "open,in-progress")], SortKey::Created),
            ("mine, waiting longest", &[("assignee", "me")], SortKey::Waiting),
            ("nobody's, most urgent", &[("assignee", "none"), ("status", "open")], SortKey::Priority),
            ("a category, last message", &[("category", "technical")], SortKey::Message),
        ] {
            let [first, deep] = self.list(filter, key)?;
            readings.push((format!("list: {name}"), staff.as_str(), first, AIM));
            readings.push((format!("list: {name}, deep"), staff.as_str(), deep, AIM));
        }
        for (name, word) in
            [("rare", words::RARE), ("middling", words::MIDDLING), ("common", words::COMMON), ("absent", words::ABSENT)]
        {
            let path = format!("/api/support/search?q={word}");
            readings.push((format!("search: {name} word"), staff, path.clone(), AIM_OF_NUMBERS));
            readings.push((format!("search: {name} word, a student"), student, path, AIM_OF_NUMBERS));
        }
        let today = Clock::system().now().date_naive();
        let year = today - chrono::Duration::days(364);
        let others = [
            ("a student's list", student, tickets.to_owned(), AIM),
            ("numbers of 30 days", staff, "/api/support/stats?zone=Europe/Berlin".into(), AIM_OF_NUMBERS),
            (
                "numbers of 365 days",
                staff,
                format!("/api/support/stats?zone=Europe/Berlin&from={year}"),
                AIM_OF_NUMBERS,
            ),
            (
                "numbers of 365 days, a category",
                staff,
                format!("/api/support/stats?zone=Asia/Kathmandu&from={year}&category=account"),
                AIM_OF_NUMBERS,
            ),
            ("agents, 30 days", admin, "/api/support/stats/agents?zone=Europe/Berlin".into(), AIM_OF_NUMBERS),
            (
                "agents, 365 days",
                admin,
                format!("/api/support/stats/agents?zone=Europe/Berlin&from={year}"),
                AIM_OF_NUMBERS,
            ),
        ];
        readings.extend(others.map(|(name, token, path, aim)| (name.to_owned(), token.as_str(), path, aim)));
        Ok(readings)
    }

    /// Every ticket as a table: how long its first byte and the whole took, and the most memory it took besides.
    async fn table(&self) -> anyhow::Result<()> {
        let before = memory()?;
        let began = Instant::now();
        let url = format!("http://{}/api/support/tickets/export.csv", self.serving.address);
        let mut response = self.http.get(url).bearer_auth(&self.staff).send().await?.error_for_status()?;
        let mut first = None;
        let (mut bytes, mut lines, mut peak) = (0, 0, before);
        while let Some(chunk) = response.chunk().await? {
            first.get_or_insert_with(|| began.elapsed());
            bytes += chunk.len();
            lines += chunk.windows(2).filter(|end| *end == b"\r\n").count();
            peak = peak.max(memory()?);
        }
        let whole = began.elapsed();
        let seen = "SELECT COUNT(*) FROM tickets t WHERE NOT t.is_confidential";
        let tickets = usize::try_from(count(self.serving.desk.db(), seen).await?)?;
        // A line break of a text may be one of ours, so that there may be more lines than tickets, never fewer.
        ensure!(lines > tickets, "{lines} lines for {tickets} tickets");
        println!(
            "  table of {tickets} tickets ({:.1} MB): first byte {} ms, whole {:.2} s (aim 3), {:.0} MB more memory (aim 64)",
            bytes as f64 / 1e6,
            millis(first.unwrap_or_default()),
            whole.as_secs_f64(),
            (peak - before) as f64 / 1e6,
        );
        Ok(())
    }

    /// One answer of a reading, when it is right, and how long it took.
    async fn read(&self, (name, token, path, _): &Reading<'_>) -> anyhow::Result<(Duration, Value)> {
        let began = Instant::now();
        let answer = self.ask(Method::GET, path, (token, &Value::Null)).await?;
        let took = began.elapsed();
        let is_allowed_empty = path.contains("cursor=") || path.contains("search");
        ensure!(is_full(&answer) || is_allowed_empty, "{name}: {answer}");
        Ok((took, answer))
    }

    async fn open_one(&self, id: &str) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let answer = self.ask(Method::GET, &format!("/api/support/tickets/{id}"), (&self.staff, &Value::Null)).await?;
        let took = began.elapsed();
        ensure!(answer["id"] == *id && answer["messages"]["items"].as_array().is_some_and(|it| !it.is_empty()), "{id}");
        Ok(took)
    }

    /// One ticket more, one answer more, one ticket claimed: how long each took.
    async fn change(&self, number: usize) -> anyhow::Result<[Duration; 3]> {
        let body = json!({"title": format!("Volume {number}"), "description": "One more"});
        let began = Instant::now();
        let ticket = self.ask(Method::POST, "/api/support/tickets", (&self.student, &body)).await?;
        let opening = began.elapsed();

        let id = &self.tickets[number % self.tickets.len()];
        let body = json!({"ticket": id, "message": format!("Answer {number}")});
        let began = Instant::now();
        self.ask(Method::POST, "/api/chat/messages", (&self.staff, &body)).await?;
        let answering = began.elapsed();

        let path = format!("/api/support/tickets/{}/claim", ticket["id"].as_str().context("an id")?);
        let began = Instant::now();
        let claimed = self.ask(Method::POST, &path, (&self.staff, &Value::Null)).await?;
        let claiming = began.elapsed();
        ensure!(claimed["assignedTo"]["id"].is_string(), "{claimed}");
        Ok([opening, answering, claiming])
    }

    /// What was opened meanwhile is in the numbers, once.
    async fn check(&self, seeded: u32) -> anyhow::Result<()> {
        let stats = self.ask(Method::GET, "/api/support/stats?from=2023-12-01", (&self.staff, &Value::Null)).await;
        let stats = match stats {
            Ok(stats) => stats,
            Err(_) => self.ask(Method::GET, "/api/support/stats", (&self.staff, &Value::Null)).await?,
        };
        let (total, created) = (stats["now"]["total"].as_i64(), stats["created"]["count"].as_i64());
        let titled = count(self.serving.desk.db(), "SELECT COUNT(*) FROM tickets").await?;
        ensure!(total == Some(titled) && titled > i64::from(seeded), "{total:?} of {titled} tickets are counted");
        let start = stats["from"].as_str().context("a day")?.parse::<chrono::NaiveDate>()?;
        let start = start.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        let since = format!("SELECT COUNT(*) FROM tickets WHERE created_at >= {start}");
        let since = count(self.serving.desk.db(), &since).await?;
        ensure!(created == Some(since), "{created:?} of {since} tickets are counted as opened");
        Ok(())
    }
}

/// What is read, on each of the desks in turn, so many times.
async fn reads(clients: &[Client], times: usize) -> anyhow::Result<Vec<Figures>> {
    let readings = clients.iter().map(Client::readings).collect::<anyhow::Result<Vec<_>>>()?;
    let mut figures: Vec<Figures> = clients.iter().map(|_| Figures::new()).collect();
    for index in 0..readings[0].len() {
        let mut took = vec![(Times::default(), None); clients.len()];
        for number in 0..times + 5 {
            for ((client, readings), (took, items)) in clients.iter().zip(&readings).zip(&mut took) {
                let (one, answer) = client.read(&readings[index]).await?;
                // The first ones fill what is kept in memory.
                if number >= 5 {
                    took.push(one);
                }
                *items = answer["items"].as_array().map(Vec::len);
            }
        }
        for ((figures, readings), (times, items)) in figures.iter_mut().zip(&readings).zip(took) {
            let (name, _, _, aim) = &readings[index];
            figures.push(Figure { name: name.clone(), times, aim: *aim, items });
        }
    }
    let mut took = vec![Times::default(); clients.len()];
    for number in 0..times {
        for (client, took) in clients.iter().zip(&mut took) {
            took.push(client.open_one(&client.tickets[number % client.tickets.len()]).await?);
        }
    }
    for (figures, times) in figures.iter_mut().zip(took) {
        figures.push(Figure { name: "a ticket".into(), times, aim: AIM, items: None });
    }
    Ok(figures)
}

/// What is changed, on each of the desks in turn, so many times.
async fn changes(clients: &[Client], times: usize) -> anyhow::Result<Vec<Figures>> {
    let mut took = vec![<[Times; 3]>::default(); clients.len()];
    for number in 0..times {
        for (client, took) in clients.iter().zip(&mut took) {
            for (times, one) in took.iter_mut().zip(client.change(number).await?) {
                times.push(one);
            }
        }
    }
    let names = ["opening a ticket", "answering", "claiming"];
    let figure = |(name, times): (&str, Times)| Figure { name: name.to_owned(), times, aim: AIM, items: None };
    Ok(took.into_iter().map(|took| names.into_iter().zip(took).map(figure).collect()).collect())
}

async fn count(db: &Db, statement: &str) -> anyhow::Result<i64> {
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    Ok(match db {
        Db::Sqlite { readers, .. } => sqlx::query_scalar(statement).fetch_one(readers).await?,
        Db::Postgres(pool) => sqlx::query_scalar(statement).fetch_one(pool).await?,
    })
}

/// What this process holds in memory, in bytes (proc(5), `statm`).
fn memory() -> anyhow::Result<u64> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = statm.split(' ').nth(1).context("resident pages")?.parse()?;
    Ok(pages * 4096)
}

/// A list has its page, numbers have tickets and days, agents did something.
fn is_full(answer: &Value) -> bool {
    let ids = |items: &[Value]| items.iter().filter_map(|item| item["id"].as_str()).collect::<HashSet<_>>().len();
    if let Some(items) = answer["items"].as_array() {
        return !items.is_empty() && ids(items) == items.len();
    }
    if let Some(agents) = answer["agents"].as_array() {
        return agents.len() >= 20;
    }
    answer["created"]["count"].as_i64() > Some(0) && answer["firstResponse"]["median"].as_f64() > Some(60.0)
}

/// The ids of a hundred tickets, from the oldest to the newest.
async fn sample(db: &Db, count: u32) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    let mut after = 0_i64;
    let step = (i64::from(count) / 100).max(1);
    const NEXT: &str = "SELECT id, last_interaction_at FROM tickets WHERE last_interaction_at > $1 \
                        ORDER BY last_interaction_at, id LIMIT 1 OFFSET $2";
    loop {
        let next: Option<(String, i64)> = match db {
            Db::Sqlite { readers, .. } => {
                sqlx::query_as(NEXT).bind(after).bind(step - 1).fetch_optional(readers).await?
            }
            Db::Postgres(pool) => sqlx::query_as(NEXT).bind(after).bind(step - 1).fetch_optional(pool).await?,
        };
        let Some((id, at)) = next else { return Ok(ids) };
        ids.push(id);
        after = at;
    }
}
