#include <stdio.h>

#include "dest/map_parts.h"
#include "dest/rows.h"
#include "base/arena.h"
#include "base/buf.h"

const char *const dest_orderings[] = { "none", "per-contact", "strict", NULL };
const char *const dest_dnc_rules[] = { "forward", "flag", "drop", NULL };
const char *const dest_test_rules[] = { "tag", "drop", "deliver", NULL };

const struct dest_driver *const dest_drivers[] = {
	&dest_azure_table,
	&dest_dynamics365,
	&dest_email,
	&dest_https,
	&dest_hubspot,
	&dest_marketo,
	&dest_referral_webhook,
	&dest_salesforce,
	&dest_salesforce_web_to_lead,
	&dest_slack,
	&dest_teams,
	NULL,
};

const struct dest_driver *dest_driver_by_kind(struct str kind)
{
	for (const struct dest_driver *const *d = dest_drivers; *d; d++)
		if (str_eq_z(kind, (*d)->kind))
			return *d;
	return NULL;
}

struct err *dest_problem(struct field_problems *p)
{
	return &p->e[p->n < FIELD_MAX_PROBLEMS ? p->n++ : FIELD_MAX_PROBLEMS - 1];
}

bool dest_check_url(const struct dest_common *s, const char *url, const char *field,
		    struct field_problems *p)
{
	struct err e;
	if (!url || net_url_check(url, s->allow_http, field, &e))
		return true;
	*dest_problem(p) = e;
	return false;
}

/* Where the kinds differ; null in a change means: back to the default. */
static void take_defaults(const struct dest_driver *d, struct dest_common *common)
{
	if (!common->do_not_contact)
		common->do_not_contact = d->do_not_contact_default;
	if (!common->ordering)
		common->ordering = d->ordering_default ? d->ordering_default : "none";
}

void *dest_settings_new(struct arena *a, const struct dest_driver *d)
{
	struct dest_common *common = arena_alloc(a, d->settings_size);
	field_defaults(a, d->settings, common);
	take_defaults(d, common);
	if (common->timeout_ms <= 0) /* the kind has no setting for it */
		common->timeout_ms = DEST_TIMEOUT_MS;
	return common;
}

const char *const *dest_recipients(const struct dest_driver *d, const void *settings)
{
	static const char *const nobody[] = { "", NULL };
	return d->recipients ? d->recipients(settings) : nobody;
}

const struct dest_common *dest_settings_common(const void *settings)
{
	return settings;
}

bool dest_settings_decode(struct arena *a, const struct dest_driver *d, const struct json *in,
			  bool partial, void *settings, struct field_problems *p)
{
	bool ok = field_decode(a, d->settings, in, partial, settings, p);
	struct dest_common *common = settings;
	take_defaults(d, common);
	if (d->map && common->mapping && !dest_map_check(common->mapping, p))
		ok = false;
	if (d->follow && common->status_answers && *common->status_answers &&
	    map_writes(common->mapping, d->follow->status)) {
		ERR_FIELD(dest_problem(p), ERR_INPUT, "destination.status-answers", "statusAnswers",
			  "statusAnswers: the mapping writes %s, so that it would be our own word "
			  "that is read back: take that line out.",
			  d->follow->status);
		ok = false;
	}
	return ok && d->check(a, settings, p);
}

static const char *text_at(const void *settings, const struct field *f)
{
	const char *text = *(const char *const *)(const void *)((const char *)settings + f->off);

	return text ? text : "";
}

/* Where secrets are sent to, a line each. */
static const char *addresses(struct arena *a, const struct dest_driver *d, const void *settings)
{
	const char *all = "";

	for (const struct field *f = d->settings; f->name; f++)
		if (f->flags & FIELD_ADDRESS)
			all = arena_printf(a, "%s%s\n", all, text_at(settings, f));
	return all;
}

static bool secrets_again(const struct dest_driver *d, const struct json *in, const void *settings,
			  struct field_problems *p)
{
	size_t before = p->n;

