/* The chain: what it says, when a step is due, how far a lead has come. */
#include "alert/alert.h"

#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "store/store.h"

#define MINUTE      60000LL
#define HOUR_MIN    60
#define DAY_MIN     (24 * HOUR_MIN)
#define EARLIEST    (-12 * HOUR_MIN) /* half of what the marketplace's leads are promised */
#define LATEST      (14 * DAY_MIN)   /* then a lead that nobody took expires */
#define SHIFTED(to) (-1 - (to))      /* on the way from one number of steps to another */

const char *const alert_kinds[] = { ALERT_WARNING,    ALERT_BREACHED,  ALERT_ESCALATED,
				    ALERT_OWNERLESS,  ALERT_ASSIGNED,  ALERT_TASK,
				    ALERT_TEAM,       ALERT_MENTIONED, ALERT_WARM_ENDING,
				    ALERT_WARM_ENDED, ALERT_HANDED,    NULL };

const struct alert_chain alert_shipped = {
	.step = { { -4 * HOUR_MIN, ALERT_OWNER },
		  { 0, ALERT_OWNER | ALERT_MANAGERS },
		  { 4 * HOUR_MIN, ALERT_MANAGERS },
		  { DAY_MIN, ALERT_ADMINS } },
	.n = 4,
};

static const struct {
	const char *word;
	unsigned to;
} whom[] = {
	{ "owner", ALERT_OWNER },
	{ "managers", ALERT_MANAGERS },
	{ "admins", ALERT_ADMINS },
};

const char *alert_kind(const struct alert_step *s)
{
	if (s->minutes < 0)
		return ALERT_WARNING;
	return s->minutes ? ALERT_ESCALATED : ALERT_BREACHED;
}

const char *alert_step_text(struct arena *a, const struct alert_step *s)
{
	AUTO_BUF b = buf_new(256);
	int64_t m = llabs(s->minutes);

	if (!m)
		buf_z(&b, "due:");
	else
		buf_printf(&b, "%lld%s %s:", (long long)(m % HOUR_MIN ? m : m / HOUR_MIN),
			   m % HOUR_MIN ? "m" : "h", s->minutes < 0 ? "before" : "after");
	for (size_t i = 0; i < LL_COUNT(whom); i++)
		if (s->to & whom[i].to)
			buf_printf(&b, " %s", whom[i].word);
	return str_dup(a, buf_view(&b));
}

/* ---- reading it ---- */

static bool bad(struct str line, struct err *e)
{
	return ERR_FIELD(e, ERR_INPUT, "chain.step", "steps",
			 "\"%.*s\" is no step: write \"4h before: owner\", \"due: owner managers\" "
			 "or \"90m after: admins\".",
			 (int)(line.n > 80 ? 80 : line.n), line.p);
}

/* "4h", "90m", "1d" to minutes. */
static bool read_time(struct str s, int64_t *ret)
{
	int64_t of = 0;

	if (s.n < 2)
		return false;
	switch (s.p[s.n - 1]) {
	case 'm': of = 1; break;
	case 'h': of = HOUR_MIN; break;
	case 'd': of = DAY_MIN; break;
	default: return false;
	}
	if (!str_int(str_upto(s, s.n - 1), ret) || *ret < 1 || *ret > LATEST)
		return false;
	*ret *= of;
	return true;
}

static bool read_when(struct str s, int64_t *ret)
{
	struct str time;

	s = str_trim(s);
	*ret = 0;
	if (str_eq_z(s, "due"))
		return true;
	if (!str_split(&s, ' ', &time) || !read_time(time, ret))
		return false;
	s = str_trim(s);
	if (str_eq_z(s, "before"))
		*ret = -*ret;
	else if (!str_eq_z(s, "after"))
		return false;
	return true;
}

static bool read_whom(struct str s, unsigned *ret)
{
	struct str word;

	struct str part;

	*ret = 0;
	while (str_split(&s, ' ', &part))
		while (str_split(&part, ',', &word)) {
			size_t i = 0;

			if (!word.n)
				continue;
			while (i < LL_COUNT(whom) && !str_eq_z(word, whom[i].word))
				i++;
			if (i == LL_COUNT(whom))
				return false;
			*ret |= whom[i].to;
		}
	return *ret != 0;
}

static bool read_step(struct str line, struct alert_step *ret, struct err *e)
{
	struct str rest = line, when;

	if (!str_split(&rest, ':', &when) || !read_when(when, &ret->minutes) ||
	    !read_whom(rest, &ret->to))
		return bad(line, e);
	if (ret->minutes < EARLIEST || ret->minutes > LATEST)
		return ERR_FIELD(
			e, ERR_INPUT, "chain.time", "steps",
			"A step is at most 12 hours before and 14 days after a response is "
			"due.");
	return true;
}

