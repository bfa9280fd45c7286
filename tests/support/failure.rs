//! Says where a test failed: a panic's own place, and every line of the tests that led to it.
use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

thread_local! {
    /// `Some` on a thread that runs a test: the text of its panic.
    static TEST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics of tests for [`caught`]; panics of other threads and of spawned tasks are printed at once, as usual.
pub fn keep_panics_of_tests() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let is_kept = TEST.with_borrow_mut(|kept| kept.as_mut().map(|text| *text = describe(panic)).is_some());
        if !is_kept {
            usual(panic);
        }
    }));
}

/// Runs a test and returns its panic as text.
pub fn caught<T>(test: impl FnOnce() -> T) -> Result<T, String> {
    TEST.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(test));
    let text = TEST.take().unwrap_or_default();
    result.map_err(|_| text)
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("{place}: {}", words(panic.payload()));
    let backtrace = Backtrace::force_capture().to_string();
    for line in lines_of_tests(&backtrace).into_iter().filter(|line| *line != place) {
        text.push_str("\n    by way of ");
        text.push_str(line);
    }
    text
}

fn words(payload: &dyn Any) -> &str {
    let formatted = payload.downcast_ref::<String>().map(String::as_str);
    formatted.or_else(|| payload.downcast_ref().copied()).unwrap_or("a panic without words")
}

/// The places of a backtrace that lie in the tests: the story, and the steps it took.
fn lines_of_tests(backtrace: &str) -> Vec<&str> {
    const MACHINERY: [&str; 4] =
        ["support/runner.rs", "support/story.rs", "support/failure.rs", "support/eventually.rs"];
    let mut places: Vec<_> = backtrace
        .lines()
        .filter_map(|line| line.trim().strip_prefix("at "))
        .filter_map(|place| place.find("tests/").map(|start| &place[start..]))
        .filter(|place| !MACHINERY.iter().any(|file| place.contains(file)))
        .collect();
    places.dedup();
    places
}
