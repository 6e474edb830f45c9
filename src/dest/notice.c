#include "dest/notice.h"
#include <stdio.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "dest/rows.h"

#define VALUE_MAX 200 /* UTF-16 units: nobody reads more of a name */

const char *const dest_languages[] = { "en", "ko", "zh-Hans", NULL };
enum { LANGUAGES = 3 };

static const char *const words[DEST_WORDS][LANGUAGES] = {
	[WORD_NEW_LEAD] = { "New lead", "새 리드", "新潜在顾客" },
	[WORD_NEW_LEADS] = { "New leads", "새 리드", "新潜在顾客" },
	[WORD_TEST] = { "Test", "테스트", "测试" },
	[WORD_DO_NOT_CONTACT] = { "Do not contact this customer.", "이 고객에게 연락하지 마십시오.",
				  "请勿联系此客户。" },
	[WORD_SENT_AGAIN] = { "Sent again: the answer to the first one was lost, and it may be "
			      "here already.",
			      "다시 보냄: 첫 번째 전송의 응답을 받지 못해 이미 와 있을 수 "
			      "있습니다.",
			      "再次发送：上一次的响应丢失，此消息可能已存在。" },
	[WORD_WHAT] = { "What happened", "고객의 행동", "客户操作" },
	[WORD_OFFER] = { "Offer", "제안", "产品/服务" },
	[WORD_RECEIVED] = { "Received", "받은 시간", "接收时间" },
	[WORD_NAME] = { "Name", "이름", "姓名" },
	[WORD_COMPANY] = { "Company", "회사", "公司" },
	[WORD_JOB_TITLE] = { "Job title", "직함", "职务" },
	[WORD_EMAIL] = { "E-mail", "이메일", "电子邮件" },
	[WORD_PHONE] = { "Phone", "전화", "电话" },
	[WORD_COUNTRY] = { "Country", "국가", "国家/地区" },
	[WORD_MESSAGE] = { "Message", "메시지", "留言" },
	[WORD_OPEN] = { "Open the lead", "리드 열기", "打开潜在顾客" },
	[WORD_REPLY_REACHES] = { "A reply to this mail goes to the customer.",
				 "이 메일에 회신하면 고객에게 전달됩니다.",
				 "回复此邮件将直接发送给客户。" },
	[WORD_AUTOMATIC] = { "Sent by Leadline because this address is a destination of leads.",
			     "이 주소가 리드 전달 대상으로 설정되어 Leadline이 보냈습니다.",
			     "此地址已设为潜在顾客的接收目标，因此由 Leadline 发送。" },
};

/* What the customer did, in plain words. The first row that fits; the last one always does. */
static const struct {
	const char *action; /* NULL: any; "": none was said */
	enum kind kind;     /* KIND_NONE: any */
	const char *said[LANGUAGES];
} deeds[] = {
	{ "PLT", KIND_NONE, { "Asked to be contacted", "연락을 요청함", "请求与其联系" } },
	{ "INS",
	  KIND_NONE,
	  { "Pressed “Get it now”", "‘지금 가져오기’를 누름", "点击了“立即获取”" } },
	{ "DNC",
	  KIND_NONE,
	  { "Looked at the offer; for information only", "제안을 살펴봄 (정보 제공용)",
	    "查看了产品（仅供参考）" } },
	{ "Create",
	  KIND_NONE,
	  { "Created it in the Azure portal", "Azure Portal에서 만듦", "在 Azure 门户中创建" } },
	{ "StartTestDrive",
	  KIND_NONE,
	  { "Started a test drive", "시험 사용을 시작함", "开始了体验版" } },
	{ NULL, KIND_TRIAL, { "Started a trial", "평가판을 시작함", "开始了试用" } },
	{ NULL, KIND_INTEREST, { "Wants contact", "연락을 원함", "希望联系" } },
	{ NULL, KIND_ACTIVE, { "Acquired it", "획득함", "已获取" } },
	{ NULL, KIND_INFORMATION, { "For information only", "정보 제공용", "仅供参考" } },
	{ "", KIND_NONE, { "Is interested", "관심을 보임", "表示感兴趣" } },
	{ NULL, KIND_NONE, { "Sent a lead", "리드를 보냄", "提交了潜在顾客信息" } },
};

static size_t index_of(const char *language)
{
	for (size_t i = 0; dest_languages[i]; i++)
		if (language && strcmp(dest_languages[i], language) == 0)
			return i;
	return 0;
}

const char *dest_word(const char *language, enum dest_word w)
{
	return words[w][index_of(language)];
}

