-- lead_page(publisher:t, seq:i, due:i, limit:i, test:i, since:i, until:i, due_below:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, unread:i) -> all (lead_id:u, publisher_id:t, seq:i, offer_id:t, offer_title:T, customer_id:u, source:t, action:t, kind:t, status:t, substatus:t, owner_id:U, received_at:i, touched_at:i, touches:i, test:i, dnc:i, bought:i, hot:i, due_at:I, due_sort:i, warm_until:I, responded_at:I, read_at:I, flags:i, lead_source:T, description:T, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T)
-- One page of the lead list, from a cursor. filter: the index that leads; the other filters are compared
-- row by row. order: received is seq, due is due_sort and seq. The plus keeps SQLite from walking the index
-- of due times, and sorting all of it, when the order is that of receipt. The CASE hides how many filters
-- there are: each makes SQLite expect fewer rows, until it would rather sort than follow an index in order.
-- for filter: any "1 = 1"
-- for filter: offer "l.offer_id = $9"
-- for filter: customer "l.customer_id = $10"
-- for filter: owner "l.owner_id = $11"
-- for filter: status "l.status = $12 AND l.status <> 'New'"
-- for filter: test "l.test = 1"
-- for filter: unread "l.read_at IS NULL AND l.test = 0"
-- for order: newest "l.seq < $2 AND $3 = $3", "l.seq DESC", "+l.due_sort"
-- for order: oldest "l.seq > $2 AND $3 = $3", "l.seq", "+l.due_sort"
-- for order: due "(l.due_sort, l.seq) > ($3, $2)", "l.due_sort, l.seq", "l.due_sort"
-- for order: due_last "(l.due_sort, l.seq) < ($3, $2)", "l.due_sort DESC, l.seq DESC", "l.due_sort"
SELECT l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,
       l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,
       l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND {filter} AND {order}
   AND {order.3} < $8
   AND CASE WHEN l.test = $5 AND l.received_at >= $6 AND l.received_at <= $7
             AND ($9 IS NULL OR l.offer_id = $9) AND ($10 IS NULL OR l.customer_id = $10)
             AND ($11 IS NULL OR l.owner_id = $11) AND ($12 IS NULL OR l.status = $12)
             AND ($13 IS NULL OR l.substatus = $13) AND ($14 IS NULL OR l.source = $14)
             AND ($15 IS NULL OR l.action = $15) AND ($16 IS NULL OR l.kind = $16)
             AND ($17 IS NULL OR l.country = $17) AND ($18 = 0 OR l.read_at IS NULL)
            THEN 1 ELSE 0 END = 1
 ORDER BY {order.2} LIMIT $4;

-- lead_get(publisher:t, lead:u) -> one like lead_page
SELECT l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,
       l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,
       l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND l.lead_id = $2;

-- lead_others(publisher:t, customer:u, lead:U, limit:i) -> all like lead_page
-- The leads of a customer but the given one (null: all), newest first.
SELECT l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,
       l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,
       l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title
  FROM lead l LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND ($3 IS NULL OR l.lead_id <> $3)
 ORDER BY l.seq DESC LIMIT $4;

-- lead_publisher(lead:u, publisher:t) -> one (lead_id:u)
SELECT lead_id FROM lead WHERE publisher_id = $2 AND lead_id = $1;

-- lead_touches(publisher:t, lead:u) -> all (receipt_id:u, ordinal:i, at:i, flags:i)
-- Without their texts, which may be long: those of the first are asked for alone.
SELECT receipt_id, ordinal, at, flags
  FROM touch WHERE publisher_id = $1 AND lead_id = $2 ORDER BY at, receipt_id, ordinal LIMIT 1000;

-- touch_record(publisher:t, receipt:u, ordinal:i) -> one (as_received:t, notes:t)
SELECT as_received, notes FROM touch WHERE publisher_id = $1 AND receipt_id = $2 AND ordinal = $3;

-- lead_read(publisher:t, lead:u, at:i) -> one (test:i)
-- A row when it was unread until now.
UPDATE lead SET read_at = $3 WHERE publisher_id = $1 AND lead_id = $2 AND read_at IS NULL RETURNING test;

-- lead_unread(publisher:t, lead:u) -> one (test:i)
UPDATE lead SET read_at = NULL WHERE publisher_id = $1 AND lead_id = $2 AND read_at IS NOT NULL RETURNING test;
