//! Kept views of another place than the search: filters of the worklist.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000071_place_saved_views", up: UP, down: DOWN };

const UP: &str = "
ALTER TABLE saved_view ADD COLUMN place TEXT NOT NULL DEFAULT 'search';
";

// Without its place a filter of the worklist would be taken for a query.
const DOWN: &str = "
DELETE FROM saved_view_alert WHERE view_id IN (SELECT id FROM saved_view WHERE place <> 'search');
DELETE FROM saved_view WHERE place <> 'search';
ALTER TABLE saved_view DROP COLUMN place;
";
