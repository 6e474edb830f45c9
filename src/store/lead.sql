-- What the pages of the lead list have in common, here and in search.sql.
-- text lead_columns:
--   "l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,"
--   "l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,"
--   "l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,"
--   "l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title,"
--   "CASE WHEN l.status = 'Active' THEN (SELECT s.process_id FROM lead_stage s WHERE s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id) END AS process_id,"
--   "CASE WHEN l.status = 'Active' THEN (SELECT s.stage FROM lead_stage s WHERE s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id) END AS stage,"
--   "CASE WHEN l.status = 'Active' THEN (SELECT n.name FROM lead_stage s JOIN process_stage n ON n.publisher_id = s.publisher_id AND n.process_id = s.process_id AND n.stage = s.stage WHERE s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id) END AS stage_name,"
--   "CASE WHEN l.status = 'Active' THEN (SELECT s.entered_at FROM lead_stage s WHERE s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id) END AS entered_at,"
--   "CASE WHEN l.status = 'Active' THEN (SELECT s.late_at FROM lead_stage s WHERE s.publisher_id = l.publisher_id AND s.lead_id = l.lead_id) END AS late_at, l.updated_seq, l.team_id,"
--   "(SELECT COALESCE(NULLIF(n.name, ''), n.email) FROM account n WHERE n.account_id = l.owner_id) AS owner_name,"
--   "(SELECT n.name FROM team n WHERE n.publisher_id = l.publisher_id AND n.team_id = l.team_id) AS team_name,"
--   "CASE WHEN l.status = 'Closed' AND (l.responded_at IS NULL OR l.due_at IS NOT NULL) THEN (SELECT g.closed_at FROM engagement g WHERE g.publisher_id = l.publisher_id AND g.lead_id = l.lead_id) END AS closed_at"
-- text lead_narrow:
--   "l.test = $6 AND ($8 IS NULL OR l.offer_id = $8) AND ($9 IS NULL OR l.customer_id = $9)"
--   "AND ($10 IS NULL OR l.owner_id = $10) AND ($11 IS NULL OR l.status = $11)"
--   "AND ($12 IS NULL OR l.substatus = $12) AND ($13 IS NULL OR l.source = $13)"
--   "AND ($14 IS NULL OR l.action = $14) AND ($15 IS NULL OR l.kind = $15)"
--   "AND ($16 IS NULL OR l.country = $16) AND ($17 IS NULL OR l.team_id = $17) AND ($7 = 0 OR l.read_at IS NULL)"
--   "AND ($18 = 0 OR (l.owner_id IS NULL AND l.status <> 'Closed' AND l.test = 0 AND l.kind <> 'information'))"

-- lead_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, due_from:i) -> all (lead_id:u, publisher_id:t, seq:i, offer_id:t, offer_title:T, customer_id:u, source:t, action:t, kind:t, status:t, substatus:t, owner_id:U, received_at:i, touched_at:i, touches:i, test:i, dnc:i, bought:i, hot:i, due_at:I, due_sort:i, warm_until:I, responded_at:I, read_at:I, flags:i, lead_source:T, description:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, process_id:T, stage:T, stage_name:T, entered_at:I, late_at:I, updated_seq:I, team_id:U, owner_name:T, team_name:T, closed_at:I)
-- One page of the lead list by time of receipt. from and to are seqs, whose upper bits are that time; the cursor
-- is in them. lead: the index that leads; the other filters are compared row by row. A plus keeps a column from
-- leading. The CASE hides how many filters there are: each makes SQLite expect fewer rows, until it would
-- rather sort than follow an index in order. customer sorts what it finds: it leads when that is few.
-- for lead: any "1 = 1", ""
-- for lead: offer "l.offer_id = $8", ""
-- for lead: customer "l.customer_id = $9", "+"
-- for lead: owner "l.owner_id = $10", ""
-- for lead: team "l.team_id = $17", ""
-- for lead: status "l.status = $11 AND l.status <> 'New'", ""
-- for lead: new "l.status = 'New'", ""
-- for lead: substatus "l.substatus = $12 AND l.substatus <> 'Received'", ""
-- for lead: test "l.test = 1", ""
-- for lead: unread "l.read_at IS NULL AND l.test = 0", ""
-- for lead: owed "l.due_sort < 4102444800000", ""
-- for order: newest "{lead.2}l.seq DESC"
-- for order: oldest "{lead.2}l.seq"
SELECT {lead_columns}
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND {lead} AND {lead.2}l.seq >= $2 AND {lead.2}l.seq <= $3 AND +l.due_sort < $4 AND +l.due_sort >= $19
   AND CASE WHEN {lead_narrow} THEN 1 ELSE 0 END = 1
 ORDER BY {order} LIMIT $5;

