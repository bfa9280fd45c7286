//! Values that must not be printed.
use std::fmt;

use subtle::ConstantTimeEq;

/// A password, token or key: prints as `[secret]` and compares in constant time.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes `text` as it is, without trimming.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends or hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Some(Secret::new("hunter2"))), "Some([secret])");
    }

    #[test]
    fn secrets_are_equal_by_their_text() {
        assert_eq!(Secret::new("one"), Secret::new("one"));
        assert_ne!(Secret::new("one"), Secret::new("two"));
        assert_ne!(Secret::new("one"), Secret::new("one "));
    }
}
