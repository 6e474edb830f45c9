/* Encodings older than Unicode and multipart forms: declared, told by the bytes, or left alone. */
#include "cases.h"

#include <stdio.h>
#include <unicode/ucnv.h>
#include "understand/touch.h"

static struct str encoded(struct arena *a, const char *icu, const char *utf8)
{
	UErrorCode code = U_ZERO_ERROR;
	UConverter *to = ucnv_open(icu, &code);
	size_t room = strlen(utf8) * 4 + 4;
	char *out = arena_alloc(a, room);
	int32_t n = ucnv_fromAlgorithmic(to, UCNV_UTF8, out, (int32_t)room, utf8,
					 (int32_t)strlen(utf8), &code);

	assert_true(U_SUCCESS(code));
	ucnv_close(to);
	return (struct str){ out, (size_t)n };
}

static bool has_note(const struct touch *t, const char *rule, const char *value)
{
	for (size_t i = 0; i < t->note_count; i++)
		if (!strcmp(t->notes[i].rule, rule) &&
		    (!value || (t->notes[i].value && !strcmp(t->notes[i].value, value))))
			return true;
	return false;
}

static struct touch *read_one(struct arena *a, struct str body, const char *type)
{
	struct touch *t;
	struct err e = { 0 };
	size_t n;

	if (!understand(a, body, str_of(type), NULL, &t, &n, &e))
		fail_msg("%s: %s", e.code, e.text);
	assert_int_equal(n, 1);
	return t;
}

#define BODY(first, company)                                                                       \
	"{\"UserDetails\":{\"FirstName\":\"" first "\",\"Email\":\"a@example.com\",\"Company\":"   \
	"\"" company "\"},\"LeadSource\":\"AppSource-PLT|contoso.crm\"}"

static const struct declared_row {
	const char *name, *icu, *type, *body, *first, *company, *shown;
} declared[] = {
	{ "EUC-KR", "euc-kr", "application/json; charset=euc-kr", BODY("민수", "한빛소프트"),
	  "민수", "한빛소프트", "windows-949" },
	{ "what windows-949 has beyond EUC-KR", "windows-949-2000",
	  "application/json; charset=KS_C_5601-1987", BODY("똠", "쀍소프트"), "똠", "쀍소프트",
	  "windows-949" },
	{ "GB18030, four bytes too", "gb18030", "application/json;charset=\"GB18030\"",
	  BODY("小明", "㐀𠀀科技"), "小明", "㐀𠀀科技", "GB18030" },
	{ "GB2312 means GBK", "gbk", "text/plain; charset=gb2312; q=1", BODY("小明", "镕基公司"),
	  "小明", "镕基公司", "GBK" },
	{ "Big5, whose second bytes are backslashes and braces", "windows-950-2000",
	  "application/json; charset=big5", BODY("功許", "蓋世公司"), "功許", "蓋世公司", "Big5" },
	{ "Shift_JIS, whose second bytes are backslashes", "ibm-943_P15A-2003",
	  "application/json; charset=Shift_JIS", BODY("表", "ソニー能力"), "表", "ソニー能力",
	  "Shift_JIS" },
	{ "EUC-JP", "euc-jp", "application/json; charset=euc-jp", BODY("太郎", "株式会社"), "太郎",
	  "株式会社", "EUC-JP" },
	{ "windows-1250", "windows-1250", "application/json; charset=windows-1250",
	  BODY("Łukasz", "Žižka s.r.o."), "Łukasz", "Žižka s.r.o.", "windows-1250" },
	{ "windows-1251", "windows-1251", "application/json; charset=windows-1251",
	  BODY("Иван", "Ромашка"), "Иван", "Ромашка", "windows-1251" },
	{ "ISO-8859-1 means windows-1252", "windows-1252", "application/json; charset=ISO-8859-1",
	  BODY("Jürgen", "“Groß” GmbH"), "Jürgen", "“Groß” GmbH", "windows-1252" },
	{ "windows-874", "windows-874-2000", "application/json; charset=tis-620",
	  BODY("สมชาย", "บริษัท"), "สมชาย", "บริษัท", "windows-874" },
};

