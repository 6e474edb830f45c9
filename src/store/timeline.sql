-- timeline_add(publisher:t, lead:u, entry:u, at:i, type:t, actor:t, detail:t)
-- batch: set
INSERT INTO timeline_entry (publisher_id, lead_id, entry_id, at, type, actor, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- timeline_of(publisher:t, lead:u, limit:i) -> all (entry_id:u, at:i, type:t, actor:t, detail:t)
-- The newest entries of a lead, newest first.
SELECT entry_id, at, type, actor, detail FROM timeline_entry
 WHERE publisher_id = $1 AND lead_id = $2 ORDER BY entry_id DESC LIMIT $3;

-- timeline_after(publisher:t, lead:u, after:u, limit:i) -> all like timeline_of
-- The entries behind one, the oldest first.
SELECT entry_id, at, type, actor, detail FROM timeline_entry
 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id > $3 ORDER BY entry_id LIMIT $4;

-- timeline_get(publisher:t, lead:u, entry:u) -> one (at:i, type:t, actor:t, detail:t)
SELECT at, type, actor, detail FROM timeline_entry WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3;

-- timeline_set(publisher:t, lead:u, entry:u, was:t, detail:t) -> one (entry_id:u)
-- A row when the entry was still as it was read.
UPDATE timeline_entry SET detail = $5 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3 AND detail = $4
RETURNING entry_id;
