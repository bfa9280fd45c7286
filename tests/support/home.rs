//! Where a desk lives: the homeserver and its name there.
use roomdesk::app::local::synapse::Synapse;

use super::synapse::{AppService, OwnSynapse, Slot};

/// A homeserver with an application service in one test's hands.
pub trait Home: Sized + Send + Sync + 'static {
    async fn borrow() -> Self;
    fn synapse(&self) -> &Synapse;
    fn service(&self) -> &AppService;
    /// Begins every ghost and alias of this test.
    fn prefix(&self) -> &str;
}

/// The shared homeserver, which nobody may stop.
impl Home for Slot {
    async fn borrow() -> Self {
        Slot::borrow().await
    }

    fn synapse(&self) -> &Synapse {
        self.synapse
    }

    fn service(&self) -> &AppService {
        &self.service
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl Home for OwnSynapse {
    async fn borrow() -> Self {
        Self::start().await
    }

    fn synapse(&self) -> &Synapse {
        &self.synapse
    }

    fn service(&self) -> &AppService {
        &self.service
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }
}
