-- search_put(publisher:t, seq:i, tokens:t)
-- The one pair of engine-specific statements: full text. tokens: ASCII words made in C, space-separated.
-- sqlite:
INSERT INTO lead_search (rowid, tokens) SELECT $2, $3 WHERE $1 IS NOT NULL;
-- postgresql:
INSERT INTO lead_search (publisher_id, seq, tokens)
VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')));
