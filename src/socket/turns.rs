//! Turns: the events of one socket are answered one after the other, in the order in which they came.
//!
//! Each event is handled by a task of its own, and tasks may start in any order; a turn is taken before that.
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use socketioxide::adapter::Adapter;
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::socket::Socket;
use tokio::sync::oneshot;

/// How many events of a socket may wait for their turn; beyond that they are refused.
const WAITING: usize = 64;

/// The turns of one socket.
#[derive(Debug, Default)]
pub struct Turns {
    /// Falls silent when the last turn that was taken is over.
    last: Mutex<Option<oneshot::Receiver<()>>>,
    waiting: AtomicUsize,
}

/// A place in the queue; the next one begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    before: Option<oneshot::Receiver<()>>,
    _over: oneshot::Sender<()>,
    /// Whether too many wait already.
    pub is_one_too_many: bool,
}

impl Turns {
    pub fn take(self: Arc<Self>) -> Turn {
        let (over, next) = oneshot::channel();
        let before = self.last.lock().unwrap_or_else(PoisonError::into_inner).replace(next);
        let is_one_too_many = self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING;
        Turn { turns: self, before, _over: over, is_one_too_many }
    }
}

impl Turn {
    /// Waits until the turns before are over.
    pub async fn comes(&mut self) {
        if let Some(before) = self.before.take() {
            // It only ever ends by being dropped.
            before.await.unwrap_or(());
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<A: Adapter> FromMessageParts<A> for Turn {
    type Error = Infallible;

    fn from_message_parts(socket: &Arc<Socket<A>>, _: &mut Value, _: &Option<i64>) -> Result<Self, Infallible> {
        Ok(socket.extensions.get::<Arc<Turns>>().unwrap_or_default().take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_comes_when_those_before_are_over() {
        let turns = Arc::new(Turns::default());
        let (mut first, mut second) = (Arc::clone(&turns).take(), Arc::clone(&turns).take());
        let (mut third, order) = (turns.take(), Mutex::new(Vec::new()));
        let note = |name| order.lock().expect("no panics").push(name);
        tokio::join!(
            async {
                third.comes().await;
                note(3);
            },
            async {
                second.comes().await;
                note(2);
                drop(second);
            },
            async {
                first.comes().await;
                note(1);
                drop(first);
            },
        );
        assert_eq!(*order.lock().expect("no panics"), [1, 2, 3]);
    }
}
