-- Items of a checklist that want evidence, and the note or call of the lead that a tick rests on, NULL: none; what was
-- ticked before stays so.
ALTER TABLE process_item ADD COLUMN evidence SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE lead_check ADD COLUMN entry_id BYTEA;
