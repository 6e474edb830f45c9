-- lead_updated(publisher:t, lead:u, seq:i)
-- Something of the lead that others may see is another since; time only goes up.
UPDATE lead SET updated_seq = $3
 WHERE publisher_id = $1 AND lead_id = $2 AND (updated_seq IS NULL OR updated_seq < $3);

-- lead_updated_page(publisher:t, from:i, to:i, limit:i, owner:U, team:U, offer:T) -> all (lead_id:u, updated_seq:i)
-- Leads of one part of a reach that were changed after they had come, by the time of that. The CASE keeps the part from
-- leading where many leads are in it: this list is in the order of the changes. A part with few leads leads, and is sorted.
-- for part: any "updated_seq IS NOT NULL", ""
-- for part: owner "owner_id = $5 AND +updated_seq IS NOT NULL", "+"
-- for part: team "team_id = $6 AND +updated_seq IS NOT NULL", "+"
-- for part: offer "offer_id = $7 AND +updated_seq IS NOT NULL", "+"
-- for order: newest "{part.2}updated_seq DESC, lead_id DESC"
-- for order: oldest "{part.2}updated_seq, lead_id"
SELECT lead_id, updated_seq FROM lead
 WHERE publisher_id = $1 AND {part} AND {part.2}updated_seq >= $2 AND {part.2}updated_seq <= $3 AND test = 0
   AND CASE WHEN ($5 IS NULL OR owner_id = $5) AND ($6 IS NULL OR team_id = $6) AND ($7 IS NULL OR offer_id = $7)
            THEN 1 ELSE 0 END = 1
 ORDER BY {order} LIMIT $4;
