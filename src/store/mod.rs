//! Domain values to and from rows: the only SQL of the project.
