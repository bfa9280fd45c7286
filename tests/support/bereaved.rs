//! A process that starts a child and waits to be killed: what shows that children do not outlive their parent.
//!
//! The test binary plays the part itself, when it is started with an environment variable that names it.
use std::process::{ExitCode, Stdio};
use std::{env, fs, thread};

use roomdesk::app::local::child::{self, DeathSignal};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::runtime::Builder;

const PART: &str = "ROOMDESK_TESTS_BEREAVE";

/// Starts a parent and its child, and returns the parent and the child's process id.
pub async fn family() -> (Child, u32) {
    let program = env::current_exe().expect("a running program has a path");
    let mut command = Command::new(program);
    let mut parent =
        command.env(PART, "1").stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the test binary can be run");
    let words = parent.stdout.take().expect("its output is piped");
    let line = BufReader::new(words).lines().next_line().await.expect("its output can be read").unwrap_or_default();
    (parent, line.parse().expect("the parent says its child's process id"))
}

/// The program a process runs; none when it has ended, even if nobody has reaped it.
pub fn program_of(process: u32) -> Option<String> {
    // "<id> (<name>) <state> …", proc(5).
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(") ")?;
    (!rest.starts_with(['Z', 'X'])).then(|| name.to_owned())
}

/// Plays the parent's part when this process was started for it.
pub fn play_part() -> Option<ExitCode> {
    env::var_os(PART)?;
    // The thread that asks for the child ends at once: only the end of the process may end the child.
    let asking = thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a tokio runtime can be built");
        let child = runtime.block_on(async {
            let mut sleep = child::bound("sleep", DeathSignal::Kill);
            sleep.arg("600");
            child::spawn(sleep).await.expect("sleep is there")
        });
        (runtime, child)
    });
    let (_runtime, child) = asking.join().expect("the child was started");
    announce(child.id().expect("the child runs"));
    loop {
        thread::park();
    }
}

#[expect(clippy::print_stdout, reason = "standard output is how the parent tells the test its child")]
fn announce(child: u32) {
    println!("{child}");
}
