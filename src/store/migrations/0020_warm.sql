-- When somebody is told next that a trial is warm, or was; NULL: nothing more is told of that. What runs already is not
-- told of, so that an upgrade tells nothing that is long past.
ALTER TABLE lead_watch ADD COLUMN warm_at BIGINT;
CREATE INDEX lead_watch_warm ON lead_watch (publisher_id, warm_at, lead_id) WHERE warm_at IS NOT NULL;
