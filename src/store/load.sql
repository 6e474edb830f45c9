-- load_put(publisher:t, load:u, offer:t, file_name:t, file_bytes:i, file_hash:b, deliver:i, about:t, actor:t, now:i, state:t)
INSERT INTO load (publisher_id, load_id, offer_id, file_name, file_bytes, file_hash, deliver, about, actor, state,
                  started_at, read_bytes, rows_read, rows_new, rows_known, rows_changed, rows_refused,
                  rows_ignored, rows_test, pc_archived, pc_archives, pc_expired, pc_expires)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $11, $10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

-- load_count(publisher:t, load:u, bytes:i, read:i, new:i, known:i, changed:i, refused:i, ignored:i, test:i, archived:i, archives:i, expired:i, expires:i)
-- How far it is: the whole numbers, written with each batch.
UPDATE load SET read_bytes = $3, rows_read = $4, rows_new = $5, rows_known = $6, rows_changed = $7,
       rows_refused = $8, rows_ignored = $9, rows_test = $10, pc_archived = $11, pc_archives = $12,
       pc_expired = $13, pc_expires = $14
 WHERE publisher_id = $1 AND load_id = $2;

-- load_move(publisher:t, load:u, state:t, code:T, text:T, ended:I)
-- Nothing is owed to one that has ended.
UPDATE load SET state = $3, problem_code = $4, problem_text = $5, ended_at = COALESCE($6, ended_at),
       work = CASE WHEN $6 IS NULL THEN work ELSE NULL END
 WHERE publisher_id = $1 AND load_id = $2;

-- load_undone(publisher:t, load:u, state:t, at:i, actor:t)
UPDATE load SET state = $3, undone_at = $4, undone_by = $5, problem_code = NULL, problem_text = NULL,
       work = CASE WHEN $3 = 'undone' THEN NULL ELSE work END
 WHERE publisher_id = $1 AND load_id = $2;

-- load_get(publisher:t, load:u) -> one (load_id:u, publisher_id:t, offer_id:t, file_name:t, file_bytes:i, file_hash:b, deliver:i, about:t, actor:t, state:t, problem_code:T, problem_text:T, started_at:i, ended_at:I, undone_at:I, undone_by:T, read_bytes:i, rows_read:i, rows_new:i, rows_known:i, rows_changed:i, rows_refused:i, rows_ignored:i, rows_test:i, pc_archived:i, pc_archives:i, pc_expired:i, pc_expires:i, work:T, map:T, encoding:T, delimiter:T, tab:T, rows_total:I)
SELECT load_id, publisher_id, offer_id, file_name, file_bytes, file_hash, deliver, about, actor, state, problem_code,
       problem_text, started_at, ended_at, undone_at, undone_by, read_bytes, rows_read, rows_new, rows_known,
       rows_changed, rows_refused, rows_ignored, rows_test, pc_archived, pc_archives, pc_expired, pc_expires,
       work, map, encoding, delimiter, tab, rows_total
  FROM load WHERE publisher_id = $1 AND load_id = $2;

-- load_page(publisher:t, before:u, limit:i) -> all like load_get
-- Newest first.
SELECT load_id, publisher_id, offer_id, file_name, file_bytes, file_hash, deliver, about, actor, state, problem_code,
       problem_text, started_at, ended_at, undone_at, undone_by, read_bytes, rows_read, rows_new, rows_known,
       rows_changed, rows_refused, rows_ignored, rows_test, pc_archived, pc_archives, pc_expired, pc_expires,
       work, map, encoding, delimiter, tab, rows_total
  FROM load WHERE publisher_id = $1 AND load_id < $2 ORDER BY load_id DESC LIMIT $3;

-- load_piece(publisher:t, load:u, had:i, has:i, state:t) -> one (load_id:u)
-- So much of its file is here now; nothing when another piece came first.
UPDATE load SET read_bytes = $4, state = $5
 WHERE publisher_id = $1 AND load_id = $2 AND state = 'uploading' AND read_bytes = $3 RETURNING load_id;

-- load_say(publisher:t, load:u, offer:t, deliver:i, map:T, encoding:T, delimiter:T, tab:T) -> one (load_id:u)
-- What a person says of a file that is not under way: what was told before does not count any more.
UPDATE load SET offer_id = $3, deliver = $4, map = $5, encoding = $6, delimiter = $7, tab = $8, about = '{}',
       state = CASE WHEN state = 'uploading' THEN state ELSE 'ready' END, problem_code = NULL, problem_text = NULL
 WHERE publisher_id = $1 AND load_id = $2 AND work IS NULL AND state IN ('uploading', 'ready', 'checked')
 RETURNING load_id;

