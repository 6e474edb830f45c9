-- One table with every kind of column, and one to count in.
CREATE TABLE thing (
  publisher TEXT NOT NULL,
  thing BYTEA NOT NULL,
  title TEXT NOT NULL,
  size BIGINT NOT NULL,
  flag SMALLINT NOT NULL,
  body BYTEA NOT NULL,
  note TEXT,
  due BIGINT,
  seal BYTEA,
  owner BYTEA,
  PRIMARY KEY (publisher, thing)
);
CREATE UNIQUE INDEX thing_title ON thing (publisher, title);
CREATE INDEX thing_due ON thing (publisher, due) WHERE due IS NOT NULL;
CREATE TABLE tally (
  name TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (name)
);
