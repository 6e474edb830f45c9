-- publisher_hold(publisher:t)
-- Until the transaction ends, nobody else changes what is of the publisher as a whole: its processes, calendars and
-- teams.
UPDATE publisher SET name = name WHERE publisher_id = $1;

-- desk_lead(publisher:t, lead:u) -> one (status:t, substatus:t, kind:t, test:i, owner_id:U, received_at:i, due_at:I, responded_at:I, seq:i, offer_id:t, due_sort:i)
-- Holds the lead until the transaction ends: what is decided by its state is still true when it is written.
UPDATE lead SET due_sort = due_sort WHERE publisher_id = $1 AND lead_id = $2
RETURNING status, substatus, kind, test, owner_id, received_at, due_at, responded_at, seq, offer_id, due_sort;

-- desk_lead_set(publisher:t, lead:u, status:t, substatus:t, owner:U, responded_at:I, due_sort:i)
-- A new owner brings the lead into a team of theirs, unless it is in one; whoever is in none leaves it where it is.
UPDATE lead SET status = $3, substatus = $4, owner_id = $5, responded_at = $6, due_sort = $7,
       team_id = CASE WHEN $5 IS NULL OR owner_id = $5 THEN team_id
                      WHEN EXISTS (SELECT 1 FROM team_member m WHERE m.publisher_id = $1 AND m.account_id = $5
                                                                 AND m.team_id = lead.team_id) THEN team_id
                      ELSE COALESCE((SELECT m.team_id FROM team_member m WHERE m.publisher_id = $1 AND m.account_id = $5
                                      ORDER BY m.joined_at, m.team_id LIMIT 1), team_id) END
 WHERE publisher_id = $1 AND lead_id = $2;

-- lead_open_of(publisher:t, owner:u, limit:i) -> all (lead_id:u)
-- Some open leads of an account, whatever they are.
SELECT lead_id FROM lead WHERE publisher_id = $1 AND owner_id = $2 AND status <> 'Closed' LIMIT $3;

-- desk_expiring(publisher:t, kind:t, source:t, action:t, due_below:i, received_below:i, limit:i) -> all (lead_id:u)
-- Those of one class that nobody answered, the oldest first: what was answered or is closed owes nothing, so that
-- only leads that were accepted and not yet called are passed over.
SELECT lead_id FROM lead
 WHERE publisher_id = $1 AND kind = $2 AND source = $3 AND action = $4 AND due_sort < $5
   AND received_at < $6 AND status = 'New' AND test = 0
 ORDER BY due_sort, seq LIMIT $7;

-- engagement_get(publisher:t, lead:u) -> one (version:i, name:T, value:I, currency:T, time_frame:T, closing_on:T, notes:T, crm_id:T, campaign_id:T, quality:T, purchase_intent:T, favorite:i, reason:T, accepted_at:I, closed_at:I, attempts:i, calls:i, reached:i, worked_at:I, qualification:T)
SELECT version, name, value, currency, time_frame, closing_on, notes, crm_id, campaign_id, quality, purchase_intent,
       favorite, reason, accepted_at, closed_at, attempts, calls, reached, worked_at, qualification
  FROM engagement WHERE publisher_id = $1 AND lead_id = $2;

-- engagement_put(publisher:t, lead:u, version:i, name:T, value:I, currency:T, time_frame:T, closing_on:T, notes:T, crm_id:T, campaign_id:T, quality:T, purchase_intent:T, favorite:i, reason:T, accepted_at:I, closed_at:I, attempts:i, calls:i, reached:i, worked_at:I, once_seq:I, seq:i, qualification:T)
INSERT INTO engagement (publisher_id, lead_id, version, name, value, currency, time_frame, closing_on, notes, crm_id,
                        campaign_id, quality, purchase_intent, favorite, reason, accepted_at, closed_at, attempts, calls, reached, worked_at, once_seq, seq,
                        qualification)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
ON CONFLICT (publisher_id, lead_id) DO UPDATE SET
       version = excluded.version, name = excluded.name, value = excluded.value, currency = excluded.currency,
       time_frame = excluded.time_frame, closing_on = excluded.closing_on, notes = excluded.notes, crm_id = excluded.crm_id,
       campaign_id = excluded.campaign_id, quality = excluded.quality, purchase_intent = excluded.purchase_intent, favorite = excluded.favorite,
       reason = excluded.reason, accepted_at = excluded.accepted_at, closed_at = excluded.closed_at, attempts = excluded.attempts,
       calls = excluded.calls, reached = excluded.reached, worked_at = excluded.worked_at, once_seq = excluded.once_seq, seq = excluded.seq,
       qualification = excluded.qualification;

-- engagement_new(publisher:t, lead:u, name:T, value:I, currency:T, closing_on:T, notes:T, crm_id:T, campaign_id:T, quality:T, favorite:i, accepted_at:I, worked_at:I, qualification:T)
-- Of a lead that is not placed yet.
INSERT INTO engagement (publisher_id, lead_id, version, name, value, currency, closing_on, notes, crm_id, campaign_id,
                        quality, favorite, accepted_at, attempts, calls, reached, worked_at, qualification)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, $14);

-- engagement_seq(publisher:t, lead:u, seq:i)
-- The place in lists of a lead that was worked on before it was placed.
UPDATE engagement SET seq = $3 WHERE publisher_id = $1 AND lead_id = $2;

