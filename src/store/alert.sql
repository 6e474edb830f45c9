-- watch_put(publisher:t, lead:u, due_at:i, warm_at:I)
-- batch: set
INSERT INTO lead_watch (publisher_id, lead_id, due_at, step, warm_at) VALUES ($1, $2, $3, 0, $4)
ON CONFLICT (publisher_id, lead_id) DO NOTHING;

-- watch_gone(publisher:t, lead:u)
DELETE FROM lead_watch WHERE publisher_id = $1 AND lead_id = $2;

-- watch_begin(publisher:t, lead:u, now:i, before:i)
-- As the lead's row says.
INSERT INTO lead_watch (publisher_id, lead_id, due_at, step, warm_at)
SELECT publisher_id, lead_id, due_sort, 0, CASE WHEN warm_until > $3 THEN warm_until - $4 END FROM lead WHERE publisher_id = $1 AND lead_id = $2 AND due_sort < 4102444800000
ON CONFLICT (publisher_id, lead_id) DO NOTHING;

-- watch_due(publisher:t, step:i, due:i, after_due:i, after:u, limit:i) -> all (lead_id:u, due_at:i, received_at:I)
-- Those that have come so many steps and are due by a time, the earliest first, behind the cursor.
SELECT lw.lead_id, lw.due_at, l.received_at
  FROM lead_watch lw LEFT JOIN lead l ON l.publisher_id = lw.publisher_id AND l.lead_id = lw.lead_id
 WHERE lw.publisher_id = $1 AND lw.step = $2 AND lw.due_at <= $3 AND (lw.due_at, lw.lead_id) > ($4, $5)
 ORDER BY lw.due_at, lw.lead_id LIMIT $6;

-- watch_step(publisher:t, lead:u, from:i, to:i)
-- batch: set
UPDATE lead_watch SET step = $4 WHERE publisher_id = $1 AND lead_id = $2 AND step = $3;

-- watch_state(publisher:t, lead:u) -> one (owner_id:U, team_id:U, offer_id:T, owes:i)
-- batch: set
-- No row: the lead was answered meanwhile.
SELECT l.owner_id, l.team_id, l.offer_id, CASE WHEN l.due_sort = lw.due_at THEN 1 ELSE 0 END AS owes
  FROM lead_watch lw LEFT JOIN lead l ON l.publisher_id = lw.publisher_id AND l.lead_id = lw.lead_id
 WHERE lw.publisher_id = $1 AND lw.lead_id = $2;

-- warm_due(publisher:t, now:i, limit:i) -> all (lead_id:u, warm_at:i, warm_until:I, due_at:i)
-- Trials of which something is told by now, the earliest first.
SELECT lw.lead_id, lw.warm_at, l.warm_until, lw.due_at
  FROM lead_watch lw LEFT JOIN lead l ON l.publisher_id = lw.publisher_id AND l.lead_id = lw.lead_id
 WHERE lw.publisher_id = $1 AND lw.warm_at IS NOT NULL AND lw.warm_at <= $2
 ORDER BY lw.warm_at, lw.lead_id LIMIT $3;

-- warm_step(publisher:t, lead:u, from:i, to:I)
-- batch: set
UPDATE lead_watch SET warm_at = $4 WHERE publisher_id = $1 AND lead_id = $2 AND warm_at = $3;

-- watch_shift(publisher:t, from:i, to:i)
-- The chain has changed: those that had come so far have come that far now. Twice, by way of numbers that are none.
UPDATE lead_watch SET step = $3 WHERE publisher_id = $1 AND step = $2;

-- watch_members(publisher:t) -> all (team_id:u, account_id:u)
-- Who is in which team, for those who are told in the place of somebody.
SELECT team_id, account_id FROM team_member WHERE publisher_id = $1 ORDER BY team_id, account_id;

-- chain_get(publisher:t) -> one (version:i, steps:t)
SELECT version, steps FROM alert_chain WHERE publisher_id = $1;

