//! Sessions of browsers: what their cookie hashes to, and when the person last proved to be it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000050_create_browser_sessions", up: UP, down: DOWN };

const UP: &str = "
ALTER TABLE session ADD COLUMN cookie_hash TEXT;
ALTER TABLE session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
UPDATE session SET proved_at = created_at;
CREATE UNIQUE INDEX session_cookie_hash_key ON session (cookie_hash);
";

const DOWN: &str = "
DROP INDEX session_cookie_hash_key;
ALTER TABLE session DROP COLUMN proved_at;
ALTER TABLE session DROP COLUMN cookie_hash;
";
