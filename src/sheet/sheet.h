/*
 * Files of rows, in and out: what people export from Partner Center, Azure Table, CRMs and
 * spreadsheet programs, and what they open again. Streaming: memory does not grow with the rows.
 * Knows nothing of stores or requests. docs/sheets.md says what is read and how it is told.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum sheet_format {
	SHEET_FORMAT_NONE = 0, /* told from the first bytes */
	SHEET_CSV,             /* separated by , ; TAB or | */
	SHEET_NDJSON,          /* objects one behind the other, mostly one a line */
	SHEET_JSON,            /* a list of objects, also in {"value":[…]} */
	SHEET_XLSX,
};
const char *sheet_format_text(enum sheet_format f);

struct sheet_options {
	enum sheet_format format;
	char delimiter;       /* of CSV; 0: told */
	const char *encoding; /* a name that ICU knows; NULL: told */
	const char *tab;      /* of a spreadsheet: its name; NULL: the first that has rows */
	bool guarded;         /* of CSV: sheet_unguard() on every cell; our own are known */
	bool no_header;       /* the first row is data; columns are called A, B, C … */
	bool raw;             /* of CSV: rows come with their own text */
};

/* What was told about the file; complete once a row was given. Lives as long as the reader. */
struct sheet_about {
	enum sheet_format format;
	char delimiter;       /* 0 unless CSV */
	const char *encoding; /* "UTF-8" …, static or the caller's */
	bool encoding_sure;   /* false: a guess that a person should look at */
	bool marked;          /* a byte order mark was there */
	const char *tab;      /* of a spreadsheet: the sheet that is read; else NULL */
	size_t tabs;          /* how many sheets it has */
};

enum sheet_flag {
	SHEET_SHORT = 1 << 0,    /* fewer cells than columns; the missing ones are empty */
	SHEET_LONG = 1 << 1,     /* more cells than columns: those have no name */
	SHEET_REPAIRED = 1 << 2, /* bytes that are no text became U+FFFD, NULs went */
	SHEET_CUT = 1 << 3,      /* a cell was longer than LIMIT_SHEET_CELL */
	SHEET_QUOTE = 1 << 4,    /* quotes were not as RFC 4180 wants them */
	SHEET_BROKEN = 1 << 5,   /* not readable: no cells; the rows behind it are read */
};

/* A row; what it points to lives until the next call with the reader. */
struct sheet_span {
	uint32_t from, to; /* of the row's text; quotes and blanks included */
	bool quoted;
};
struct sheet_row {
	uint64_t number; /* of the record, from 1; the header is none */
	uint64_t line;   /* where it begins: line of the text, or row of the spreadsheet, from 1 */
	size_t n;        /* cells; never fewer than sheet_columns() */
	const struct str *cell; /* UTF-8, otherwise as received; absent ones are empty */
	unsigned flags;
	const char *problem; /* a sentence that names row, column and remedy; NULL without flags */
	struct str
		raw; /* with the option raw: as it stands in the file, line end included, UTF-8 */
	const struct sheet_span *span; /* of each cell that the file has, */
	size_t spans;                  /* so many */
};

struct sheet_reader;
/*
 * Opens a file; its columns are known after the first sheet_next(). options NULL: all is told.
 * ERR_NOT_FOUND, or ERR_INPUT when it is nothing that is read.
 */
bool sheet_open(const char *path, const struct sheet_options *options, struct sheet_reader **ret,
		struct err *e) LL_MUST;
/* The same for bytes that arrive in pieces: feed, take the rows until there is none, feed … */
struct sheet_reader *sheet_fed(const struct sheet_options *options);
void sheet_feed(struct sheet_reader *r, struct str bytes); /* copied */
void sheet_feed_end(struct sheet_reader *r);
void sheet_close(struct sheet_reader *r); /* NULL is fine */
static inline void sheet_closep(struct sheet_reader **r)
{
	sheet_close(*r);
	*r = NULL;
}
#define AUTO_SHEET LL_CLEANUP(sheet_closep) struct sheet_reader *

/* 1 a row, 0 none (any more, or until more is fed), -1 the file cannot be read on. */
int sheet_next(struct sheet_reader *r, struct sheet_row *ret, struct err *e) LL_MUST;
/*
 * Columns so far: those of the header, or of JSON every name that was seen, nested ones as
 * "UserDetails.Email"; they only grow. Names are without blanks around; they may be "" or the same
 * twice. raw: as the file has it.
 */
size_t sheet_columns(const struct sheet_reader *r);
struct str sheet_column(const struct sheet_reader *r, size_t i);
struct str sheet_column_raw(const struct sheet_reader *r, size_t i);
/* With the option raw: the header line with its line end. */
struct str sheet_header(const struct sheet_reader *r);
const struct sheet_about *sheet_about(const struct sheet_reader *r);
/* Names of a spreadsheet's sheets, hidden ones too; NULL beyond the last. */
const char *sheet_tab(const struct sheet_reader *r, size_t i);
/* Bytes taken from the source so far, for progress. */
uint64_t sheet_bytes(const struct sheet_reader *r);