-- load_ask(publisher:t, load:u, state:t, work:t, actor:t) -> one (load_id:u)
-- One thing at a time is owed to it.
UPDATE load SET work = $4, problem_code = NULL, problem_text = NULL, actor = CASE WHEN $4 = 'undo' THEN actor ELSE $5 END,
       undone_by = CASE WHEN $4 = 'undo' THEN $5 ELSE undone_by END
 WHERE publisher_id = $1 AND load_id = $2 AND state = $3 AND work IS NULL RETURNING load_id;

-- load_work(publisher:t) -> one (load_id:u)
-- What is owed, the oldest first: one at a time.
SELECT load_id FROM load WHERE publisher_id = $1 AND work IS NOT NULL ORDER BY load_id LIMIT 1;

-- load_rest(publisher:t, load:u, state:t, code:T, text:T)
-- Nothing is owed any more.
UPDATE load SET work = NULL, state = $3, problem_code = $4, problem_text = $5
 WHERE publisher_id = $1 AND load_id = $2;

-- load_begin(publisher:t, load:u, hash:b, now:i)
-- Its rows are read in from now on; what a dry run counted goes.
UPDATE load SET state = 'reading', file_hash = $3, started_at = $4, read_bytes = 0, rows_read = 0, rows_new = 0,
       rows_known = 0, rows_changed = 0, rows_refused = 0, rows_ignored = 0, rows_test = 0, pc_archived = 0,
       pc_archives = 0, pc_expired = 0, pc_expires = 0
 WHERE publisher_id = $1 AND load_id = $2;

-- load_about_put(publisher:t, load:u, about:t, total:I)
UPDATE load SET about = $3, rows_total = COALESCE($4, rows_total) WHERE publisher_id = $1 AND load_id = $2;

-- load_gone(publisher:t, load:u) -> one (load_id:u)
-- Of a file that nothing was made of.
DELETE FROM load WHERE publisher_id = $1 AND load_id = $2 AND work IS NULL AND state IN ('uploading', 'ready', 'checked')
 RETURNING load_id;

-- load_rows_gone(publisher:t, load:u)
DELETE FROM load_row WHERE publisher_id = $1 AND load_id = $2;

-- load_waiting_count(publisher:t, load:u, limit:i) -> one (n:i)
-- How many of its last receipts are not placed: those before them are, because ids rise.
SELECT count(*) AS n FROM
  (SELECT receipt_id, state FROM receipt WHERE publisher_id = $1 AND load_id = $2
    ORDER BY receipt_id DESC LIMIT $3) last
 WHERE state = 'waiting';

-- load_deliver(publisher:t, load:u) -> one (deliver:i, started_at:i)
SELECT deliver, started_at FROM load WHERE publisher_id = $1 AND load_id = $2;

-- load_known(publisher:t, key:b) -> one (receipt_id:u, body_hash:b)
-- batch: set
-- The receipt of a row that was read in before.
SELECT receipt_id, body_hash FROM receipt WHERE publisher_id = $1 AND load_key = $2;

-- load_seen(publisher:t, receipt:u) -> one (row_hash:b)
-- What a row that has changed since was like when it was last read.
SELECT row_hash FROM load_row WHERE publisher_id = $1 AND receipt_id = $2 AND row_hash IS NOT NULL
 ORDER BY load_id DESC, n DESC LIMIT 1;

-- load_receipt(publisher:t, receipt:u, offer:t, body_hash:b, received_at:i, now:i, content_type:t, body:b, load:u, key:b)
-- batch: set
INSERT INTO receipt (publisher_id, receipt_id, offer_id, body_hash, slot, state, arrivals, received_at,
                     last_at, crashes, content_type, body, load_id, load_key)
VALUES ($1, $2, $3, $4, 0, 'waiting', 1, $5, $6, 0, $7, $8, $9, $10);

-- load_waiting(publisher:t, load:u) -> one (receipt_id:u)
-- One that is not placed yet: ids rise, so it is the last one, or all are placed.
SELECT receipt_id FROM
  (SELECT receipt_id, state FROM receipt WHERE publisher_id = $1 AND load_id = $2
    ORDER BY receipt_id DESC LIMIT 1) last
 WHERE state = 'waiting';

-- load_row_put(publisher:t, load:u, n:i, line:i, outcome:t, problem:T, receipt:U, row_hash:B, status:T, substatus:T, dnc:i)
-- batch: set
INSERT INTO load_row (publisher_id, load_id, n, line, outcome, problem, receipt_id, row_hash, status, substatus, dnc)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- load_row_page(publisher:t, load:u, after:i, limit:i, outcome:T) -> all (n:i, line:i, outcome:t, problem:T, receipt_id:U, status:T, substatus:T, dnc:i, old_status:T, old_substatus:T, old_dnc:I)
SELECT n, line, outcome, problem, receipt_id, status, substatus, dnc, old_status, old_substatus, old_dnc
  FROM load_row WHERE publisher_id = $1 AND load_id = $2 AND n > $3 AND ($5 IS NULL OR outcome = $5)
 ORDER BY n LIMIT $4;

