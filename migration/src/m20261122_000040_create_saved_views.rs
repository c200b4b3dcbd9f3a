//! Queries that people keep under a name, and who is told when what they find has changed.

use crate::dialect::Step;

pub(crate) const STEP: Step = Step { name: "m20261122_000040_create_saved_views", up: UP, down: DOWN };

const UP: &str = "
CREATE TABLE saved_view (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    organization_id TEXT NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT saved_view_account_id_name_key UNIQUE (account_id, name)
) STRICT;
CREATE INDEX saved_view_organization_id_idx ON saved_view (organization_id);
CREATE TABLE saved_view_alert (
    view_id TEXT NOT NULL REFERENCES saved_view (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    seen TEXT NOT NULL,
    next_look_at BIGINT NOT NULL,
    CONSTRAINT saved_view_alert_pkey PRIMARY KEY (view_id, account_id)
) STRICT;
CREATE INDEX saved_view_alert_account_id_idx ON saved_view_alert (account_id);
CREATE INDEX saved_view_alert_next_look_at_idx ON saved_view_alert (next_look_at);
";

const DOWN: &str = "
DROP TABLE saved_view_alert;
DROP TABLE saved_view;
";
