/* Any bytes as a body: whatever is read keeps what understand.h promises. */
#include "fuzz.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "understand/understand.h"

static void check_text(const char *z, size_t max)
{
	if (!z)
		return;
	MUST(strlen(z) <= max);
	MUST(utf8_valid(str_of(z)));
}

static void check_contact(const struct touch *t)
{
	const char *country = t->contact[CONTACT_COUNTRY], *phone = t->contact[CONTACT_PHONE];

	for (int i = 0; i < CONTACT_FIELDS; i++) {
		check_text(t->raw[i], (size_t)LIMIT_NAME * 4 * 3);
		check_text(t->contact[i], LIMIT_NAME * 4);
		MUST(!t->contact[i] || *t->contact[i]);
	}
	MUST(!country || country_name_en(country));
	MUST(!phone || (phone[0] == '+' && strlen(phone) < LIMIT_PHONE));
	MUST(!t->email_key || t->contact[CONTACT_EMAIL]);
}

static void check(const struct touch *t)
{
	MUST(t->kind != KIND_NONE && t->source && t->action);
	MUST(t->flags < 1u << FLAG_COUNT);
	MUST(t->test == !!(t->flags & FLAG_TEST));
	check_text(t->source, LIMIT_CODE);
	check_text(t->action, LIMIT_CODE);
	check_text(t->lead_source, (size_t)LIMIT_NAME * 4 * 3);
	check_text(t->description, (size_t)LIMIT_TEXT * 3);
	check_contact(t);
	for (size_t i = 0; i < t->note_count; i++) {
		MUST(t->notes[i].field && t->notes[i].rule);
		check_text(t->notes[i].value, (size_t)LIMIT_TEXT * 3);
		check_text(t->notes[i].from, LIMIT_NAME * 4);
	}
}

static void understand_as(struct str body, struct str type)
{
	static const struct offer_facts offer = { "contoso", "crm", "Contoso CRM", true };
	AUTO_ARENA a = arena_new("fuzz", LIMIT_ARENA_REQUEST);
	struct touch *t;
	struct err e = { 0 }, why = { 0 };
	size_t count = 0;
	enum shape shape = understand_shape(a, body, type, &why);

	MUST(shape == SHAPE_LEAD || (why.kind == ERR_INPUT && why.code && *why.text));
	MUST(understand(a, body, type, &offer, &t, &count, &e) == (shape == SHAPE_LEAD));
	MUST(shape != SHAPE_LEAD || (count > 0 && count <= LIMIT_LEADS_A_BODY));
	for (size_t i = 0; i < count; i++) {
		ARENA_SCOPE(a);

		check(&t[i]);
		MUST(*touch_texts(a, &t[i]) && *notes_pack(a, &t[i]));
	}
}

/* Without a Content-Type, and with one that the input chooses by its last byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const types[] = {
		"application/json; charset=euc-kr",
		"application/json; charset=shift_jis",
		"application/x-www-form-urlencoded; charset=big5",
		"multipart/form-data; boundary=b",
		"text/plain; charset=windows-1252",
		"text/plain; charset=gb18030",
	};
	struct str body = { (const char *)data, n };

	understand_as(body, STR(""));
	if (n)
		understand_as(body, str_of(types[data[n - 1] % LL_COUNT(types)]));
	return 0;
}