-- engagement_by_crm(publisher:t, crm_id:t) -> one (lead_id:u)
-- The lead of an id in the publisher's CRM; several may have it, by hand.
SELECT lead_id FROM engagement WHERE publisher_id = $1 AND crm_id = $2 ORDER BY lead_id LIMIT 1;

-- contact_add(publisher:t, lead:u, entry:u, kind:t, at:i, reached:i, response:i, owed:i, owner:U)
-- With the hours by which the owner works now, as calendar_of finds them.
INSERT INTO lead_contact (publisher_id, lead_id, entry_id, kind, at, reached, response, owed, calendar_id, zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
        COALESCE((SELECT own.calendar_id FROM account_calendar own WHERE own.publisher_id = $1 AND own.account_id = $9),
                 (SELECT usual.calendar_id FROM calendar usual WHERE usual.publisher_id = $1 AND usual.is_default = 1 LIMIT 1)),
        (SELECT own.zone FROM account_calendar own WHERE own.publisher_id = $1 AND own.account_id = $9));

-- contact_of(publisher:t, lead:u, kind:t, at:i) -> one (entry_id:u)
-- Whether it was written down before, also where that was withdrawn.
SELECT entry_id FROM lead_contact WHERE publisher_id = $1 AND lead_id = $2 AND kind = $3 AND at = $4 ORDER BY entry_id LIMIT 1;

-- contact_withdraw(publisher:t, lead:u, entry:u, now:i) -> one (kind:t)
-- A row when it has counted until now.
UPDATE lead_contact SET withdrawn_at = $4 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3 AND withdrawn_at IS NULL
RETURNING kind;

-- contact_vain(publisher:t, lead:u, entry:u) -> one (kind:t)
-- A row when it has answered until now.
UPDATE lead_contact SET response = 0 WHERE publisher_id = $1 AND lead_id = $2 AND entry_id = $3 AND response = 1 AND withdrawn_at IS NULL
RETURNING kind;

-- contact_sum(publisher:t, lead:u) -> one (attempts:i, calls:i, reached:i, responded_at:I, owed:i)
-- What is left; owed: of those too that are withdrawn.
SELECT CAST(COALESCE(sum(CASE WHEN withdrawn_at IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS attempts,
       CAST(COALESCE(sum(CASE WHEN withdrawn_at IS NULL AND kind = 'call' THEN 1 ELSE 0 END), 0) AS BIGINT) AS calls,
       CAST(COALESCE(sum(CASE WHEN withdrawn_at IS NULL THEN reached ELSE 0 END), 0) AS BIGINT) AS reached,
       min(CASE WHEN withdrawn_at IS NULL AND response = 1 THEN at END) AS responded_at,
       CAST(COALESCE(max(owed), 0) AS BIGINT) AS owed
  FROM lead_contact WHERE publisher_id = $1 AND lead_id = $2;

-- move_add(publisher:t, lead:u, version:i, move:u, at:i, event:t, from:t, to:t, was_reason:T, was_accepted_at:I, was_closed_at:I, was_process:T, was_stage:T, was_entered_at:I, few:i, few_seq:I, owed:i, owner:U)
-- What closes has the hours by which the owner works now, as calendar_of finds them.
INSERT INTO lead_move (publisher_id, lead_id, version, move_id, at, event, from_substatus, to_substatus, was_reason,
                       was_accepted_at, was_closed_at, was_process, was_stage, was_entered_at, few, few_seq, owed,
                       calendar_id, zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        CASE WHEN $8 IN ('Won', 'Lost', 'Declined', 'Expired') THEN
        COALESCE((SELECT own.calendar_id FROM account_calendar own WHERE own.publisher_id = $1 AND own.account_id = $18),
                 (SELECT usual.calendar_id FROM calendar usual WHERE usual.publisher_id = $1 AND usual.is_default = 1 LIMIT 1)) END,
        CASE WHEN $8 IN ('Won', 'Lost', 'Declined', 'Expired') THEN
        (SELECT own.zone FROM account_calendar own WHERE own.publisher_id = $1 AND own.account_id = $18) END);

-- move_last(publisher:t, lead:u) -> one (version:i, move_id:u, at:i, event:t, from_substatus:t, to_substatus:t, was_reason:T, was_accepted_at:I, was_closed_at:I, was_process:T, was_stage:T, was_entered_at:I, few:I, got_owner:U, was_team:U, got_team:U, owed:I)
-- The last transition that was not taken back.
SELECT version, move_id, at, event, from_substatus, to_substatus, was_reason, was_accepted_at, was_closed_at,
       was_process, was_stage, was_entered_at, few, got_owner, was_team, got_team, owed
  FROM lead_move WHERE publisher_id = $1 AND lead_id = $2 AND undone_by IS NULL ORDER BY version DESC LIMIT 1;

-- move_took(publisher:t, lead:u, version:i, owner:u, was_team:U)
-- With the team that the lead has come into.
UPDATE lead_move SET got_owner = $4, was_team = $5,
       got_team = (SELECT l.team_id FROM lead l WHERE l.publisher_id = $1 AND l.lead_id = $2)
 WHERE publisher_id = $1 AND lead_id = $2 AND version = $3;

-- move_undone(publisher:t, lead:u, version:i, by:u)
UPDATE lead_move SET undone_by = $4, few_seq = NULL WHERE publisher_id = $1 AND lead_id = $2 AND version = $3;
