-- lead_updated(publisher:t, lead:u, seq:i)
-- Something of the lead that others may see is another since; time only goes up.
UPDATE lead SET updated_seq = $3
 WHERE publisher_id = $1 AND lead_id = $2 AND (updated_seq IS NULL OR updated_seq < $3);

-- lead_updated_page(publisher:t, from:i, to:i, limit:i, owner:U, team:U, offer:T) -> all (lead_id:u, updated_seq:i)
-- Leads of one part of a reach that were changed after they had come, by the time of that. The CASE keeps the part from
-- leading: this list is in the order of the changes.
-- for order: newest "updated_seq DESC, lead_id DESC"
-- for order: oldest "updated_seq, lead_id"
SELECT lead_id, updated_seq FROM lead
 WHERE publisher_id = $1 AND updated_seq IS NOT NULL AND updated_seq >= $2 AND updated_seq <= $3 AND test = 0
   AND CASE WHEN ($5 IS NULL OR owner_id = $5) AND ($6 IS NULL OR team_id = $6) AND ($7 IS NULL OR offer_id = $7)
            THEN 1 ELSE 0 END = 1
 ORDER BY {order} LIMIT $4;
