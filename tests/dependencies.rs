//! What may be in the build, by deny.toml: no crate it bans, one version where it wants one, licences on its list.
//!
//! Looks at what is really built for this machine. Cargo.lock and `cargo metadata` also name crates that nothing
//! switches on: `ring` is there because rustls-webpki has a feature `ring?/alloc`.
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Node, Package, PackageId};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

/// Ok when the resolved build keeps to deny.toml; otherwise one sentence for each thing that does not.
pub fn check_dependencies() -> Result<(), Vec<String>> {
    let refused = refusals(&resolved_build(), &Policy::read());
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// Plants forbidden packages into the metadata of the real build; panics when one of them is not refused.
pub fn violations_are_seen() {
    let policy = Policy::read();
    let real = resolved_build();
    let before = refusals(&real, &policy);
    let mit = Some("MIT");
    let broken = [
        ("openssl", "0.10.0", mit, "openssl 0.10.0 is banned"),
        ("openssl-sys", "0.9.0", mit, "openssl-sys 0.9.0 is banned"),
        ("native-tls", "0.2.0", mit, "native-tls 0.2.0 is banned"),
        ("ring", "0.17.99", mit, "ring 0.17.99 is banned"),
        ("ruma", "0.17.0", mit, "ruma is built in 2 versions"),
        ("libsqlite3-sys", "0.1.0", mit, "libsqlite3-sys is built in 2 versions"),
        ("planted", "1.0.0", Some("SSPL-1.0"), "planted 1.0.0 has a licence off the list: SSPL-1.0"),
        ("planted", "1.0.0", Some("MIT AND GPL-2.0-only"), "planted 1.0.0 has a licence off the list"),
        ("planted", "1.0.0", Some("nonsense ("), "planted 1.0.0 has a licence that is no SPDX expression"),
        ("planted", "1.0.0", None, "planted 1.0.0 names no licence"),
    ];
    for (name, version, licence, reason) in broken {
        let found = refusals(&with_planted(&real, name, version, licence), &policy);
        assert!(found.iter().any(|found| found.contains(reason)), "\"{reason}\" was not found in {found:?}");
    }
    for licence in ["MIT/Apache-2.0", "GPL-2.0-only OR MIT", "Apache-2.0 WITH LLVM-exception"] {
        let found = refusals(&with_planted(&real, "planted", "1.0.0", Some(licence)), &policy);
        assert_eq!(found, before, "{licence} is on the list");
    }
}

/// The part of deny.toml that is checked here.
#[derive(Deserialize)]
struct Policy {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
    /// The crate itself is welcome, once.
    #[serde(default)]
    deny_multiple_versions: bool,
}

impl Policy {
    fn read() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
        let text = fs::read_to_string(&file).expect("deny.toml is at the top of the project");
        toml::from_str(&text).expect("deny.toml has [licenses] allow and [bans] deny")
    }
}

fn resolved_build() -> Metadata {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version = Command::new(cargo).arg("-vV").output().expect("cargo runs, since it runs the tests");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo -vV names its host");
    MetadataCommand::new()
        .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .other_options(["--locked", "--filter-platform", host].map(str::to_owned).to_vec())
        .exec()
        .expect("cargo metadata describes the build")
}

fn refusals(metadata: &Metadata, policy: &Policy) -> Vec<String> {
    let built = built_packages(metadata);
    let mut refused = Vec::new();
    for ban in &policy.bans.deny {
        let versions: BTreeSet<String> =
            built.iter().filter(|package| *package.name == ban.name).map(|p| p.version.to_string()).collect();
        if ban.deny_multiple_versions && versions.len() > 1 {
            refused.push(format!("{} is built in {} versions: {}", ban.name, versions.len(), ban.reason));
        } else if !ban.deny_multiple_versions {
            refused.extend(versions.iter().map(|version| format!("{} {version} is banned: {}", ban.name, ban.reason)));
        }
    }
    let allowed: Vec<Licensee> =
        policy.licenses.allow.iter().map(|text| text.parse().expect("deny.toml lists SPDX licences")).collect();
    refused.extend(built.iter().filter_map(|package| why_not_licensed(package, &allowed)));
    refused
}

