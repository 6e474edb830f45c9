/* Encodings told apart: lists of leads as they are saved in each country, long and short. */
#include "dump.h"

#define KO                                                                                                      \
	"성,이름,이메일,전화번호,회사,국가,직함\n김,민준,minjun@example.co.kr,02-1234-5678," \
	"주식회사 "                                                                                         \
	"한빛,대한민국,부장\n이,서연,seoyeon@example.co.kr,010-1111-2222,서울테크,대한민국," \
	"대표이사\n"
#define ZH                                                                                            \
	"姓,名字,电子邮件,电话,公司,国家/地区,职务\n王,伟,wang@example.cn,+86 10 " \
	"1234,北京华信科技有限公司,中国,经理\n李,娜,li@example.cn,138,上海贸易公司,中国,总监\n"
#define TW                                                                                             \
	"姓氏,名字,電子郵件,電話,公司名稱,國家,職稱\n陳,志明,chen@example.tw,02," \
	"台灣科技股份有限公司,"                                                              \
	"台灣,經理\n林,淑芬,lin@example.tw,04,新竹電子,台灣,工程師\n"
#define JA                                                                                         \
	"氏名,メールアドレス,電話番号,会社名,国,役職\n佐藤 "                  \
	"健,sato@example.jp,03,株式会社サンプル,日本,部長\n鈴木 "                   \
	"花子,s@example.jp,06,東京商事,日本,課長\n"
#define RU                                                                                                             \
	"Фамилия,Имя,Электронная "                                                                \
	"почта,Телефон,Компания,Страна\nИванов,Алексей,i@example.ru,+7,ООО " \
	"Ромашка,Россия\nСмирнова,Ольга,s@example.ru,+7,Газпром,Россия\n"
#define PL                                                                                         \
	"Nazwisko,Imię,E-mail,Firma,Stanowisko\nWiśniewski,Paweł,p@example.pl,Żółw Sp. z "   \
	"o.o.,Dyrektor\n"                                                                          \
	"Kowalczyk,Małgorzata,m@example.pl,Łódź S.A.,Księgowa\n"
#define CS                                                                                                 \
	"Příjmení,Jméno,E-mail,Společnost\nDvořák,Jiří,d@example.cz,Škoda\nNěmcová,Božena,n@" \
	"example.cz,Růže s.r.o.\n"
#define HU                                                                                                 \
	"Vezetéknév,Keresztnév,E-mail,Cég\nSzőke,György,s@example.hu,Kőrösi Kft.\nTűzkő,Éva,t@" \
	"example.hu,Győr Zrt.\n"
#define DE                                                                                         \
	"Nachname;Vorname;E-Mail;Firma;Straße\nMüller;Jürgen;m@example.de;Größe "             \
	"GmbH;Königsallee 1\nWeiß;Bärbel;w@example.de;Öl AG;Schloßweg 2\n"
#define FR                                                                                         \
	"Nom;Prénom;Courriel;Société;Fonction\nLefèvre;Hélène;l@example.fr;Crédit "         \
	"général;Gérante\nGarçon;François;g@example.fr;Forêt & fils;Ingénieur\n"
#define TR                                                                                         \
	"Ad,Soyad,E-posta,Şirket\nÇağlar,Yıldız,c@example.tr,Işık "                         \
	"Şti.\nGülşen,Öztürk,g@example.tr,"                                                   \
	"Doğuş\n"
#define EL "Επώνυμο,Όνομα,Email,Εταιρεία\nΠαπαδόπουλος,Γιώργος,p@example.gr,Ελληνική ΑΕ\n"
#define HE "שם פרטי,שם משפחה,דואר אלקטרוני,חברה\nדוד,כהן,d@example.il,חברה לדוגמה\n"
#define AR "الاسم الأول,اسم العائلة,البريد الإلكتروني,الشركة\nمحمد,حسن,m@example.eg,شركة المثال\n"
#define LT                                                                                            \
	"Vardas,Pavardė,El. "                                                                        \
	"paštas,Įmonė\nJonas,Kazlauskas,j@example.lt,Ąžuolas\nRūta,Žukauskienė,r@example.lt," \
	"Šilas\n"
