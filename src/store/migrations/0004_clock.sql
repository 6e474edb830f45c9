-- Working time: when a publisher's people work, shown beside the clock of the first response.

-- hours: "mon 09:00-12:00 13:00-17:00;tue …", of the zone's wall clock. response_minutes: within how much working
-- time a first response is promised. The default one is read where nobody says otherwise.
CREATE TABLE calendar (
  publisher_id TEXT NOT NULL,
  calendar_id BYTEA NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  hours TEXT NOT NULL,
  response_minutes BIGINT NOT NULL,
  is_default SMALLINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (publisher_id, calendar_id)
);

CREATE INDEX calendar_default ON calendar (publisher_id) WHERE is_default = 1;

-- A day off: "2026-12-25", or "12-25" of every year.
CREATE TABLE calendar_day (
  publisher_id TEXT NOT NULL,
  calendar_id BYTEA NOT NULL,
  day TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (publisher_id, calendar_id, day)
);

-- Who works by another calendar than the default one, or by its hours in another zone.
CREATE TABLE account_calendar (
  publisher_id TEXT NOT NULL,
  account_id BYTEA NOT NULL,
  calendar_id BYTEA,
  zone TEXT,
  PRIMARY KEY (publisher_id, account_id)
);
