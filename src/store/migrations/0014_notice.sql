-- mail: 1 while it waits for the next mail, 2 while it is in the one that is being sent.
DROP INDEX notification_unmailed;
CREATE INDEX notification_unmailed ON notification (publisher_id, account_id, at) WHERE mail <> 0;