/* As Windows-1258 has it: tones are characters of their own. */
#define VI                                                                                              \
	"Ho\u0323,Tên,Email,Công ty\nNguyê\u0303n,Thi\u0323 Hươ\u0300ng,n@example.vn,Viê\u0323t " \
	"Phươ\u0301c\nTrâ\u0300n,Đư\u0301c,t@example.vn,Ha\u0300 Nô\u0323i\n"

static const struct {
	const char *icu, *text, *want;
} files[] = {
	{ "windows-949", KO, "windows-949" },
	{ "gb18030", ZH, "GB18030" },
	{ "GBK", ZH, "GB18030" },
	{ "Big5", TW, "Big5" },
	{ "Shift_JIS", JA, "Shift_JIS" },
	{ "EUC-JP", JA, "EUC-JP" },
	{ "windows-1251", RU, "windows-1251" },
	{ "KOI8-R", RU, "KOI8-R" },
	{ "windows-1250", PL, "windows-1250" },
	{ "windows-1250", CS, "windows-1250" },
	{ "windows-1250", HU, "windows-1250" },
	{ "windows-1252", DE, "windows-1252" },
	{ "windows-1252", FR, "windows-1252" },
	{ "windows-1254", TR, "windows-1254" },
	{ "windows-1253", EL, "windows-1253" },
	{ "windows-1255", HE, "windows-1255" },
	{ "windows-1256", AR, "windows-1256" },
	{ "windows-1257", LT, "windows-1257" },
	{ "windows-1258", VI, "windows-1258" },
	{ "UTF-8", KO, "UTF-8" },
	{ "UTF-16LE", KO, "UTF-16LE" },
	{ "UTF-16BE", DE, "UTF-16BE" },
	{ "UTF-16LE", ZH, "UTF-16LE" },
	{ "UTF-16BE", JA, "UTF-16BE" },
};

static void tells_files_of_every_country(void **state)
{
	(void)state;
	EACH(files, c)
	{
		struct sheet_about about;
		const char *got = dump_bytes(encoded(c->icu, c->text), NULL, &about);

		SAME(about.encoding, c->want, c->icu);
		SAME(got, dump(c->text), c->icu);
		CHECK(!strstr(got, "!"), c->icu);
	}
}

/* Without names of columns to go by: an English header. */
static void tells_them_by_their_letters_alone(void **state)
{
	static const struct {
		const char *icu, *text;
	} cases[] = {
		{ "windows-949", "김,민준,한빛소프트\n박,지훈,대한상사\n최,수진,서울전자\n" },
		{ "GB18030", "王,伟,北京科技有限公司\n张,敏,上海贸易\n刘,洋,广州电子\n" },
		{ "Big5", "陳,志明,台灣電子股份有限公司\n林,雅婷,台北科技\n" },
		{ "Shift_JIS", "佐藤,健,株式会社サンプル\n鈴木,花子,東京商事\n" },
		{ "windows-1251", "Иванов,Пётр,Ромашка\nСидорова,Анна,Север\n" },
		{ "windows-1250", "Wiśniewski,Paweł,Łódź\n" },
		{ "windows-1250", "Dvořák,Jiří,Němec\nŘíha,Luděk,Růže\n" },
		{ "windows-1252", "Müller,Jürgen,Größe\n" },
		{ "windows-1252", "Nuñez,José,Peña\nGarcía,Iñigo,Málaga\n" },
		{ "windows-1252", "João,Conceição,São Paulo\nSimões,Antônio,Câmara\n" },
		{ "windows-1252", "Sørensen,Åse,Østre\n" },
		{ "windows-1254", "Yıldız,Çağlar,Işık\nÖztürk,Ayşe,Güneş\n" },
		{ "windows-1253", "Παπαδόπουλος,Γιώργος,Αθήνα\n" },
	};

	(void)state;
	EACH(cases, c)
	{
		struct sheet_about about;
		AUTO_BUF text = buf_new(4096);

		buf_printf(&text, "First,Last,Company\n%s", c->text);
		SAME(dump_bytes(encoded(c->icu, text.p), NULL, &about), dump(text.p), c->icu);
	}
}

