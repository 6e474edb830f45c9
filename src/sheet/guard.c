#include "sheet/sheet.h"

/* What spreadsheet programs take for the beginning of a formula, full-width forms too. */
static const char *const begins[] = {
	"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠",
};

static bool is_formula(struct str s)
{
	for (size_t i = 0; i < LL_COUNT(begins); i++)
		if (str_starts(s, begins[i]))
			return true;
	return false;
}

static bool is_apostrophes_and_formula(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '\'')
		n++;
	return is_formula(str_from(s, n));
}

static bool begins_cell(char before)
{
	return before == ';' || before == ',' || before == '\t';
}

void sheet_guard(struct str s, struct buf *to)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((!i || begins_cell(s.p[i - 1])) && is_apostrophes_and_formula(str_from(s, i)))
			buf_byte(to, '\'');
		buf_byte(to, s.p[i]);
	}
}

void sheet_unguard(struct str s, struct buf *to)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' && (!i || begins_cell(s.p[i - 1])) &&
		    is_apostrophes_and_formula(str_from(s, i)))
			continue;
		buf_byte(to, s.p[i]);
	}
}
