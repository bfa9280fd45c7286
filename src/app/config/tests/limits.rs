//! How many requests a minute a configuration allows.
use super::{minimal, refusal};

#[test]
fn limits_that_nobody_could_live_with_are_refused() {
    for (line, beginning) in [
        ("limits.requests_per_minute = 9", "[limits] requests_per_minute is 9; expected 0 for no limit, or"),
        ("limits.anonymous_requests_per_minute = -1", "[limits] anonymous_requests_per_minute is -1"),
        ("limits.requests_per_minute = \"many\"", "[limits] requests_per_minute is a text"),
    ] {
        let refusal = refusal(&minimal(line), &[]);
        assert!(refusal.starts_with(&format!("/etc/roomdesk/roomdesk.toml:3: {beginning}")), "{line} gives {refusal}");
    }
}
