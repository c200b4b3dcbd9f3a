//! Anteroom.
