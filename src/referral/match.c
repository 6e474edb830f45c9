/* Whether a referral is what a filter asks for, and what of that an index can be asked. */
#include "referral/parts.h"

/* ---- values ---- */

static const char *text_of(const struct path *p, const void *from)
{
	return *(const char *const *)((const char *)from + p->off);
}

static int64_t time_of(const struct path *p, const void *from)
{
	return *(const int64_t *)(const void *)((const char *)from + p->off);
}

static bool truth_of(const struct path *p, const void *from)
{
	return *(const bool *)((const char *)from + p->off);
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 32 : (unsigned char)c;
}

static int compare_text(struct str x, struct str y, bool fold)
{
	size_t n = x.n < y.n ? x.n : y.n;

	for (size_t i = 0; i < n; i++) {
		int a = fold ? lower(x.p[i]) : (unsigned char)x.p[i];
		int b = fold ? lower(y.p[i]) : (unsigned char)y.p[i];

		if (a != b)
			return a < b ? -1 : 1;
	}
	return (x.n > y.n) - (x.n < y.n);
}

static bool folds(const struct path *p)
{
	return p->type == PATH_EMAIL || p->type == PATH_ID;
}

static bool is_null(const struct path *p, const void *from)
{
	switch (p->type) {
	case PATH_TEXT:
	case PATH_EMAIL:
	case PATH_WORD:
	case PATH_ID:
	case PATH_NUMBER: return !text_of(p, from);
	case PATH_TIME: return time_of(p, from) == REFERRAL_NO_TIME;
	case PATH_BOOL:
	case PATH_TEAM:
	case PATH_NONE: break;
	}
	return false;
}

/* Neither is null. */
static int compare(const struct path *p, const void *from, const struct literal *v)
{
	int64_t ticks;

	switch (p->type) {
	case PATH_TIME:
		ticks = time_of(p, from) * TICKS_A_MS;
		return (ticks > v->ticks) - (ticks < v->ticks);
	case PATH_BOOL: return truth_of(p, from) - v->truth;
	case PATH_NUMBER: return decimal_compare(str_of(text_of(p, from)), v->text);
	case PATH_TEXT:
	case PATH_EMAIL:
	case PATH_WORD:
	case PATH_ID: return compare_text(str_of(text_of(p, from)), v->text, folds(p));
	case PATH_TEAM:
	case PATH_NONE: break;
	}
	return 0;
}

static bool equal(const struct path *p, const void *from, const struct literal *v)
{
	bool none = is_null(p, from);

	return none || v->null ? none == v->null : compare(p, from, v) == 0;
}

static bool holds(const struct referral_filter *f, const void *from)
{
	const struct literal *v = &f->values[0];
	int way;

	if (f->op == OP_EQ || f->op == OP_NE)
		return equal(f->path, from, v) == (f->op == OP_EQ);
	if (v->null || is_null(f->path, from))
		return false;
	way = compare(f->path, from, v);
	switch (f->op) {
	case OP_GT: return way > 0;
	case OP_GE: return way >= 0;
	case OP_LT: return way < 0;
	case OP_LE: return way <= 0;
	case OP_EQ:
	case OP_NE:
	case OP_NONE: break;
	}
	return false;
}

static bool holds_text(const struct referral_filter *f, const void *from)
{
	const char *z = text_of(f->path, from);
	struct str text = str_of(z), part = f->values[0].text;
	size_t last;

	if (!z || part.n > text.n)
		return false;
	last = text.n - part.n;
	for (size_t i = f->fn == FN_ENDSWITH ? last : 0; i <= last; i++) {
		if (!compare_text(str_upto(str_from(text, i), part.n), part, folds(f->path)))
			return true;
		if (f->fn == FN_STARTSWITH)
			break;
	}
	return false;
}

static bool is_in(const struct referral_filter *f, const void *from)
{
	for (size_t i = 0; i < f->count; i++)
		if (equal(f->path, from, &f->values[i]))
			return true;
	return false;
}

/* ---- filters ---- */

/* from: a referral, or the member that any and all look at. As deep as the parser went. */
static bool matches(const struct referral_filter *f, const void *from);

static bool matches_team(const struct referral_filter *f, const void *from)
{
	const struct path *p = f->path;
	bool one = p->here == SIZE_MAX || *(const bool *)((const char *)from + p->here);
	const void *member = (const char *)from + p->off;

	if (!one)
		return f->kind == NODE_ALL;
	return !f->left || matches(f->left, member);
}

