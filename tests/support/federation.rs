//! Two homeservers that federate on this machine: the desk's, and another one where somebody has their account.
//!
//! A server name with a port needs neither DNS nor root. Each server shows the other a certificate of an authority made
//! for the run.
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::slice;

use roomdesk::app::local::child::{self, DeathSignal};
use roomdesk::app::local::synapse::{Synapse, SynapseSpec};
use serde_json::{Map, Value, json};

use super::folder;
use super::home::Home;
use super::ports::free_port;
use super::synapse::AppService;

/// A homeserver with the desk's service, and a second one that federates with it.
pub struct Federation {
    /// Where the desk lives.
    home: Synapse,
    service: AppService,
    prefix: String,
    /// Where others live.
    pub abroad: Synapse,
}

impl Home for Federation {
    async fn borrow() -> Self {
        let certificates = folder::fresh("certificates");
        make_certificates(&certificates).await;
        let service = AppService::new(0);
        let ports = [free_port(), free_port()];
        let (home, abroad) = tokio::join!(
            start(&certificates, (ports[0], ports[1]), slice::from_ref(&service)),
            start(&certificates, (ports[1], ports[0]), &[]),
        );
        Self { home, prefix: service.fresh_prefix(), service, abroad }
    }

    fn synapse(&self) -> &Synapse {
        &self.home
    }

    fn service(&self) -> &AppService {
        &self.service
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// A homeserver that federates on the first port with the one on the second, and with nobody else.
async fn start(certificates: &Path, (own, other): (u16, u16), services: &[AppService]) -> Synapse {
    let folder = folder::fresh("synapse");
    let name = format!("localhost:{own}");
    let registrations = services.iter().map(|service| service.write_registration(&folder, &name)).collect();
    let spec = SynapseSpec::new(folder, name, free_port());
    let settings = settings(certificates, spec.port, (own, other));
    let started = Synapse::start(SynapseSpec { registrations, settings, ..spec }).await;
    started.unwrap_or_else(|error| panic!("Synapse is needed: {error}"))
}

fn settings(certificates: &Path, client: u16, (own, other): (u16, u16)) -> Map<String, Value> {
    let listener = |port, tls, names: &[&str]| {
        json!({"port": port, "bind_addresses": ["127.0.0.1"], "tls": tls, "type": "http",
            "resources": [{"names": names, "compress": false}]})
    };
    let settings = json!({
        "listeners": [listener(client, false, &["client"]), listener(own, true, &["federation", "keys"])],
        "tls_certificate_path": certificates.join("leaf.crt"),
        "tls_private_key_path": certificates.join("leaf.key"),
        "federation_custom_ca_list": [certificates.join("ca.crt")],
        "federation_domain_whitelist": [format!("localhost:{own}"), format!("localhost:{other}")],
        // Spelled so: Synapse 1.163 ignores `…blocklist` without a word, and loopback stays forbidden.
        "ip_range_blacklist": [],
        "federation_ip_range_blacklist": [],
        // A peer that is not up yet is otherwise left alone for ten minutes.
        "federation": {"destination_min_retry_interval": "1s", "destination_max_retry_interval": "2s"},
    });
    settings.as_object().cloned().unwrap_or_default()
}

async fn make_certificates(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/certificates.py");
    let python: PathBuf = SynapseSpec::new(folder, "", 0).python;
    let mut command = child::bound(python, DeathSignal::Kill);
    command.arg(script).arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let made = child::spawn(command).await.expect("Python can be run").wait_with_output().await;
    let made = made.expect("an own child can be waited for");
    assert!(made.status.success(), "no certificates: {}", String::from_utf8_lossy(&made.stderr));
}
