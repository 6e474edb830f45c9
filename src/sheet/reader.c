/* A file of rows from its first byte to its last row. */
#include <errno.h>
#include <stdlib.h>
#include "sheet/parts.h"
#include "sheet/spool.h"

#define PIECE     (64 * 1024)
#define SNIFF     (32 * 1024) /* text that format and delimiter are told from */
#define NO_LIMIT  (SIZE_MAX / 4)
#define ARENA_CAP (256UL * 1024 * 1024)

static const char *const format_texts[] = {
	[SHEET_CSV] = "csv",
	[SHEET_NDJSON] = "ndjson",
	[SHEET_JSON] = "json",
	[SHEET_XLSX] = "xlsx",
};

const char *sheet_format_text(enum sheet_format f)
{
	return format_texts[f];
}

/* Files that people take for files of rows; by their first bytes. */
static const struct other {
	const char *bytes;
	size_t n;
	const char *what;
} others[] = {
	{ "\xD0\xCF\x11\xE0", 4,
	  "an old Excel file (.xls), or one with a password; save it as .xlsx or CSV without one" },
	{ "%PDF", 4, "a PDF; export the rows as CSV" },
	{ "\x1F\x8B", 2, "compressed with gzip; unpack it first" },
	{ "7z\xBC\xAF", 4, "a 7z archive; unpack it first" },
	{ "Rar!", 4, "a RAR archive; unpack it first" },
	{ "SQLite format 3", 15, "a database; export the rows as CSV" },
	{ "\x89PNG", 4, "a picture" },
	{ "\xFF\xD8\xFF", 3, "a picture" },
};

struct sheet_reader *sheet_fed(const struct sheet_options *options)
{
	struct sheet_reader *r = calloc(1, sizeof(*r));

	if (!r)
		BUG("out of memory for a reader");
	if (options)
		r->options = *options;
	r->a = arena_new("sheet", ARENA_CAP);
	r->row = arena_new("sheet row", ARENA_CAP);
	r->columns.a = r->a;
	r->raw = buf_new(NO_LIMIT);
	r->decoder = bytes_new(r->options.encoding);
	return r;
}

bool sheet_open(const char *path, const struct sheet_options *options, struct sheet_reader **ret,
		struct err *e)
{
	FILE *f = fopen(path, "rbe");
	struct sheet_reader *r;

	if (!f)
		return ERR(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_INPUT, "sheet.open",
			   "%.200s cannot be opened: %s.", path, strerror(errno));
	r = sheet_fed(options);
	r->file = f;
	*ret = r;
	return true;
}

void sheet_feed(struct sheet_reader *r, struct str bytes)
{
	MUST(!r->file && !r->raw_end);
	buf_str(&r->raw, bytes);
	r->bytes += bytes.n;
}

void sheet_feed_end(struct sheet_reader *r)
{
	r->raw_end = true;
}

void sheet_close(struct sheet_reader *r)
{
	if (!r)
		return;
	if (r->file)
		fclose(r->file);
	xlsx_close(r->xlsx);
	spool_free(r->spool);
	bytes_free(r->decoder);
	buf_free(&r->raw);
	window_free(&r->text);
	free(r->cell);
	arena_free(r->row);
	arena_free(r->a);
	free(r);
}

size_t sheet_columns(const struct sheet_reader *r)
{
	return r->columns.n;
}

struct str sheet_column(const struct sheet_reader *r, size_t i)
{
	return i < r->columns.n ? r->columns.name[i] : STR("");
}

struct str sheet_column_raw(const struct sheet_reader *r, size_t i)
{
	return i < r->columns.n ? r->columns.raw[i] : STR("");
}

struct str sheet_header(const struct sheet_reader *r)
{
	return r->header;
}

const struct sheet_about *sheet_about(const struct sheet_reader *r)
{
	return &r->about;
}

const char *sheet_tab(const struct sheet_reader *r, size_t i)
{
	return r->xlsx ? xlsx_tab(r->xlsx, i) : NULL;
}

uint64_t sheet_bytes(const struct sheet_reader *r)
{
	return r->bytes;
}

/* More bytes from the file: 1, 0 when the caller has to feed them, -1. */
static int take_raw(struct sheet_reader *r, struct err *e)
{
	char piece[PIECE];
	size_t n;

	if (r->raw_end)
		return 1;
	if (!r->file)
		return 0;
	n = fread(piece, 1, sizeof(piece), r->file);
	buf_add(&r->raw, piece, n);
	r->bytes += n;
	if (n < sizeof(piece)) {
		if (ferror(r->file)) {
			ERR(e, ERR_STORE, "sheet.read", "The file cannot be read: %s.",
			    strerror(errno));
			return -1;
		}
		r->raw_end = true;
	}
	return 1;
}

static void drop_raw(struct sheet_reader *r, size_t n)
{
	if (!n)
		return;
	memmove(r->raw.p, r->raw.p + n, r->raw.n - n);
	r->raw.n -= n;
}

