//! The cookie that a browser's session had before its last proof: it is good for some seconds more, so that a form sent
//! twice at once does not end the session.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000081_keep_the_cookie_before", up: UP, down: DOWN };

const UP: &str = "
ALTER TABLE session ADD COLUMN cookie_hash_before TEXT;
CREATE UNIQUE INDEX session_cookie_hash_before_key ON session (cookie_hash_before);
";

const DOWN: &str = "
DROP INDEX session_cookie_hash_before_key;
ALTER TABLE session DROP COLUMN cookie_hash_before;
";
