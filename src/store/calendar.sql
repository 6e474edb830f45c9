-- calendar_list(publisher:t) -> all (calendar_id:u, name:t, zone:t, hours:t, response_minutes:i, is_default:i, created_at:i)
SELECT calendar_id, name, zone, hours, response_minutes, is_default, created_at
  FROM calendar WHERE publisher_id = $1 ORDER BY calendar_id;

-- calendar_get(publisher:t, calendar:u) -> one like calendar_list
SELECT calendar_id, name, zone, hours, response_minutes, is_default, created_at
  FROM calendar WHERE publisher_id = $1 AND calendar_id = $2;

-- calendar_put(publisher:t, calendar:u, name:t, zone:t, hours:t, response_minutes:i, is_default:i, now:i)
INSERT INTO calendar (publisher_id, calendar_id, name, zone, hours, response_minutes, is_default, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (publisher_id, calendar_id) DO UPDATE SET name = excluded.name, zone = excluded.zone, hours = excluded.hours,
       response_minutes = excluded.response_minutes;

-- calendar_default(publisher:t, calendar:u)
-- This one, and no other.
UPDATE calendar SET is_default = CASE WHEN calendar_id = $2 THEN 1 ELSE 0 END WHERE publisher_id = $1;

-- calendar_remove(publisher:t, calendar:u)
DELETE FROM calendar WHERE publisher_id = $1 AND calendar_id = $2;

-- calendar_days(publisher:t, calendar:u) -> all (day:t, name:t)
SELECT day, name FROM calendar_day WHERE publisher_id = $1 AND calendar_id = $2 ORDER BY day;

-- calendar_day_put(publisher:t, calendar:u, day:t, name:t)
INSERT INTO calendar_day (publisher_id, calendar_id, day, name) VALUES ($1, $2, $3, $4)
ON CONFLICT (publisher_id, calendar_id, day) DO UPDATE SET name = excluded.name;

-- calendar_day_remove(publisher:t, calendar:u, day:T)
-- day NULL: all of them.
DELETE FROM calendar_day WHERE publisher_id = $1 AND calendar_id = $2 AND ($3 IS NULL OR day = $3);

-- calendar_of(publisher:t, account:U) -> one (calendar_id:u, name:t, zone:t, hours:t, response_minutes:i)
-- By what an account works, NULL: nobody in particular. A calendar of one's own goes before the default one.
SELECT c.calendar_id, c.name, COALESCE(m.zone, c.zone) AS zone, c.hours, c.response_minutes
  FROM calendar c LEFT JOIN account_calendar m ON m.publisher_id = $1 AND m.account_id = $2
 WHERE c.publisher_id = $1 AND c.calendar_id = COALESCE(
         (SELECT own.calendar_id FROM account_calendar own WHERE own.publisher_id = $1 AND own.account_id = $2),
         (SELECT usual.calendar_id FROM calendar usual WHERE usual.publisher_id = $1 AND usual.is_default = 1 LIMIT 1));

-- calendar_judged(publisher:t, lead:u, at:i) -> one like calendar_of
-- By what the first response, of that time, was judged; no row: nothing was kept of it, or that calendar is gone.
SELECT c.calendar_id, c.name, COALESCE(k.zone, c.zone) AS zone, c.hours, c.response_minutes
  FROM lead_contact k JOIN calendar c ON c.publisher_id = k.publisher_id AND c.calendar_id = k.calendar_id
 WHERE k.publisher_id = $1 AND k.lead_id = $2 AND k.at = $3 AND k.response = 1 AND k.withdrawn_at IS NULL
 ORDER BY k.entry_id LIMIT 1;

-- calendar_closed(publisher:t, lead:u, at:i) -> one like calendar_of
-- By what a lead was judged that was closed at that time; no row: as of calendar_judged.
SELECT c.calendar_id, c.name, COALESCE(k.zone, c.zone) AS zone, c.hours, c.response_minutes
  FROM lead_move k JOIN calendar c ON c.publisher_id = k.publisher_id AND c.calendar_id = k.calendar_id
 WHERE k.publisher_id = $1 AND k.lead_id = $2 AND k.at = $3 AND k.undone_by IS NULL
 ORDER BY k.version DESC LIMIT 1;

-- account_calendar_list(publisher:t) -> all (account_id:u, calendar_id:U, zone:T)
SELECT account_id, calendar_id, zone FROM account_calendar WHERE publisher_id = $1 ORDER BY account_id;

-- account_calendar_put(publisher:t, account:u, calendar:U, zone:T)
INSERT INTO account_calendar (publisher_id, account_id, calendar_id, zone) VALUES ($1, $2, $3, $4)
ON CONFLICT (publisher_id, account_id) DO UPDATE SET calendar_id = excluded.calendar_id, zone = excluded.zone;

-- account_calendar_remove(publisher:t, account:u)
DELETE FROM account_calendar WHERE publisher_id = $1 AND account_id = $2;

-- account_calendar_forget(publisher:t, calendar:u)
-- Who worked by it works by the default one again, in the zone that they had chosen.
UPDATE account_calendar SET calendar_id = NULL WHERE publisher_id = $1 AND calendar_id = $2;
