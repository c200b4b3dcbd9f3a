//! Who may.
pub mod permit;
