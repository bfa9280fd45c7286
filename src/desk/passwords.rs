//! Passwords: their rules, hashing and checking with Argon2id.
//!
//! Hashing is slow on purpose (tens of milliseconds, 19 MiB): it runs on threads of its own, few at once, and never
//! while a transaction is open.
use std::time::Duration;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use tokio::sync::Semaphore;

use crate::domain::Refusal;
use crate::domain::ids::secret_bytes;
use crate::domain::refusal::FieldError;

/// Fewest characters of a password.
pub const SHORTEST: usize = 10;
/// Most characters of a password.
pub const LONGEST: usize = 200;
/// How many are hashed at once; the rest waits.
static HASHING: Semaphore = Semaphore::const_new(4);
/// How long one waits before the desk says that it is overrun.
const PATIENCE: Duration = Duration::from_secs(10);
/// The hash of nobody's password, with the parameters of every other, so that checking it takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cm9vbWRlc2ssIG5vYm9keQ$eXKdZ6gmfbkWw2PyxeYvwAAtehZMa5q4fctNCvy99cs";

/// The password, when it keeps the rules: 10 to 200 characters, whatever they are.
pub fn check(field: &str, password: &str) -> Result<(), FieldError> {
    let length = password.chars().count();
    if (SHORTEST..=LONGEST).contains(&length) {
        return Ok(());
    }
    Err(FieldError::new(field, format!("has {length} characters; a password has {SHORTEST} to {LONGEST}")))
}

/// The Argon2id hash of a password in PHC form, freshly salted.
pub async fn hash(password: &str) -> Result<String, Refusal> {
    let password = password.to_owned();
    slowly(move || {
        let salt: [u8; 16] = secret_bytes();
        let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the one that was hashed; takes as long when there is no hash, and is false then.
pub async fn verify(password: &str, hash: Option<&str>) -> Result<bool, Refusal> {
    let (password, exists, hash) = (password.to_owned(), hash.is_some(), hash.unwrap_or(NOBODY).to_owned());
    slowly(move || {
        let hash = PasswordHash::new(&hash).map_err(argon2::password_hash::Error::from)?;
        match Argon2::default().verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(exists),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Runs the work on a thread for slow things, a few at once. Work that began goes on counting when the caller leaves.
async fn slowly<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
) -> Result<T, Refusal> {
    let permit = tokio::time::timeout(PATIENCE, HASHING.acquire())
        .await
        .map_err(|late| Refusal::Unavailable(Box::new(late)))?
        .map_err(|closed| Refusal::Broken(Box::new(closed)))?;
    let work = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    });
    work.await
        .map_err(|panicked| Refusal::Broken(Box::new(panicked)))?
        .map_err(|error| Refusal::Broken(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let stored = hash("correct horse").await.expect("hashes");
        assert!(verify("correct horse", Some(&stored)).await.expect("checks"));
        assert!(!verify("correct house", Some(&stored)).await.expect("checks"));
        assert_ne!(stored, hash("correct horse").await.expect("hashes"), "the salt is fresh");
    }

    #[tokio::test]
    async fn checking_nobody_s_password_costs_what_any_other_costs() {
        let stored = hash("correct horse").await.expect("hashes");
        let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(&stored), cost(NOBODY));
        let lengths = |hash: &str| hash.split('$').skip(4).map(str::len).collect::<Vec<_>>();
        assert_eq!(lengths(&stored), lengths(NOBODY), "salt and output are as long");
        assert!(!verify("anything at all", None).await.expect("checks"));
    }

    #[test]
    fn the_rules_say_how_long() {
        assert!(check("password", &"ä".repeat(10)).is_ok());
        let short = check("password", "short").expect_err("five characters");
        assert_eq!(short.detail, "has 5 characters; a password has 10 to 200");
        assert!(check("password", &"x".repeat(201)).is_err());
    }
}
