-- Views of the lead list that people keep.
-- text view_columns:
--   "publisher_id, view_id, account_id, shared, name, words, query, place, version, created_at, changed_at, erased_at"

-- view_list(publisher:t, account:U) -> all (publisher_id:t, view_id:u, account_id:U, shared:i, name:t, words:T, query:t, place:i, version:i, created_at:i, changed_at:i, erased_at:I)
-- The shared ones, or those that are one person's own, in their order.
-- for whose: shared "shared = 1 AND $2 IS NULL"
-- for whose: own "account_id = $2 AND shared = 0"
SELECT {view_columns} FROM saved_view
 WHERE publisher_id = $1 AND {whose} AND removed_at IS NULL ORDER BY place, view_id;

-- view_get(publisher:t, view:u) -> one like view_list
-- for state: kept "removed_at IS NULL"
-- for state: removed "removed_at IS NOT NULL"
SELECT {view_columns} FROM saved_view WHERE publisher_id = $1 AND view_id = $2 AND {state};

-- view_add(publisher:t, view:u, account:U, shared:i, name:t, words:T, query:t, place:i, now:i)
INSERT INTO saved_view (publisher_id, view_id, account_id, shared, name, words, query, place, version, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9);

-- view_set(publisher:t, view:u, version:i, shared:i, name:t, words:T, query:t, place:i, erased_at:I, now:i) -> one (version:i)
-- A row when nobody else was faster.
UPDATE saved_view SET shared = $4, name = $5, words = $6, query = $7, place = $8, erased_at = $9, changed_at = $10,
       version = version + 1
 WHERE publisher_id = $1 AND view_id = $2 AND version = $3 AND removed_at IS NULL
RETURNING version;

-- view_remove(publisher:t, view:u, now:I)
-- NULL: it is there again.
UPDATE saved_view SET removed_at = $3, version = version + 1 WHERE publisher_id = $1 AND view_id = $2;

-- view_forget(publisher:t, before:i)
-- Of those that were removed longer ago.
DELETE FROM saved_view WHERE publisher_id = $1 AND removed_at < $2;
