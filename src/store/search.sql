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

-- lead_search_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, due_from:i, words:t) -> all like lead_page
-- The page of lead_page led by the search index: words is the engine's own query text, made in C of tokens only.
-- SQLite's index is in the order of receipt. PostgreSQL's has none: either it gathers all that it finds, and
-- sorts, or the leads are walked in order and each compared with the words; a planner that does not know the
-- words cannot tell which. The CASE keeps it from gathering all that the publisher has, too; what words find is
-- sorted before rows are read, so that no more are read than the page needs. Rare: what is in 5,000 leads
-- or more is not gathered.
-- The words are read once, by a SELECT of their own: else they are for each lead.
-- for how: walk "lead_search s WHERE s.publisher_id = $1 AND CASE WHEN s.tokens @@ (SELECT CAST($20 AS tsquery)) THEN 1 ELSE 0 END = 1"
-- for how: gather "(SELECT g.seq FROM lead_search g WHERE CASE WHEN g.publisher_id = $1 THEN 1 ELSE 0 END = 1 AND g.tokens @@ (SELECT CAST($20 AS tsquery)) OFFSET 0) s WHERE 1 = 1"
-- for how: rare "(SELECT seq, count(*) OVER () AS n FROM (SELECT g.seq FROM lead_search g WHERE CASE WHEN g.publisher_id = $1 THEN 1 ELSE 0 END = 1 AND g.tokens @@ (SELECT CAST($20 AS tsquery)) LIMIT 5000) g) s WHERE s.n < 5000"
-- for order: newest "s.rowid DESC", "s.seq DESC"
-- for order: oldest "s.rowid", "s.seq"
-- sqlite:
SELECT {lead_columns}
  FROM lead_search s CROSS JOIN lead l ON l.seq = s.rowid LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE s.lead_search MATCH $20 AND s.rowid >= $2 AND s.rowid <= $3 AND l.publisher_id = $1
   AND l.due_sort < $4 AND l.due_sort >= $19 AND {lead_narrow}
 ORDER BY {order} LIMIT $5;
-- postgresql:
SELECT {lead_columns}
  FROM (SELECT s.seq FROM {how} AND s.seq >= $2 AND s.seq <= $3 ORDER BY {order.2} OFFSET 0) s
  JOIN lead l ON l.publisher_id = $1 AND l.seq = s.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE +l.due_sort < $4 AND +l.due_sort >= $19 AND {lead_narrow}
 ORDER BY {order.2} LIMIT $5;

-- lead_search_due_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, seq:i, due:i, words:t) -> all like lead_page
-- The page of lead_due_page led by the search index. It sorts what it finds: few, or those between from and to. On
-- PostgreSQL owed walks those that owe a response in their order, and compares each with the words; on SQLite it reads of
-- what the words find only those.
-- for how: owed "s.publisher_id = $1 AND CASE WHEN s.tokens @@ (SELECT CAST($21 AS tsquery)) THEN 1 ELSE 0 END = 1 AND l.due_sort < 4102444800000", "+", "+s.rowid IN (SELECT f.seq FROM lead f WHERE f.publisher_id = $1 AND f.due_sort < 4102444800000)"
-- for how: span "s.publisher_id = $1 AND CASE WHEN s.tokens @@ (SELECT CAST($21 AS tsquery)) THEN 1 ELSE 0 END = 1 AND l.due_sort < 4102444800000", "+", "1 = 1"
-- for how: gather "CASE WHEN s.publisher_id = $1 THEN 1 ELSE 0 END = 1 AND s.tokens @@ (SELECT CAST($21 AS tsquery))", "+", "1 = 1"
-- for order: rising "(l.due_sort, l.seq) > ($20, $19)", "l.due_sort, l.seq"
-- for order: falling "(l.due_sort, l.seq) < ($20, $19)", "l.due_sort DESC, l.seq DESC"
-- sqlite:
SELECT {lead_columns}
  FROM lead_search s CROSS JOIN lead l ON l.seq = s.rowid LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE s.lead_search MATCH $21 AND s.rowid >= $2 AND s.rowid <= $3 AND {how.3} AND {order} AND l.publisher_id = $1
   AND l.due_sort < $4 AND {lead_narrow}
 ORDER BY {order.2} LIMIT $5;
-- postgresql:
SELECT {lead_columns}
  FROM lead_search s JOIN lead l ON l.publisher_id = $1 AND l.seq = s.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE {how} AND {how.2}s.seq >= $2 AND {how.2}s.seq <= $3 AND {order}
   AND l.due_sort < $4 AND {lead_narrow}
 ORDER BY {order.2} LIMIT $5;