/* More text into the window: 1 there is more or it has ended, 0 feed, -1. */
static int fill(struct sheet_reader *r, struct err *e)
{
	while (!r->text.end) {
		size_t had = r->text.n - r->text.at, used = 0;

		if (!bytes_decode(r->decoder, buf_view(&r->raw), r->raw_end, &r->text, &used,
				  &r->about, e))
			return -1;
		drop_raw(r, used);
		r->text.end = r->raw_end;
		if (r->text.end || r->text.n - r->text.at > had)
			return 1;
		if (r->bytes > LIMIT_SHEET_BYTES) {
			ERR(e, ERR_TOO_LARGE, "sheet.bytes",
			    "The file is larger than %llu GiB. Split it.",
			    (unsigned long long)(LIMIT_SHEET_BYTES >> 30));
			return -1;
		}
		int rc = take_raw(r, e);

		if (rc <= 0)
			return rc;
	}
	return 1;
}

static bool refuse_others(const struct sheet_reader *r, struct err *e)
{
	for (size_t i = 0; i < LL_COUNT(others); i++)
		if (r->raw.n >= others[i].n && !memcmp(r->raw.p, others[i].bytes, others[i].n))
			return ERR(e, ERR_INPUT, "sheet.format", "The file is %s.", others[i].what);
	return true;
}

/* Text without a line of it: zero bytes and other controls. */
static bool is_binary(struct str s)
{
	size_t odd = 0;

	for (size_t i = 0; i < s.n; i++)
		odd += (unsigned char)s.p[i] < 0x20 &&
		       (!s.p[i] || !strchr("\t\n\r\f\v\x1A", s.p[i]));
	return odd > 4 && odd * 100 > s.n;
}

static bool tell_text(struct sheet_reader *r, struct err *e)
{
	struct str s = window_view(&r->text);
	struct str begin = str_trim(str_upto(s, SNIFF));
	size_t skip = 0;

	if (is_binary(str_upto(s, SNIFF)))
		return ERR(e, ERR_INPUT, "sheet.format",
			   "The file is no text. CSV, NDJSON, JSON and XLSX are read.");
	if (str_istarts(begin, "<"))
		return ERR(e, ERR_INPUT, "sheet.format",
			   "The file is a page or XML. Export the rows as CSV or XLSX.");
	if (!begin.n && r->text.end)
		return ERR(e, ERR_INPUT, "sheet.empty", "The file is empty.");
	r->about.format = r->options.format;
	if (!r->about.format)
		r->about.format = str_starts(begin, "{")   ? SHEET_NDJSON
				  : str_starts(begin, "[") ? SHEET_JSON
							   : SHEET_CSV;
	if (r->about.format != SHEET_CSV) {
		r->json = json_rows_new(r);
		return true;
	}
	r->about.delimiter = delimiter_tell(str_upto(s, SNIFF), &skip);
	if (r->options.delimiter)
		r->about.delimiter = r->options.delimiter;
	r->text.at += skip;
	r->csv = csv_new(r);
	return true;
}

/* A spreadsheet: from its file, or once all of it was fed. 1, 0 feed, -1. */
static int open_archive(struct sheet_reader *r, struct err *e)
{
	FILE *file = r->file;

	if (!file) {
		if (!r->spool && !spool_new(&r->spool, e))
			return -1;
		if (!spool_add(r->spool, buf_view(&r->raw), e))
			return -1;
		buf_clear(&r->raw);
		if (spool_size(r->spool) > LIMIT_SHEET_ARCHIVE) {
			ERR(e, ERR_TOO_LARGE, "sheet.bytes",
			    "The spreadsheet is larger than %d MiB. Save the rows as CSV.",
			    LIMIT_SHEET_ARCHIVE >> 20);
			return -1;
		}
		if (!r->raw_end)
			return 0;
		if (!spool_file(r->spool, &file, e))
			return -1;
	}
	r->file = NULL;
	rewind(file);
	if (!xlsx_open(r, file, e))
		return -1;
	r->opened = true;
	return 1;
}

/* 1 the format is known, 0 feed, -1. */
static int open_up(struct sheet_reader *r, struct err *e)
{
	if (r->spool)
		return open_archive(r, e);
	while (r->raw.n < 16 && !r->raw_end && !r->text.n) {
		int rc = take_raw(r, e);

		if (rc <= 0)
			return rc;
		if (!r->file && r->raw.n < 16 && !r->raw_end)
			return 0;
	}
	if (!r->text.n && str_starts(buf_view(&r->raw), "PK\3\4"))
		return open_archive(r, e);
	if (!r->text.n && !refuse_others(r, e))
		return -1;
	while (r->text.n < SNIFF && !r->text.end) {
		int rc = fill(r, e);

		if (rc <= 0)
			return rc;
	}
	if (!tell_text(r, e))
		return -1;
	r->opened = true;
	return 1;
}

static int next(struct sheet_reader *r, struct sheet_row *ret, struct err *e)
{
	if (r->xlsx)
		return xlsx_next(r, ret, e);
	for (;;) {
		int rc = r->csv ? csv_next(r, ret, e) : json_rows_next(r, ret, e);

		if (rc || r->text.end)
			return rc;
		rc = fill(r, e);
		if (rc <= 0)
			return rc;
	}
}

int sheet_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e)
{
	int rc = 1;

	arena_reset(r->row);
	if (!r->failed) {
		if (!r->opened)
			rc = open_up(r, &r->failure);
		if (rc > 0)
			rc = next(r, ret, &r->failure);
		r->failed = rc < 0;
	}
	if (!r->failed)
		return rc;
	*e = r->failure;
	return -1;
}
