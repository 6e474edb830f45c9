/* dedupe: which records of a contact list are one customer. No server, no database. */
#include "cmd/dedupe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/json.h"
#include "cmd/cmd.h"

#define THREADS_MAX 64
#define EXPLAIN_MAX (64 * 1024)

struct flags {
	const char *explain, *id, *map, *out;
	int64_t threads;
};
static const struct field dedupe_flags[] = {
	F_STR(struct flags, explain, "explain", .max = 512,
	      .help = "Two ids with a comma between: why they are, or are not, one customer."),
	F_STR(struct flags, id, "id", .max = 200,
	      .help = "The column that identifies a record; else it is its number from 1."),
	F_STR(struct flags, map, "map", .max = 8192,
	      .help = "What columns hold: COLUMN:TYPE,…; types are first, last, full, email, "
		      "phone, country, company, title, address, city, region, postcode, date, "
		      "code, "
		      "text and ignore."),
	F_STR(struct flags, out, "out", .max = 4096,
	      .help = "The file to write to; else standard output."),
	F_INT(struct flags, threads, "threads", .def = "0", .min = 0, .max = THREADS_MAX,
	      .help = "Threads at work; 0 is one for each processor."),
	F_END,
};

struct run {
	struct cmd *c;
	struct dedupe_list *list;
	struct identity_batch *batch;
	struct cmd_progress progress;
	FILE *out;
	int64_t size; /* of the file; reading it is half of the work */
};

static unsigned threads_of(const struct flags *f)
{
	long n = f->threads ? (long)f->threads : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

static int fill(void *ctx, struct arena *a, struct identity_record *out, int max, struct err *e)
{
	struct run *r = ctx;

	cmd_progress_show(&r->progress, (int64_t)dedupe_bytes(r->list), r->size * 2);
	return dedupe_fill(r->list, a, out, max, e);
}

static void put_cell(FILE *f, struct str s)
{
	bool plain = true;

	for (size_t i = 0; i < s.n; i++)
		plain = plain && !strchr("\",\r\n", s.p[i]);
	if (!plain)
		putc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			putc('"', f);
		putc(s.p[i], f);
	}
	if (!plain)
		putc('"', f);
}

/* Customers are numbered from 1 in the order of their first records. */
static void write_customers(struct run *r)
{
	size_t n = identity_batch_count(r->batch);
	uint32_t *number = calloc(n + 1, sizeof(*number)), customers = 0;
	AUTO_BUF b = buf_new(EXPLAIN_MAX);

	MUST(number);
	fputs(r->c->json ? "{\"items\":[" : "id,customer\n", r->out);
	for (size_t i = 0; i < n; i++) {
		ARENA_SCOPE(r->c->arena);
		uint32_t first = identity_batch_cluster(r->batch, (uint32_t)i);
		struct str id = dedupe_id(r->list, r->c->arena, i);
		struct json_out o = json_out(&b);

		if (!number[first])
			number[first] = ++customers;
		if (!r->c->json) {
			put_cell(r->out, id);
			fprintf(r->out, ",%u\n", number[first]);
			continue;
		}
		buf_clear(&b);
		json_obj(&o, NULL);
		json_put_str(&o, "id", id);
		json_put_int(&o, "customer", number[first]);
		json_end_obj(&o);
		fprintf(r->out, "%s" STR_FMT, i ? "," : "", STR_ARG(buf_view(&b)));
	}
	if (r->c->json)
		fputs("],\"next\":null}\n", r->out);
	free(number);
}

static bool find(struct run *r, struct str id, uint32_t *ret, struct err *e)
{
	for (size_t i = 0; i < identity_batch_count(r->batch); i++) {
		ARENA_SCOPE(r->c->arena);

		if (str_eq(dedupe_id(r->list, r->c->arena, i), id)) {
			*ret = (uint32_t)i;
			return true;
		}
	}
	return ERR(e, ERR_NOT_FOUND, "dedupe.record", "There is no record " STR_FMT ".",
		   STR_ARG(id));
}

/* Bits as text: our JSON has no fractions. */
static const char *bits(struct arena *a, double v)
{
	return arena_printf(a, "%+.2f", v);
}

static void put_bits(struct run *r, struct json_out *o, const char *key, double v)
{
	json_put_raw(o, key, str_of(arena_printf(r->c->arena, "%.4f", v)));
}

