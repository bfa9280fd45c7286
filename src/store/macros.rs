//! The two macros that let one text serve two engines.

/// Runs the same expression on whichever connection the transaction holds; it is compiled once per engine.
macro_rules! with_conn {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}

/// Names statements as constants and lists them, so that a test can prepare each on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// The statements of this file by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
}

/// Names statements that differ between the engines in how they tell the time and skip locked rows.
/// The body is a macro over (now, skip locked) as literals.
macro_rules! statements_per_engine {
    ($($name:ident = $body:ident;)+) => {
        $(const $name: $crate::store::db::PerEngine = $crate::store::db::PerEngine {
            sqlite: $body!("CAST(unixepoch('subsec') * 1000 AS BIGINT)", ""),
            postgres: $body!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", "FOR UPDATE SKIP LOCKED"),
        };)+
        /// The statements of this file that are not the same on both engines.
        pub const PER_ENGINE: &[(&str, $crate::store::db::PerEngine)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
}
