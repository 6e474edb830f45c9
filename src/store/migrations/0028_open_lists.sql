-- The leads that wait for something, which are few where people work, among those that are over: those that owe a first
-- response, by the time of receipt and by the clock, and those that nobody has accepted or declined yet. A lead comes into
-- them with the newest, at their end, and leaves them with what is done about it.
CREATE INDEX lead_owed ON lead (publisher_id, seq) WHERE due_sort < 4102444800000;
CREATE INDEX lead_owed_due ON lead (publisher_id, due_sort, seq) WHERE due_sort < 4102444800000;
CREATE INDEX lead_new ON lead (publisher_id, seq) WHERE status = 'New';
