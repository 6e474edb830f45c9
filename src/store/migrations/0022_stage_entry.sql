-- When a stage begins, in words, as exit says when it is done.
ALTER TABLE process_stage ADD COLUMN entry TEXT NOT NULL DEFAULT '';
