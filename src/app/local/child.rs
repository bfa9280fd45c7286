//! Child processes that cannot outlive this one.
//!
//! The kernel's parent-death signal does the work (prctl(2), `PR_SET_PDEATHSIG`), set by `setpriv` so that no unsafe code is
//! needed. It fires when the *thread* that started the child ends, so every child is started by one thread that lives as
//! long as the process: worker threads of a runtime and of a test come and go.
use std::ffi::OsStr;
use std::io;
use std::process;
use std::sync::{LazyLock, mpsc};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Runs the program only if its parent is still the one named: the parent may die before `setpriv` has asked for the signal.
const UNLESS_ORPHANED: &str = r#"test "$PPID" = "$0" && exec "$@""#;

/// What the kernel sends to a child when this process ends.
#[derive(Clone, Copy, Debug)]
pub enum DeathSignal {
    Kill,
    /// For servers that need to clean up, quickly.
    Quit,
}

impl DeathSignal {
    /// The name `setpriv` knows it by; it takes no numbers.
    fn name(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
        }
    }
}

/// A command for `program`, to which the caller adds arguments; its process gets `on_our_death` when this one ends.
///
/// It leads a process group of its own: Ctrl-C in a terminal reaches this process alone, which then stops its children in order.
pub fn bound(program: impl AsRef<OsStr>, on_our_death: DeathSignal) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", on_our_death.name(), "sh", "-c", UNLESS_ORPHANED])
        .arg(process::id().to_string())
        .arg(program)
        .process_group(0)
        .kill_on_drop(true);
    command
}

/// Starts a [`bound`] command; must be called within a tokio runtime, which then reaps the child.
pub async fn spawn(command: Command) -> io::Result<Child> {
    let (answer, child) = oneshot::channel();
    KEEPER
        .send(Order { command, runtime: Handle::current(), answer })
        .map_err(|_| io::Error::other("the thread that keeps child processes is gone"))?;
    child.await.map_err(|_| io::Error::other("the thread that keeps child processes is gone"))?
}

/// Sends a signal to a child that has not been waited for; an ended and reaped one is `NotFound`.
pub fn signal(child: &Child, signal: Signal) -> io::Result<()> {
    // Until it is reaped the id cannot belong to anybody else.
    let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let pid = pid.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the process has ended"))?;
    Ok(kill_process(pid, signal)?)
}

struct Order {
    command: Command,
    runtime: Handle,
    answer: oneshot::Sender<io::Result<Child>>,
}

static KEEPER: LazyLock<mpsc::Sender<Order>> = LazyLock::new(|| {
    let (orders, queue) = mpsc::channel::<Order>();
    thread::Builder::new()
        .name("child-keeper".to_owned())
        .spawn(move || keep(&queue))
        .expect("a process that cannot start one thread cannot serve");
    orders
});

fn keep(queue: &mpsc::Receiver<Order>) {
    // The sender is a static, so this loop ends with the process.
    while let Ok(Order { mut command, runtime, answer }) = queue.recv() {
        let _inside = runtime.enter();
        // Nobody waiting any more drops the child, which kills it.
        drop(answer.send(command.spawn()));
    }
}
