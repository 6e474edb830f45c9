INSERT INTO tally (name, n) SELECT 'made for PostgreSQL', 1 WHERE current_setting('server_version_num') > '100000';
