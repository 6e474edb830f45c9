/*
 * stream FORMAT ROWS FILE [KIB] - writes that many rows to FILE and reads them again, every one
 * compared; says the rows and the process's peak of memory, which may not be over KIB. FORMAT
 * "read": FILE is there, and its rows only have numbers in their first column.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sheet/sheet.h"

#define COLUMNS 8
static const char *const formats[] = { "", "csv", "ndjson", "json", "xlsx" };

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
	return fwrite(bytes.p, 1, bytes.n, ctx) == bytes.n || ERR(e, ERR_STORE, "test.write", "no");
}

/* The row of a number; text gets COLUMNS buffers of 64. */
static void make(uint64_t n, char text[COLUMNS][64])
{
	snprintf(text[0], 64, "First%llu", (unsigned long long)n);
	snprintf(text[1], 64, "Müller %llu", (unsigned long long)(n % 977));
	snprintf(text[2], 64, "person.%llu@example.com", (unsigned long long)n);
	snprintf(text[3], 64, "+82 10 %08llu", (unsigned long long)n);
	snprintf(text[4], 64, "%s", n % 2 ? "Korea, Republic of" : "대한민국");
	snprintf(text[5], 64, "Company \"%llu\"", (unsigned long long)(n % 5003));
	snprintf(text[6], 64, "%s", n % 3 ? "" : "CTO");
	snprintf(text[7], 64, "line %llu\nand <more> & more", (unsigned long long)n);
}

static bool write_all(enum sheet_format format, uint64_t rows, const char *path, struct err *e)
{
	struct str columns[COLUMNS] = { STR("First Name"), STR("Last Name"),  STR("Email"),
					STR("Phone"),      STR("Country"),    STR("Company"),
					STR("Job Title"),  STR("Description") };
	FILE *f = fopen(path, "wb");
	struct sheet_sink sink = { to_file, NULL, f };
	struct sheet_style style = { .format = format };
	struct sheet_writer *w;
	char text[COLUMNS][64];
	bool ok;

	if (!f || !sheet_write(&style, columns, COLUMNS, &sink, &w, e))
		return false;
	ok = true;
	for (uint64_t n = 1; ok && n <= rows; n++) {
		struct sheet_value v[COLUMNS];

		make(n, text);
		for (int i = 0; i < COLUMNS; i++)
			v[i] = (struct sheet_value){ SHEET_TEXT, str_of(text[i]) };
		ok = sheet_write_row(w, v, e);
	}
	ok = ok && sheet_write_end(w, e);
	sheet_write_free(w);
	return !fclose(f) && ok;
}

static uint64_t read_all(const char *path, struct err *e)
{
	char text[COLUMNS][64];
	struct sheet_reader *r;
	struct sheet_row row;
	uint64_t n = 0;
	bool same = true;

	if (!sheet_open(path, NULL, &r, e))
		return 0;
	while (same && sheet_next(r, &row, e) > 0) {
		make(++n, text);
		same = row.n == COLUMNS && !row.flags;
		for (int i = 0; same && i < COLUMNS; i++)
			same = str_eq_z(row.cell[i], text[i]);
	}
	sheet_close(r);
	return same ? n : 0;
}

static uint64_t count_all(const char *path, struct err *e)
{
	struct sheet_reader *r;
	struct sheet_row row;
	uint64_t n = 0;
	int64_t number = 0;

	if (!sheet_open(path, NULL, &r, e))
		return 0;
	while (sheet_next(r, &row, e) > 0 && str_int(row.cell[0], &number) &&
	       number == (int64_t)n + 1)
		n++;
	sheet_close(r);
	return n;
}

/* How many rows were written and read; 0 when something is wrong. */
static uint64_t stream(const char *kind, uint64_t rows, const char *path, struct err *e)
{
	enum sheet_format format = SHEET_CSV;

	if (!strcmp(kind, "read"))
		return count_all(path, e);
	while (format < SHEET_XLSX && strcmp(formats[format], kind) != 0)
		format++;
	return write_all(format, rows, path, e) ? read_all(path, e) : 0;
}

/* In KiB; of this program alone, which getrusage() does not say. */
static long peak(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kib = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kib;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	uint64_t rows = argc > 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!rows)
		return 2;
	if (stream(argv[1], rows, argv[3], &e) != rows) {
		fprintf(stderr, "%s: %s\n", e.code ? e.code : "rows differ", e.text);
		return 1;
	}
	printf("%s: %llu rows, peak %ld KiB\n", argv[1], (unsigned long long)rows, peak());
	return argc > 4 && (!peak() || peak() > strtol(argv[4], NULL, 10));
}
