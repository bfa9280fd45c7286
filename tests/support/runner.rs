//! Collects the registered tests, runs them on one shared runtime, stops the shared servers and says what ran.
//!
//! Nothing can be skipped: a server or tool that is missing fails every test that needs it, by name.
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::database::DatabaseKind;
use super::{clamd, failure, folder, node, postgres, synapse};

/// Six tests wait for Synapse most of their time; more only make it slower.
const DEFAULT_TEST_THREADS: usize = 6;
/// No test may hold up the run: whatever it waits for without a deadline of its own ends here.
const TEST_DEADLINE: Duration = Duration::from_secs(480);

/// How many of the slowest tests are named at the end.
const SLOWEST: usize = 8;

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// A test as the macros of [`super::story`] register it.
pub struct Test {
    pub module: &'static str,
    pub name: &'static str,
    pub run: Run,
}

/// How often a test runs, and with what.
pub enum Run {
    Alone(fn() -> Body),
    PerDatabase(&'static [DatabaseKind], fn(DatabaseKind) -> Body),
}

inventory::collect!(Test);

/// Runs what the command line selects; libtest's arguments are understood.
pub fn run() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(DEFAULT_TEST_THREADS);
    let runtime = Arc::new(Builder::new_multi_thread().enable_all().build().expect("a tokio runtime can be built"));
    let tally = Arc::new(Tally::default());

    failure::keep_panics_of_tests();
    let conclusion = libtest_mimic::run(&arguments, trials(&runtime, &tally));

    if !arguments.list {
        runtime.block_on(async {
            tokio::join!(synapse::stop_shared(), postgres::stop_shared(), node::stop_shared(), clamd::stop_shared())
        });
        report(&conclusion, &tally);
    }
    conclusion.exit_code()
}

fn trials(runtime: &Arc<Runtime>, tally: &Arc<Tally>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for test in inventory::iter::<Test> {
        // `main::stories::ground` is told apart by its last part.
        let module = test.module.rsplit("::").next().unwrap_or(test.module);
        match test.run {
            Run::Alone(body) => {
                let name = format!("{module}::{}", test.name);
                trials.push(trial(name, runtime, tally, |tally| &tally.alone, body));
            }
            Run::PerDatabase(databases, body) => trials.extend(databases.iter().map(|&database| {
                let name = format!("{database}::{module}::{}", test.name);
                trial(name, runtime, tally, move |tally| tally.of(database), move || body(database))
            })),
        }
    }
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    trials
}

fn trial(
    name: String,
    runtime: &Arc<Runtime>,
    tally: &Arc<Tally>,
    counter: impl Fn(&Tally) -> &AtomicUsize + Send + 'static,
    body: impl FnOnce() -> Body + Send + 'static,
) -> Trial {
    let (runtime, tally) = (Arc::clone(runtime), Arc::clone(tally));
    Trial::test(name.clone(), move || {
        let _clock = Stopwatch { name, began: Instant::now(), tally: &tally };
        failure::caught(|| runtime.block_on(async { timeout(TEST_DEADLINE, body()).await }))?
            .map_err(|_| Failed::from(format!("still running after {TEST_DEADLINE:?}")))?;
        counter(&tally).fetch_add(1, Ordering::Relaxed);
        Ok(())
    })
}

/// How many tests passed, per database.
#[derive(Default)]
struct Tally {
    sqlite: AtomicUsize,
    postgres: AtomicUsize,
    alone: AtomicUsize,
    took: Mutex<Vec<(Duration, String)>>,
}

/// Notes how long a test took, also when it fails.
struct Stopwatch<'a> {
    name: String,
    began: Instant,
    tally: &'a Tally,
}

impl Drop for Stopwatch<'_> {
    fn drop(&mut self) {
        let took = (self.began.elapsed(), mem::take(&mut self.name));
        self.tally.took.lock().unwrap_or_else(PoisonError::into_inner).push(took);
    }
}

impl Tally {
    /// What to look at when the run takes long; the times overlap.
    fn slowest(&self) -> Vec<String> {
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.sort_by(|a, b| b.cmp(a));
        took.iter().take(SLOWEST).map(|(took, name)| format!("{name} {:.0} s", took.as_secs_f64())).collect()
    }

    fn of(&self, database: DatabaseKind) -> &AtomicUsize {
        match database {
            DatabaseKind::Sqlite => &self.sqlite,
            DatabaseKind::Postgres => &self.postgres,
        }
    }
}

#[expect(clippy::print_stdout, reason = "the last lines of a test run are its report")]
fn report(conclusion: &Conclusion, tally: &Tally) {
    let deadlocks = postgres::deadlocks();
    println!("deadlocks in PostgreSQL: {}", deadlocks.len());
    for deadlock in deadlocks {
        println!("{deadlock}");
    }
    if conclusion.has_failed() {
        println!("logs and data are kept until the next run: {}", folder::of_this_run().display());
    } else {
        folder::remove_this_run();
    }
    println!("slowest: {}", tally.slowest().join(", "));
    println!("sqlite: {} passed", tally.sqlite.load(Ordering::Relaxed));
    println!("postgres: {} passed", tally.postgres.load(Ordering::Relaxed));
    println!("no database: {} passed", tally.alone.load(Ordering::Relaxed));
    let Conclusion { num_passed, num_failed, num_ignored, .. } = conclusion;
    println!("skipped {num_ignored}");
    println!("{num_passed} passed, {num_failed} failed, {num_ignored} skipped");
}