static int by_minutes(const void *a, const void *b)
{
	const struct alert_step *x = a, *y = b;

	return (x->minutes > y->minutes) - (x->minutes < y->minutes);
}

bool alert_chain_parse(struct str text, struct alert_chain *ret, struct err *e)
{
	struct alert_chain c = { .version = ret->version };
	struct str lines, line;

	while (str_split(&text, '\n', &lines))
		while (str_split(&lines, ';', &line)) {
			line = str_trim(line);
			if (!line.n)
				continue;
			if (c.n == ALERT_STEPS_MAX)
				return ERR_FIELD(e, ERR_INPUT, "chain.many", "steps",
						 "A chain has at most %d steps.", ALERT_STEPS_MAX);
			if (!read_step(line, &c.step[c.n++], e))
				return false;
		}
	qsort(c.step, c.n, sizeof(*c.step), by_minutes);
	for (size_t i = 1; i < c.n; i++)
		if (c.step[i].minutes == c.step[i - 1].minutes)
			return ERR_FIELD(
				e, ERR_INPUT, "chain.twice", "steps",
				"Two steps are at the same time: put their people into one.");
	*ret = c;
	return true;
}

/* ---- reckoning by it ---- */

int64_t alert_moment(const struct alert_step *s, int64_t received_at, int64_t due_at)
{
	int64_t half = (due_at - received_at) / 2, after = s->minutes * MINUTE;

	if (after < 0 && half >= 0 && -after > half)
		after = -half;
	return due_at + after;
}

size_t alert_reached(const struct alert_chain *c, size_t done, int64_t received_at, int64_t due_at,
		     int64_t now_ms, size_t *ret_from)
{
	size_t reached = done, from;

	while (reached < c->n && alert_moment(&c->step[reached], received_at, due_at) <= now_ms)
		reached++;
	for (from = done; from + 1 < reached && c->step[from].minutes < 0; from++)
		;
	*ret_from = from;
	return reached;
}

/* ---- in the store ---- */

bool alert_chain_get(struct sql_db *db, struct arena *a, const char *publisher,
		     struct alert_chain *ret, struct err *e)
{
	struct chain_get_row row;
	int found = chain_get(db, &(struct chain_get_in){ publisher }, a, &row, e);

	*ret = alert_shipped;
	if (found <= 0)
		return found == 0;
	ret->version = row.version;
	return alert_chain_parse(str_of(row.steps), ret, e);
}

/* How many steps of c are no later than so many minutes. */
static size_t steps_until(const struct alert_chain *c, int64_t minutes)
{
	size_t n = 0;

	while (n < c->n && c->step[n].minutes <= minutes)
		n++;
	return n;
}

static bool shift(struct sql_db *db, const char *publisher, int64_t from, int64_t to, struct err *e)
{
	return watch_shift(db, &(struct watch_shift_in){ publisher, from, to }, NULL, e);
}

static bool shift_all(struct sql_db *db, const char *publisher, const struct alert_chain *was,
		      const struct alert_chain *is, struct err *e)
{
	for (size_t i = 1; i <= was->n; i++) {
		size_t n = steps_until(is, was->step[i - 1].minutes);

		if (n != i && !shift(db, publisher, (int64_t)i, SHIFTED((int64_t)n), e))
			return false;
	}
	for (size_t n = 0; n <= is->n; n++)
		if (!shift(db, publisher, SHIFTED((int64_t)n), (int64_t)n, e))
			return false;
	return true;
}

static const char *chain_text(struct arena *a, const struct alert_chain *c)
{
	AUTO_BUF b = buf_new(4096);

	for (size_t i = 0; i < c->n; i++)
		buf_printf(&b, "%s\n", alert_step_text(a, &c->step[i]));
	return str_dup(a, buf_view(&b));
}

bool alert_chain_put(struct sql_db *db, struct arena *a, const char *publisher,
		     const struct alert_chain *c, int64_t version, int64_t now_ms, struct err *e)
{
	struct publisher_hold_in hold = { publisher };
	struct chain_put_in in = { .publisher = publisher, .now = now_ms };
	struct alert_chain was;

	if (!publisher_hold(db, &hold, NULL, e) || !alert_chain_get(db, a, publisher, &was, e))
		return false;
	if (version >= 0 && version != was.version)
		return ERR(e, ERR_STALE, "chain.changed",
			   "Somebody else changed the chain meanwhile: look at it again.");
	if (!shift_all(db, publisher, &was, c ? c : &alert_shipped, e))
		return false;
	if (!c)
		return chain_gone(db, &(struct chain_gone_in){ publisher }, NULL, e);
	in.version = was.version + 1;
	in.steps = chain_text(a, c);
	return chain_put(db, &in, NULL, e);
}