fn why_not_licensed(package: &Package, allowed: &[Licensee]) -> Option<String> {
    let who = format!("{} {}", package.name, package.version);
    let Some(text) = &package.license else {
        return Some(format!("{who} names no licence"));
    };
    let Ok(expression) = Expression::parse_mode(text, ParseMode::LAX) else {
        return Some(format!("{who} has a licence that is no SPDX expression: {text}"));
    };
    let fine = expression.evaluate(|wanted| allowed.iter().any(|licence| licence.satisfies(wanted)));
    (!fine).then(|| format!("{who} has a licence off the list: {text}"))
}

/// The packages reached from ours over dependencies that are switched on.
fn built_packages(metadata: &Metadata) -> Vec<&Package> {
    let packages: BTreeMap<&PackageId, &Package> = metadata.packages.iter().map(|p| (&p.id, p)).collect();
    let resolve = metadata.resolve.as_ref().expect("cargo metadata resolves without --no-deps");
    let nodes: BTreeMap<&PackageId, &Node> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut open = vec![resolve.root.as_ref().expect("one package is the root")];
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let (node, package) = (nodes[id], packages[id]);
            open.extend(
                node.deps.iter().map(|dep| &dep.pkg).filter(|dep| is_switched_on(node, package, packages[dep])),
            );
        }
    }
    packages.into_iter().filter(|(id, _)| seen.contains(id)).map(|(_, package)| package).collect()
}

/// Whether `package`, with the features it is built with, really depends on `wanted`: an optional dependency counts
/// only when a feature that is on names it without a question mark.
fn is_switched_on(node: &Node, package: &Package, wanted: &Package) -> bool {
    let mut declared = package.dependencies.iter().filter(|dependency| dependency.name == *wanted.name);
    declared.any(|dependency| {
        let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
        let (switch, path) = (format!("dep:{key}"), format!("{key}/"));
        let names = |enabled: &String| *enabled == switch || enabled.starts_with(&path);
        !dependency.optional
            || node.features.iter().filter_map(|on| package.features.get(on.as_str())).flatten().any(names)
    })
}

/// The same build with one more direct dependency: a copy of a real one under another name, version and licence.
fn with_planted(real: &Metadata, name: &str, version: &str, licence: Option<&str>) -> Metadata {
    let mut planted = real.clone();
    let url = real.packages.iter().find(|package| *package.name == "url").expect("we depend on url");
    let id = PackageId { repr: format!("planted#{name}@{version}") };

    let mut package = url.clone();
    package.id = id.clone();
    package.name = serde_json::from_value(name.into()).expect("a package's name");
    package.version = version.parse().expect("a version");
    package.license = licence.map(str::to_owned);
    package.dependencies.clear();
    planted.packages.push(package);

    let root = planted.root_package().expect("one package is the root").id.clone();
    let own = planted.packages.iter_mut().find(|package| package.id == root).expect("the root is a package");
    let mut wanted = own.dependencies.iter().find(|dep| dep.name == "url").expect("we depend on url").clone();
    wanted.name = name.to_owned();
    own.dependencies.push(wanted);

    let resolve = planted.resolve.as_mut().expect("the real metadata is resolved");
    let mut node = resolve.nodes.iter().find(|node| node.id == url.id).expect("url is resolved").clone();
    node.id = id.clone();
    node.deps.clear();
    let own = resolve.nodes.iter_mut().find(|node| node.id == root).expect("the root is resolved");
    let mut edge = own.deps.iter().find(|dep| dep.pkg == url.id).expect("we depend on url").clone();
    edge.pkg = id;
    own.deps.push(edge);
    resolve.nodes.push(node);
    planted
}
