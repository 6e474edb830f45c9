-- What counts as a try to reach the customer of a lead: each call, each note that records an answer, each meeting that
-- took place or that nobody came to, by its entry in the timeline. at: when it was, which is not when somebody wrote it
-- down. reached: the customer was talked to. response: it answered them. owed: they waited for it. What was withdrawn
-- stays, and counts no more.
CREATE TABLE lead_contact (
  publisher_id TEXT NOT NULL,
  lead_id BYTEA NOT NULL,
  entry_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  reached SMALLINT NOT NULL,
  response SMALLINT NOT NULL,
  owed SMALLINT NOT NULL,
  withdrawn_at BIGINT,
  PRIMARY KEY (publisher_id, lead_id, entry_id)
);

-- Those that were written down before, this once by the texts of their entries: the members are in the order in which
-- this program wrote them, and a quotation mark within a text has a backslash before it.
INSERT INTO lead_contact (publisher_id, lead_id, entry_id, kind, at, reached, response, owed)
SELECT t.publisher_id, t.lead_id, t.entry_id, 'call', t.at,
       CASE WHEN t.detail LIKE '{"outcome":"fit"%' OR t.detail LIKE '{"outcome":"no-fit"%' OR t.detail LIKE '{"outcome":"unsure"%' THEN 1 ELSE 0 END,
       CASE WHEN t.detail LIKE '{"outcome":"no-answer"%' THEN 0 ELSE 1 END,
       CASE WHEN l.due_at IS NULL THEN 0 ELSE 1 END
  FROM timeline_entry t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.type = 'call';

INSERT INTO lead_contact (publisher_id, lead_id, entry_id, kind, at, reached, response, owed)
SELECT t.publisher_id, t.lead_id, t.entry_id, 'note', t.at, 0, 1, CASE WHEN l.due_at IS NULL THEN 0 ELSE 1 END
  FROM timeline_entry t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.type = 'note' AND t.detail LIKE '{"text":%,"answered":true,"author":%';

INSERT INTO lead_contact (publisher_id, lead_id, entry_id, kind, at, reached, response, owed)
SELECT t.publisher_id, t.lead_id, t.entry_id, 'meeting', t.at,
       CASE WHEN t.detail LIKE '{"event":"done",%' THEN 1 ELSE 0 END, CASE WHEN t.detail LIKE '{"event":"done",%' THEN 1 ELSE 0 END,
       CASE WHEN l.due_at IS NULL THEN 0 ELSE 1 END
  FROM timeline_entry t JOIN lead l ON l.publisher_id = t.publisher_id AND l.lead_id = t.lead_id
 WHERE t.type = 'task' AND (t.detail LIKE '{"event":"done","task":"%","kind":"meeting",%' OR t.detail LIKE '{"event":"missed","task":"%","kind":"meeting",%');
