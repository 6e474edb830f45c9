/* application/x-www-form-urlencoded into pairs: Salesforce web-to-lead, Marketo, and the like. */
#include "understand/pairs.h"

#include "base/utf8.h"

static bool is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       memchr("_-.%+[]*~ ", c, 10) || (unsigned char)c >= 0x80;
}

bool pairs_is_form(struct str text)
{
	size_t n = str_find(text, '=');

	if (!n || n == text.n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_key(text.p[i]))
			return false;
	return true;
}

static enum coding coding_of(struct str s)
{
	return str_find(s, '%') < s.n || str_find(s, '+') < s.n ? CODING_FORM : CODING_PLAIN;
}

/*
 * UserDetails[FirstName] and UserDetails.FirstName lie in the block UserDetails, with their
 * brackets escaped too.
 */
static uint32_t block_of(struct pairs *p, uint32_t root, uint32_t *contact, struct str *key)
{
	static const char *const marks[] = { ".", "[", "%5B", "%5b" };
	size_t at = key->n, skip = 0;
	struct str head, tail;

	for (size_t i = 0; i < key->n && at == key->n; i++)
		for (size_t m = 0; m < LL_COUNT(marks); m++)
			if (str_starts(str_from(*key, i), marks[m])) {
				at = i;
				skip = strlen(marks[m]);
			}
	head = str_upto(*key, at);
	tail = str_from(*key, at + skip);
	if (!skip || pairs_label(p, head, coding_of(head))->label != LABEL_CONTACT)
		return root;
	if (*contact == PAIRS_NO_BLOCK)
		*contact = pairs_add_block(p, root, head, coding_of(head), true);
	if (tail.n > 3 && str_ieq_z(str_from(tail, tail.n - 3), "%5D"))
		tail.n -= 3;
	else if (tail.n && tail.p[tail.n - 1] == ']')
		tail.n--;
	*key = tail;
	return *contact;
}

static void add(struct pairs *p, uint32_t block, struct str key, struct str value)
{
	const struct label_row *row = pairs_label(p, key, coding_of(key));
	enum coding coding = coding_of(value);

	if (row->label == LABEL_CONTACT) {
		uint32_t inner = pairs_add_block(p, block, key, coding_of(key), true);

		if (inner != PAIRS_NO_BLOCK &&
		    pairs_read_inner(p, inner,
				     coding == CODING_FORM ? coding_form(p->a, value, value.n)
							   : value))
			return;
	}
	pairs_add(p, (struct pair){ .key = key,
				    .key_coding = coding_of(key),
				    .value = value,
				    .coding = coding,
				    .row = row,
				    .block = block });
}

bool pairs_read_form(struct pairs *p, struct str text, struct err *e)
{
	uint32_t root, contact = PAIRS_NO_BLOCK;
	struct str piece;

	if (!pairs_add_record(p, &root))
		return pairs_too_many(e);
	while (str_split(&text, '&', &piece)) {
		size_t eq = str_find(piece, '=');
		struct str key = utf8_trim(str_upto(piece, eq));
		uint32_t block;

		if (!key.n)
			continue;
		block = block_of(p, root, &contact, &key);
		add(p, block, key, str_from(piece, eq + 1));
	}
	return true;
}
