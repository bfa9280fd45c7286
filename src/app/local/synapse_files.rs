//! The files in a Synapse's folder: `homeserver.yaml`, its log configuration, signing key and secrets.
//!
//! Configurations are written as JSON, which is YAML. Secrets and key are made once and kept, so a folder can be started again.
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::synapse::{SynapseError, SynapseSpec};
use crate::domain::ids::secret_bytes;

/// What the server keeps to itself, made at the first start of its folder.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    pub(super) registration_shared_secret: String,
    macaroon_secret_key: String,
    form_secret: String,
}

impl Secrets {
    /// Reads `secrets.json` of the folder, or makes it.
    pub(super) fn of(folder: &Path) -> Result<Self, SynapseError> {
        let path = folder.join("secrets.json");
        let text = read_or_make(&path, || {
            let fresh = Self {
                registration_shared_secret: random_hex(),
                macaroon_secret_key: random_hex(),
                form_secret: random_hex(),
            };
            json!(fresh).to_string()
        })?;
        serde_json::from_str(&text).map_err(|error| SynapseError::File { path, source: error.into() })
    }
}

/// Where Synapse and its log configuration write everything they have to say.
pub(super) fn log_path(folder: &Path) -> PathBuf {
    folder.join("synapse.log")
}

/// Writes all files of the spec's folder and returns the path of `homeserver.yaml`.
pub(super) fn write(spec: &SynapseSpec, secrets: &Secrets) -> Result<PathBuf, SynapseError> {
    // "ed25519 <version> <unpadded base64 of the seed>" is the form of signedjson's key files.
    read_or_make(&spec.folder.join("signing.key"), || {
        format!("ed25519 a_desk {}\n", STANDARD_NO_PAD.encode(secret_bytes::<32>()))
    })?;
    write_private(&spec.folder.join("log.yaml"), &log_config(spec).to_string())?;
    let homeserver = spec.folder.join("homeserver.yaml");
    write_private(&homeserver, &format!("{:#}", Value::Object(config(spec, secrets))))?;
    Ok(homeserver)
}

fn config(spec: &SynapseSpec, secrets: &Secrets) -> Map<String, Value> {
    let in_folder = |name: &str| spec.folder.join(name);
    let mut config = object(json!({
        "server_name": spec.server_name,
        "listeners": [{
            "port": spec.port,
            "bind_addresses": ["127.0.0.1"],
            "tls": false,
            "type": "http",
            "resources": [{"names": ["client"], "compress": false}],
        }],
        "database": {"name": "sqlite3", "args": {"database": in_folder("homeserver.db")}},
        "media_store_path": in_folder("media"),
        "signing_key_path": in_folder("signing.key"),
        "pid_file": in_folder("synapse.pid"),
        "log_config": in_folder("log.yaml"),
        "app_service_config_files": spec.registrations,
        "registration_shared_secret": secrets.registration_shared_secret,
        "macaroon_secret_key": secrets.macaroon_secret_key,
        "form_secret": secrets.form_secret,
        // A server of one machine talks to nobody else.
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "suppress_key_server_warning": true,
        "report_stats": false,
        "presence": {"enabled": false},
        // Its people are made up: quick passwords, and no waiting after nine messages.
        "bcrypt_rounds": 4,
    }));
    config.extend(raised_limits());
    config.extend(spec.settings.clone());
    config
}

/// Every `rc_*` of Synapse 1.163 that slows down a person of this server.
fn raised_limits() -> Map<String, Value> {
    let raised = || json!({"per_second": 10_000, "burst_count": 10_000});
    object(json!({
        "rc_message": raised(),
        "rc_registration": raised(),
        "rc_login": {"address": raised(), "account": raised(), "failed_attempts": raised()},
        "rc_admin_redaction": raised(),
        "rc_joins": {"local": raised(), "remote": raised()},
        "rc_joins_per_room": raised(),
        "rc_key_requests": raised(),
        "rc_invites": {"per_room": raised(), "per_user": raised(), "per_issuer": raised()},
        "rc_media_create": raised(),
        "rc_room_creation": raised(),
        "rc_profile": raised(),
        "rc_user_directory": raised(),
        "rc_delayed_event_mgmt": raised(),
        "rc_reports": raised(),
    }))
}

fn log_config(spec: &SynapseSpec) -> Value {
    json!({
        "version": 1,
        "disable_existing_loggers": false,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        // Standard error is the same file, so a crash before logging is set up is found in one place.
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": spec.log_level.name(), "handlers": ["stderr"]},
    })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => unreachable!("only objects are given here, not {other}"),
    }
}

fn random_hex() -> String {
    secret_bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> Result<String, SynapseError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = make();
            write_private(path, &text)?;
            Ok(text)
        }
        Err(source) => Err(SynapseError::File { path: path.to_owned(), source }),
    }
}

/// Makes the folder for its owner alone.
pub(super) fn make_folder(folder: &Path) -> Result<(), SynapseError> {
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(0o700)))
        .map_err(|source| SynapseError::File { path: folder.to_owned(), source })
}

fn write_private(path: &Path, text: &str) -> Result<(), SynapseError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|source| SynapseError::File { path: path.to_owned(), source })
}
