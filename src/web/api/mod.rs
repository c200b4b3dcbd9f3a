//! The JSON door: one file a room of the API. Handlers parse, call one use case and render.

pub mod access;
pub mod records;
