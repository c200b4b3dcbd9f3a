//! Lists by reference: of a kind, of a developer's and of a partner's records of it.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000070_index_references", up: UP, down: DOWN };

const UP: &str = "
CREATE INDEX aggregate_kind_reference_idx ON aggregate (kind, reference);
CREATE INDEX aggregate_kind_developer_id_reference_idx ON aggregate (kind, developer_id, reference);
CREATE INDEX aggregate_kind_partner_id_reference_idx ON aggregate (kind, partner_id, reference)
    WHERE partner_id IS NOT NULL;
";

const DOWN: &str = "
DROP INDEX aggregate_kind_partner_id_reference_idx;
DROP INDEX aggregate_kind_developer_id_reference_idx;
DROP INDEX aggregate_kind_reference_idx;
";
