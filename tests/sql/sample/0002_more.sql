CREATE INDEX thing_size ON thing (publisher, size);
