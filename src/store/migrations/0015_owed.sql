-- Whether the lead that a row took something over to owed a first response before: 1, 0; NULL: nobody wrote it down.
ALTER TABLE load_row ADD COLUMN old_owed SMALLINT;
