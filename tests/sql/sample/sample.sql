-- thing_put(publisher:t, thing:u, title:t, size:i, flag:i, body:b, note:T, due:I, seal:B, owner:U)
INSERT INTO thing (publisher, thing, title, size, flag, body, note, due, seal, owner)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- thing_put_all(publisher:t, thing:u, title:t, size:i, flag:i, body:b, note:T, due:I, seal:B, owner:U)
-- batch: set
INSERT INTO thing (publisher, thing, title, size, flag, body, note, due, seal, owner)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- thing_find(publisher:t, size:i) -> one (thing:u, note:T)
-- batch: set
-- '$1 in a literal stays'
SELECT thing, note FROM thing WHERE publisher = $1 AND size > $2 AND title <> '$1' ORDER BY size LIMIT 1;

-- thing_rename(publisher:t, thing:u, title:t)
-- batch: set
UPDATE thing SET title = $3, size = size + 1, note = (SELECT CAST('WHERE ' || $3 AS TEXT)) WHERE publisher = $1 AND thing = $2;

-- thing_get(publisher:t, thing:u) -> one (title:t, size:i, flag:i, body:b, note:T, due:I, seal:B, owner:U)
SELECT title, size, flag, body, note, due, seal, owner FROM thing WHERE publisher = $1 AND thing = $2;

-- thing_get_swapped(publisher:t, thing:u) -> one (title:t)
-- The second parameter comes first: SQLite numbers by appearance.
SELECT title FROM thing WHERE thing = $2 AND publisher = $1;

-- thing_note(publisher:t, thing:u) -> one (note:t)
-- Declared as never NULL, which is not true.
SELECT note FROM thing WHERE publisher = $1 AND thing = $2;

-- thing_list(publisher:t, note:T) -> all (thing:u, size:i)
SELECT thing, size FROM thing WHERE publisher = $1 AND ($2 IS NULL OR note = $2) ORDER BY size;

-- thing_walk(publisher:t) -> walk (title:t, size:i, body:b)
SELECT title, size, body FROM thing WHERE publisher = $1 ORDER BY size;

-- thing_grow(publisher:t, by:i)
UPDATE thing SET size = size + $2 WHERE publisher = $1;

-- thing_drop(publisher:t)
DELETE FROM thing WHERE publisher = $1;

-- thing_page(publisher:t, after:i, flag:i, limit:i) -> all (size:i)
-- for filter: any "1 = 1"
-- for filter: flagged "t.flag = $3"
-- for order: up "t.size > $2", "t.size"
-- for order: down
--   "t.size < $2",
--   "t.size DESC"
SELECT t.size FROM thing t WHERE t.publisher = $1 AND {filter} AND {order} ORDER BY {order.2} LIMIT $4;

-- tally_add(name:t, n:i)
--   -> one (name:t, n:i)
-- 'A semicolon; in a comment', and -- dashes.
INSERT INTO tally (name, n) VALUES ($1, $2) -- counts
ON CONFLICT (name) DO UPDATE SET n = tally.n + excluded.n RETURNING name, n;

-- tally_once(name:t, n:i) -> one (n:i)
INSERT INTO tally (name, n) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING n;

-- tally_put(name:t, n:i) -> one (name:t, n:i)
-- batch: set
INSERT INTO tally (name, n) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET n = tally.n + excluded.n RETURNING name, n;

-- tally_get(name:t) -> one (n:i)
SELECT n FROM tally WHERE name = $1;

-- tally_sum() -> one (n:i, rows:i)
SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), COUNT(*) FROM tally;

-- tally_mark(name:t, n:i)
INSERT INTO tally (name, n) VALUES ($1, $2);

-- tally_engine() -> one (name:t)
-- sqlite:
SELECT 'it''s; "SQLite" ' || sqlite_version() AS name;
-- postgresql:
SELECT CAST('it''s; "PostgreSQL"' AS TEXT) AS name;
