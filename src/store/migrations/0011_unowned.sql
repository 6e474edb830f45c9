-- Open leads that are somebody's work and that nobody owns, by the response clock. A lead is in it until it is given to
-- somebody: the list is as short as the alarm is quiet.
CREATE INDEX lead_unowned ON lead (publisher_id, due_sort, seq)
  WHERE owner_id IS NULL AND status <> 'Closed' AND test = 0 AND kind <> 'information';
