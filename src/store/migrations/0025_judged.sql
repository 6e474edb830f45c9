-- By which hours an answer was judged: the calendar of who owned the lead then, and their own zone where they had one. NULL:
-- by whom the lead is now. A lead that is handed over later was answered as late as before.
ALTER TABLE lead_contact ADD COLUMN calendar_id BYTEA;
ALTER TABLE lead_contact ADD COLUMN zone TEXT;

-- Those that were written down before: by who owns the lead now, as it was said until now.
UPDATE lead_contact SET
  calendar_id = (SELECT COALESCE(own.calendar_id, (SELECT usual.calendar_id FROM calendar usual WHERE usual.publisher_id = l.publisher_id AND usual.is_default = 1 LIMIT 1))
                   FROM lead l LEFT JOIN account_calendar own ON own.publisher_id = l.publisher_id AND own.account_id = l.owner_id
                  WHERE l.publisher_id = lead_contact.publisher_id AND l.lead_id = lead_contact.lead_id),
  zone = (SELECT own.zone FROM lead l JOIN account_calendar own ON own.publisher_id = l.publisher_id AND own.account_id = l.owner_id
           WHERE l.publisher_id = lead_contact.publisher_id AND l.lead_id = lead_contact.lead_id)
 WHERE response = 1;
