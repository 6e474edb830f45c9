#include "understand/label.h"

#include <pthread.h>
#include <string.h>
#include "base/utf8.h"
#include "understand/fold.h"

/* By meaning, then language: en, ko, zh (simplified, traditional). */
const struct label_row label_rows[] = {
	{ "firstname", LABEL_FIRST_NAME, 0 },
	{ "givenname", LABEL_FIRST_NAME, 0 },
	{ "forename", LABEL_FIRST_NAME, 0 },
	{ "fname", LABEL_FIRST_NAME, 0 },
	{ "이름", LABEL_FIRST_NAME, 0 },
	{ "名字", LABEL_FIRST_NAME, 0 },
	{ "名", LABEL_FIRST_NAME, LABEL_WEAK },

	{ "lastname", LABEL_LAST_NAME, 0 },
	{ "surname", LABEL_LAST_NAME, 0 },
	{ "familyname", LABEL_LAST_NAME, 0 },
	{ "lname", LABEL_LAST_NAME, 0 },
	{ "성", LABEL_LAST_NAME, LABEL_WEAK },
	{ "성씨", LABEL_LAST_NAME, 0 },
	{ "姓", LABEL_LAST_NAME, LABEL_WEAK },
	{ "姓氏", LABEL_LAST_NAME, 0 },

	{ "fullname", LABEL_FULL_NAME, 0 },
	{ "contactname", LABEL_FULL_NAME, 0 },
	{ "customername", LABEL_FULL_NAME, 0 },
	{ "name", LABEL_FULL_NAME, LABEL_WEAK },
	{ "성명", LABEL_FULL_NAME, 0 },
	{ "고객이름", LABEL_FULL_NAME, 0 },
	{ "담당자", LABEL_FULL_NAME, 0 },
	{ "姓名", LABEL_FULL_NAME, 0 },
	{ "联系人", LABEL_FULL_NAME, 0 },
	{ "聯絡人", LABEL_FULL_NAME, 0 },

	{ "email", LABEL_EMAIL, 0 },
	{ "emailaddress", LABEL_EMAIL, 0 },
	{ "mail", LABEL_EMAIL, 0 },
	{ "workemail", LABEL_EMAIL, LABEL_SECOND },
	{ "businessemail", LABEL_EMAIL, LABEL_SECOND },
	{ "이메일", LABEL_EMAIL, 0 },
	{ "이메일주소", LABEL_EMAIL, 0 },
	{ "메일", LABEL_EMAIL, 0 },
	{ "전자메일", LABEL_EMAIL, 0 },
	{ "전자우편", LABEL_EMAIL, 0 },
	{ "电子邮件", LABEL_EMAIL, 0 },
	{ "电子邮件地址", LABEL_EMAIL, 0 },
	{ "电子邮箱", LABEL_EMAIL, 0 },
	{ "邮箱", LABEL_EMAIL, 0 },
	{ "邮件", LABEL_EMAIL, 0 },
	{ "電子郵件", LABEL_EMAIL, 0 },
	{ "電子郵件地址", LABEL_EMAIL, 0 },
	{ "電郵", LABEL_EMAIL, 0 },

	{ "phone", LABEL_PHONE, 0 },
	{ "phonenumber", LABEL_PHONE, 0 },
	{ "telephone", LABEL_PHONE, 0 },
	{ "tel", LABEL_PHONE, 0 },
	{ "businessphone", LABEL_PHONE, LABEL_SECOND },
	{ "workphone", LABEL_PHONE, LABEL_SECOND },
	{ "mobile", LABEL_PHONE, LABEL_SECOND },
	{ "mobilephone", LABEL_PHONE, LABEL_SECOND },
	{ "cell", LABEL_PHONE, LABEL_SECOND },
	{ "cellphone", LABEL_PHONE, LABEL_SECOND },
	{ "전화", LABEL_PHONE, 0 },
	{ "전화번호", LABEL_PHONE, 0 },
	{ "연락처", LABEL_PHONE, 0 },
	{ "휴대전화", LABEL_PHONE, LABEL_SECOND },
	{ "휴대폰", LABEL_PHONE, LABEL_SECOND },
	{ "电话", LABEL_PHONE, 0 },
	{ "电话号码", LABEL_PHONE, 0 },
	{ "联系电话", LABEL_PHONE, 0 },
	{ "手机", LABEL_PHONE, LABEL_SECOND },
	{ "手机号码", LABEL_PHONE, LABEL_SECOND },
	{ "電話", LABEL_PHONE, 0 },
	{ "電話號碼", LABEL_PHONE, 0 },
	{ "手機", LABEL_PHONE, LABEL_SECOND },

	{ "country", LABEL_COUNTRY, 0 },
	{ "countryregion", LABEL_COUNTRY, 0 },
	{ "countryorregion", LABEL_COUNTRY, 0 },
	{ "countryname", LABEL_COUNTRY, 0 },
	{ "countrycode", LABEL_COUNTRY, LABEL_SECOND },
	{ "국가", LABEL_COUNTRY, 0 },
	{ "국가지역", LABEL_COUNTRY, 0 },
	{ "국가또는지역", LABEL_COUNTRY, 0 },
	{ "나라", LABEL_COUNTRY, 0 },
	{ "国家", LABEL_COUNTRY, 0 },
	{ "国家地区", LABEL_COUNTRY, 0 },
	{ "国家或地区", LABEL_COUNTRY, 0 },
	{ "國家", LABEL_COUNTRY, 0 },
	{ "國家地區", LABEL_COUNTRY, 0 },
	{ "國家或地區", LABEL_COUNTRY, 0 },

	{ "company", LABEL_COMPANY, 0 },
	{ "companyname", LABEL_COMPANY, 0 },
	{ "organization", LABEL_COMPANY, 0 },
	{ "organisation", LABEL_COMPANY, 0 },
	{ "회사", LABEL_COMPANY, 0 },
	{ "회사명", LABEL_COMPANY, 0 },
	{ "업체명", LABEL_COMPANY, 0 },
	{ "公司", LABEL_COMPANY, 0 },
	{ "公司名称", LABEL_COMPANY, 0 },
	{ "公司名稱", LABEL_COMPANY, 0 },
	{ "企业", LABEL_COMPANY, 0 },
	{ "企业名称", LABEL_COMPANY, 0 },

	{ "title", LABEL_TITLE, LABEL_WEAK },
	{ "jobtitle", LABEL_TITLE, 0 },
	{ "position", LABEL_TITLE, LABEL_WEAK },
	{ "제목", LABEL_TITLE, LABEL_WEAK | LABEL_WRONG },
	{ "직함", LABEL_TITLE, 0 },
	{ "직책", LABEL_TITLE, 0 },
	{ "직위", LABEL_TITLE, 0 },
	{ "标题", LABEL_TITLE, LABEL_WEAK | LABEL_WRONG },
	{ "標題", LABEL_TITLE, LABEL_WEAK | LABEL_WRONG },
	{ "职务", LABEL_TITLE, 0 },
	{ "职位", LABEL_TITLE, 0 },
	{ "职称", LABEL_TITLE, 0 },
	{ "職務", LABEL_TITLE, 0 },
	{ "職位", LABEL_TITLE, 0 },
	{ "職稱", LABEL_TITLE, 0 },

	{ "leadsource", LABEL_LEAD_SOURCE, 0 },
	{ "리드소스", LABEL_LEAD_SOURCE, 0 },
	{ "리드원본", LABEL_LEAD_SOURCE, 0 },
	{ "잠재고객소스", LABEL_LEAD_SOURCE, 0 },
	{ "잠재고객원본", LABEL_LEAD_SOURCE, 0 },
	{ "潜在客户来源", LABEL_LEAD_SOURCE, 0 },
	{ "潜在顾客来源", LABEL_LEAD_SOURCE, 0 },
	{ "线索来源", LABEL_LEAD_SOURCE, 0 },
	{ "潛在客戶來源", LABEL_LEAD_SOURCE, 0 },

	{ "actioncode", LABEL_ACTION_CODE, 0 },
	{ "action", LABEL_ACTION_CODE, LABEL_SECOND },
	{ "작업코드", LABEL_ACTION_CODE, 0 },
	{ "동작코드", LABEL_ACTION_CODE, 0 },
	{ "操作代码", LABEL_ACTION_CODE, 0 },
	{ "操作代碼", LABEL_ACTION_CODE, 0 },

	{ "offertitle", LABEL_OFFER_TITLE, 0 },
	{ "offerdisplayname", LABEL_OFFER_TITLE, 0 },
	{ "offername", LABEL_OFFER_TITLE, 0 },
	{ "offer", LABEL_OFFER_TITLE, LABEL_SECOND },
	{ "제안제목", LABEL_OFFER_TITLE, 0 },
	{ "제품제목", LABEL_OFFER_TITLE, 0 },
	{ "产品标题", LABEL_OFFER_TITLE, 0 },
	{ "产品名称", LABEL_OFFER_TITLE, 0 },
	{ "產品標題", LABEL_OFFER_TITLE, 0 },

	{ "description", LABEL_DESCRIPTION, 0 },
	{ "leaddescription", LABEL_DESCRIPTION, 0 },
	{ "comments", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "comment", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "message", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "notes", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "설명", LABEL_DESCRIPTION, 0 },
	{ "메모", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "说明", LABEL_DESCRIPTION, 0 },
	{ "描述", LABEL_DESCRIPTION, 0 },
	{ "备注", LABEL_DESCRIPTION, LABEL_SECOND },
	{ "說明", LABEL_DESCRIPTION, 0 },

	{ "productid", LABEL_PRODUCT_ID, 0 },
	{ "제품id", LABEL_PRODUCT_ID, 0 },
	{ "产品id", LABEL_PRODUCT_ID, 0 },

	{ "userdetails", LABEL_CONTACT, 0 },
	{ "customerinfo", LABEL_CONTACT, 0 },
	{ "customerdetails", LABEL_CONTACT, 0 },
	{ "contact", LABEL_CONTACT, 0 },
	{ "contactdetails", LABEL_CONTACT, 0 },
	{ "contactinfo", LABEL_CONTACT, 0 },
	{ "customer", LABEL_CONTACT, 0 },
	{ "사용자세부정보", LABEL_CONTACT, 0 },
	{ "사용자정보", LABEL_CONTACT, 0 },
	{ "고객정보", LABEL_CONTACT, 0 },
	{ "用户详细信息", LABEL_CONTACT, 0 },
	{ "用户信息", LABEL_CONTACT, 0 },
	{ "客户信息", LABEL_CONTACT, 0 },
	{ "客戶資訊", LABEL_CONTACT, 0 },

	{ "value", LABEL_LIST, 0 },
	{ "items", LABEL_LIST, 0 },
	{ "leads", LABEL_LIST, 0 },
	{ "records", LABEL_LIST, 0 },

	{ "encoding", LABEL_IGNORED, 0 },
	{ "oid", LABEL_IGNORED, 0 },
	{ "returl", LABEL_IGNORED, 0 },
	{ "debug", LABEL_IGNORED, 0 },
	{ "debugemail", LABEL_IGNORED, 0 },
	{ "submit", LABEL_IGNORED, 0 },
	{ "munchkinid", LABEL_IGNORED, 0 },
	{ "formid", LABEL_IGNORED, 0 },
	{ "partitionkey", LABEL_IGNORED, 0 },
	{ "rowkey", LABEL_IGNORED, 0 },
	{ "timestamp", LABEL_IGNORED, 0 },
	{ "timestampodatatype", LABEL_IGNORED, 0 },
	{ "createdtime", LABEL_IGNORED, 0 },
	{ "publisherdisplayname", LABEL_IGNORED, 0 },
	{ "odatacontext", LABEL_IGNORED, 0 },
	{ "odatacount", LABEL_IGNORED, 0 },
	{ "odataeditlink", LABEL_IGNORED, 0 },
	{ "odataetag", LABEL_IGNORED, 0 },
	{ "odataid", LABEL_IGNORED, 0 },
	{ "odatametadata", LABEL_IGNORED, 0 },
	{ "odatanextlink", LABEL_IGNORED, 0 },
	{ "odatatype", LABEL_IGNORED, 0 },

	{ NULL, LABEL_UNKNOWN, 0 },
};

