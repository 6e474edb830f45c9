/*
 * Lines of "Label: value" into pairs, as Microsoft's pages print a lead and as people paste one:
 * colon ASCII or full-width, bullets before the label. A line without a known label goes on with
 * the value before it.
 */
#include "understand/pairs.h"

#include "base/utf8.h"

#define LONGEST_LABEL 96 /* bytes before the colon */

static struct str without_bullet(struct str s)
{
	static const char *const bullets[] = { "-", "*", "•", "·", "・", "–", "○", "●" };

	s = utf8_trim(s);
	for (size_t i = 0; i < LL_COUNT(bullets); i++)
		if (str_starts(s, bullets[i]))
			return utf8_trim(str_from(s, strlen(bullets[i])));
	return s;
}

/* Where the first colon begins, and how long it is; false when there is none near the start. */
static bool colon(struct str s, size_t *ret_at, size_t *ret_n)
{
	static const char *const colons[] = { ":", "：", "︰", "﹕" };

	for (size_t at = 0; at < s.n && at <= LONGEST_LABEL; at++) {
		if ((unsigned char)s.p[at] < 0x80 && s.p[at] != ':')
			continue;
		for (size_t i = 0; i < LL_COUNT(colons); i++)
			if (str_starts(str_from(s, at), colons[i])) {
				*ret_at = at;
				*ret_n = strlen(colons[i]);
				return true;
			}
	}
	return false;
}

static void add(struct pairs *p, uint32_t block, const struct label_row *row, struct str key,
		struct str value)
{
	pairs_add(p, (struct pair){
			     .key = key, .value = utf8_trim(value), .row = row, .block = block });
}

bool pairs_read_labels(struct pairs *p, struct str text, struct err *e)
{
	const struct label_row *row = NULL;
	struct str line, key = STR(""), value = STR("");
	uint32_t root;

	if (!pairs_add_record(p, &root))
		return pairs_too_many(e);
	while (str_split(&text, '\n', &line)) {
		struct str s = without_bullet(line);
		const struct label_row *now = NULL;
		size_t at, n;

		if (colon(s, &at, &n))
			now = pairs_label(p, utf8_trim(str_upto(s, at)), CODING_PLAIN);
		if (!now || now->label == LABEL_UNKNOWN) {
			/* Views of one text: the value grows over the line break. */
			if (row)
				value.n = (size_t)(line.p + line.n - value.p);
			continue;
		}
		if (row)
			add(p, root, row, key, value);
		row = now;
		key = utf8_trim(str_upto(s, at));
		value = str_from(s, at + n);
	}
	if (row)
		add(p, root, row, key, value);
	return true;
}
