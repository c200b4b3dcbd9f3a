//! What the product is used for: one function a use case.

pub mod seed;