static void a_declared_charset_is_read(void **state)
{
	const struct declared_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, encoded(a, row->icu, row->body), row->type);

	assert_string_equal(t->contact[CONTACT_FIRST_NAME], row->first);
	assert_string_equal(t->contact[CONTACT_COMPANY], row->company);
	assert_true(has_note(t, "body.charset", row->shown));
	assert_false(t->flags & FLAG_REPAIRED_TEXT);
}

static const char korean[] = "{\"UserDetails\":{\"FirstName\":\"민수\",\"Email\":\"a@example.com\","
			     "\"Company\":\"한빛소프트\"},"
			     "\"LeadSource\":\"AppSource-PLT|contoso.crm\",\"Description\":"
			     "\"귀사의 제품에 관심이 있습니다. "
			     "다음 주에 연락을 주시면 감사하겠습니다.\"}";
static const char chinese[] = "{\"UserDetails\":{\"FirstName\":\"小明\",\"Email\":\"a@example."
			      "com\",\"Company\":\"北京科技有限公司\"},"
			      "\"LeadSource\":\"AppSource-PLT|contoso.crm\",\"Description\":"
			      "\"我们公司对您的产品非常感兴趣,"
			      "请您下周与我们联系。\"}";
static const char japanese[] = "{\"UserDetails\":{\"FirstName\":\"太郎\",\"Email\":\"a@example."
			       "com\",\"Company\":\"株式会社テスト\"},"
			       "\"LeadSource\":\"AppSource-PLT|contoso.crm\",\"Description\":"
			       "\"御社の製品に興味があります。"
			       "来週ご連絡いただけますと幸いです。\"}";
static const char russian[] = "{\"UserDetails\":{\"FirstName\":\"Иван\",\"Email\":\"a@example."
			      "com\",\"Company\":\"Ромашка\"},"
			      "\"LeadSource\":\"AppSource-PLT|contoso.crm\",\"Description\":\"Мы "
			      "хотели бы узнать больше о вашем "
			      "продукте и просим вас связаться с нами.\"}";

static const struct guessed_row {
	const char *name, *icu, *body, *company, *shown;
} guessed[] = {
	{ "Korean", "windows-949-2000", korean, "한빛소프트", "windows-949" },
	{ "Chinese", "gb18030", chinese, "北京科技有限公司", "GB18030" },
	{ "Japanese", "ibm-943_P15A-2003", japanese, "株式会社テスト", "Shift_JIS" },
	{ "Russian", "windows-1251", russian, "Ромашка", "windows-1251" },
};

static void enough_text_tells_its_encoding_and_is_flagged(void **state)
{
	const struct guessed_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, encoded(a, row->icu, row->body), "application/json");

	assert_string_equal(t->contact[CONTACT_COMPANY], row->company);
	assert_true(has_note(t, "body.charset.guessed", row->shown));
	assert_true(t->flags & FLAG_REPAIRED_TEXT);
}

static const struct left_row {
	const char *name, *body;
} left[] = {
	{ "a name of three letters beyond ASCII", BODY("J\xFCrgen", "Gro\xDF GmbH") },
	{ "one stray byte", BODY("An\xFF"
				 "a",
				 "A") },
	{ "UTF-8 that was cut", BODY("한빛소프트한빛소프트한빛소\xED\x94", "A") },
	{ "UTF-8 with a stray byte", BODY("Jürgen Müller Grüße aus Köln\xFC", "Ärzte für Öl") },
};

static void what_does_not_tell_is_repaired_not_guessed(void **state)
{
	const struct left_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, str_of(row->body), "application/json");

	assert_non_null(strstr(t->contact[CONTACT_FIRST_NAME], "\xEF\xBF\xBD"));
	assert_true(t->flags & FLAG_REPAIRED_TEXT);
	assert_false(has_note(t, "body.charset.guessed", NULL));
	assert_false(has_note(t, "body.charset", NULL));
}

static void utf8_is_utf8_whatever_is_declared(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, str_of(korean), "application/json; charset=euc-kr");

	(void)state;
	assert_string_equal(t->contact[CONTACT_COMPANY], "한빛소프트");
	assert_int_equal(t->flags, 0);
}

static void an_unknown_charset_is_not_obeyed(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t =
		read_one(a, str_of(BODY("An\xFF", "A")), "application/json; charset=utf-7");

	(void)state;
	assert_false(has_note(t, "body.charset", NULL));
	assert_true(t->flags & FLAG_REPAIRED_TEXT);
}