static void marks_say_it(void **state)
{
	static const struct {
		const char *name;
		struct str mark;
		const char *icu;
	} cases[] = {
		{ "UTF-8", S("\xEF\xBB\xBF"), "UTF-8" },
		{ "UTF-16LE", S("\xFF\xFE"), "UTF-16LE" },
		{ "UTF-16BE", S("\xFE\xFF"), "UTF-16BE" },
		{ "UTF-32LE", S("\xFF\xFE\0\0"), "UTF-32LE" },
		{ "GB18030", S("\x84\x31\x95\x33"), "GB18030" },
	};

	(void)state;
	EACH(cases, c)
	{
		struct sheet_about about;
		struct str text = encoded(c->icu, KO);
		AUTO_BUF all = buf_new(1 << 20);

		buf_str(&all, c->mark);
		buf_str(&all, text);
		/* The mark beats what the caller says. */
		SAME(dump_bytes(buf_view(&all), &(struct sheet_options){ .encoding = "Big5" },
				&about),
		     dump(KO), c->name);
		CHECK(about.marked && about.encoding_sure, c->name);
		SAME(about.encoding, c->name, c->name);
	}
}

/* A megabyte of ASCII before the first name that is not: nothing is decided too early. */
static void ascii_may_come_first(void **state)
{
	AUTO_BUF text = buf_new(4 << 20);
	struct str name = encoded("windows-949", "김민준,한빛소프트\n이서연,서울전자\n");
	struct sheet_about about;

	(void)state;
	buf_z(&text, "name,company\n");
	for (int i = 0; i < 60000; i++)
		buf_printf(&text, "person %d,company\n", i);
	buf_str(&text, name);
	assert_non_null(strstr(dump_bytes(buf_view(&text), NULL, &about),
			       "\n60001[김민준][한빛소프트]\n60002[이서연][서울전자]"));
	assert_string_equal(about.encoding, "windows-949");
}

static void the_caller_may_say_it(void **state)
{
	struct sheet_about about;

	(void)state;
	SAME(dump_bytes(encoded("windows-1251", RU),
			&(struct sheet_options){ .encoding = "cp1251" }, &about),
	     dump(RU), "cp1251");
	SAME(dump_bytes(STR("a\n1\n"), &(struct sheet_options){ .encoding = "no such" }, NULL),
	     "\nsheet.encoding", "unknown");
	/* A wrong one is seen in the rows. */
	assert_non_null(strstr(dump_bytes(encoded("windows-949", KO),
					  &(struct sheet_options){ .encoding = "Shift_JIS" }, NULL),
			       "!repaired"));
}

static void says_when_it_is_not_sure(void **state)
{
	struct sheet_about about;

	(void)state;
	dump_bytes(STR("name\nM\xFCller\n"), NULL, &about);
	assert_string_equal(about.encoding, "windows-1252");
	dump_bytes(STR("name\nx\xE8y\n"), NULL, &about);
	assert_false(about.encoding_sure);
	dump_bytes(encoded("windows-949", KO), NULL, &about);
	assert_true(about.encoding_sure);
	dump_bytes(STR("name\nascii\n"), NULL, &about);
	assert_true(about.encoding_sure);
}

/* Here and there a broken byte does not make another encoding of UTF-8. */
static void mends_utf8(void **state)
{
	AUTO_BUF text = buf_new(1 << 20);
	struct sheet_about about;

	(void)state;
	buf_z(&text, "name\n");
	for (int i = 0; i < 50; i++)
		buf_z(&text, "김민준\n");
	buf_z(&text, "M\xFCller\n");
	assert_non_null(
		strstr(dump_bytes(buf_view(&text), NULL, &about), "!repaired[M\uFFFDller]"));
	assert_string_equal(about.encoding, "UTF-8");
}

static void a_character_cut_off_at_the_end(void **state)
{
	struct str text = encoded("windows-949", "이름\n김민준\n이서");
	static const char utf8[] = "이름\n김민준\n이\xEC\x84";

	(void)state;
	text.n--;
	assert_non_null(strstr(dump_bytes(text, NULL, NULL), "!repaired[이\uFFFD]"));
	assert_non_null(strstr(dump_bytes((struct str){ utf8, sizeof(utf8) - 1 }, NULL, NULL),
			       "!repaired"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_files_of_every_country),
		cmocka_unit_test(tells_them_by_their_letters_alone),
		cmocka_unit_test(marks_say_it),
		cmocka_unit_test(ascii_may_come_first),
		cmocka_unit_test(the_caller_may_say_it),
		cmocka_unit_test(says_when_it_is_not_sure),
		cmocka_unit_test(mends_utf8),
		cmocka_unit_test(a_character_cut_off_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
