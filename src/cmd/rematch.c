/* rematch: all leads of a publisher matched anew, on the store itself. */
#include <math.h>
#include "base/json.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "match/match.h"
#include "store/store.h"

#define THREADS_MAX 64
#define SHOWN       1000 /* changes in the answer; the counts are of all */
#define ANSWER      (16 * 1024 * 1024)
#define BITS_MAX    40

struct flags {
	const char *publisher, *threshold, *undo;
	int64_t model, threads;
	bool dry_run, learn;
};
static const struct field rematch_flags[] = {
	F_BOOL(struct flags, dry_run, "dryRun", .def = "false",
	       .help = "Only tell what would change."),
	F_BOOL(struct flags, learn, "learn", .def = "false",
	       .help = "Learn a model from these leads, and match by it from now on."),
	F_INT(struct flags, model, "model", .def = "-1", .min = -1, .max = 1000000,
	      .help = "Match by this model from now on: 0 is the shipped one, -1 the one in use."),
	F_STR(struct flags, publisher, "publisher", .max = LIMIT_ID,
	      .help = "Whose leads; needless with one publisher."),
	F_INT(struct flags, threads, "threads", .def = "0", .min = 0, .max = THREADS_MAX,
	      .help = "Threads at work; 0 is one for each processor."),
	F_STR(struct flags, threshold, "threshold", .max = 12,
	      .help = "Bits that make two leads one customer, in place of 2; such as 3.5."),
	F_STR(struct flags, undo, "undo", .max = 36,
	      .help = "Take this rematch back as a whole; nothing else is done."),
	F_END,
};

/* "3", "-1.25" */
static bool read_bits(const char *text, double *ret, struct err *e)
{
	struct str s = str_of(text), whole;
	int64_t n = 0, part = 0, scale = 1;
	bool ok;

	*ret = NAN;
	if (!text)
		return true;
	ok = str_split(&s, '.', &whole) && str_int(whole, &n);
	for (size_t i = 0; ok && i < s.n && scale < 1000000; i++, scale *= 10) {
		ok = s.p[i] >= '0' && s.p[i] <= '9';
		part = part * 10 + (s.p[i] - '0');
	}
	if (!ok || n < -BITS_MAX || n >= BITS_MAX)
		return cmd_usage(e, "--threshold is a number of bits from -40 to 40.");
	*ret = (double)n + (*text == '-' ? -1 : 1) * (double)part / (double)scale;
	return true;
}