static const char *deed_of(const struct dest_lead *l, size_t language)
{
	const char *action = l->action && *l->action ? l->action
			     : l->action_code        ? l->action_code
						     : "";
	for (size_t i = 0; i < LL_COUNT(deeds); i++)
		if ((!deeds[i].action || strcmp(deeds[i].action, action) == 0) &&
		    (deeds[i].kind == KIND_NONE || deeds[i].kind == l->kind))
			return deeds[i].said[language];
	return deeds[LL_COUNT(deeds) - 1].said[language];
}

/* NULL when nothing is left of it. */
static const char *line_of(struct arena *a, const char *text)
{
	bool cut;
	const char *line = mail_one_line(a, text);
	return *line ? str_dup(a, dest_fit(a, str_of(line), VALUE_MAX, &cut)) : NULL;
}

/* As understood, else as received. */
static const char *contact_of(const struct dest_call *c, enum contact_field f)
{
	const char *understood = line_of(c->arena, c->lead->contact[f]);
	return understood ? understood : line_of(c->arena, c->lead->raw[f]);
}

/* Written in Han, Hangul or Kana: the family's name first, and no blank. */
static bool is_east_asian(const char *name)
{
	uint32_t cp;
	return utf8_next(str_of(name), &cp) && cp >= 0x2e80 && cp <= 0xd7af;
}

static const char *name_of(const struct dest_call *c)
{
	const char *first = contact_of(c, CONTACT_FIRST_NAME);
	const char *last = contact_of(c, CONTACT_LAST_NAME);
	if (first && last && is_east_asian(first) && is_east_asian(last))
		return arena_printf(c->arena, "%s%s", last, first);
	if (first && last)
		return arena_printf(c->arena, "%s %s", first, last);
	return first ? first : last;
}

static const char *offer_of(const struct dest_call *c)
{
	const struct dest_lead *l = c->lead;
	const char *title = line_of(c->arena, l->offer_title);
	if (!title)
		title = line_of(c->arena, l->received_offer_title);
	return title ? title : line_of(c->arena, l->offer);
}

/* "2026-11-21 10:00 UTC" */
static const char *time_of(const struct dest_call *c)
{
	char at[CLOCK_TEXT];
	clock_text(c->lead->received_at, at);
	return arena_printf(c->arena, "%.10s %.5s UTC", at, at + 11);
}

static void put(struct notice *n, enum dest_word label, const char *value)
{
	if (value)
		n->rows[n->n++] = (struct notice_row){ label, value };
}

static void put_person(const struct dest_call *c, struct notice *n)
{
	put(n, WORD_NAME, name_of(c));
	put(n, WORD_COMPANY, contact_of(c, CONTACT_COMPANY));
	put(n, WORD_JOB_TITLE, contact_of(c, CONTACT_TITLE));
	put(n, WORD_EMAIL, contact_of(c, CONTACT_EMAIL));
	put(n, WORD_PHONE, contact_of(c, CONTACT_PHONE));
}

void notice_of(const struct dest_call *c, const char *language, bool personal, struct notice *ret)
{
	const struct dest_lead *l = c->lead;
	const struct dest_common *common = c->settings;
	const char *deed = deed_of(l, index_of(language)), *offer = offer_of(c);
	char id[ID_TEXT];
	*ret = (struct notice){
		.headline = offer ? arena_printf(c->arena, "%s: %s", deed, offer) : deed,
		.link = arena_printf(c->arena, "%s/leads/%s", c->server->base_url,
				     id_text(l->lead_id, id)),
		.test = l->test && strcmp(common->test_leads, "tag") == 0,
		.do_not_contact = l->dnc && strcmp(common->do_not_contact, "flag") == 0,
	};
	put(ret, WORD_WHAT, deed);
	put(ret, WORD_OFFER, offer);
	if (personal) {
		ret->who = contact_of(c, CONTACT_COMPANY);
		if (!ret->who)
			ret->who = name_of(c);
		ret->message = l->description && *l->description ? l->description : NULL;
		put_person(c, ret);
	}
	put(ret, WORD_COUNTRY, contact_of(c, CONTACT_COUNTRY));
	put(ret, WORD_RECEIVED, time_of(c));
}

const char *notice_marked(const struct dest_call *c, const char *language, const struct notice *n,
			  const char *text)
{
	return n->test ? arena_printf(c->arena, "[%s] %s", dest_word(language, WORD_TEST), text)
		       : text;
}

bool notice_post(const struct dest_call *c, const char *url, struct str body,
		 struct net_request *ret, struct err *e)
{
	*ret = dest_request(c, "POST", url);
	ret->body = body;
	ret->secret = url;
	ret->once = true;
	return net_header(ret, "Content-Type", "application/json; charset=utf-8", e);
}
