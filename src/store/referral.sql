-- lead_updated(publisher:t, lead:u, seq:i)
-- Something of the lead that others may see is another since; time only goes up.
UPDATE lead SET updated_seq = $3
 WHERE publisher_id = $1 AND lead_id = $2 AND (updated_seq IS NULL OR updated_seq < $3);

-- lead_updated_page(publisher:t, from:i, to:i, limit:i) -> all (lead_id:u, updated_seq:i)
-- Leads that were changed after they had come, by the time of that.
-- for order: newest "updated_seq DESC, lead_id DESC"
-- for order: oldest "updated_seq, lead_id"
SELECT lead_id, updated_seq FROM lead
 WHERE publisher_id = $1 AND updated_seq IS NOT NULL AND updated_seq >= $2 AND updated_seq <= $3 AND test = 0
 ORDER BY {order} LIMIT $4;
