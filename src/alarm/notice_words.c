/* What the mails of the clock say. They name nobody: a company, an offer, and where to look. */
#include <stdio.h>
#include <string.h>
#include "alarm/alarm.h"
#include "alert/alert.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mail/mail.h"
#include "store/store.h"

enum { EN, KO, ZH, LANGUAGES };
static const char *const languages[LANGUAGES] = { "en", "ko", "zh-Hans" };

static const struct {
	const char *kind, *text[LANGUAGES];
} kinds[] = {
	{ ALERT_BREACHED, { "Late", "기한 지남", "已逾期" } },
	{ ALERT_ESCALATED, { "Still no answer", "아직 응답 없음", "仍未回复" } },
	{ ALERT_WARM_ENDING, { "Answer while warm", "관심이 식기 전에 응답", "趁热回复" } },
	{ ALERT_WARM_ENDED, { "Went cold", "응답 없이 관심이 식음", "热度已过" } },
	{ ALERT_WARNING, { "Answer soon", "곧 응답 기한", "即将到期" } },
	{ ALERT_OWNERLESS, { "Nobody owns it", "담당자 없음", "无人负责" } },
	{ ALERT_ASSIGNED, { "Yours now", "새로 배정됨", "已分配给您" } },
	{ ALERT_HANDED, { "Yours no more", "담당에서 해제됨", "已转给他人" } },
	{ ALERT_TEAM, { "New for your team", "팀의 새 리드", "团队的新潜在顾客" } },
	{ ALERT_MENTIONED, { "You were mentioned", "회원님이 언급됨", "有人提到了您" } },
	{ ALERT_TASK, { "Task due", "할 일 기한", "任务到期" } },
};

static const char *const due[LANGUAGES] = { "due", "기한", "期限" };
/* #: the number. The link comes behind. */
static const char *const others[LANGUAGES] = { "And # more: ", "외 #건: ", "另有 # 项：" };
static const char *const why[LANGUAGES] = {
	"You are told of each once. What comes by mail: ",
	"각 항목은 한 번만 알립니다. 메일 알림 설정: ",
	"每项只通知一次。邮件通知设置：",
};

static const char *label(const char *kind, int language)
{
	for (size_t i = 0; i < LL_COUNT(kinds); i++)
		if (!strcmp(kinds[i].kind, kind))
			return kinds[i].text[language];
	return kind;
}

/* "Late: 3, Answer soon: 1", the worst first. */
static const char *subject(struct arena *a, const struct notice_lines *x, int language,
			   int64_t *ret_all)
{
	AUTO_BUF b = buf_new(1024);

	*ret_all = 0;
	for (size_t k = 0; k < LL_COUNT(kinds); k++) {
		int64_t n = 0;

		for (size_t i = 0; i < x->kind_count; i++)
			if (!strcmp(x->kinds[i].kind, kinds[k].kind))
				n += x->kinds[i].n;
		if (n)
			buf_printf(&b, "%s%s: %lld", b.n ? ", " : "", kinds[k].text[language],
				   (long long)n);
		*ret_all += n;
	}
	return str_dup(a, buf_view(&b));
}

static void put_line(struct buf *b, struct arena *a, const struct notice_lines *x,
		     const struct notification_mail_row *r, int language)
{
	int64_t at = !strcmp(r->kind, ALERT_TASK)          ? r->task_due_at
		     : !strcmp(r->kind, ALERT_WARM_ENDING) ? r->warm_until
							   : r->due_at;
	const char *offer = r->offer_title && *r->offer_title ? r->offer_title : r->offer_id;
	char time[CLOCK_TEXT], id[ID_TEXT];

	buf_printf(b, "%s", label(r->kind, language));
	if (r->company && *r->company)
		buf_printf(b, " - %s", mail_one_line(a, r->company));
	if (offer && *offer)
		buf_printf(b, " - %s", mail_one_line(a, offer));
	if (at != SQL_NULL_INT) {
		clock_text(at, time);
		buf_printf(b, " - %s %.10s %.5s UTC", due[language], time, time + 11);
	}
	buf_printf(b, "\n%s/leads/%s\n\n", x->base_url, id_text(r->lead_id, id));
}

static void put_others(struct buf *b, const char *text, int64_t n, const char *base_url)
{
	const char *mark = strchr(text, '#');

	buf_add(b, text, (size_t)(mark - text));
	buf_printf(b, "%lld%s%s/today\n\n", (long long)n, mark + 1, base_url);
}

struct alarm_text notice_words(struct arena *a, const char *language, const struct notice_lines *x)
{
	AUTO_BUF b = buf_new(256 * 1024);
	struct alarm_text ret;
	int l = EN;
	int64_t all;

	for (int i = 0; i < LANGUAGES; i++)
		if (!strcmp(languages[i], language))
			l = i;
	ret.subject = subject(a, x, l, &all);
	for (size_t i = 0; i < x->line_count; i++)
		put_line(&b, a, x, &x->lines[i], l);
	if (all > (int64_t)x->line_count)
		put_others(&b, others[l], all - (int64_t)x->line_count, x->base_url);
	buf_printf(&b, "%s%s/settings\n", why[l], x->base_url);
	ret.body = str_dup(a, buf_view(&b));
	return ret;
}
