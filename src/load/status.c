#include "base/utf8.h"
#include "load/parts.h"

/* Words for the state of a lead, folded by fold_key(): Partner Center's in three languages, and
 * what CRMs have out of the box. */
/* clang-format off */
static const struct word {
	const char *text;
	enum lead_status status;
	const char *substatus;
} words[] = {
	{ "new", LEAD_NEW, "Received" },            { "신규", LEAD_NEW, "Received" },
	{ "새로만들기", LEAD_NEW, "Received" },     { "새항목", LEAD_NEW, "Received" },
	{ "新建", LEAD_NEW, "Received" },           { "新", LEAD_NEW, "Received" },
	{ "pending", LEAD_NEW, "Pending" },         { "보류중", LEAD_NEW, "Pending" },
	{ "대기중", LEAD_NEW, "Pending" },          { "挂起", LEAD_NEW, "Pending" },
	{ "待定", LEAD_NEW, "Pending" },            { "received", LEAD_NEW, "Received" },
	{ "수신됨", LEAD_NEW, "Received" },         { "받음", LEAD_NEW, "Received" },
	{ "已收到", LEAD_NEW, "Received" },         { "已接收", LEAD_NEW, "Received" },
	{ "open", LEAD_NEW, "Received" },           { "opennotcontacted", LEAD_NEW, "Received" },
	{ "notcontacted", LEAD_NEW, "Received" },   { "lead", LEAD_NEW, "Received" },
	{ "active", LEAD_ACTIVE, "Accepted" },      { "활성", LEAD_ACTIVE, "Accepted" },
	{ "活动", LEAD_ACTIVE, "Accepted" },        { "有效", LEAD_ACTIVE, "Accepted" },
	{ "accepted", LEAD_ACTIVE, "Accepted" },    { "수락됨", LEAD_ACTIVE, "Accepted" },
	{ "수락", LEAD_ACTIVE, "Accepted" },        { "已接受", LEAD_ACTIVE, "Accepted" },
	{ "contacted", LEAD_ACTIVE, "Accepted" },   { "workingcontacted", LEAD_ACTIVE, "Accepted" },
	{ "working", LEAD_ACTIVE, "Accepted" },     { "inprogress", LEAD_ACTIVE, "Accepted" },
	{ "attemptedtocontact", LEAD_ACTIVE, "Accepted" }, { "connected", LEAD_ACTIVE, "Accepted" },
	{ "qualified", LEAD_ACTIVE, "Accepted" },   { "opendeal", LEAD_ACTIVE, "Accepted" },
	{ "closed", LEAD_CLOSED, "Won" },           { "닫힘", LEAD_CLOSED, "Won" },
	{ "已关闭", LEAD_CLOSED, "Won" },           { "won", LEAD_CLOSED, "Won" },
	{ "성공", LEAD_CLOSED, "Won" },             { "赢单", LEAD_CLOSED, "Won" },
	{ "成功", LEAD_CLOSED, "Won" },             { "closedwon", LEAD_CLOSED, "Won" },
	{ "closedconverted", LEAD_CLOSED, "Won" },  { "converted", LEAD_CLOSED, "Won" },
	{ "lost", LEAD_CLOSED, "Lost" },            { "실패", LEAD_CLOSED, "Lost" },
	{ "丢单", LEAD_CLOSED, "Lost" },            { "失败", LEAD_CLOSED, "Lost" },
	{ "closedlost", LEAD_CLOSED, "Lost" },      { "closednotconverted", LEAD_CLOSED, "Lost" },
	{ "unqualified", LEAD_CLOSED, "Declined" }, { "disqualified", LEAD_CLOSED, "Declined" },
	{ "declined", LEAD_CLOSED, "Declined" },    { "거절됨", LEAD_CLOSED, "Declined" },
	{ "已拒绝", LEAD_CLOSED, "Declined" },      { "rejected", LEAD_CLOSED, "Declined" },
	{ "badtiming", LEAD_CLOSED, "Declined" },   { "expired", LEAD_CLOSED, "Expired" },
	{ "만료됨", LEAD_CLOSED, "Expired" },       { "已过期", LEAD_CLOSED, "Expired" },
	{ "archived", LEAD_CLOSED, "Expired" },     { "보관됨", LEAD_CLOSED, "Expired" },
	{ "已存档", LEAD_CLOSED, "Expired" },
};

static const struct call {
	const char *text, *action;
} calls[] = {
	{ "contactme", "PLT" }, { "contactus", "PLT" }, { "나에게연락", "PLT" }, { "연락처", "PLT" },
	{ "연락받기", "PLT" }, { "与我联系", "PLT" }, { "联系我", "PLT" },
	{ "getitnow", "INS" }, { "지금가져오기", "INS" }, { "立即获取", "INS" }, { "buynow", "INS" },
	{ "testdrive", "StartTestDrive" }, { "시험사용", "StartTestDrive" }, { "테스트드라이브", "StartTestDrive" },
	{ "体验版", "StartTestDrive" }, { "试用版", "StartTestDrive" },
};

static const char *const yeses[] = { "yes", "y", "true", "1", "x", "on", "예", "네", "是" };
/* clang-format on */

static const struct word *word_of(struct arena *a, struct str text)
{
	ARENA_SCOPE(a);
	struct str key = fold_key(a, text);

	for (size_t i = 0; key.n && i < LL_COUNT(words); i++)
		if (str_eq_z(key, words[i].text))
			return &words[i];
	return NULL;
}

bool status_is(struct arena *a, struct str text, const char *status)
{
	const struct word *of = word_of(a, text);

	return of && of->status == lead_status_of(str_of(status));
}

bool substatus_is(struct arena *a, struct str text, const char *substatus)
{
	const struct word *of = word_of(a, text);

	return of && !strcmp(of->substatus, substatus);
}

/* The reason says more than the state, where it does not contradict it. */
struct status status_read(struct arena *a, struct str status, struct str substatus)
{
	const struct word *of = word_of(a, status), *why = word_of(a, substatus);

	if (why && (!of || of->status == why->status))
		return (struct status){ why->status, why->substatus };
	if (of)
		return (struct status){ of->status, of->substatus };
	return (struct status){ LEAD_STATUS_NONE, NULL };
}

int status_rank(const char *status, const char *substatus)
{
	/* Nobody decided what the clock has closed. */
	if (!strcmp(substatus, "Expired"))
		return (int)LEAD_NEW * 2 + 1;
	return (int)lead_status_of(str_of(status)) * 2 - !strcmp(substatus, "Pending");
}

bool says_yes(struct arena *a, struct str text)
{
	ARENA_SCOPE(a);
	struct str key = fold_key(a, text);

	for (size_t i = 0; key.n && i < LL_COUNT(yeses); i++)
		if (str_eq_z(key, yeses[i]))
			return true;
	return false;
}

struct str action_of_call(struct arena *a, struct str text)
{
	ARENA_SCOPE(a);
	struct str key = fold_key(a, text);

	for (size_t i = 0; key.n && i < LL_COUNT(calls); i++)
		if (str_eq_z(key, calls[i].text))
			return str_of(calls[i].action);
	return text;
}