static bool take_publisher(struct cmd *c, const char *asked, const char **ret, struct err *e)
{
	struct publisher_list_row *rows;
	size_t n;

	if (!publisher_list(c->db, c->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (asked ? !strcmp(rows[i].publisher_id, asked) : n == 1)
			*ret = rows[i].publisher_id;
	if (*ret)
		return true;
	if (asked)
		return ERR(e, ERR_NOT_FOUND, "publisher.unknown", "there is no publisher %s.",
			   asked);
	return cmd_usage(e, "whose leads? Say --publisher ID.");
}

/* ---- the answer ---- */

static void put_bits(struct cmd *c, struct json_out *o, const char *key, double v)
{
	json_put_raw(o, key, str_of(arena_printf(c->arena, "%.3f", v)));
}

static void put_why(struct cmd *c, struct json_out *o, const struct rematch *r,
		    const struct customer_link *l)
{
	struct identity_why why =
		identity_explain(rematch_model_used(r), (identity_pattern)l->pattern);

	json_put_id(o, "lead", &l->one);
	json_put_id(o, "with", &l->other);
	put_bits(c, o, "bits", (double)l->bits / 1000);
	json_list(o, "steps");
	for (size_t i = 0; i < why.steps; i++) {
		const struct identity_step *s = &why.step[i];

		json_obj(o, NULL);
		json_put_z(o, "trait", identity_trait_name(s->trait));
		json_put_z(o, "text", identity_level_text(s->trait, s->level));
		put_bits(c, o, "bits", s->bits);
		json_end_obj(o);
	}
	json_end_list(o);
}

static void put_change(struct cmd *c, struct json_out *o, const struct rematch *r, size_t i)
{
	static const char *const words[] = {
		[REMATCH_MERGE] = "merge", [REMATCH_SPLIT] = "split", [REMATCH_MOVE] = "move"
	};
	struct rematch_change x = rematch_change(r, i);

	json_obj(o, NULL);
	json_put_z(o, "change", words[x.kind]);
	json_put_id(o, "from", &x.from);
	if (x.kind == REMATCH_SPLIT)
		json_put_null(o, "to");
	else
		json_put_id(o, "to", &x.to);
	json_put_int(o, "leads", x.leads);
	if (x.linked)
		put_why(c, o, r, &x.why);
	json_end_obj(o);
}

static bool print(struct cmd *c, const struct rematch *r, const struct flags *f,
		  const struct id *applied, struct err *e)
{
	const struct rematch_counts *n = rematch_counts(r);
	AUTO_BUF b = buf_new(ANSWER);
	struct json_out o = json_out(&b);

	json_obj(&o, NULL);
	json_put_bool(&o, "dryRun", f->dry_run);
	if (applied)
		json_put_id(&o, "rematch", applied);
	else
		json_put_null(&o, "rematch");
	if (n->model == REMATCH_MODEL_NOW)
		json_put_null(&o, "model");
	else
		json_put_int(&o, "model", n->model);
	json_put_bool(&o, "learned", n->learned);
	json_put_int(&o, "leads", n->leads);
	json_put_int(&o, "customersBefore", n->customers);
	json_put_int(&o, "customers", n->customers - n->merged + n->split);
	json_put_int(&o, "merged", n->merged);
	json_put_int(&o, "split", n->split);
	json_put_int(&o, "leadsMoved", n->moved);
	json_put_int(&o, "review", n->review);
	json_put_int(&o, "asked", n->asked);
	json_put_int(&o, "heldByUsers", n->held);
	json_put_int(&o, "skipped", n->skipped);
	json_list(&o, "changes");
	for (size_t i = 0; i < rematch_changes(r) && i < SHOWN; i++)
		put_change(c, &o, r, i);
	json_end_list(&o);
	json_end_obj(&o);
	return cmd_print_one(c, buf_view(&b), e);
}

/* ---- doing it ---- */

static void show(void *ctx, int64_t done, int64_t of)
{
	cmd_progress_show(ctx, done, of);
}

static bool undo(struct cmd *c, const char *publisher, const char *text, struct err *e)
{
	struct customer_who w = { publisher, "leadline rematch", c->now_ms };
	AUTO_BUF b = buf_new(ANSWER);
	struct json_out o = json_out(&b);
	int64_t undone, kept;
	struct id id;

	if (!cmd_id(text, &id, e) || !rematch_undo(c->db, &w, id, &undone, &kept, e))
		return false;
	json_obj(&o, NULL);
	json_put_id(&o, "rematch", &id);
	json_put_int(&o, "changesTakenBack", undone);
	json_put_int(&o, "changesKept", kept);
	json_end_obj(&o);
	if (kept)
		cmd_note("Some leads were changed later; undo those changes first, then this "
			 "again.");
	return cmd_print_one(c, buf_view(&b), e);
}

static bool rematch(struct cmd *c, const void *flags, struct err *e)
{
	const struct flags *f = flags;
	struct cmd_progress progress = cmd_progress_start("Rematch");
	struct rematch_options o = { .model = f->model,
				     .learn = f->learn,
				     .threads = (unsigned)f->threads,
				     .progress = show,
				     .ctx = &progress };
	struct rematch *r = NULL;
	struct id id;
	bool ok;

	if (!read_bits(f->threshold, &o.join, e) || !cmd_open(c, NULL, e) ||
	    !take_publisher(c, f->publisher, &o.publisher, e))
		return false;
	if (f->undo)
		return undo(c, o.publisher, f->undo, e);
	ok = rematch_plan(c->db, &o, &r, e) &&
	     (f->dry_run || rematch_apply(r, c->db, "leadline rematch", c->now_ms, &id, e));
	cmd_progress_end(&progress);
	ok = ok && print(c, r, f, f->dry_run ? NULL : &id, e);
	rematch_free(r);
	return ok;
}

const struct command cmd_rematch[] = {
	{ .noun = "rematch",
	  .args = "",
	  .flags = rematch_flags,
	  .in_size = sizeof(struct flags),
	  .opts = CMD_AUDIT | CMD_JSON,
	  .run = rematch,
	  .summary = "Matches all leads of a publisher anew.",
	  .more = "The order in which leads arrived, and the number of threads, make no difference "
		  "to the result. What users merged\nstays together, what they told to be "
		  "different "
		  "stays apart. The answer names the rematch; --undo takes it back as\na whole." },
	{ .noun = NULL },
};