-- lead_probe_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, due_from:i, words:t) -> all like lead_page
-- The page of lead_page with the words: each lead that the leading filter finds is looked up in the search index.
-- for lead: customer "l.customer_id = $9", "+"
-- for lead: offer "l.offer_id = $8", ""
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
-- sqlite:
SELECT {lead_columns}
  FROM lead l CROSS JOIN lead_search s ON s.rowid = l.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND {lead} AND {lead.2}l.seq >= $2 AND {lead.2}l.seq <= $3 AND +l.due_sort < $4 AND +l.due_sort >= $19
   AND CASE WHEN {lead_narrow} THEN 1 ELSE 0 END = 1 AND s.lead_search MATCH $20
 ORDER BY {order} LIMIT $5;
-- postgresql:
SELECT {lead_columns}
  FROM lead l JOIN lead_search s ON s.publisher_id = l.publisher_id AND s.seq = l.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE l.publisher_id = $1 AND {lead} AND {lead.2}l.seq >= $2 AND {lead.2}l.seq <= $3 AND +l.due_sort < $4 AND +l.due_sort >= $19
   AND CASE WHEN {lead_narrow} THEN 1 ELSE 0 END = 1 AND CASE WHEN s.tokens @@ (SELECT CAST($20 AS tsquery)) THEN 1 ELSE 0 END = 1
 ORDER BY {order} LIMIT $5;

-- lead_among_page(publisher:t, from:i, to:i, due_below:i, limit:i, test:i, unread:i, offer:T, customer:U, owner:U, status:T, substatus:T, source:T, action:T, kind:T, country:T, team:U, unowned:i, due_from:i, words:t) -> all like lead_page
-- The page of lead_page with the words, of those that a filter finds, which are few: only rows that both know are read.
-- PostgreSQL has no order to follow, and looks each up.
-- for lead: offer "f.offer_id = $8"
-- for lead: owner "f.owner_id = $10"
-- for lead: team "f.team_id = $17"
-- for lead: status "f.status = $11 AND f.status <> 'New'"
-- for lead: new "f.status = 'New'"
-- for lead: substatus "f.substatus = $12 AND f.substatus <> 'Received'"
-- for lead: test "f.test = 1"
-- for lead: unread "f.read_at IS NULL AND f.test = 0"
-- for lead: owed "f.due_sort < 4102444800000"
-- for order: newest "s.rowid DESC", "s.seq DESC", "f.seq DESC"
-- for order: oldest "s.rowid", "s.seq", "f.seq"
-- sqlite:
SELECT {lead_columns}
  FROM lead_search s CROSS JOIN lead l ON l.seq = s.rowid LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE s.lead_search MATCH $20 AND s.rowid >= $2 AND s.rowid <= $3
   AND +s.rowid IN (SELECT f.seq FROM lead f WHERE f.publisher_id = $1 AND {lead} AND f.seq >= $2 AND f.seq <= $3)
   AND l.publisher_id = $1 AND l.due_sort < $4 AND l.due_sort >= $19 AND {lead_narrow}
 ORDER BY {order} LIMIT $5;
-- postgresql:
SELECT {lead_columns}
  FROM (SELECT f.publisher_id, f.seq FROM lead f JOIN lead_search w ON w.publisher_id = f.publisher_id AND w.seq = f.seq
         WHERE f.publisher_id = $1 AND {lead} AND f.seq >= $2 AND f.seq <= $3
           AND CASE WHEN w.tokens @@ (SELECT CAST($20 AS tsquery)) THEN 1 ELSE 0 END = 1 ORDER BY {order.3} OFFSET 0) s
  JOIN lead l ON l.publisher_id = s.publisher_id AND l.seq = s.seq LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
 WHERE +l.due_sort < $4 AND +l.due_sort >= $19 AND {lead_narrow}
 ORDER BY {order.2} LIMIT $5;

-- lead_search_few(publisher:t, words:t, from:i, to:i, limit:i) -> one (n:i)
-- How many the words find, up to limit, between from and to; PostgreSQL's index would find all others first, and is asked
-- for how many there are in all.
-- sqlite:
SELECT count(*) AS n FROM
  (SELECT 1 FROM lead_search WHERE lead_search MATCH $2 AND rowid >= $3 AND rowid <= $4 AND $1 = $1 LIMIT $5) few;
