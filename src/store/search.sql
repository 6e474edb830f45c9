-- search_put(publisher:t, seq:i, tokens:t)
-- batch: set
-- The one pair of engine-specific statements: full text. tokens: ASCII words made in C, space-separated.
-- SQLite's must be VALUES: an INSERT … SELECT opens a savepoint for each row, at which FTS5 writes all it
-- has gathered to the file, and that was more than a third of placing.
-- sqlite:
INSERT INTO lead_search (rowid, tokens) VALUES ($2, CASE WHEN $1 IS NULL THEN NULL ELSE $3 END);
-- postgresql:
INSERT INTO lead_search (publisher_id, seq, tokens)
VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')));

-- lead_search_page(publisher:t, seq:i, due:i, limit:i, test:i, since:i, until:i, due_below:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, unread:i, words:t) -> all like lead_page
-- The same page led by the search index: words is the engine's own query text, made in C of tokens only.
-- for order: newest "l.seq < $2 AND $3 = $3", "l.seq DESC", "s.rowid < $2 AND $3 = $3", "s.rowid DESC"
-- for order: oldest "l.seq > $2 AND $3 = $3", "l.seq", "s.rowid > $2 AND $3 = $3", "s.rowid"
-- for order: due "(l.due_sort, l.seq) > ($3, $2)", "l.due_sort, l.seq", "(l.due_sort, l.seq) > ($3, $2)", "l.due_sort, l.seq"
-- for order: due_last "(l.due_sort, l.seq) < ($3, $2)", "l.due_sort DESC, l.seq DESC", "(l.due_sort, l.seq) < ($3, $2)", "l.due_sort DESC, l.seq DESC"
-- sqlite:
SELECT l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,
       l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,
       l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title
  FROM lead_search s CROSS JOIN lead l ON l.seq = s.rowid LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE s.lead_search MATCH $19 AND {order.3} AND l.publisher_id = $1
   AND l.test = $5 AND l.received_at >= $6 AND l.received_at <= $7 AND l.due_sort < $8
   AND ($9 IS NULL OR l.offer_id = $9) AND ($10 IS NULL OR l.customer_id = $10)
   AND ($11 IS NULL OR l.owner_id = $11) AND ($12 IS NULL OR l.status = $12)
   AND ($13 IS NULL OR l.substatus = $13) AND ($14 IS NULL OR l.source = $14)
   AND ($15 IS NULL OR l.action = $15) AND ($16 IS NULL OR l.kind = $16)
   AND ($17 IS NULL OR l.country = $17) AND ($18 = 0 OR l.read_at IS NULL)
 ORDER BY {order.4} LIMIT $4;
-- postgresql:
SELECT l.lead_id, l.publisher_id, l.seq, l.offer_id, o.title AS offer_title, l.customer_id, l.source, l.action,
       l.kind, l.status, l.substatus, l.owner_id, l.received_at, l.touched_at, l.touches, l.test, l.dnc, l.bought,
       l.hot, l.due_at, l.due_sort, l.warm_until, l.responded_at, l.read_at, l.flags, l.lead_source, l.description,
       l.first_name, l.last_name, l.email, l.phone, l.country, l.company, l.title
  FROM lead_search s JOIN lead l ON l.publisher_id = s.publisher_id AND l.seq = s.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE s.publisher_id = $1 AND s.tokens @@ CAST($19 AS tsquery) AND {order}
   AND l.test = $5 AND l.received_at >= $6 AND l.received_at <= $7 AND l.due_sort < $8
   AND ($9 IS NULL OR l.offer_id = $9) AND ($10 IS NULL OR l.customer_id = $10)
   AND ($11 IS NULL OR l.owner_id = $11) AND ($12 IS NULL OR l.status = $12)
   AND ($13 IS NULL OR l.substatus = $13) AND ($14 IS NULL OR l.source = $14)
   AND ($15 IS NULL OR l.action = $15) AND ($16 IS NULL OR l.kind = $16)
   AND ($17 IS NULL OR l.country = $17) AND ($18 = 0 OR l.read_at IS NULL)
 ORDER BY {order.2} LIMIT $4;

-- search_merge() -> one (pages:i)
-- Works the newest words into the index. SQLite does that while it writes.
-- sqlite:
SELECT 0 AS pages;
-- postgresql:
SELECT gin_clean_pending_list('lead_search_tokens') AS pages;

-- search_clear()
-- Before the index is made anew.
-- sqlite:
INSERT INTO lead_search (lead_search) VALUES ('delete-all');
-- postgresql:
DELETE FROM lead_search;
