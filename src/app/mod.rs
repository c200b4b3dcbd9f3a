//! Use cases: load, authorize, decide, record, view. Both doors, the worker and the command line come through here.

pub mod error;