-- lead_due_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, seq:i, due:i) -> all like lead_page
-- The same by the response clock, from the cursor due and seq. Those that owe a response, those of an owner, of nobody,
-- of a team and of a status have indexes in the order of the clock. Every other row sorts what it finds: it leads when that
-- is few.
-- for lead: owed "l.due_sort < 4102444800000", "", "+"
-- for lead: customer "l.customer_id = $9", "+", "+"
-- for lead: offer "l.offer_id = $8", "+", ""
-- for lead: owner "l.owner_id = $10", "", "+"
-- for lead: team "l.team_id = $17", "", "+"
-- for lead: unowned "l.owner_id IS NULL AND l.status <> 'Closed' AND l.test = 0 AND l.kind <> 'information'", "", "+"
-- for lead: status "l.status = $11 AND l.status <> 'New'", "", "+"
-- for lead: new "l.status = 'New'", "+", ""
-- for lead: substatus "l.substatus = $12 AND l.substatus <> 'Received'", "+", ""
-- for lead: unread "l.read_at IS NULL AND l.test = 0", "+", ""
-- for lead: received "1 = 1", "+", ""
-- for order: rising "({lead.2}l.due_sort, {lead.2}l.seq) > ($20, $19)", "{lead.2}l.due_sort, {lead.2}l.seq"
-- for order: falling "({lead.2}l.due_sort, {lead.2}l.seq) < ($20, $19)", "{lead.2}l.due_sort DESC, {lead.2}l.seq DESC"
SELECT {lead_columns}
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND {lead} AND {order} AND {lead.2}l.due_sort < $4
   AND {lead.3}l.seq >= $2 AND {lead.3}l.seq <= $3
   AND CASE WHEN {lead_narrow} THEN 1 ELSE 0 END = 1
 ORDER BY {order.2} LIMIT $5;

-- lead_few(publisher:t, from:i, to:i, due_below:i, limit:i, customer:U, owner:U, status:T, substatus:T, team:U, offer:T) -> one (n:i, from:i, to:i)
-- How many a leading filter finds, and what they span, from its index; of limit leads at most.
-- for lead: customer "l.customer_id = $6"
-- for lead: offer "l.offer_id = $11 AND l.seq >= $2 AND l.seq <= $3"
-- for lead: owner "l.owner_id = $7 AND l.seq >= $2 AND l.seq <= $3"
-- for lead: team "l.team_id = $10 AND l.seq >= $2 AND l.seq <= $3"
-- for lead: status "l.status = $8 AND l.status <> 'New' AND l.seq >= $2 AND l.seq <= $3"
-- for lead: substatus "l.substatus = $9 AND l.substatus <> 'Received' AND l.seq >= $2 AND l.seq <= $3"
-- for lead: test "l.test = 1 AND l.seq >= $2 AND l.seq <= $3"
-- for lead: unread "l.read_at IS NULL AND l.test = 0 AND l.seq >= $2 AND l.seq <= $3"
-- for lead: new "l.status = 'New' AND l.seq >= $2 AND l.seq <= $3"
-- for lead: received "l.seq >= $2 AND l.seq <= $3"
-- for lead: owed "l.due_sort < 4102444800000 AND l.due_sort < $4 AND +l.seq >= $2 AND +l.seq <= $3"
-- for lead: unowned "l.owner_id IS NULL AND l.status <> 'Closed' AND l.test = 0 AND l.kind <> 'information' AND l.due_sort < $4"
SELECT count(*) AS n, COALESCE(min(seq), 0) AS "from", COALESCE(max(seq), 0) AS "to"
  FROM (SELECT l.seq FROM lead l WHERE l.publisher_id = $1 AND {lead} LIMIT $5) few;

-- lead_ends(publisher:t, from:i, to:i, owner:U, status:T, substatus:T, team:U, offer:T) -> one (from:i, to:i)
-- Between which leads all are that a leading filter finds, however many: the two ends of its index.
-- for lead: offer "l.offer_id = $8"
-- for lead: owner "l.owner_id = $4"
-- for lead: team "l.team_id = $7"
-- for lead: status "l.status = $5 AND l.status <> 'New'"
-- for lead: new "l.status = 'New'"
-- for lead: substatus "l.substatus = $6 AND l.substatus <> 'Received'"
-- for lead: test "l.test = 1"
-- for lead: unread "l.read_at IS NULL AND l.test = 0"
-- for lead: owed "l.due_sort < 4102444800000"
SELECT COALESCE((SELECT l.seq FROM lead l WHERE l.publisher_id = $1 AND {lead} AND l.seq >= $2 AND l.seq <= $3
                  ORDER BY l.seq LIMIT 1), 0) AS "from",
       COALESCE((SELECT l.seq FROM lead l WHERE l.publisher_id = $1 AND {lead} AND l.seq >= $2 AND l.seq <= $3
                  ORDER BY l.seq DESC LIMIT 1), -1) AS "to";

