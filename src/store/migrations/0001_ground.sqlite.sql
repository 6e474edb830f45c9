-- Tokens are made in C (words, CJK bigrams, filter values); contentless, because the lead has the text.
CREATE VIRTUAL TABLE lead_search USING fts5 (tokens, content='', detail=none, tokenize="ascii tokenchars '_'", columnsize=0);
-- Its words in order.
CREATE VIRTUAL TABLE lead_word USING fts5vocab(lead_search, instance);