-- load_lead(publisher:t, receipt:u) -> one (lead_id:u, status:t, substatus:t, dnc:i, due_sort:i, responded_at:I)
-- The lead that a row was placed at.
SELECT l.lead_id, l.status, l.substatus, l.dnc, l.due_sort, l.responded_at FROM touch t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.publisher_id = $1 AND t.receipt_id = $2 AND t.ordinal = 0;

-- load_lead_hold(publisher:t, receipt:u) -> one like load_lead
-- Held until the transaction ends: what is decided by its state is still true when it is written.
UPDATE lead SET due_sort = due_sort
 WHERE publisher_id = $1 AND lead_id = (SELECT t.lead_id FROM touch t
                                         WHERE t.publisher_id = $1 AND t.receipt_id = $2 AND t.ordinal = 0)
RETURNING lead_id, status, substatus, dnc, due_sort, responded_at;

-- load_lead_set(publisher:t, lead:u, status:t, substatus:t, dnc:i, owes:i)
-- owes: where its status moves, whether a first response is owed then.
UPDATE lead SET status = $3, substatus = $4, dnc = $5,
       due_sort = CASE WHEN status = $3 THEN due_sort WHEN $6 = 1 AND responded_at IS NULL AND due_at IS NOT NULL THEN due_at ELSE 4102444800000 END
 WHERE publisher_id = $1 AND lead_id = $2;

-- load_engagement(publisher:t, lead:u, status:t)
-- Who looks at the lead is told that it has changed since; what is open again is not closed.
UPDATE engagement SET version = version + 1, closed_at = CASE WHEN $3 = 'Closed' THEN closed_at ELSE NULL END
 WHERE publisher_id = $1 AND lead_id = $2;

-- load_row_done(publisher:t, load:u, n:i, problem:T, old_status:T, old_substatus:T, old_dnc:I, old_owed:I)
UPDATE load_row SET problem = $4, old_status = $5, old_substatus = $6, old_dnc = $7, old_owed = $8
 WHERE publisher_id = $1 AND load_id = $2 AND n = $3;

-- undo_receipts(publisher:t, load:u, after:u, limit:i) -> all (receipt_id:u, offer_id:t, state:t, received_at:i)
SELECT receipt_id, offer_id, state, received_at FROM receipt
 WHERE publisher_id = $1 AND load_id = $2 AND receipt_id > $3 ORDER BY receipt_id LIMIT $4;

-- undo_lead(publisher:t, receipt:u) -> one (lead_id:u, seq:i, offer_id:t, customer_id:u, source:t, action:t, kind:t, test:i, read_at:I, first_name:T, last_name:T, email:T, phone:T, country:T, company:T, title:T, owner_id:U, responded_at:I, as_received:t)
-- batch: set
-- The lead of a row's one touch, with what its search words were made of.
SELECT l.lead_id, l.seq, l.offer_id, l.customer_id, l.source, l.action, l.kind, l.test, l.read_at, l.first_name,
       l.last_name, l.email, l.phone, l.country, l.company, l.title, l.owner_id, l.responded_at, t.as_received
  FROM touch t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.publisher_id = $1 AND t.receipt_id = $2 AND t.ordinal = 0;

-- undo_foreign(publisher:t, lead:u, load:u) -> one (receipt_id:u)
-- batch: set
-- A touch of the lead that did not come with the import.
SELECT t.receipt_id FROM touch t JOIN receipt r ON r.publisher_id = t.publisher_id AND r.receipt_id = t.receipt_id
 WHERE t.publisher_id = $1 AND t.lead_id = $2 AND (r.load_id IS NULL OR r.load_id <> $3) LIMIT 1;

-- undo_delivered(publisher:t, lead:u) -> one (delivery_id:u)
-- batch: set
-- What was sent, or is being sent, cannot be called back. That something changed was no lead.
SELECT delivery_id FROM delivery
 WHERE publisher_id = $1 AND lead_id = $2 AND (attempts > 0 OR state IN ('leased', 'done'))
   AND recipient <> 'referral-updated' LIMIT 1;

-- undo_moved(publisher:t, lead:u) -> one (from_customer:u)
-- batch: set
-- A user's merge, split or verdict that still holds. A column that the key does not have: else SQLite reads
-- the publisher's whole key instead of the lead's few rows.
SELECT m.from_customer FROM regroup_lead m
 WHERE m.publisher_id = $1 AND m.lead_id = $2
   AND EXISTS (SELECT 1 FROM regroup r WHERE r.publisher_id = $1 AND r.regroup_id = m.regroup_id
                  AND r.undone_by IS NULL AND r.verb NOT IN ('undo', 'rematch', 'match', 'erase')) LIMIT 1;

