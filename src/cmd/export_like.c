/* The round trip: Partner Center's download comes back with its columns kept and our edits in. */
#include "cmd/export_like.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/clock.h"
#include "cmd/import.h"
#include "load/load.h"

#define ROWS_A_FILE 1000 /* that Partner Center takes at a time */

struct writing {
	struct cmd *c;
	const char *like, *out;
	FILE *file;
};

static bool failed(const char *name, struct err *e)
{
	return ERR(e, ERR_STORE, "cmd.output", "%s could not be written.", name);
}

static bool to_file(void *ctx, struct str bytes, struct err *e)
{
	struct writing *w = ctx;

	return fwrite(bytes.p, 1, bytes.n, w->file) == bytes.n ||
	       failed(w->out ? w->out : "standard output", e);
}

/* leads.csv, leads-2.csv, leads-3.csv … */
static const char *name_of(const struct writing *w, unsigned number)
{
	const char *slash = strrchr(w->out, '/'), *dot = strrchr(slash ? slash : w->out, '.');
	size_t stem = dot ? (size_t)(dot - w->out) : strlen(w->out);

	if (number == 1)
		return w->out;
	return arena_printf(w->c->arena, "%.*s-%u%s", (int)stem, w->out, number, dot ? dot : "");
}

static bool close_file(struct writing *w, struct err *e)
{
	FILE *f = w->file;

	w->file = NULL;
	if (!f || !w->out)
		return !f || fflush(f) == 0 || failed("standard output", e);
	return fclose(f) == 0 || failed(w->out, e);
}

/* The file that is being read is not written over, whatever its names are. */
static bool is_the_source(const struct writing *w, const char *name)
{
	struct stat from, to;

	return stat(w->like, &from) == 0 && stat(name, &to) == 0 && from.st_dev == to.st_dev &&
	       from.st_ino == to.st_ino;
}

static bool next_file(void *ctx, unsigned number, struct err *e)
{
	struct writing *w = ctx;
	const char *name = name_of(w, number);

	if (!close_file(w, e))
		return false;
	if (is_the_source(w, name))
		return cmd_usage(e, "--out would write over %s, which is read: give another name.",
				 name);
	w->file = fopen(name, "we");
	return w->file || failed(name, e);
}

static bool write_back(struct cmd *c, const struct export_like *x, struct load *l, struct err *e)
{
	struct writing w = { .c = c, .like = x->file, .out = x->out, .file = stdout };
	struct load_back b = { .write = to_file,
			       .next = next_file,
			       .ctx = &w,
			       .rows_a_file = x->out ? ROWS_A_FILE : 0 };
	struct err later;
	bool ok = (!x->out || next_file(&w, 1, e)) && load_back(l, &b, e);

	if (!close_file(&w, ok ? e : &later))
		return false;
	if (!ok)
		return false;
	cmd_note("%lld rows, %lld edited, %lld of no lead that is known.", (long long)b.rows,
		 (long long)b.edited, (long long)b.unknown);
	if (!x->out && b.rows > ROWS_A_FILE)
		cmd_note("Partner Center takes %d rows at a time: --out FILE writes files of so "
			 "many.",
			 ROWS_A_FILE);
	return true;
}

bool export_like(struct cmd *c, const struct export_like *x, struct err *e)
{
	struct load_options o = { .publisher = x->publisher,
				  .offer = "",
				  .name = x->file,
				  .actor = "command line",
				  .dry = true,
				  .sheet = { .raw = true } };
	struct load *l;
	bool ok;

	if (!cmd_open(c, NULL, e) ||
	    (x->offer && !cmd_offer_id(c, x->offer, &o.publisher, &o.offer, e)) ||
	    (!o.publisher && !import_only_publisher(c, &o.publisher, e)) ||
	    !load_open(c->db, x->file, &o, clock_now(), &l, e))
		return false;
	ok = write_back(c, x, l, e);
	load_close(l);
	return ok;
}
