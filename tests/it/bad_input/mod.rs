//! Bad input at the door: a clear problem that points at the field, never a 5xx, and nothing lost or half-written.

mod bodies;
mod faults;
mod hidden;
mod lists;
mod requests;