static void bytes_that_the_declared_charset_lacks_are_flagged(void **state)
{
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, str_of(BODY("\x95\x5C\x81 \x81 ", "A")),
				   "application/json; charset=shift_jis");

	(void)state;
	assert_true(has_note(t, "body.charset", "Shift_JIS"));
	assert_true(has_note(t, "field.repaired", NULL));
	assert_true(t->flags & FLAG_REPAIRED_TEXT);
}

/* ---- forms ---- */

#define FORM_KO "first_name=%B9%CE%BC%F6&company=%C7%D1%BA%FB+%26+Co%3D1&email=a%40example.com"

static const struct form_row {
	const char *name, *type, *body;
} forms[] = {
	{ "by its encoding field", "application/x-www-form-urlencoded",
	  "encoding=EUC-KR&" FORM_KO },
	{ "sent twice", "application/x-www-form-urlencoded",
	  "encoding=EUC-KR&" FORM_KO "&encoding=EUC-KR" },
	{ "by _charset_", "application/x-www-form-urlencoded", FORM_KO "&_charset_=euc-kr" },
	{ "by the Content-Type", "application/x-www-form-urlencoded; charset=EUC-KR", FORM_KO },
	{ "with bare bytes", "application/x-www-form-urlencoded; charset=EUC-KR",
	  "first_name=\xB9\xCE\xBC\xF6&company=\xC7\xD1\xBA\xFB+%26+Co%3D1&email=a@example.com" },
	{ "as multipart", "multipart/form-data; boundary=xyz; charset=EUC-KR",
	  "--xyz\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\n\xB9\xCE\xBC\xF6\r\n"
	  "--xyz\r\nContent-Disposition: form-data; name=\"company\"\r\n\r\n\xC7\xD1\xBA\xFB & "
	  "Co=1\r\n"
	  "--xyz\r\nContent-Disposition: form-data; "
	  "name=\"email\"\r\n\r\na@example.com\r\n--xyz--\r\n" },
	{ "as multipart, by a part's own type", "multipart/form-data; boundary=xyz",
	  "--xyz\r\nContent-Disposition: form-data; name=\"first_name\"\r\n"
	  "Content-Type: text/plain; charset=euc-kr\r\n\r\n\xB9\xCE\xBC\xF6\r\n"
	  "--xyz\r\nContent-Disposition: form-data; name=\"company\"\r\n\r\n\xC7\xD1\xBA\xFB & "
	  "Co=1\r\n"
	  "--xyz\r\nContent-Disposition: form-data; "
	  "name=\"email\"\r\n\r\na@example.com\r\n--xyz--\r\n" },
};

static void a_form_is_read_in_its_charset(void **state)
{
	const struct form_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, str_of(row->body), row->type);

	assert_string_equal(t->contact[CONTACT_FIRST_NAME], "민수");
	assert_string_equal(t->contact[CONTACT_COMPANY], "한빛 & Co=1");
	assert_string_equal(t->contact[CONTACT_EMAIL], "a@example.com");
	assert_true(has_note(t, "body.charset", "windows-949"));
	assert_false(t->flags & FLAG_REPAIRED_TEXT);
}

static const char parts[] =
	"--AaB03x\r\n"
	"content-disposition: form-data; name=\"UserDetails[FirstName]\"\r\n\r\n민수\r\n"
	"--AaB03x\r\nContent-Type: text/plain\r\n"
	"Content-Disposition: form-data; name=\"email\"\r\n\r\na@example.com\r\n"
	"--AaB03x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n"
	"a=1&b=2%20\r\n--AaB\r\nnot the end\r\n"
	"--AaB03x\r\nContent-Disposition: form-data; name=\"card\"; filename=\"card.vcf\"\r\n"
	"Content-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\n"
	"--AaB03x--\r\n";

static const struct multi_row {
	const char *name, *type;
} multis[] = {
	{ "by its Content-Type", "multipart/form-data; boundary=AaB03x" },
	{ "with a quoted boundary", "Multipart/Form-Data; boundary=\"AaB03x\"" },
	{ "without a Content-Type", "" },
	{ "with a wrong Content-Type", "application/json" },
};

