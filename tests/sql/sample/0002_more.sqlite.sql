INSERT INTO tally (name, n) SELECT 'made for SQLite', sqlite_version() > '3';
