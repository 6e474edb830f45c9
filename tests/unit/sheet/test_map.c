/* Names of columns to fields: each program's export, each language, what is left over. */
#include "dump.h"

#define MAX_NAMES 64

static size_t split(const char *names, struct str out[MAX_NAMES])
{
	struct str rest = str_of(names);
	size_t n = 0;

	while (n < MAX_NAMES && str_split(&rest, '|', &out[n]))
		n++;
	return n;
}

/* "dialect/language: field field …"; a field with ? is a guess, ~ likely, 2 a stand-in, - none. */
static const char *mapped(struct arena *a, const char *names)
{
	struct str name[MAX_NAMES];
	struct sheet_map m;
	AUTO_BUF b = buf_new(4096);

	sheet_map(a, name, split(names, name), &m);
	buf_printf(&b, "%s/%s:", m.dialect, m.language);
	for (size_t i = 0; i < m.n; i++) {
		static const char *const marks[] = { "", "?", "~", "" };
		const struct sheet_guess *g = &m.guess[i];

		buf_printf(&b, " %s%s%s",
			   g->field == SHEET_NO_FIELD ? "-" : sheet_field_text(g->field),
			   marks[g->sure], g->second ? "2" : "");
	}
	return str_dup(a, buf_view(&b));
}

static void knows_exports_and_languages(void **state)
{
	static const struct {
		const char *names, *want;
	} cases[] = {
		{ "FirstName|LastName|Email|Phone|Country|Company|Title|LeadSource",
		  "/en: firstName lastName email phone country company title~ leadSource" },
		{ "이름|성|이메일|전화|국가|회사|제목|리드 소스",
		  "/ko: firstName lastName email phone country company title~ leadSource" },
		{ "名字|姓氏|电子邮件|电话|国家/地区|公司|标题",
		  "/zh: firstName lastName email phone country company title~" },
		{ "標題|日期", "/zh: title? -" },
		{ "PartitionKey|RowKey|Timestamp|ActionCode|CreatedTime|CustomerInfo|Description|"
		  "LeadSource|OfferDisplayName|ProductId",
		  "azure-table/en: ignored ignored receivedAt~2 actionCode receivedAt contact "
		  "description leadSource offerTitle productId" },
		{ "Referral ID|Creation Date|Updated Date|PartnerID|Customer "
		  "Country|City|Name|Lead "
		  "Type|Lead Source|Call to action|Offer ID|Offer name|Status|Status Reason",
		  "partner-center-analytics/en: leadId receivedAt updatedAt partnerId country city "
		  "fullName~ leadType leadSource callToAction offerId offerTitle status "
		  "substatus" },
		{ "Lead ID|Customer name|Status|Marketplace Purchase Intent|Odd",
		  "partner-center-leads/en: leadId company status purchaseIntent -" },
		{ "(Do Not Modify) Lead|(Do Not Modify) Row Checksum|Full Name|Company Name|Email",
		  "dynamics365/en: ignored ignored fullName company email" },
		{ "First Name|Last Name|Title|Company / Account|Email|Phone|Mobile|Lead Owner|Lead "
		  "Status|State/Province",
		  "salesforce/en: firstName lastName title~ company~ email phone phone~2 owner "
		  "status "
		  "region" },
		{ "Record ID|First Name|Last Name|Email|Phone Number|Associated Company|Create "
		  "Date|Lifecycle Stage",
		  "hubspot/en: leadId firstName lastName email phone company~ receivedAt -" },
		{ "Marketo ID|Email Address|Company Name|Person Source|Person Status",
		  "marketo/en: leadId email company leadSource -" },
		{ "UserDetails.FirstName|UserDetails.Email|UserDetails.Title|LeadSource",
		  "/en: firstName email title~ leadSource" },
		{ "Email (work)|Phone*|", "/en: email~ phone -" },
		{ "E-MAIL|e_mail_address|Ｅ－ｍａｉｌ", "/en: email email2 email2" },
		{ "氏名|メールアドレス|会社名|電話番号|国",
		  "/ja: fullName email company phone country" },
		{ "Nachname|Vorname|E-Mail-Adresse|Firma|Land",
		  "/de: lastName firstName email company country" },
		{ "rec_id|given_name|surname|street_number|address_1|suburb|postcode|state|"
		  "date_of_birth|soc_sec_id",
		  "/en: leadId firstName lastName address~2 address city postcode region birthDate "
		  "code" },
		{ "unique_id|first_name|surname|dob|city|email|cluster",
		  "/en: leadId firstName lastName birthDate city email -" },
	};
	AUTO_ARENA a = arena_new("map", 1 << 20);

	(void)state;
	EACH(cases, c)
	SAME(mapped(a, c->names), c->want, c->names);
}

static void reads_rows_by_the_map(void **state)
{
	AUTO_ARENA a = arena_new("map", 1 << 20);
	AUTO_SHEET r = sheet_fed(NULL);
	struct str field[SHEET_FIELDS], name[MAX_NAMES];
	struct sheet_row row;
	struct sheet_map m;
	struct err e = { 0 };

	(void)state;
	sheet_feed(
		r,
		STR("RowKey,CustomerInfo,Mobile,Phone,OfferDisplayName\n"
		    "1,\"{\"\"FirstName\"\":\"\"J\\u00fcrgen\"\",\"\"Email\"\":\"\"j@b.example\"\","
		    "\"\"Phone\"\":\"\"9\"\",\"\"Title\"\":null}\",777, ,Offer\n"));
	sheet_feed_end(r);
	assert_int_equal(sheet_next(r, &row, &e), 1);
	for (size_t i = 0; i < sheet_columns(r); i++)
		name[i] = sheet_column(r, i);
	sheet_map(a, name, sheet_columns(r), &m);
	sheet_map_row(a, &m, &row, field);
	assert_true(str_eq_z(field[SHEET_FIRST_NAME], "Jürgen"));
	assert_true(str_eq_z(field[SHEET_EMAIL], "j@b.example"));
	assert_true(str_eq_z(field[SHEET_PHONE], "777")); /* the first is blank, then the second */
	assert_int_equal(field[SHEET_TITLE].n, 0);
	assert_true(str_eq_z(field[SHEET_OFFER_TITLE], "Offer"));
	assert_string_equal(m.dialect, "azure-table");
}

static void fields_have_texts(void **state)
{
	(void)state;
	for (int f = 0; f < SHEET_FIELDS; f++) {
		assert_non_null(sheet_field_text((enum sheet_field)f));
		assert_int_equal(sheet_field_of(str_of(sheet_field_text((enum sheet_field)f))), f);
	}
	assert_int_equal(sheet_field_of(STR("nothing")), SHEET_NO_FIELD);
	assert_string_equal(sheet_field_text(SHEET_NO_FIELD), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_exports_and_languages),
		cmocka_unit_test(reads_rows_by_the_map),
		cmocka_unit_test(fields_have_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
