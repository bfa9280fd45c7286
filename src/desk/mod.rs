//! Use cases: rules and IO together, one write transaction each.
