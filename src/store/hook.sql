-- hook_get(publisher:t) -> one (destination_id:u, events:i)
-- Who is told of changes of the publisher's referrals, and of which.
SELECT destination_id, events FROM webhook WHERE publisher_id = $1;

-- hook_put(publisher:t, destination:u, events:i) -> one (destination_id:u)
-- A row when there was none: one registration a publisher.
INSERT INTO webhook (publisher_id, destination_id, events) VALUES ($1, $2, $3)
ON CONFLICT (publisher_id) DO NOTHING RETURNING destination_id;

-- hook_set(publisher:t, events:i)
UPDATE webhook SET events = $2 WHERE publisher_id = $1;

-- hook_hold(publisher:t) -> one (destination_id:u, events:i)
-- The row is ours until the transaction ends: tests of a registration are counted one after another.
UPDATE webhook SET events = events WHERE publisher_id = $1 RETURNING destination_id, events;

-- hook_unowe(publisher:t, destination:u, recipient:t, code:t)
-- An event that is not registered any more: what is still owed of it is cancelled. Registered again, the next change
-- makes it due.
UPDATE delivery SET state = 'cancelled', code = $4, lease_until = NULL, lease_holder = NULL
 WHERE publisher_id = $1 AND destination_id = $2 AND state IN ('due', 'leased', 'parked') AND recipient = $3;

-- hook_drop(publisher:t, destination:u)
DELETE FROM webhook WHERE publisher_id = $1 AND destination_id = $2;

-- hook_owe(publisher:t, delivery:u, destination:u, lead:u, contact:b, state:t, now:i, recipient:t)
-- A change that is to be told. What waits already tells this one, too. What is under way may have been looked at before
-- the change: it is due again once it is over, because since_at is later than when it was claimed (outbox_result). The
-- row is written in any case, so that nobody claims it between this change and its commit. It is due even where its
-- destination is parked, of which nothing is claimed: that may end at this moment. Test leads are in no list.
INSERT INTO delivery (publisher_id, delivery_id, destination_id, lead_id, contact, state, attempts, replays,
                      created_at, since_at, next_at, recipient)
SELECT l.publisher_id, $2, $3, l.lead_id, $5, $6, 0, 0, $7, $7, $7, $8
  FROM lead l WHERE l.publisher_id = $1 AND l.lead_id = $4 AND l.test = 0
ON CONFLICT (publisher_id, lead_id, destination_id, recipient) DO UPDATE
   SET state = CASE WHEN delivery.state IN ('leased', 'parked') THEN delivery.state ELSE excluded.state END,
       since_at = CASE WHEN delivery.since_at < excluded.since_at THEN excluded.since_at ELSE delivery.since_at + 1 END,
       next_at = excluded.next_at, done_at = NULL;

-- hook_tests(publisher:t, since:u) -> one (n:i)
SELECT count(*) AS n FROM webhook_test WHERE publisher_id = $1 AND test_id >= $2;

-- hook_test_add(publisher:t, test:u)
INSERT INTO webhook_test (publisher_id, test_id) VALUES ($1, $2);

-- hook_test_done(publisher:t, test:u, done_at:i, status:I, site:i, detail:t)
UPDATE webhook_test SET done_at = $3, status = $4, site = $5, detail = $6 WHERE publisher_id = $1 AND test_id = $2;

-- hook_test_get(publisher:t, test:u) -> one (done_at:I, status:I, site:I, detail:T)
SELECT done_at, status, site, detail FROM webhook_test WHERE publisher_id = $1 AND test_id = $2;

-- hook_test_sweep(publisher:t, before:u)
DELETE FROM webhook_test WHERE publisher_id = $1 AND test_id < $2;
