/* A user's own value for a field of a customer. */
#include "base/limits.h"
#include "customer/parts.h"
#include "understand/understand.h"

static const char *phone(struct arena *a, const char *value, const struct customer_page_row *c)
{
	const char *rule;

	return phone_e164(a, str_of(value), c->country, &rule);
}

/* In the form that leads have it; NULL: it is none. */
static const char *formed(struct arena *a, enum contact_field f, const char *value,
			  const struct customer_page_row *c)
{
	const char *rule;
	unsigned flags = 0;

	switch (f) {
	case CONTACT_EMAIL: return email_clean(a, str_of(value));
	case CONTACT_COUNTRY: return country_code(a, str_of(value), &rule);
	case CONTACT_PHONE: return phone(a, value, c);
	case CONTACT_FIRST_NAME:
	case CONTACT_LAST_NAME:
	case CONTACT_COMPANY:
	case CONTACT_TITLE:
	case CONTACT_FIELDS: break;
	}
	return name_clean(a, str_of(value), LIMIT_NAME, &flags);
}

static bool put(struct sql_db *db, struct arena *a, const struct customer_who *w,
		const struct customer_page_row *c, enum contact_field f, const char *value,
		struct err *e)
{
	const char *name = contact_field_text[f], *form = formed(a, f, value, c);

	if (!form)
		return ERR_FIELD(e, ERR_INPUT, "customer.value", name,
				 "This cannot be a customer's %s; leave it null for what the leads "
				 "say.",
				 name);
	return override_put(db,
			    &(struct override_put_in){ w->publisher, c->customer_id, name, form,
						       w->actor, w->now_ms },
			    NULL, e);
}

bool customer_set(struct sql_db *db, struct arena *a, const struct customer_who *w,
		  struct id customer, enum contact_field f, const char *value, struct err *e)
{
	struct customer_page_row c;
	int found = customer_get(db, &(struct customer_get_in){ w->publisher, customer }, a, &c, e);

	if (found <= 0)
		return found == 0 &&
		       ERR(e, ERR_NOT_FOUND, "not-found", "There is no such customer.");
	if (value ? !put(db, a, w, &c, f, value, e)
		  : !override_drop(db,
				   &(struct override_drop_in){ w->publisher, customer,
							       contact_field_text[f] },
				   NULL, e))
		return false;
	return customer_refresh(db, w->publisher, &customer, 1, e);
}