-- postgresql:
SELECT count(*) AS n FROM
  (SELECT 1 FROM lead_search WHERE CASE WHEN publisher_id = $1 THEN 1 ELSE 0 END = 1 AND tokens @@ (SELECT CAST($2 AS tsquery))
                               AND $3 = $3 AND $4 = $4 LIMIT $5) few;

-- search_of_customer(publisher:t, customer:u, from:i, to:i, words:t) -> one (seq:i)
-- batch: set
-- A lead of the customer, from one seq to another and no test, that has the words. The customer's leads lead, each
-- is compared: plus and CASE keep their order and the search index from that.
-- sqlite:
SELECT l.seq FROM lead l CROSS JOIN lead_search s ON s.rowid = l.seq
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND +l.seq >= $3 AND +l.seq <= $4 AND l.test = 0 AND s.lead_search MATCH $5
 LIMIT 1;
-- postgresql:
SELECT l.seq FROM lead l JOIN lead_search s ON s.publisher_id = l.publisher_id AND s.seq = l.seq
 WHERE l.publisher_id = $1 AND l.customer_id = $2 AND +l.seq >= $3 AND +l.seq <= $4 AND l.test = 0
   AND CASE WHEN s.tokens @@ (SELECT CAST($5 AS tsquery)) THEN 1 ELSE 0 END = 1
 LIMIT 1;

-- search_stranger(publisher:t) -> one (seq:i)
-- A lead of another publisher, if there is one in the store.
SELECT seq FROM (SELECT seq FROM lead WHERE publisher_id < $1 ORDER BY publisher_id DESC LIMIT 1) below
UNION ALL
SELECT seq FROM (SELECT seq FROM lead WHERE publisher_id > $1 ORDER BY publisher_id LIMIT 1) above
 LIMIT 1;

-- search_word(least:t) -> one (word:t)
-- The first word of the index from least on. SQLite gathers all that a prefix finds before its first row,
-- so a prefix is looked up as the words it stands for; PostgreSQL's index does that by itself.
-- sqlite:
SELECT term AS word FROM lead_word WHERE term >= $1 ORDER BY term LIMIT 1;
-- postgresql:
SELECT $1 AS word WHERE 1 = 0;

-- search_goes_on(publisher:t, words:t) -> one (n:i)
-- Whether a publisher's lead has one of the words, beside that of the publisher. PostgreSQL's index gathers all that have,
-- so that the newest leads are looked at first: words that are in many are in one of them, and of a publisher with no more
-- leads nothing else is asked.
-- sqlite:
SELECT count(*) AS n FROM (SELECT 1 FROM lead_search WHERE lead_search MATCH $2 AND $1 = $1 LIMIT 1) few;
-- postgresql:
SELECT CASE WHEN first.hits > 0 THEN 1 WHEN first.n < 300 THEN 0
            ELSE (SELECT count(*) FROM (SELECT 1 FROM lead_search WHERE CASE WHEN publisher_id = $1 THEN 1 ELSE 0 END = 1
                                           AND tokens @@ (SELECT CAST($2 AS tsquery)) LIMIT 1) few) END AS n
  FROM (SELECT count(*) AS n, count(CASE WHEN newest.tokens @@ (SELECT CAST($2 AS tsquery)) THEN 1 END) AS hits
          FROM (SELECT tokens FROM lead_search WHERE publisher_id = $1 ORDER BY seq DESC LIMIT 300) newest) first;

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

-- search_drop(publisher:t, seq:i, tokens:t)
-- Takes a lead's line out. An index without content must be told the very words that were put in.
-- sqlite:
INSERT INTO lead_search (lead_search, rowid, tokens) VALUES ('delete', $2, CASE WHEN $1 IS NULL THEN NULL ELSE $3 END);
-- postgresql:
DELETE FROM lead_search WHERE publisher_id = $1 AND seq = $2 AND $3 = $3;

-- search_scrub()
-- Some work on making the index one piece, which is how SQLite gets rid of words that were deleted: a negative number
-- goes on where the last left off. PostgreSQL removes them when it vacuums.
-- sqlite:
INSERT INTO lead_search (lead_search, rank) VALUES ('merge', -64);
-- postgresql:
DELETE FROM lead_search WHERE 1 = 0;

-- search_writes() -> one (n:i)
-- Rows that this connection wrote: fewer than two by search_scrub mean that there was nothing left to do.
-- sqlite:
SELECT total_changes() AS n;
-- postgresql:
SELECT 0 AS n;