static void a_multipart_form_is_read(void **state)
{
	const struct multi_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct touch *t = read_one(a, str_of(parts), row->type);

	assert_string_equal(t->contact[CONTACT_FIRST_NAME], "민수");
	assert_string_equal(t->contact[CONTACT_EMAIL], "a@example.com");
	assert_non_null(strstr(t->description, "a=1&b=2%20"));
	assert_non_null(strstr(t->description, "--AaB"));
	assert_true(has_note(t, "body.multipart", NULL));
	assert_true(has_note(t, "field.unknown", NULL));
	assert_int_equal(t->flags & FLAG_REPAIRED_TEXT, 0);
}

static const struct odd_row {
	const char *name, *body;
} odd[] = {
	{ "no part", "--AaB03x--\r\n" },
	{ "parts without a name",
	  "--AaB03x\r\nContent-Disposition: form-data\r\n\r\na@example.com\r\n--AaB03x--\r\n" },
	{ "headers that do not end", "--AaB03x\r\nContent-Disposition: form-data; name=\"em" },
	{ "nothing after the boundary", "--AaB03x" },
	{ "an empty lead",
	  "--AaB03x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n\r\n--AaB03x--\r\n" },
};

static void a_multipart_body_without_a_lead_is_none(void **state)
{
	const struct odd_row *row = *state;
	AUTO_ARENA a = cases_arena();
	struct err e = { 0 };

	assert_true(understand_shape(a, str_of(row->body),
				     STR("multipart/form-data; boundary=AaB03x"),
				     &e) != SHAPE_LEAD);
	assert_true(e.code && *e.text);
}

/* Everything that is rewritten at once, at the largest body that is. */
static void the_largest_bodies_fit_the_arena(void **state)
{
	static const struct {
		const char *head, *type;
		char fill;
	} all[] = {
		{ "email=a%40b.c&company=", "; charset=windows-874", '\xA1' },
		{ "email=a%40b.c&company=", "; charset=euc-kr", '&' },
		{ "email=a%40b.c&company=", "", '\xFF' },
		{ "--b\nContent-Disposition: form-data; name=\"email\"\n\n", "; charset=tis-620",
		  '%' },
		{ "--b\nContent-Disposition: form-data; name=\"email\"\n\n", "; charset=tis-620",
		  '\xA1' },
		{ "{\"Email\":\"", "; charset=windows-874", '\xA1' },
	};
	size_t sizes[] = { LIMIT_CONVERT, LIMIT_CONVERT + 1, LIMIT_BODY_MAX };

	(void)state;
	for (size_t i = 0; i < LL_COUNT(all) * LL_COUNT(sizes); i++) {
		AUTO_ARENA a = cases_arena();
		size_t n = sizes[i / LL_COUNT(all)], row = i % LL_COUNT(all);
		char *body = arena_alloc(a, n);
		AUTO_ARENA fresh = cases_arena();
		struct err e = { 0 };

		memset(body, all[row].fill, n);
		memcpy(body, all[row].head, strlen(all[row].head));
		LL_IGNORE(understand_shape(fresh, (struct str){ body, n }, str_of(all[row].type),
					   &e) == SHAPE_LEAD);
	}
}

int main(void)
{
	struct cases c = { .n = 0 };

	CASES_ADD(&c, a_declared_charset_is_read, declared);
	CASES_ADD(&c, enough_text_tells_its_encoding_and_is_flagged, guessed);
	CASES_ADD(&c, what_does_not_tell_is_repaired_not_guessed, left);
	CASES_ADD(&c, a_form_is_read_in_its_charset, forms);
	CASES_ADD(&c, a_multipart_form_is_read, multis);
	CASES_ADD(&c, a_multipart_body_without_a_lead_is_none, odd);
	cases_add(&c, "utf8_is_utf8_whatever_is_declared", utf8_is_utf8_whatever_is_declared, NULL);
	cases_add(&c, "an_unknown_charset_is_not_obeyed", an_unknown_charset_is_not_obeyed, NULL);
	cases_add(&c, "bytes_that_the_declared_charset_lacks_are_flagged",
		  bytes_that_the_declared_charset_lacks_are_flagged, NULL);
	cases_add(&c, "the_largest_bodies_fit_the_arena", the_largest_bodies_fit_the_arena, NULL);
	return CASES_RUN(&c, "understand/charset");
}
