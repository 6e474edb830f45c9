-- What somebody is to do for a lead.
-- text task_columns:
--   "t.task_id, t.publisher_id, t.lead_id, t.kind, t.text, t.place, t.due_at, t.ends_at, t.owner_id,"
--   "a.email AS owner_email, a.name AS owner_name, t.sequence, t.outcome, t.done_at, t.changed_at,"
--   "l.first_name, l.last_name, l.company, l.email, l.status, l.substatus"
-- text task_tables:
--   "task t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id"
--   "LEFT JOIN account a ON a.account_id = t.owner_id"

-- task_page(publisher:t, owner:U, due_below:i, due:i, task:u, limit:i, lead_owner:U, team:U, offer:T) -> all (task_id:u, publisher_id:t, lead_id:u, kind:t, text:t, place:t, due_at:i, ends_at:I, owner_id:U, owner_email:T, owner_name:T, sequence:i, outcome:T, done_at:I, changed_at:i, first_name:T, last_name:T, company:T, email:T, status:t, substatus:t)
-- Open ones that are due before an instant, the earliest first, behind the cursor due and task; of leads of one part of
-- a reach.
-- for lead: any "$2 IS NULL"
-- for lead: owner "t.owner_id = $2"
SELECT {task_columns} FROM {task_tables}
 WHERE t.publisher_id = $1 AND t.done_at IS NULL AND {lead} AND t.due_at < $3 AND (t.due_at, t.task_id) > ($4, $5)
   AND CASE WHEN ($7 IS NULL OR l.owner_id = $7) AND ($8 IS NULL OR l.team_id = $8) AND ($9 IS NULL OR l.offer_id = $9)
            THEN 1 ELSE 0 END = 1
 ORDER BY t.due_at, t.task_id LIMIT $6;

-- task_part(publisher:t, due_below:i, due:i, task:u, limit:i, lead_owner:U, team:U, offer:T) -> all like task_page
-- The same, of whoever is to do it, where few leads are in that part, far fewer than the LIMIT, which makes them lead: what is
-- open of them is sorted.
-- for part: owner "l.owner_id = $6"
-- for part: team "l.team_id = $7"
-- for part: offer "l.offer_id = $8"
SELECT {task_columns}
  FROM (SELECT l.publisher_id, l.lead_id, l.owner_id, l.team_id, l.offer_id, l.first_name, l.last_name, l.company, l.email, l.status, l.substatus
          FROM lead l WHERE l.publisher_id = $1 AND {part} LIMIT 100000) l
 CROSS JOIN task t LEFT JOIN account a ON a.account_id = t.owner_id
 WHERE t.publisher_id = l.publisher_id AND t.lead_id = l.lead_id AND t.done_at IS NULL
   AND CASE WHEN t.due_at < $2 AND (t.due_at, t.task_id) > ($3, $4)
             AND ($6 IS NULL OR l.owner_id = $6) AND ($7 IS NULL OR l.team_id = $7) AND ($8 IS NULL OR l.offer_id = $8)
            THEN 1 ELSE 0 END = 1
 ORDER BY +t.due_at, t.task_id LIMIT $5;

-- task_get(publisher:t, task:u) -> one like task_page
SELECT {task_columns} FROM {task_tables} WHERE t.publisher_id = $1 AND t.task_id = $2;

-- task_of(publisher:t, lead:u, limit:i) -> all like task_page
-- The open ones of a lead, the earliest first.
SELECT {task_columns} FROM {task_tables}
 WHERE t.publisher_id = $1 AND t.lead_id = $2 AND t.done_at IS NULL ORDER BY t.due_at, t.task_id LIMIT $3;

-- task_closed(publisher:t, lead:u, at:i, limit:i) -> all like task_page
-- Those that were over at that time because the lead was closed, the earliest first.
SELECT {task_columns} FROM {task_tables}
 WHERE t.publisher_id = $1 AND t.lead_id = $2 AND t.outcome = 'closed' AND t.done_at = $3 ORDER BY t.due_at, t.task_id LIMIT $4;

-- task_add(publisher:t, task:u, lead:u, kind:t, text:t, place:t, due_at:i, ends_at:I, owner:U, now:i)
INSERT INTO task (publisher_id, task_id, lead_id, kind, text, place, due_at, ends_at, owner_id, sequence, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10);

-- task_set(publisher:t, task:u, text:t, place:t, due_at:i, ends_at:I, owner:U, now:i) -> one (task_id:u)
-- A row when it was open still.
UPDATE task SET text = $3, place = $4, due_at = $5, ends_at = $6, owner_id = $7, changed_at = $8, sequence = sequence + 1,
       told_for = CASE WHEN due_at = $5 AND owner_id = $7 THEN told_for ELSE NULL END
 WHERE publisher_id = $1 AND task_id = $2 AND done_at IS NULL
RETURNING task_id;

-- task_done(publisher:t, task:u, outcome:t, now:i) -> one (task_id:u)
-- A row when it was open until now.
UPDATE task SET outcome = $3, done_at = $4, changed_at = $4, sequence = sequence + 1
 WHERE publisher_id = $1 AND task_id = $2 AND done_at IS NULL
RETURNING task_id;

-- task_reopen(publisher:t, task:u, now:i) -> one (task_id:u)
-- A row when it was over, and is not what counted: a meeting that was held, or that nobody came to.
UPDATE task SET outcome = NULL, done_at = NULL, told_for = NULL, changed_at = $3, sequence = sequence + 1
 WHERE publisher_id = $1 AND task_id = $2 AND done_at IS NOT NULL AND (kind <> 'meeting' OR outcome IN ('dropped', 'closed'))
RETURNING task_id;

-- task_uncount(publisher:t, task:u, now:i)
-- What was said of a meeting was not so.
UPDATE task SET outcome = 'dropped', changed_at = $3, sequence = sequence + 1
 WHERE publisher_id = $1 AND task_id = $2 AND kind = 'meeting' AND outcome IN ('done', 'missed');

-- task_give(publisher:t, lead:u, from:U, to:U, now:i)
-- Open ones of a lead follow its owner; an invitation has another organizer then. What is nobody's stays so, and falls to
-- somebody else now.
UPDATE task SET owner_id = CASE WHEN owner_id = $3 THEN $4 ELSE owner_id END,
       sequence = CASE WHEN owner_id = $3 THEN sequence + 1 ELSE sequence END,
       changed_at = CASE WHEN owner_id = $3 THEN $5 ELSE changed_at END, told_for = NULL
 WHERE publisher_id = $1 AND lead_id = $2 AND done_at IS NULL AND (owner_id = $3 OR owner_id IS NULL);

-- task_untold(publisher:t, due:i, limit:i) -> all (task_id:u, lead_id:u, due_at:i, owner_id:U, lead_owner:U, team_id:U, offer_id:t)
-- Open ones that are due by a time, whose owner was not told; whose nobody is, is the lead owner's.
SELECT t.task_id, t.lead_id, t.due_at, COALESCE(t.owner_id, l.owner_id) AS owner_id,
       l.owner_id AS lead_owner, l.team_id, l.offer_id
  FROM task t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.publisher_id = $1 AND t.done_at IS NULL AND t.told_for IS NULL AND t.due_at <= $2
 ORDER BY t.due_at, t.task_id LIMIT $3;

-- task_told(publisher:t, task:u, due_at:i)
UPDATE task SET told_for = $3 WHERE publisher_id = $1 AND task_id = $2 AND done_at IS NULL AND due_at = $3;