-- undo_engaged(publisher:t, lead:u) -> one (worked_at:I)
-- batch: set
-- What people did with the lead: a note is enough.
SELECT worked_at FROM engagement WHERE publisher_id = $1 AND lead_id = $2 AND worked_at IS NOT NULL;

-- undo_joined(publisher:t, lead:u) -> one (regroup_id:u)
-- batch: set
-- What the matcher joined because of the lead, and still holds.
SELECT m.regroup_id FROM match_pair p CROSS JOIN regroup_pair m
 WHERE p.publisher_id = $1 AND p.lead_a = $2 AND m.publisher_id = $1 AND m.pair_id = p.pair_id AND m.state = 'same'
   AND EXISTS (SELECT 1 FROM regroup r WHERE r.publisher_id = $1 AND r.regroup_id = m.regroup_id
                  AND r.undone_by IS NULL AND r.verb = 'match')
UNION ALL
SELECT m.regroup_id FROM match_pair p CROSS JOIN regroup_pair m
 WHERE p.publisher_id = $1 AND p.lead_b = $2 AND m.publisher_id = $1 AND m.pair_id = p.pair_id AND m.state = 'same'
   AND EXISTS (SELECT 1 FROM regroup r WHERE r.publisher_id = $1 AND r.regroup_id = m.regroup_id
                  AND r.undone_by IS NULL AND r.verb = 'match')
 LIMIT 1;

-- undo_changed(publisher:t, receipt:u, load:u) -> one (load_id:u)
-- batch: set
-- Another import that took something over from the same row.
SELECT load_id FROM load_row
 WHERE publisher_id = $1 AND receipt_id = $2 AND load_id <> $3 AND row_hash IS NOT NULL LIMIT 1;

-- undo_touch(publisher:t, receipt:u)
DELETE FROM touch WHERE publisher_id = $1 AND receipt_id = $2;

-- undo_receipt(publisher:t, receipt:u)
DELETE FROM receipt WHERE publisher_id = $1 AND receipt_id = $2;

-- undo_lead_gone(publisher:t, lead:u)
DELETE FROM lead WHERE publisher_id = $1 AND lead_id = $2;

-- undo_lead_touches(publisher:t, lead:u)
DELETE FROM touch WHERE publisher_id = $1 AND lead_id = $2;

-- undo_deliveries(publisher:t, lead:u)
DELETE FROM delivery WHERE publisher_id = $1 AND lead_id = $2;

-- undo_timeline(publisher:t, lead:u)
DELETE FROM timeline_entry WHERE publisher_id = $1 AND lead_id = $2;

-- undo_engagement(publisher:t, lead:u)
DELETE FROM engagement WHERE publisher_id = $1 AND lead_id = $2;

-- undo_lead_moves(publisher:t, lead:u)
DELETE FROM lead_move WHERE publisher_id = $1 AND lead_id = $2;

-- undo_watch(publisher:t, lead:u)
DELETE FROM lead_watch WHERE publisher_id = $1 AND lead_id = $2;

-- undo_notifications(publisher:t, lead:u)
DELETE FROM notification WHERE publisher_id = $1 AND lead_id = $2;

-- undo_pairs_a(publisher:t, lead:u)
DELETE FROM match_pair WHERE publisher_id = $1 AND lead_a = $2;

-- undo_pairs_b(publisher:t, lead:u)
DELETE FROM match_pair WHERE publisher_id = $1 AND lead_b = $2;

-- undo_lead_kept(publisher:t, lead:u, touches:i, touched_at:i, flags:i)
UPDATE lead SET touches = $3, touched_at = $4, flags = $5 WHERE publisher_id = $1 AND lead_id = $2;

-- undo_rows(publisher:t, load:u, after:i, limit:i) -> all (n:i, receipt_id:U, status:T, substatus:T, dnc:i, old_status:T, old_substatus:T, old_dnc:I, old_owed:I)
-- Rows that took something over, or say what a known row was like.
SELECT n, receipt_id, status, substatus, dnc, old_status, old_substatus, old_dnc, old_owed FROM load_row
 WHERE publisher_id = $1 AND load_id = $2 AND n > $3 AND row_hash IS NOT NULL ORDER BY n LIMIT $4;

-- undo_row(publisher:t, load:u, n:i)
-- The report stays; what it took over does not.
UPDATE load_row SET row_hash = NULL, old_status = NULL, old_substatus = NULL, old_dnc = NULL, old_owed = NULL
 WHERE publisher_id = $1 AND load_id = $2 AND n = $3;