static void explain_json(struct run *r, const struct identity_why *why, bool same, struct buf *b)
{
	struct json_out o = json_out(b);

	json_obj(&o, NULL);
	json_put_bool(&o, "sameCustomer", same);
	put_bits(r, &o, "weight", why->weight);
	put_bits(r, &o, "probability", identity_probability(why->weight));
	put_bits(r, &o, "threshold", identity_limits_default.join);
	put_bits(r, &o, "prior", why->prior);
	json_list(&o, "evidence");
	for (size_t i = 0; i < why->steps; i++) {
		const struct identity_step *s = &why->step[i];

		json_obj(&o, NULL);
		json_put_z(&o, "field", identity_trait_name(s->trait));
		json_put_z(&o, "finding", identity_level_text(s->trait, s->level));
		put_bits(r, &o, "bits", s->bits);
		json_end_obj(&o);
	}
	json_end_list(&o);
	json_end_obj(&o);
}

static void explain_text(struct run *r, const struct identity_why *why, bool same, FILE *out)
{
	fprintf(out, "%-9s %8s  how likely a compared pair is one customer\n", "prior",
		bits(r->c->arena, why->prior));
	for (size_t i = 0; i < why->steps; i++)
		fprintf(out, "%-9s %8s  %s\n", identity_trait_name(why->step[i].trait),
			bits(r->c->arena, why->step[i].bits),
			identity_level_text(why->step[i].trait, why->step[i].level));
	fprintf(out, "%-9s %8s  bits; probability %.6f, joined from %+.2f\n", "weight",
		bits(r->c->arena, why->weight), identity_probability(why->weight),
		identity_limits_default.join);
	fprintf(out, "%s\n", same ? "one customer" : "two customers");
}

static bool explain(struct run *r, const char *text, struct err *e)
{
	struct str a = str_of(text), b;
	size_t comma = str_find(a, ',');
	AUTO_BUF json = buf_new(EXPLAIN_MAX);
	struct identity_why why;
	uint32_t i, j;
	bool same;

	b = str_trim(str_from(a, comma + 1));
	a = str_trim(str_upto(a, comma));
	if (!a.n || !b.n)
		return cmd_usage(e, "--explain takes two ids: --explain 12,57.");
	if (!find(r, a, &i, e) || !find(r, b, &j, e))
		return false;
	why = identity_explain(identity_batch_model(r->batch),
			       identity_batch_compare(r->batch, i, j));
	same = identity_batch_cluster(r->batch, i) == identity_batch_cluster(r->batch, j);
	if (r->c->json) {
		explain_json(r, &why, same, &json);
		fprintf(r->out, STR_FMT "\n", STR_ARG(buf_view(&json)));
	} else {
		explain_text(r, &why, same, r->out);
	}
	return true;
}

static bool find_customers(struct run *r, const struct flags *f, struct err *e)
{
	const char *problem;
	uint64_t broken;

	if (!identity_batch_read(r->batch, fill, r, e))
		return false;
	problem = dedupe_problem(r->list, &broken);
	if (problem)
		cmd_note("%llu records cannot be read and stand alone. %s",
			 (unsigned long long)broken, problem);
	cmd_progress_show(&r->progress, 55, 100);
	identity_batch_run(r->batch, &identity_limits_default);
	cmd_progress_end(&r->progress);
	r->out = f->out ? fopen(f->out, "w") : stdout;
	if (!r->out)
		return ERR(e, ERR_STORE, "dedupe.out", "%s cannot be written: %s.", f->out,
			   strerror(errno));
	if (!f->explain)
		write_customers(r);
	else if (!explain(r, f->explain, e))
		return false;
	if (fflush(r->out) != 0 || ferror(r->out))
		return ERR(e, ERR_STORE, "dedupe.out", "the result could not be written.");
	return true;
}

static bool dedupe(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	struct run r = { .c = c, .progress = cmd_progress_start("Dedupe") };
	struct stat st;
	bool ok;

	if (!dedupe_open(c->args[0], f->map, f->id, &r.list, e))
		return false;
	r.size = stat(c->args[0], &st) == 0 ? (int64_t)st.st_size : 0;
	r.batch = identity_batch_new(threads_of(f));
	ok = find_customers(&r, f, e);
	cmd_progress_end(&r.progress);
	if (r.out && r.out != stdout)
		ok = fclose(r.out) == 0 && ok;
	identity_batch_free(r.batch);
	dedupe_close(r.list);
	return ok;
}

const struct command cmd_dedupe[] = {
	{ .noun = "dedupe",
	  .args = "FILE",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = dedupe_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_JSON,
	  .run = dedupe,
	  .summary = "Tells which records of a contact list are one customer.",
	  .more = "FILE is CSV, NDJSON or JSON in any encoding; columns are recognised by their "
		  "headers. Out come\n"
		  "lines id,customer. Nothing is stored, no server is asked." },
	{ .noun = NULL },
};