	for (const struct field *f = d->settings; f->name; f++)
		if (f->flags & FIELD_SECRET && *text_at(settings, f) && !json_get(in, f->name))
			ERR_FIELD(dest_problem(p), ERR_INPUT, "destination.secret-again", f->name,
				  "%s was given for another address: give it again.", f->name);
	return p->n == before;
}

bool dest_settings_change(struct arena *a, const struct dest_driver *d, const struct json *in,
			  void *settings, struct field_problems *p)
{
	const char *was = addresses(a, d, settings);

	return dest_settings_decode(a, d, in, true, settings, p) &&
	       (strcmp(was, addresses(a, d, settings)) == 0 || secrets_again(d, in, settings, p));
}

bool dest_settings_set(struct arena *a, const struct dest_driver *d, struct str name,
		       struct str text, void *settings, struct err *e)
{
	const struct field *f = field_find(d->settings, name);
	if (f)
		return field_set_text(a, f, text, settings, e);
	char known[200] = "";
	size_t n = 0;
	for (f = d->settings; f->name && n + strlen(f->name) + 2 < sizeof(known); f++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s", n ? " " : "", f->name);
	return ERR_FIELD(e, ERR_INPUT, "field.unknown", d->kind,
			 STR_FMT " is no setting of the kind %s; its settings are: %s.",
			 STR_ARG(str_upto(name, 60)), d->kind, known);
}

bool dest_settings_check(struct arena *a, const struct dest_driver *d, void *settings,
			 struct field_problems *p)
{
	AUTO_JSON nothing = NULL;
	struct err e;
	if (!json_parse(STR("{}"), &nothing, &e))
		bug_(__FILE__, __LINE__, "an empty object does not parse");
	size_t before = p->n;
	for (const struct field *f = d->settings; f->name; f++) {
		const char *const *at = (const void *)((const char *)settings + f->off);
		if ((f->flags & FIELD_REQUIRED) && !*at)
			ERR_FIELD(dest_problem(p), ERR_INPUT, "field.required", f->name,
				  "%s is required.", f->name);
	}
	return p->n == before && dest_settings_decode(a, d, nothing, true, settings, p);
}

char *dest_settings_json(struct arena *a, const struct dest_driver *d, const void *settings,
			 bool reveal)
{
	AUTO_BUF b = buf_new(128 * 1024);
	struct json_out o = json_out(&b);
	json_obj(&o, NULL);
	field_encode(d->settings, settings, reveal, &o);
	json_end_obj(&o);
	if (!buf_ok(&b))
		bug_(__FILE__, __LINE__, "settings of %s are over 128 KiB", d->kind);
	return arena_strndup(a, b.p, b.n);
}

/* Also its parts, when they are long enough to be secret by themselves (a key, a signature). */
static void scrub_parts(struct arena *a, char *text, const char *secret)
{
	static const char cuts[] = " ;=&?";
	for (const char *p = secret; *p;) {
		size_t n = strcspn(p, cuts);
		if (n >= 16)
			net_scrub(text, arena_strndup(a, p, n));
		p += n;
		p += strspn(p, cuts);
	}
}

void dest_scrub(struct arena *a, const struct dest_driver *d, const void *settings, char *text)
{
	for (const struct field *f = d->settings; f->name; f++) {
		if (!(f->flags & FIELD_SECRET))
			continue;
		const char *secret =
			*(const char *const *)(const void *)((const char *)settings + f->off);
		net_scrub(text, secret);
		if (secret)
			scrub_parts(a, text, secret);
	}
}

const char *dest_dropped(const struct dest_common *s, const struct dest_lead *l)
{
	if (l->test && strcmp(s->test_leads, "drop") == 0)
		return DEST_DROPPED_TEST;
	if (l->dnc && strcmp(s->do_not_contact, "drop") == 0)
		return DEST_DROPPED_DNC;
	return NULL;
}