-- lead_window(publisher:t, from:i, to:i, limit:i) -> one (n:i, from:i, to:i)
-- What the first limit leads between from and to span.
-- for order: newest "seq DESC"
-- for order: oldest "seq"
SELECT count(*) AS n, COALESCE(min(seq), 0) AS "from", COALESCE(max(seq), 0) AS "to"
  FROM (SELECT seq FROM lead WHERE publisher_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY {order} LIMIT $4) w;

-- lead_class(publisher:t, kind:t, source:t, action:t) -> one (kind:t, source:t, action:t)
-- The class of leads (source, action, and the kind made of them) behind the given one. Three steps,
-- because SQLite compares (kind, source, action) > ($2, $3, $4) with every lead of the given class.
SELECT kind, source, action FROM
  (SELECT kind, source, action FROM (SELECT kind, source, action FROM lead
                   WHERE publisher_id = $1 AND kind = $2 AND source = $3 AND action > $4
                   ORDER BY action LIMIT 1) a
   UNION ALL
   SELECT kind, source, action FROM (SELECT kind, source, action FROM lead WHERE publisher_id = $1 AND kind = $2 AND source > $3
                   ORDER BY source, action LIMIT 1) b
   UNION ALL
   SELECT kind, source, action FROM (SELECT kind, source, action FROM lead WHERE publisher_id = $1 AND kind > $2
                   ORDER BY kind, source, action LIMIT 1) c) next
 ORDER BY kind, source, action LIMIT 1;

-- lead_due_span(publisher:t, seq:i, due:i, due_below:i, limit:i) -> one (n:i, from:i, to:i, due_from:i, due_to:i)
-- What the next limit leads that owe a response span, by the response clock.
-- for order: rising "(l.due_sort, l.seq) > ($3, $2)", "l.due_sort, l.seq"
-- for order: falling "(l.due_sort, l.seq) < ($3, $2)", "l.due_sort DESC, l.seq DESC"
SELECT count(*) AS n, COALESCE(min(seq), 0) AS "from", COALESCE(max(seq), 0) AS "to",
       COALESCE(min(due_sort), 0) AS due_from, COALESCE(max(due_sort), 0) AS due_to
  FROM (SELECT l.seq, l.due_sort FROM lead l
         WHERE l.publisher_id = $1 AND l.due_sort < 4102444800000 AND {order} AND l.due_sort < $4
         ORDER BY {order.2} LIMIT $5) span;

-- lead_get(publisher:t, lead:u) -> one like lead_page
SELECT {lead_columns}
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND l.lead_id = $2;

-- lead_others(publisher:t, customer:u, lead:U, limit:i, owner:U, team:U, offer:T) -> all like lead_page
-- The leads of a customer but the given one (null: all), newest first, of one part of a reach. +seq: sorted, and not by
-- reading all leads of the publisher from the newest on.
SELECT {lead_columns}
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND ($3 IS NULL OR l.lead_id <> $3)
   AND CASE WHEN ($5 IS NULL OR l.owner_id = $5) AND ($6 IS NULL OR l.team_id = $6) AND ($7 IS NULL OR l.offer_id = $7) THEN 1 ELSE 0 END = 1
 ORDER BY +l.seq DESC LIMIT $4;

-- lead_publisher(lead:u, publisher:t) -> one (lead_id:u)
SELECT lead_id FROM lead WHERE publisher_id = $2 AND lead_id = $1;

-- lead_touches(publisher:t, lead:u) -> all (receipt_id:u, ordinal:i, at:i, flags:i)
-- Without their texts, which may be long: those of the first are asked for alone.
SELECT receipt_id, ordinal, at, flags
  FROM touch WHERE publisher_id = $1 AND lead_id = $2 ORDER BY at, receipt_id, ordinal LIMIT 1000;

-- lead_touches_after(publisher:t, lead:u, at:i, receipt:u, ordinal:i, limit:i) -> all like lead_touches
SELECT receipt_id, ordinal, at, flags
  FROM touch WHERE publisher_id = $1 AND lead_id = $2 AND (at, receipt_id, ordinal) > ($3, $4, $5)
 ORDER BY at, receipt_id, ordinal LIMIT $6;

-- touch_record(publisher:t, receipt:u, ordinal:i) -> one (as_received:t, notes:t)
SELECT as_received, notes FROM touch WHERE publisher_id = $1 AND receipt_id = $2 AND ordinal = $3;

-- lead_read(publisher:t, lead:u, at:i) -> one (test:i)
-- A row when it was unread until now.
UPDATE lead SET read_at = $3 WHERE publisher_id = $1 AND lead_id = $2 AND read_at IS NULL RETURNING test;

-- lead_unread(publisher:t, lead:u) -> one (test:i)
UPDATE lead SET read_at = NULL WHERE publisher_id = $1 AND lead_id = $2 AND read_at IS NOT NULL RETURNING test;
