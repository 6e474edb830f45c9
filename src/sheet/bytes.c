/*
 * From bytes to UTF-8. A byte order mark says the encoding; else the caller; else it is told from
 * the first bytes that are not ASCII, wherever in the file they are.
 */
#include <stdlib.h>
#include <unicode/ucnv.h>
#include "sheet/encoding.h"
#include "sheet/parts.h"

#define SAMPLE (64 * 1024) /* what an encoding is told from */
#define START  4096        /* what UTF-16 without a mark is told from */
#define PIVOT  1024

enum state { AT_START = 1, ASCII_SO_FAR, AS_IT_IS, CONVERTED };

struct bytes {
	enum state state;
	const char *said;
	UConverter *from, *to;
	UChar pivot[PIVOT], *pivot_from, *pivot_to;
};

static const struct mark {
	const char *bytes;
	size_t n;
	const char *encoding;
} marks[] = {
	{ "\xEF\xBB\xBF", 3, "UTF-8" },
	{ "\xFF\xFE\0\0", 4, "UTF-32LE" }, /* before UTF-16LE, which it begins like */
	{ "\0\0\xFE\xFF", 4, "UTF-32BE" },
	{ "\xFF\xFE", 2, "UTF-16LE" },
	{ "\xFE\xFF", 2, "UTF-16BE" },
	{ "\x84\x31\x95\x33", 4, "GB18030" },
};

struct bytes *bytes_new(const char *encoding)
{
	struct bytes *b = calloc(1, sizeof(*b));

	if (!b)
		BUG("out of memory for a decoder");
	b->state = AT_START;
	b->said = encoding;
	b->pivot_from = b->pivot_to = b->pivot;
	return b;
}

void bytes_free(struct bytes *b)
{
	if (!b)
		return;
	if (b->from)
		ucnv_close(b->from);
	if (b->to)
		ucnv_close(b->to);
	free(b);
}

static bool use(struct bytes *b, const char *encoding, bool sure, struct sheet_about *about,
		struct err *e)
{
	UErrorCode ue = U_ZERO_ERROR;

	b->state = CONVERTED;
	b->from = ucnv_open(encoding, &ue);
	if (U_FAILURE(ue))
		return ERR_FIELD(e, ERR_INPUT, "sheet.encoding", "encoding",
				 "%.60s is no encoding that is known; try UTF-8, CP949, GB18030, "
				 "Big5, Shift_JIS or windows-1252.",
				 encoding);
	if (ucnv_getType(b->from) == UCNV_UTF8)
		b->state = AS_IT_IS;
	b->to = ucnv_open("UTF-8", &ue);
	if (U_FAILURE(ue))
		BUG("ICU has no UTF-8: %s", u_errorName(ue));
	about->encoding = b->state == AS_IT_IS ? "UTF-8" : encoding;
	about->encoding_sure = sure;
	return true;
}

/* A mark, the caller, UTF-16 by its zero bytes; else ASCII until something else comes. */
static bool start(struct bytes *b, struct str raw, size_t *ret_used, struct sheet_about *about,
		  struct err *e)
{
	const char *utf16;

	for (size_t i = 0; i < LL_COUNT(marks); i++)
		if (raw.n >= marks[i].n && !memcmp(raw.p, marks[i].bytes, marks[i].n)) {
			*ret_used = marks[i].n;
			about->marked = true;
			return use(b, marks[i].encoding, true, about, e);
		}
	if (b->said)
		return use(b, b->said, true, about, e);
	utf16 = encoding_utf16(str_upto(raw, START));
	if (utf16)
		return use(b, utf16, true, about, e);
	b->state = ASCII_SO_FAR;
	about->encoding = "UTF-8";
	about->encoding_sure = true;
	return true;
}

static size_t ascii(struct str s)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&eight, s.p + i, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < s.n && !(s.p[i] & 0x80))
		i++;
	return i;
}

static void copy(struct window *to, struct str s)
{
	if (!s.n)
		return;
	memcpy(window_room(to, s.n), s.p, s.n);
	to->n += s.n;
}

static void convert(struct bytes *b, struct str s, bool end, struct window *to)
{
	const char *from = s.p, *limit = s.p + s.n;
	UErrorCode ue;

	do {
		size_t room = s.n + 1024;
		char *at = window_room(to, room), *out = at;

		ue = U_ZERO_ERROR;
		ucnv_convertEx(b->to, b->from, &out, at + room, &from, limit, b->pivot,
			       &b->pivot_from, &b->pivot_to, b->pivot + PIVOT, false, end, &ue);
		to->n += (size_t)(out - at);
	} while (ue == U_BUFFER_OVERFLOW_ERROR);
	/* A character cut off at the file's end: it is one that is no text. */
	if (ue == U_TRUNCATED_CHAR_FOUND)
		copy(to, STR("\xEF\xBF\xBD"));
	else if (U_FAILURE(ue))
		BUG("ICU cannot convert: %s", u_errorName(ue));
}

bool bytes_decode(struct bytes *b, struct str raw, bool end, struct window *to, size_t *ret_used,
		  struct sheet_about *about, struct err *e)
{
	size_t used = 0, plain;
	bool sure;

	if (b->state == AT_START) {
		*ret_used = 0;
		if (raw.n < START && !end)
			return true;
		if (!start(b, raw, &used, about, e))
			return false;
	}
	if (b->state == ASCII_SO_FAR) {
		plain = ascii(str_from(raw, used));
		copy(to, str_upto(str_from(raw, used), plain));
		used += plain;
		*ret_used = used;
		if (used == raw.n || (raw.n - used < SAMPLE && !end))
			return true;
		const char *told = encoding_tell(str_upto(str_from(raw, used), SAMPLE), &sure);

		if (!use(b, told, sure, about, e))
			return false;
	}
	if (b->state == AS_IT_IS)
		copy(to, str_from(raw, used));
	else
		convert(b, str_from(raw, used), end, to);
	*ret_used = raw.n;
	return true;
}
