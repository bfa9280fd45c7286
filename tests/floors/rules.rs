//! What stands where, and why one place may not name another.
use std::cmp::Ordering;

/// Each module of the crate's root with its height.
const FLOORS: &[(&str, u8)] = &[
    ("app", 5),
    ("http", 4),
    ("socket", 4),
    ("jobs", 4),
    ("view", 3),
    ("desk", 2),
    ("store", 1),
    ("files", 1),
    ("host", 1),
    ("matrix", 1),
    ("mail", 1),
    ("domain", 0),
];

/// Crates that belong to some floors alone.
const OWNED_CRATES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("axum", &["http", "app"]),
    ("reqwest", &["matrix", "host", "app"]),
    ("socketioxide", &["socket"]),
    ("lettre", &["mail"]),
    ("minijinja", &["mail"]),
];

/// What the domain, which does no IO and nothing asynchronous, may not name (beyond the owned crates).
const NOT_IN_DOMAIN: &[&[&str]] = &[
    &["tokio"],
    &["tokio_util"],
    &["futures_util"],
    &["hyper"],
    &["tower"],
    &["matrix_sdk"],
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
];

/// How high a floor stands; none for a module on no floor.
pub fn height(floor: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == floor).map(|(_, height)| *height)
}

/// The owned crate that a path into other crates starts with, and its owners.
pub fn owned_crate(place: &[String]) -> Option<(&'static str, &'static [&'static str])> {
    OWNED_CRATES.iter().copied().find(|(owned, _)| place.first().is_some_and(|first| first == owned))
}

/// Why code on the floor `own` (none: the crate's root) may not name `place`, a path from the crate's root.
pub fn why_not_ours(own: Option<&str>, place: &[String]) -> Option<String> {
    let Some(target) = place.first() else {
        return Some("the crate's root as a whole would bring every floor: name what is needed".into());
    };
    let Some(there) = height(target) else {
        return Some("the crate's root holds floors alone".into());
    };
    let Some(own) = own else {
        return Some("the crate's root declares the floors and names nothing in them".into());
    };
    if own == target {
        return None;
    }
    // A module on no floor was reported with its file.
    match there.cmp(&height(own)?) {
        Ordering::Less => None,
        Ordering::Equal => Some(format!("{own} may not call {target} beside it")),
        Ordering::Greater => Some(format!("{own} may not call {target} above it")),
    }
}

/// Why `main.rs` may not name `place` of the library.
pub fn why_not_from_main(place: &[String]) -> Option<String> {
    (place.first().map(String::as_str) != Some("app")).then(|| "main.rs calls app alone".into())
}

/// Why code on the floor `own` (none: the crate's root) may not name `place` in another crate.
pub fn why_not_foreign(own: Option<&str>, place: &[String]) -> Option<String> {
    let own = own.unwrap_or("the crate's root");
    if let Some((owned, owners)) = owned_crate(place)
        && !owners.contains(&own)
    {
        return Some(format!("{owned} belongs to {}, not to {own}", owners.join(" and ")));
    }
    let banned = own == "domain" && NOT_IN_DOMAIN.iter().any(|banned| starts_with(place, banned));
    banned.then(|| "the domain does no IO and nothing asynchronous".into())
}

fn starts_with(place: &[String], start: &[&str]) -> bool {
    place.len() >= start.len() && place.iter().zip(start).all(|(a, b)| a == b)
}
