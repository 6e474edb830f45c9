/* What a template may name of a lead. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "dest/map_parts.h"
#include "dest/rows.h"

#define SUMMARY_MAX (32 * 1024 * 1024) /* above any body */

static const char *understood(const struct dest_lead *l, enum contact_field f)
{
	const char *text = l->contact[f];

	return text && *text ? text : l->raw[f];
}

static const char *email_name(const struct dest_call *c)
{
	struct str email = str_of(understood(c->lead, CONTACT_EMAIL));
	size_t at = str_find(email, '@');

	return at < email.n ? str_dup(c->arena, str_upto(email, at)) : NULL;
}

static const char *full_name(const struct dest_call *c)
{
	const char *first = understood(c->lead, CONTACT_FIRST_NAME);
	const char *last = understood(c->lead, CONTACT_LAST_NAME);
	bool both = first && *first && last && *last;

	return arena_printf(c->arena, "%s%s%s", first ? first : "", both ? " " : "",
			    last ? last : "");
}

const char *dest_action_code(const struct dest_lead *l)
{
	return l->action_code && *l->action_code ? l->action_code : l->action;
}

static const char *offer_title(const struct dest_lead *l)
{
	return l->offer_title && *l->offer_title ? l->offer_title : l->received_offer_title;
}

static bool is_tagged(const struct dest_call *c)
{
	return c->lead->test && strcmp(dest_settings_common(c->settings)->test_leads, "tag") == 0;
}

static bool is_flagged(const struct dest_call *c)
{
	return c->lead->dnc &&
	       strcmp(dest_settings_common(c->settings)->do_not_contact, "flag") == 0;
}

/* The message in full, for a field of notes: nothing that was sent is lost over there. */
static const char *summary(const struct dest_call *c)
{
	const struct dest_lead *l = c->lead;
	char id[ID_TEXT];
	const struct {
		const char *label, *text;
	} line[] = {
		{ "", l->description },
		{ "LeadSource: ", l->lead_source },
		{ "ActionCode: ", dest_action_code(l) },
		{ "Offer: ", l->offer },
		{ "OfferTitle: ", offer_title(l) },
		{ "Leadline: ", id_text(l->lead_id, id) },
	};
	AUTO_BUF b = buf_new(SUMMARY_MAX);

	buf_printf(&b, "%s%s", is_tagged(c) ? "[TEST]" : "",
		   is_flagged(c) ? "[DO NOT CONTACT]" : "");
	for (size_t i = 0; i < LL_COUNT(line); i++)
		if (line[i].text && *line[i].text)
			buf_printf(&b, "%s%s%s", b.n ? "\n" : "", line[i].label, line[i].text);
	return arena_strndup(c->arena, buf_view(&b).p, b.n);
}

enum lead_field {
	FIRST_NAME,
	LAST_NAME,
	FULL_NAME,
	EMAIL,
	EMAIL_NAME,
	PHONE,
	COUNTRY,
	COUNTRY_CODE,
	COMPANY,
	TITLE,
	LEAD_SOURCE,
	SOURCE,
	ACTION,
	ACTION_CODE,
	KIND,
	OFFER,
	OFFER_TITLE,
	PUBLISHER,
	DESCRIPTION,
	SUMMARY,
	RECEIVED_AT,
	LEAD_ID,
	DELIVERY_ID,
	TEST,
	TEST_MARK,
	DO_NOT_CONTACT,
	LEAD_FIELDS
};

static const char *const names[LEAD_FIELDS + 1] = {
	[FIRST_NAME] = "firstName",
	[LAST_NAME] = "lastName",
	[FULL_NAME] = "fullName",
	[EMAIL] = "email",
	[EMAIL_NAME] = "emailName",
	[PHONE] = "phone",
	[COUNTRY] = "country",
	[COUNTRY_CODE] = "countryCode",
	[COMPANY] = "company",
	[TITLE] = "title",
	[LEAD_SOURCE] = "leadSource",
	[SOURCE] = "source",
	[ACTION] = "action",
	[ACTION_CODE] = "actionCode",
	[KIND] = "kind",
	[OFFER] = "offer",
	[OFFER_TITLE] = "offerTitle",
	[PUBLISHER] = "publisher",
	[DESCRIPTION] = "description",
	[SUMMARY] = "summary",
	[RECEIVED_AT] = "receivedAt",
	[LEAD_ID] = "leadId",
	[DELIVERY_ID] = "deliveryId",
	[TEST] = "test",
	[TEST_MARK] = "testMark",
	[DO_NOT_CONTACT] = "doNotContact",
};

const char *const *dest_map_names(void)
{
	return names;
}

static const char *id_of(const struct dest_call *c, struct id id)
{
	char text[ID_TEXT];

	return arena_strdup(c->arena, id_text(id, text));
}

static const char *time_of(const struct dest_call *c, int64_t ms)
{
	char text[CLOCK_TEXT];

	return arena_strdup(c->arena, clock_text(ms, text));
}

static const char *text_of(const struct dest_call *c, enum lead_field f)
{
	const struct dest_lead *l = c->lead;

	switch (f) {
	case FIRST_NAME: return understood(l, CONTACT_FIRST_NAME);
	case LAST_NAME: return understood(l, CONTACT_LAST_NAME);
	case FULL_NAME: return full_name(c);
	case EMAIL: return understood(l, CONTACT_EMAIL);
	case EMAIL_NAME: return email_name(c);
	case PHONE: return understood(l, CONTACT_PHONE);
	case COUNTRY: return l->raw[CONTACT_COUNTRY];
	case COUNTRY_CODE: return l->contact[CONTACT_COUNTRY];
	case COMPANY: return understood(l, CONTACT_COMPANY);
	case TITLE: return understood(l, CONTACT_TITLE);
	case LEAD_SOURCE: return l->lead_source;
	case SOURCE: return l->source;
	case ACTION: return l->action;
	case ACTION_CODE: return dest_action_code(l);
	case KIND: return kind_text(l->kind);
	case OFFER: return l->offer;
	case OFFER_TITLE: return offer_title(l);
	case PUBLISHER: return l->publisher;
	case DESCRIPTION: return l->description;
	case SUMMARY: return summary(c);
	case RECEIVED_AT: return time_of(c, l->received_at);
	case LEAD_ID: return id_of(c, l->lead_id);
	case DELIVERY_ID: return id_of(c, c->delivery_id);
	case TEST: return is_tagged(c) ? "true" : NULL;
	case TEST_MARK: return is_tagged(c) ? "[TEST] " : NULL;
	case DO_NOT_CONTACT: return is_flagged(c) ? "true" : NULL;
	case LEAD_FIELDS: break;
	}
	return NULL;
}

static bool field_of(struct str name, enum lead_field *ret)
{
	for (int f = 0; f < LEAD_FIELDS; f++)
		if (str_eq_z(name, names[f])) {
			*ret = (enum lead_field)f;
			return true;
		}
	return false;
}

bool map_lead_knows(struct str name)
{
	enum lead_field f;

	return field_of(name, &f);
}

struct str map_lead_text(const struct dest_call *c, struct str name)
{
	struct str text;
	enum lead_field f;

	if (!field_of(name, &f))
		return STR("");
	text = str_of(text_of(c, f));
	return f == TEST_MARK ? text : utf8_trim(text); /* the mark has a blank behind it */
}
