//! The door: routes, what is read from a request, and how an answer or an error is rendered. No rules live here.

pub mod cursor;
pub mod etag;
pub mod extract;
pub mod health;
pub mod middleware;
pub mod openapi;
pub mod problem;
pub mod serve;
