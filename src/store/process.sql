-- process_list(publisher:t) -> all (process_id:t, version:i, name:t, attempts:i)
SELECT process_id, version, name, attempts FROM process WHERE publisher_id = $1 ORDER BY process_id;

-- process_get(publisher:t, process:t) -> one like process_list
SELECT process_id, version, name, attempts FROM process WHERE publisher_id = $1 AND process_id = $2;

-- process_put(publisher:t, process:t, version:i, name:t, attempts:i, at:i) -> one (version:i)
-- A row when it was still at the version before, or was not there yet.
INSERT INTO process (publisher_id, process_id, version, name, attempts, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (publisher_id, process_id) DO UPDATE SET version = excluded.version, name = excluded.name,
       attempts = excluded.attempts, changed_at = excluded.changed_at
 WHERE process.version = excluded.version - 1
RETURNING version;

-- process_gone(publisher:t, process:t)
DELETE FROM process WHERE publisher_id = $1 AND process_id = $2;

-- process_stages(publisher:t, process:t) -> all (stage:t, name:t, entry:t, exit:t, target_days:i, gate:i)
SELECT stage, name, entry, exit, target_days, gate FROM process_stage
 WHERE publisher_id = $1 AND process_id = $2 ORDER BY n;

-- process_stage_put(publisher:t, process:t, stage:t, n:i, name:t, entry:t, exit:t, target_days:i, gate:i)
INSERT INTO process_stage (publisher_id, process_id, stage, n, name, entry, exit, target_days, gate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- process_stages_gone(publisher:t, process:t)
DELETE FROM process_stage WHERE publisher_id = $1 AND process_id = $2;

-- process_items(publisher:t, process:t) -> all (item:t, name:t, required:i, evidence:i)
SELECT item, name, required, evidence FROM process_item WHERE publisher_id = $1 AND process_id = $2 ORDER BY n;

-- process_item_put(publisher:t, process:t, item:t, n:i, name:t, required:i, evidence:i)
INSERT INTO process_item (publisher_id, process_id, item, n, name, required, evidence) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- process_items_gone(publisher:t, process:t)
DELETE FROM process_item WHERE publisher_id = $1 AND process_id = $2;

-- process_offers(publisher:t, process:t) -> all (offer_id:t)
SELECT offer_id FROM process_offer WHERE publisher_id = $1 AND process_id = $2 ORDER BY offer_id;

-- process_of_offer(publisher:t, offer:t) -> one (process_id:t)
SELECT process_id FROM process_offer WHERE publisher_id = $1 AND offer_id = $2;

-- process_offer_put(publisher:t, offer:t, process:t)
INSERT INTO process_offer (publisher_id, offer_id, process_id) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id, offer_id) DO UPDATE SET process_id = excluded.process_id;

-- process_offers_gone(publisher:t, process:t)
DELETE FROM process_offer WHERE publisher_id = $1 AND process_id = $2;

-- stage_get(publisher:t, lead:u) -> one (process_id:t, stage:t, entered_at:i, late_at:I, value:i, currency:t)
SELECT process_id, stage, entered_at, late_at, value, currency FROM lead_stage
 WHERE publisher_id = $1 AND lead_id = $2;

-- stage_put(publisher:t, lead:u, seq:i, process:t, stage:t, entered_at:i, late_at:I, value:i, currency:t)
INSERT INTO lead_stage (publisher_id, lead_id, seq, process_id, stage, entered_at, late_at, value, currency)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (publisher_id, lead_id) DO UPDATE SET process_id = excluded.process_id, stage = excluded.stage,
       entered_at = excluded.entered_at, late_at = excluded.late_at, value = excluded.value, currency = excluded.currency;

-- stage_gone(publisher:t, lead:u) -> one (stage:t)
-- A row when it was still there: who takes it out takes it off the totals.
DELETE FROM lead_stage WHERE publisher_id = $1 AND lead_id = $2 RETURNING stage;

-- stage_late(publisher:t, process:t, stage:t, after_ms:I)
-- The stage has another target. after_ms NULL: none.
UPDATE lead_stage SET late_at = entered_at + $4 WHERE publisher_id = $1 AND process_id = $2 AND stage = $3;

-- stage_total_add(publisher:t, process:t, stage:t, currency:t, n:i, value:i)
INSERT INTO stage_total (publisher_id, process_id, stage, currency, n, value) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (publisher_id, process_id, stage, currency) DO UPDATE SET n = stage_total.n + excluded.n,
       value = stage_total.value + excluded.value;

-- stage_totals(publisher:t, process:t) -> all (stage:t, currency:t, n:i, value:i)
SELECT stage, currency, n, value FROM stage_total
 WHERE publisher_id = $1 AND process_id = $2 AND n > 0 ORDER BY stage, currency;

-- stage_missing(publisher:t, limit:i) -> all (lead_id:u)
-- Active leads that stand nowhere yet: an import or a CRM says that they are.
SELECT l.lead_id FROM lead l
 WHERE l.publisher_id = $1 AND l.substatus = 'Accepted' AND l.substatus <> 'Received'
   AND l.test = 0 AND l.kind <> 'information'
   AND NOT EXISTS (SELECT 1 FROM lead_stage s WHERE s.publisher_id = $1 AND s.lead_id = l.lead_id)
 ORDER BY l.seq LIMIT $2;

-- stage_stray(publisher:t, from:i, limit:i) -> all (lead_id:u)
-- Leads that stand somewhere and are not Active any more, or are gone.
SELECT s.lead_id FROM lead_stage s
 WHERE s.publisher_id = $1 AND s.seq >= $2
   AND NOT EXISTS (SELECT 1 FROM lead l WHERE l.publisher_id = $1 AND l.lead_id = s.lead_id
                      AND CASE WHEN l.status = 'Active' THEN 1 ELSE 0 END = 1)
 ORDER BY s.seq LIMIT $3;

-- check_list(publisher:t, lead:u) -> all (item:t, evidence:t, entry_id:U, actor:t, at:i)
SELECT item, evidence, entry_id, actor, at FROM lead_check WHERE publisher_id = $1 AND lead_id = $2 ORDER BY item;

-- check_put(publisher:t, lead:u, item:t, evidence:t, entry:U, actor:t, at:i)
INSERT INTO lead_check (publisher_id, lead_id, item, evidence, entry_id, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (publisher_id, lead_id, item) DO UPDATE SET evidence = excluded.evidence, entry_id = excluded.entry_id,
       actor = excluded.actor, at = excluded.at;

-- check_rests(publisher:t, lead:u, entry:u) -> all (item:t)
-- Ticks for which nothing speaks but that note, call or mail.
SELECT item FROM lead_check WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3 AND evidence = '' ORDER BY item;

-- check_gone(publisher:t, lead:u, item:t) -> one (item:t)
DELETE FROM lead_check WHERE publisher_id = $1 AND lead_id = $2 AND item = $3 RETURNING item;

-- board_page(publisher:t, process:t, stage:t, entered_at:i, lead:u, limit:i, owner:U, team:U, offer:T) -> all like lead_page
-- A column of the board from the cursor entered_at and lead, those that have been there longest first. What is not
-- Active any more is passed over until it is settled; of one part of a reach. The CASE: each lead is looked up by its id,
-- not among all Active ones.
SELECT {lead_columns}
  FROM lead_stage st CROSS JOIN lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE st.publisher_id = $1 AND st.process_id = $2 AND st.stage = $3 AND (st.entered_at, st.lead_id) > ($4, $5)
   AND l.publisher_id = $1 AND l.lead_id = st.lead_id
   AND CASE WHEN l.status = 'Active' AND ($7 IS NULL OR l.owner_id = $7) AND ($8 IS NULL OR l.team_id = $8)
             AND ($9 IS NULL OR l.offer_id = $9) THEN 1 ELSE 0 END = 1
 ORDER BY st.entered_at, st.lead_id LIMIT $6;

-- lead_progress_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, at:i, favorite:i, quality:T, intent:T, stalled:i, once:i, few:i) -> all like lead_page
-- The page of lead_page of those that do not get on (stalled in their stage at the time, open or lost after too few attempts), or
-- that people marked. Each is a list with an index of its own in the order of receipt, which may be long: a filter that finds few
-- leads leads them. Whatever leads, all of it is compared row by row, too.
-- for view: stalled "lead_stage st", "st.seq", "st.late_at < $19"
-- for view: once "engagement st", "st.once_seq", "l.status <> 'Closed'"
-- for view: few "lead_move st", "st.few_seq", "1 = 1"
-- for view: favorite "engagement st", "st.seq", "st.favorite = 1"
-- for view: quality "engagement st", "st.seq", "st.quality = $21"
-- for view: intent "engagement st", "st.seq", "st.purchase_intent = $22"
-- for view: of_customer "lead st", "+st.seq", "st.customer_id = $9"
-- for view: of_owner "lead st", "st.seq", "st.owner_id = $10"
-- for view: of_team "lead st", "st.seq", "st.team_id = $17"
-- for view: of_offer "lead st", "st.seq", "st.offer_id = $8"
-- for view: of_new "lead st", "st.seq", "st.status = 'New'"
-- for view: of_unread "lead st", "st.seq", "st.read_at IS NULL AND st.test = 0"
-- for view: of_test "lead st", "st.seq", "st.test = 1"
-- for order: newest "{view.2} DESC"
-- for order: oldest "{view.2}"
SELECT {lead_columns}
  FROM {view} CROSS JOIN lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE st.publisher_id = $1 AND {view.2} >= $2 AND {view.2} <= $3 AND {view.3}
   AND l.publisher_id = $1 AND l.lead_id = st.lead_id AND +l.due_sort < $4
   AND CASE WHEN {lead_narrow}
             AND (($20 = 0 AND $21 IS NULL AND $22 IS NULL AND $24 = 0)
                  OR EXISTS (SELECT 1 FROM engagement g WHERE g.publisher_id = $1 AND g.lead_id = l.lead_id AND ($20 = 0 OR g.favorite = 1)
                                AND ($21 IS NULL OR g.quality = $21) AND ($22 IS NULL OR g.purchase_intent = $22)
                                AND ($24 = 0 OR (g.once_seq IS NOT NULL AND l.status <> 'Closed'))))
             AND ($23 = 0 OR EXISTS (SELECT 1 FROM lead_stage g WHERE g.publisher_id = $1 AND g.lead_id = l.lead_id AND g.late_at < $19))
             AND ($25 = 0 OR EXISTS (SELECT 1 FROM lead_move g WHERE g.publisher_id = $1 AND g.lead_id = l.lead_id AND g.few_seq IS NOT NULL))
            THEN 1 ELSE 0 END = 1
 ORDER BY {order} LIMIT $5;
