-- By which hours a lead was judged when it was closed, as lead_contact has it of an answer: the calendar of who owned it
-- then, and their own zone where they had one. NULL: by whom the lead is now. owed: whether a first response was owed before
-- the move; NULL: it is not known.
ALTER TABLE lead_move ADD COLUMN calendar_id BYTEA;
ALTER TABLE lead_move ADD COLUMN zone TEXT;
ALTER TABLE lead_move ADD COLUMN owed SMALLINT;

-- Those that were closed before: by who owns the lead now, as it was said until now.
UPDATE lead_move SET
  calendar_id = (SELECT COALESCE(own.calendar_id, (SELECT usual.calendar_id FROM calendar usual WHERE usual.publisher_id = l.publisher_id AND usual.is_default = 1 LIMIT 1))
                   FROM lead l LEFT JOIN account_calendar own ON own.publisher_id = l.publisher_id AND own.account_id = l.owner_id
                  WHERE l.publisher_id = lead_move.publisher_id AND l.lead_id = lead_move.lead_id),
  zone = (SELECT own.zone FROM lead l JOIN account_calendar own ON own.publisher_id = l.publisher_id AND own.account_id = l.owner_id
           WHERE l.publisher_id = lead_move.publisher_id AND l.lead_id = lead_move.lead_id)
 WHERE to_substatus IN ('Won', 'Lost', 'Declined', 'Expired') AND undone_by IS NULL;
