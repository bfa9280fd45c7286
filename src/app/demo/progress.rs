//! What the demonstration is doing: drawn on a terminal, else a line for each step.
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

const TICK: Duration = Duration::from_millis(100);

/// Where steps are shown: on standard error, so that standard output holds the result alone.
pub struct Progress {
    drawn: bool,
}

impl Progress {
    /// Draws unless nobody looks.
    pub fn new(unattended: bool) -> Self {
        Self { drawn: !unattended && io::stderr().is_terminal() }
    }

    /// Begins a step; dropped before [`Step::done`], it leaves the screen.
    pub fn step(&self, name: &'static str) -> Step {
        let bar = self.drawn.then(|| {
            let bar = ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear).with_message(name);
            bar.enable_steady_tick(TICK);
            bar
        });
        if bar.is_none() {
            eprintln!("==> {name}");
        }
        Step { name, bar, began: Instant::now() }
    }
}

/// Something that takes a while.
pub struct Step {
    name: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
}

impl Step {
    /// So much of it is done.
    pub fn at(&self, done: usize, of: usize) {
        if let Some(bar) = &self.bar {
            if bar.length().is_none() {
                bar.set_style(counting());
            }
            let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            bar.set_length(number(of));
            bar.set_position(number(done));
        }
    }

    /// It is through.
    pub fn done(self) {
        let took = self.began.elapsed().as_secs_f64();
        match self.bar {
            Some(bar) => {
                bar.finish_and_clear();
                eprintln!("  ✓ {} ({took:.1} s)", self.name);
            }
            None => eprintln!("    done in {took:.1} s"),
        }
    }
}

fn counting() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}").expect("the template is a right one")
}