#define LONGEST 64   /* bytes of a folded label */
#define SLOTS   1024 /* a power of two, several times the rows */

static uint16_t slots[SLOTS]; /* row + 1; 0 is free */

/* What a byte of a label counts as: itself in lower case, or 0 for all but letters and digits. */
static unsigned char folded[128];

#define HASH_START 2166136261u /* FNV-1a */

static uint32_t hash_more(uint32_t h, unsigned char c)
{
	return (h ^ c) * 16777619u;
}

static uint32_t hash(struct str s)
{
	uint32_t h = HASH_START;

	for (size_t i = 0; i < s.n; i++)
		h = hash_more(h, (unsigned char)s.p[i]);
	return h;
}

static void index_rows(void)
{
	_Static_assert(LL_COUNT(label_rows) < SLOTS / 2, "more slots for the labels");
	for (size_t c = 0; c < sizeof(folded); c++)
		if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
			folded[c] = (unsigned char)(c | 32);
	for (size_t i = 0; label_rows[i].text; i++) {
		size_t at = hash(str_of(label_rows[i].text)) % SLOTS;

		while (slots[at])
			at = (at + 1) % SLOTS;
		slots[at] = (uint16_t)(i + 1);
	}
}

/* fold_key() without memory, and its hash, for ASCII, which nearly every label is. */
static bool fold_ascii(struct str key, char out[LONGEST], struct str *ret, uint32_t *ret_hash)
{
	uint32_t h = HASH_START;
	size_t to = 0;

	for (size_t i = 0; i < key.n; i++) {
		unsigned char c = (unsigned char)key.p[i];

		if (c >= sizeof(folded))
			return false;
		c = folded[c];
		if (!c)
			continue;
		if (to == LONGEST)
			break;
		out[to++] = (char)c;
		h = hash_more(h, c);
	}
	*ret = (struct str){ out, to };
	*ret_hash = h;
	return true;
}

static const struct label_row *find(struct str label, uint32_t h)
{
	for (size_t at = h % SLOTS; slots[at]; at = (at + 1) % SLOTS)
		if (str_eq_z(label, label_rows[slots[at] - 1].text))
			return &label_rows[slots[at] - 1];
	return &label_rows[LL_COUNT(label_rows) - 1];
}

const struct label_row *label_of(struct arena *a, struct str key)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char buf[LONGEST];
	struct str label;
	uint32_t h;

	pthread_once(&once, index_rows);
	if (fold_ascii(key, buf, &label, &h))
		return find(label, h);

	ARENA_SCOPE(a);
	label = fold_key(a, utf8_cut(key, 2 * LONGEST));
	return find(label, hash(label));
}
