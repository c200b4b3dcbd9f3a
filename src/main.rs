//! The `anteroom` binary.
#![forbid(unsafe_code)]

fn main() {}