static bool matches(const struct referral_filter *f, const void *from)
{
	switch (f->kind) {
	case NODE_AND: return matches(f->left, from) && matches(f->right, from);
	case NODE_OR: return matches(f->left, from) || matches(f->right, from);
	case NODE_NOT: return !matches(f->left, from);
	case NODE_COMPARE: return holds(f, from);
	case NODE_IN: return is_in(f, from);
	case NODE_TEXT: return holds_text(f, from);
	case NODE_TRUE: return truth_of(f->path, from);
	case NODE_ANY:
	case NODE_ALL: return matches_team(f, from);
	case NODE_NONE: break;
	}
	return false;
}

bool referral_matches(const struct referral_filter *filter, const struct referral *r)
{
	return !filter || matches(filter, r);
}

/* ---- bounds ---- */

/* Two different values for one thing: nothing fits. */
static void bind(struct arena *a, struct referral_bounds *b, const char **slot,
		 const struct literal *v)
{
	const char *text = v->null ? NULL : str_dup(a, v->text);

	if (!text || (*slot && strcmp(*slot, text) != 0))
		b->none |= text != NULL;
	if (text)
		*slot = text;
}

static const char **slot_of(struct referral_bounds *b, const struct path *p, bool team)
{
	const struct {
		const struct path *path;
		const char **slot;
	} slots[] = {
		{ path_find(referral_paths, STR("id")), &b->id },
		{ path_find(referral_paths, STR("engagementId")), &b->id },
		{ path_find(referral_paths, STR("organizationId")), &b->organization_id },
		{ path_find(referral_paths, STR("status")), &b->status },
		{ path_find(referral_paths, STR("substatus")), &b->substatus },
		{ path_find(referral_paths, STR("email")), &b->email },
		{ path_find(referral_paths, STR("customerProfile/address/country")), &b->country },
		{ path_find(member_paths, STR("email")), team ? &b->owner : &b->email },
	};

	for (size_t i = 0; i < LL_COUNT(slots); i++)
		if (slots[i].path == p)
			return slots[i].slot;
	return NULL;
}

static int64_t floor_ms(int64_t ticks)
{
	return ticks / TICKS_A_MS - (ticks % TICKS_A_MS < 0);
}

static void bind_time(struct referral_bounds *b, const struct referral_filter *f)
{
	bool created = f->path->off == offsetof(struct referral, created);
	int64_t *from = created ? &b->created_from : &b->updated_from;
	int64_t *to = created ? &b->created_to : &b->updated_to;
	int64_t ms = floor_ms(f->values[0].ticks);

	if (f->values[0].null || f->op == OP_NE)
		return;
	if (f->op != OP_LT && f->op != OP_LE && ms > *from)
		*from = ms;
	if (f->op != OP_GT && f->op != OP_GE && ms < *to)
		*to = ms;
}

/* team: inside any() of the partner's team; member: of the customer's contacts or of it. */
static void gather(struct arena *a, struct referral_bounds *b, const struct referral_filter *f,
		   bool team)
{
	const char **slot;

	if (f->kind == NODE_AND) {
		gather(a, b, f->left, team);
		gather(a, b, f->right, team);
	} else if (f->kind == NODE_ANY && f->left) {
		gather(a, b, f->left, f->path->here != SIZE_MAX);
	} else if (f->kind == NODE_COMPARE && f->path->type == PATH_TIME) {
		if (f->path->off == offsetof(struct referral, created) ||
		    f->path->off == offsetof(struct referral, updated))
			bind_time(b, f);
	} else if ((f->kind == NODE_COMPARE && f->op == OP_EQ) ||
		   (f->kind == NODE_IN && f->count == 1)) {
		slot = slot_of(b, f->path, team);
		if (slot)
			bind(a, b, slot, &f->values[0]);
	}
}

struct referral_bounds referral_bounds(struct arena *a, const struct referral_filter *filter)
{
	struct referral_bounds b = { .created_from = INT64_MIN,
				     .created_to = INT64_MAX,
				     .updated_from = INT64_MIN,
				     .updated_to = INT64_MAX };

	if (filter)
		gather(a, &b, filter, false);
	b.none |= b.created_from > b.created_to || b.updated_from > b.updated_to;
	return b;
}
