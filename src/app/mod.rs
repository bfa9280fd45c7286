//! Configuration, telemetry, command line, wiring and shutdown.
