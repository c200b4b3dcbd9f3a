//! What is read from a request: strict, and answered with a problem that points at what is wrong.

pub mod actor;
pub mod headers;
pub mod json;
pub mod origin;
pub mod page;
pub mod path;
pub mod query;
mod strict;
pub mod upload;
pub mod visitor;

pub use headers::{Bearer, IdempotencyKey, IfMatchHeader};
pub use json::{ApiJson, RawJson, bytes, parse_error};
pub use page::{Page, PageLimit};
pub use path::Path;
pub use query::ApiQuery;
