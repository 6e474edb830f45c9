-- alarm_page(publisher:t, before:u, limit:i) -> all (alarm_id:u, kind:t, ref:t, name:t, detail:t, raised_at:i, over_at:I, told_at:I)
-- All of them, the newest first.
SELECT alarm_id, kind, ref, name, detail, raised_at, over_at, told_at
  FROM alarm WHERE publisher_id = $1 AND alarm_id < $2 ORDER BY alarm_id DESC LIMIT $3;

-- alarm_lasting(publisher:t) -> all like alarm_page
SELECT alarm_id, kind, ref, name, detail, raised_at, over_at, told_at
  FROM alarm WHERE publisher_id = $1 AND over_at IS NULL ORDER BY kind, ref;

-- alarm_raise(publisher:t, alarm:u, kind:t, ref:t, name:t, detail:t, now:i) -> one (alarm_id:u)
-- A row when it was not raised already.
INSERT INTO alarm (publisher_id, alarm_id, kind, ref, name, detail, raised_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
RETURNING alarm_id;

-- alarm_over(publisher:t, alarm:u, now:i)
UPDATE alarm SET over_at = $3 WHERE publisher_id = $1 AND alarm_id = $2;

-- alarm_take(publisher:t, alarm:u, until:i, now:i) -> one (alarm_id:u)
-- Whoever gets the row tells people; nobody else does so before `until`, unless the clock was set back since.
UPDATE alarm SET telling_until = $3
 WHERE publisher_id = $1 AND alarm_id = $2 AND told_at IS NULL AND (telling_until IS NULL OR telling_until < $4 OR telling_until > $3 + 60000)
RETURNING alarm_id;

-- alarm_told(publisher:t, alarm:u, now:i)
UPDATE alarm SET told_at = $3 WHERE publisher_id = $1 AND alarm_id = $2;

-- offer_rhythm(publisher:t, offer:t, limit:i) -> all (received_at:i, test:i)
-- When its last leads came.
SELECT received_at, test FROM lead WHERE publisher_id = $1 AND offer_id = $2 ORDER BY seq DESC LIMIT $3;
