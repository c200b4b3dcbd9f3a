//! The rules that the service decides by, printed from what it decides by: who may do what, and what leads where.

mod permissions;
mod workflow;

use super::PageRoute;

/// The pages of this room.
pub fn routes() -> Vec<PageRoute> {
    [permissions::routes(), workflow::routes()].into_iter().flatten().collect()
}
