//! Workers and loops: a due row becomes a desk call.