/* What a column holds. The first seven are the contact fields of model.h, in its order. */
enum sheet_field {
	SHEET_NO_FIELD = -1,
	SHEET_FIRST_NAME = 0,
	SHEET_LAST_NAME,
	SHEET_EMAIL,
	SHEET_PHONE,
	SHEET_COUNTRY,
	SHEET_COMPANY,
	SHEET_TITLE,
	SHEET_FULL_NAME, /* first and last in one */
	SHEET_CONTACT,   /* a person as JSON text (CustomerInfo of an Azure Table) */
	SHEET_LEAD_SOURCE,
	SHEET_ACTION_CODE,
	SHEET_CALL_TO_ACTION,
	SHEET_OFFER_TITLE,
	SHEET_OFFER_ID,
	SHEET_PUBLISHER_ID,
	SHEET_PRODUCT_ID,
	SHEET_DESCRIPTION,
	SHEET_RECEIVED_AT,
	SHEET_UPDATED_AT,
	SHEET_STATUS,
	SHEET_SUBSTATUS,
	SHEET_LEAD_ID, /* in the system it comes from */
	SHEET_CUSTOMER_ID,
	SHEET_PARTNER_ID,
	SHEET_LEAD_TYPE,
	SHEET_PURCHASE_INTENT, /* Partner Center wants it back on an upload */
	SHEET_DO_NOT_CONTACT,
	SHEET_EMAIL_VALIDITY,
	SHEET_PHONE_VALIDITY,
	SHEET_OWNER,
	SHEET_VALUE,
	SHEET_CURRENCY,
	SHEET_CRM_ID,
	SHEET_CAMPAIGN_ID,
	SHEET_LANGUAGE,
	SHEET_WEBSITE,
	SHEET_ADDRESS,
	SHEET_CITY,
	SHEET_REGION,
	SHEET_POSTCODE,
	SHEET_BIRTH_DATE,
	SHEET_CODE,    /* any number that is one person's */
	SHEET_IGNORED, /* known, and of no use */
	SHEET_FIELDS,
};
const char *sheet_field_text(enum sheet_field f); /* "firstName" …; "" for SHEET_NO_FIELD */
enum sheet_field sheet_field_of(struct str text); /* SHEET_NO_FIELD when it is none */

enum sheet_sure { SHEET_LEFT_OVER = 0, SHEET_GUESS, SHEET_LIKELY, SHEET_SURE };

/* What a column seems to hold, and by what it was told. */
struct sheet_guess {
	enum sheet_field field; /* SHEET_NO_FIELD: left over */
	enum sheet_sure sure;
	bool second;          /* used where a better column of the same field is empty */
	const char *language; /* ISO 639-1 of the name; NULL when left over */
	const char *why;      /* a word of docs/sheets.md: "name", "inner", "beside", … */
};
struct sheet_map {
	const char *dialect;  /* "salesforce" …; "" when it is nobody's in particular */
	const char *language; /* most names' */
	size_t n;
	struct sheet_guess *guess; /* of each column; the caller may change fields */
};
/* A proposal from names of columns, to be looked at by a person. */
void sheet_map(struct arena *a, const struct str *names, size_t n, struct sheet_map *ret);
/*
 * The fields of a row by the map, in a or views of the row; "" when absent. A person as JSON in one
 * cell (SHEET_CONTACT) is read into the fields that are empty.
 */
void sheet_map_row(struct arena *a, const struct sheet_map *m, const struct sheet_row *row,
		   struct str ret[SHEET_FIELDS]);

/* What a cell is when it is written: JSON and spreadsheets know numbers, CSV only texts. */
enum sheet_value_kind { SHEET_ABSENT = 0, SHEET_TEXT, SHEET_NUMBER, SHEET_BOOL };
struct sheet_value {
	enum sheet_value_kind kind;
	struct str text; /* UTF-8; of a number as JSON has it, of a bool "true" or "false" */
};

/* Where bytes go; all that is written goes through it in order, no seeking. */
struct sheet_sink {
	bool (*write)(void *ctx, struct str bytes, struct err *e);
	/* With rows_a_file: the next file begins, number from 2. Else may be NULL. */
	bool (*next)(void *ctx, unsigned number, struct err *e);
	void *ctx;
};

struct sheet_style {
	enum sheet_format format;
	char delimiter;       /* of CSV; 0: a comma */
	bool marked;          /* CSV with a byte order mark: Excel wants it to read UTF-8 */
	bool guarded;         /* CSV: sheet_guard() on every text */
	uint64_t rows_a_file; /* 0: all in one; Partner Center takes 1,000 at a time */
	const char *tab;      /* of a spreadsheet; NULL: "Rows" */
};

struct sheet_writer;
/* Writes what stands before the rows. columns: n names, copied. */
bool sheet_write(const struct sheet_style *style, const struct str *columns, size_t n,
		 const struct sheet_sink *sink, struct sheet_writer **ret, struct err *e) LL_MUST;
/* As many values as there are columns. */
bool sheet_write_row(struct sheet_writer *w, const struct sheet_value *values,
		     struct err *e) LL_MUST;
bool sheet_write_end(struct sheet_writer *w, struct err *e) LL_MUST;
/* Texts that were longer than a spreadsheet's cell may be, and were cut. */
uint64_t sheet_write_cut(const struct sheet_writer *w);
void sheet_write_free(struct sheet_writer *w); /* NULL is fine */

/*
 * CWE-1236: a text that a spreadsheet program would run as a formula gets an apostrophe, at its
 * beginning and behind each ; , and TAB within, where some locales begin a cell. What begins so
 * with apostrophes before it gets one more, so that sheet_unguard() takes away exactly what was
 * added. Appends.
 */
void sheet_guard(struct str text, struct buf *to);
void sheet_unguard(struct str text, struct buf *to);
