-- follow_list(publisher:t) -> all (destination_id:u, since_at:i, newest_at:i, moved_at:i, next:T, next_at:i, read_at:I, failures:i, error_code:T, error:T)
SELECT destination_id, since_at, newest_at, moved_at, next, next_at, read_at, failures, error_code, error
  FROM follow WHERE publisher_id = $1;

-- follow_get(publisher:t, destination:u) -> one like follow_list
SELECT destination_id, since_at, newest_at, moved_at, next, next_at, read_at, failures, error_code, error
  FROM follow WHERE publisher_id = $1 AND destination_id = $2;

-- follow_claim(publisher:t, destination:u, since:i, now:i, until:i) -> one like follow_list
-- A row when it was due, and nobody was faster: it is the caller's for as long as until.
INSERT INTO follow (publisher_id, destination_id, since_at, newest_at, moved_at, next_at, failures)
VALUES ($1, $2, $3, $3, 0, $5, 0)
ON CONFLICT (publisher_id, destination_id) DO UPDATE SET next_at = $5 WHERE follow.next_at <= $4
RETURNING destination_id, since_at, newest_at, moved_at, next, next_at, read_at, failures, error_code, error;

-- follow_page(publisher:t, destination:u, newest:i, moved_at:i, next:t, next_at:i)
-- The list goes on.
UPDATE follow SET newest_at = $3, moved_at = $4, next = $5, next_at = $6 WHERE publisher_id = $1 AND destination_id = $2;

-- follow_read(publisher:t, destination:u, since:i, newest:i, moved_at:i, next_at:i, now:i)
-- It was read to its end.
UPDATE follow SET since_at = $3, newest_at = $4, moved_at = $5, next = NULL, next_at = $6, read_at = $7, failures = 0,
       error_code = NULL, error = NULL
 WHERE publisher_id = $1 AND destination_id = $2;

-- follow_failed(publisher:t, destination:u, since:i, next:T, next_at:i, code:t, detail:t)
UPDATE follow SET since_at = $3, next = $4, next_at = $5, failures = failures + 1, error_code = $6, error = $7
 WHERE publisher_id = $1 AND destination_id = $2;

-- follow_ask(publisher:t, destination:u, since:i)
-- It is due now.
INSERT INTO follow (publisher_id, destination_id, since_at, newest_at, moved_at, next_at, failures)
VALUES ($1, $2, $3, $3, 0, 0, 0)
ON CONFLICT (publisher_id, destination_id) DO UPDATE SET next_at = 0;

-- follow_mended(publisher:t, destination:u)
-- New settings: what was refused may be right now.
UPDATE follow SET next_at = 0 WHERE publisher_id = $1 AND destination_id = $2 AND error_code IS NOT NULL;

-- follow_drop(publisher:t, destination:u)
DELETE FROM follow WHERE publisher_id = $1 AND destination_id = $2;

-- follow_leads(publisher:t, destination:u, remote:t, limit:i) -> all (lead_id:u, status:t, substatus:t, received_at:i, due_at:I, responded_at:I)
-- Whose record it is: with some kinds a record is a person, and has many leads. The newest ones.
SELECT l.lead_id, l.status, l.substatus, l.received_at, l.due_at, l.responded_at
  FROM delivery d JOIN lead l ON l.publisher_id = d.publisher_id AND l.lead_id = d.lead_id
 WHERE d.publisher_id = $1 AND d.destination_id = $2 AND d.remote_id = $3
 ORDER BY d.delivery_id DESC LIMIT $4;

-- record_get(publisher:t, lead:u, destination:u) -> one (remote_id:t, status:T, standing:t, owner:T, owner_email:T, changed_at:i)
SELECT remote_id, status, standing, owner, owner_email, changed_at
  FROM record WHERE publisher_id = $1 AND lead_id = $2 AND destination_id = $3;

-- record_put(publisher:t, lead:u, destination:u, remote:t, status:T, standing:t, owner:T, owner_email:T, changed_at:i, now:i)
INSERT INTO record (publisher_id, lead_id, destination_id, remote_id, status, standing, owner, owner_email, changed_at,
                    read_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (publisher_id, lead_id, destination_id) DO UPDATE SET remote_id = $4, status = $5, standing = $6,
       owner = $7, owner_email = $8, changed_at = $9, read_at = $10;

-- record_list(publisher:t, lead:u) -> all (destination_id:u, kind:t, name:t, remote_id:t, status:T, standing:t, owner:T, owner_email:T, changed_at:i, read_at:i)
-- What the destinations that are still there said of a lead.
SELECT r.destination_id, d.kind, d.name, r.remote_id, r.status, r.standing, r.owner, r.owner_email,
       r.changed_at, r.read_at
  FROM record r JOIN destination d ON d.publisher_id = r.publisher_id AND d.destination_id = r.destination_id
 WHERE r.publisher_id = $1 AND r.lead_id = $2 ORDER BY r.destination_id;

-- undo_records(publisher:t, lead:u)
DELETE FROM record WHERE publisher_id = $1 AND lead_id = $2;