-- chain_put(publisher:t, version:i, steps:t, now:i)
INSERT INTO alert_chain (publisher_id, version, steps, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (publisher_id) DO UPDATE SET version = excluded.version, steps = excluded.steps, changed_at = excluded.changed_at;

-- chain_gone(publisher:t)
DELETE FROM alert_chain WHERE publisher_id = $1;

-- notification_put(publisher:t, account:u, notification:u, kind:t, lead:u, ref:u, step:i, at:i)
-- batch: set
-- Once; but a task that was over, or somebody else's, and is to be done again at the time that it had, is told anew.
INSERT INTO notification (publisher_id, account_id, notification_id, kind, lead_id, ref, step, at, mail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
ON CONFLICT (publisher_id, lead_id, account_id, kind, ref, step) DO UPDATE
   SET notification_id = excluded.notification_id, at = excluded.at, read_at = NULL, over_at = NULL, mail = 1, mailed_at = NULL
 WHERE notification.over_at IS NOT NULL AND notification.kind = 'task-due';

-- notification_over_clock(publisher:t, lead:u, now:i)
-- What was told of its clock is no matter any more, nor that it is a team's and nobody's.
UPDATE notification SET over_at = $3, mail = 0
 WHERE publisher_id = $1 AND lead_id = $2 AND over_at IS NULL
   AND kind IN ('first-response-warning', 'first-response-breached', 'first-response-escalated', 'ownerless', 'team-lead',
                'warm-ending', 'warm-ended');

-- notification_again(publisher:t, lead:u)
-- Its clock runs again: what was told of it matters as before, and who has neither read it nor had it by mail gets it.
UPDATE notification SET over_at = NULL, mail = CASE WHEN read_at IS NULL AND mailed_at IS NULL THEN 1 ELSE 0 END
 WHERE publisher_id = $1 AND lead_id = $2 AND over_at IS NOT NULL
   AND kind IN ('first-response-warning', 'first-response-breached', 'first-response-escalated', 'warm-ended');

-- notification_over(publisher:t, lead:u, kind:t, ref:U, account:U, now:i)
-- NULL: whatever it was, whoever it is.
UPDATE notification SET over_at = $6, mail = 0
 WHERE publisher_id = $1 AND lead_id = $2 AND over_at IS NULL AND kind = $3 AND ($4 IS NULL OR ref = $4)
   AND ($5 IS NULL OR account_id = $5);

-- notification_page(publisher:t, account:u, before:u, kind:T, limit:i, lead_owner:U, team:U, offer:T) -> all (publisher_id:t, notification_id:u, kind:t, lead_id:u, ref:u, step:i, at:i, read_at:I, over_at:I, mailed_at:I, first_name:T, last_name:T, company:T, email:T, offer_id:T, offer_title:T, status:T, due_at:I, warm_until:I, responded_at:I, task:T, task_due_at:I, said:T)
-- What a person was told, the newest first; of leads of one part of their reach. said: by the entry of a hand-over.
-- for state: unread "n.read_at IS NULL AND n.over_at IS NULL"
-- for state: all "1 = 1"
SELECT n.publisher_id, n.notification_id, n.kind, n.lead_id, n.ref, n.step, n.at, n.read_at, n.over_at, n.mailed_at,
       l.first_name, l.last_name, l.company, l.email, l.offer_id, o.title AS offer_title, l.status, l.due_at, l.warm_until, l.responded_at,
       k.text AS task, k.due_at AS task_due_at, w.detail AS said
  FROM notification n LEFT JOIN lead l ON l.publisher_id = n.publisher_id AND l.lead_id = n.lead_id
  LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
  LEFT JOIN task k ON k.publisher_id = n.publisher_id AND k.task_id = n.ref
  LEFT JOIN timeline_entry w ON n.kind IN ('lead-assigned', 'lead-handed-over') AND w.publisher_id = n.publisher_id AND w.lead_id = n.lead_id AND w.entry_id = n.ref
 WHERE n.publisher_id = $1 AND n.account_id = $2 AND {state} AND n.notification_id < $3 AND ($4 IS NULL OR n.kind = $4)
   AND CASE WHEN ($6 IS NULL OR l.owner_id = $6) AND ($7 IS NULL OR l.team_id = $7) AND ($8 IS NULL OR l.offer_id = $8) THEN 1 ELSE 0 END = 1
 ORDER BY n.notification_id DESC LIMIT $5;

-- notification_unread(publisher:t, account:u, limit:i, lead_owner:U, team:U, offer:T) -> one (n:i)
SELECT count(*) AS n FROM (SELECT 1 AS one
  FROM notification n LEFT JOIN lead l ON l.publisher_id = n.publisher_id AND l.lead_id = n.lead_id
 WHERE n.publisher_id = $1 AND n.account_id = $2 AND n.read_at IS NULL AND n.over_at IS NULL
   AND CASE WHEN ($4 IS NULL OR l.owner_id = $4) AND ($5 IS NULL OR l.team_id = $5) AND ($6 IS NULL OR l.offer_id = $6) THEN 1 ELSE 0 END = 1
 LIMIT $3) few;

-- notification_lately(publisher:t, account:u, after:u, kind:t, limit:i) -> one (n:i)
-- How many of a kind somebody was told since; no more than limit are looked for.
SELECT count(*) AS n FROM (SELECT 1 AS one FROM notification
 WHERE publisher_id = $1 AND account_id = $2 AND notification_id > $3 AND kind = $4 LIMIT $5) few;

-- notification_read(publisher:t, account:u, notification:u, now:i) -> one (notification_id:u)
UPDATE notification SET read_at = COALESCE(read_at, $4), mail = 0
 WHERE publisher_id = $1 AND account_id = $2 AND notification_id = $3
RETURNING notification_id;

-- notification_read_all(publisher:t, account:u, until:u, now:i)
UPDATE notification SET read_at = $4, mail = 0
 WHERE publisher_id = $1 AND account_id = $2 AND read_at IS NULL AND over_at IS NULL AND notification_id <= $3;

-- notification_oldest(publisher:t, account:u) -> one (at:i)
-- How long the first of those has waited that are to be mailed.
SELECT at FROM notification WHERE publisher_id = $1 AND account_id = $2 AND mail <> 0 ORDER BY at LIMIT 1;

-- notification_mute(publisher:t, account:u, kind:T, before:i)
-- Comes by no mail: of a kind, or older than a time.
UPDATE notification SET mail = 0
 WHERE publisher_id = $1 AND account_id = $2 AND mail <> 0 AND at < $4 AND ($3 IS NULL OR kind = $3);

-- notification_claim(publisher:t, account:u, until:i)
-- Those of the next mail: 2 from here on. Those of a mail that failed are claimed again.
UPDATE notification SET mail = 2 WHERE publisher_id = $1 AND account_id = $2 AND mail <> 0 AND at <= $3;

-- notification_kinds(publisher:t, account:u, lead_owner:U, team:U, offer:T) -> all (kind:t, n:i)
SELECT n.kind, count(*) AS n
  FROM notification n LEFT JOIN lead l ON l.publisher_id = n.publisher_id AND l.lead_id = n.lead_id
 WHERE n.publisher_id = $1 AND n.account_id = $2 AND n.mail <> 0 AND n.mail = 2
   AND CASE WHEN ($3 IS NULL OR l.owner_id = $3) AND ($4 IS NULL OR l.team_id = $4) AND ($5 IS NULL OR l.offer_id = $5) THEN 1 ELSE 0 END = 1
 GROUP BY n.kind ORDER BY n.kind;

-- notification_mail(publisher:t, account:u, limit:i, lead_owner:U, team:U, offer:T) -> all (kind:t, lead_id:u, at:i, company:T, offer_id:T, offer_title:T, due_at:I, warm_until:I, task_due_at:I)
-- What the next mail tells, without anybody's name.
SELECT n.kind, n.lead_id, n.at, l.company, l.offer_id, o.title AS offer_title, l.due_at, l.warm_until, k.due_at AS task_due_at
  FROM notification n LEFT JOIN lead l ON l.publisher_id = n.publisher_id AND l.lead_id = n.lead_id
  LEFT JOIN offer o ON o.publisher_id = l.publisher_id AND o.offer_id = l.offer_id
  LEFT JOIN task k ON k.publisher_id = n.publisher_id AND k.task_id = n.ref
 WHERE n.publisher_id = $1 AND n.account_id = $2 AND n.mail <> 0 AND n.mail = 2
   AND CASE WHEN ($4 IS NULL OR l.owner_id = $4) AND ($5 IS NULL OR l.team_id = $5) AND ($6 IS NULL OR l.offer_id = $6) THEN 1 ELSE 0 END = 1
 ORDER BY n.at LIMIT $3;

-- notification_mailed(publisher:t, account:u, at:I)
UPDATE notification SET mail = 0, mailed_at = $3
 WHERE publisher_id = $1 AND account_id = $2 AND mail <> 0 AND mail = 2;

-- notification_sweep(publisher:t, account:u, before:u, limit:i)
DELETE FROM notification WHERE publisher_id = $1 AND account_id = $2 AND notification_id IN
  (SELECT old.notification_id FROM notification old
    WHERE old.publisher_id = $1 AND old.account_id = $2 AND old.notification_id < $3 ORDER BY old.notification_id LIMIT $4);

-- notice_get(publisher:t, account:u) -> one (mail:i, quiet:i, muted:t, day_at:i, day_mails:i)
SELECT mail, quiet, muted, day_at, day_mails FROM account_notice WHERE publisher_id = $1 AND account_id = $2;

-- notice_put(publisher:t, account:u, mail:i, quiet:i, muted:t)
INSERT INTO account_notice (publisher_id, account_id, mail, quiet, muted, taken_until, day_at, day_mails)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0)
ON CONFLICT (publisher_id, account_id) DO UPDATE SET mail = excluded.mail, quiet = excluded.quiet, muted = excluded.muted;

-- notice_take(publisher:t, account:u, until:i, now:i) -> one (account_id:u)
-- Whoever gets the row mails this person; nobody else does so before `until`, unless the clock was set back since.
INSERT INTO account_notice (publisher_id, account_id, mail, quiet, muted, taken_until, day_at, day_mails)
VALUES ($1, $2, 1, 1, '', $3, 0, 0)
ON CONFLICT (publisher_id, account_id) DO UPDATE SET taken_until = excluded.taken_until
 WHERE account_notice.taken_until < $4 OR account_notice.taken_until > $3 + 60000
RETURNING account_id;

-- notice_sent(publisher:t, account:u, day_at:i, day_mails:i)
-- A mail more of the day, and others may go on.
UPDATE account_notice SET taken_until = 0, day_at = $3, day_mails = $4 WHERE publisher_id = $1 AND account_id = $2;
