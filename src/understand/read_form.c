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

/* UserDetails[FirstName] and UserDetails.FirstName lie in the block UserDetails. */
static uint32_t block_of(struct pairs *p, uint32_t root, uint32_t *contact, struct str *key)
{
	size_t dot = str_find(*key, '.'), bracket = str_find(*key, '['),
	       at = dot < bracket ? dot : bracket;
	struct str head = str_upto(*key, at), tail = str_from(*key, at + 1);

	if (at == key->n || label_of(p->a, head)->label != LABEL_CONTACT)
		return root;
	if (*contact == PAIRS_NO_BLOCK)
		*contact = pairs_add_block(p, root, head, true);
	*key = tail.n && tail.p[tail.n - 1] == ']' ? str_upto(tail, tail.n - 1) : tail;
	return *contact;
}

static bool is_coded(struct str s)
{
	return str_find(s, '%') < s.n || str_find(s, '+') < s.n;
}

bool pairs_read_form(struct pairs *p, struct str text, struct err *e)
{
	uint32_t root, contact = PAIRS_NO_BLOCK;
	struct str piece;

	if (!pairs_add_record(p, &root))
		return ERR(e, ERR_INPUT, "body.too-many", "The body holds too many leads.");
	while (str_split(&text, '&', &piece)) {
		size_t eq = str_find(piece, '=');
		struct str key = str_upto(piece, eq), value = str_from(piece, eq + 1);
		bool coded = is_coded(value);
		uint32_t block;

		key = utf8_trim(is_coded(key) ? coding_form(p->a, str_upto(key, 384))
					      : str_upto(key, 128));
		if (!key.n)
			continue;
		block = block_of(p, root, &contact, &key);
		if (label_of(p->a, key)->label == LABEL_CONTACT) {
			uint32_t inner = pairs_add_block(p, block, key, true);

			if (pairs_read_inner(p, inner, coded ? coding_form(p->a, value) : value))
				continue;
		}
		pairs_add(p, block, label_of(p->a, key), key, value,
			  coded ? CODING_FORM : CODING_PLAIN);
	}
	return true;
}
