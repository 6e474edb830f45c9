/*
 * What the people of the demo did since the first of its leads came: some answered and won, some
 * still under way with a promise that is due, a few that nobody has looked at. A play is a row of
 * beats, each some minutes behind the one before; what would come later than now has not happened
 * yet, so that young leads are at the beginning of theirs.
 */
#include "cmd/server.h"

#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/log.h"
#include "desk/desk.h"
#include "market/market.h"

#define SEED_WORK 20261123
#define LEADS_MAX 500
#define MINUTE_MS INT64_C(60000)
#define HOUR      60
#define DAY       (24 * HOUR)
#define PLACED_MS 30000
#define LOOK_MS   20

enum language { EN, KO, ZH, LANGUAGES };

enum act { END, ACCEPT, DECLINE, CALL, CHECK, MOVE, TASK, DONE, WIN, LOSE };

/* after: minutes behind the last beat, at the pace of the lead; due: of a task, behind its beat. */
struct beat {
	enum act act;
	int after, due;
	const char *word; /* outcome, reason, item, stage or kind */
	const char *text[LANGUAGES];
};

#define FIT                                                                                              \
	{                                                                                                \
		"Good talk. Two teams would use it; they want to see it with their own data.",           \
			"통화가 좋았습니다. 두 팀이 쓸 예정이고, 자사 데이터로 보고 싶어 합니다.",       \
			"沟通顺利。将有两个团队使用，希望用自己的数据看演示。" \
	}
#define NOBODY                                                                                     \
	{                                                                                          \
		"Rang out.", "응답이 없었습니다.", "无人接听。"                               \
	}
#define NEED                                                                                       \
	{                                                                                          \
		"Replaces three spreadsheets; said so in the call.",                               \
			"엑셀 세 개를 대체하려고 합니다. 통화에서 확인했습니다.",                  \
			"要取代三份电子表格，电话中已确认。"                      \
	}
#define SIGNS                                                                                             \
	{                                                                                                 \
		"The head of operations signs.", "운영 총괄이 결재합니다.", "由运营负责人签字。" \
	}
#define NEXT_QUARTER                                                                               \
	{                                                                                          \
		"Wants to start next quarter.", "다음 분기에 시작하려고 합니다.",                  \
			"计划下季度启动。"                                                 \
	}
#define NEXT_YEAR                                                                                  \
	{                                                                                          \
		"No budget before next year.", "내년 전에는 예산이 없습니다.",                     \
			"明年之前没有预算。"                                              \
	}
#define WHO_SIGNS                                                                                  \
	{                                                                                          \
		"Ask who decides", "결정권자 확인", "询问决策人"                              \
	}
#define SHOW                                                                                       \
	{                                                                                          \
		"Show the product with their data", "고객 데이터로 제품 시연",                     \
			"用客户数据演示产品"                                              \
	}
#define AGAIN                                                                                      \
	{                                                                                          \
		"Call again", "다시 전화", "再次致电"                                          \
	}
#define SEND                                                                                       \
	{                                                                                          \
		"Send the proposal", "제안서 보내기", "发送方案"                               \
	}
#define ASK                                                                                        \
	{                                                                                          \
		"Ask about the decision", "결정 여부 확인", "询问决策结果"                   \
	}
#define SAYS_YES                                                                                    \
	{                                                                                           \
		"They take it, from the first of next month.",                                      \
			"다음 달 1일부터 사용하기로 했습니다.", "决定从下月一日起使用。" \
	}

/* clang-format off */
static const struct beat winning[] = {
	{ ACCEPT, 2 * HOUR, 0, NULL, { NULL } },
	{ CALL, 25, 0, "fit", FIT },
	{ CHECK, 2, 0, "need", NEED },
	{ MOVE, 1, 0, "qualify", { NULL } },
	{ TASK, 1, 16 * HOUR, "call", WHO_SIGNS },
	{ CALL, DAY, 0, "fit", SIGNS },
	{ CHECK, 1, 0, "decision", SIGNS },
	{ CHECK, 1, 0, "timing", NEXT_QUARTER },
	{ MOVE, 1, 0, "solution", { NULL } },
	{ TASK, 2, 2 * DAY, "meeting", SHOW },
	{ DONE, 60 * HOUR, 0, NULL, { NULL } },
	{ MOVE, 5, 0, "proposal", { NULL } },
	{ TASK, 1, DAY, "mail", SEND },
	{ DONE, 30 * HOUR, 0, NULL, { NULL } },
	{ MOVE, 5, 0, "decision", { NULL } },
	{ TASK, 1, 2 * DAY, "call", ASK },
	{ CALL, 60 * HOUR, 0, "fit", SAYS_YES },
	{ WIN, 5, 0, NULL, { NULL } },
	{ END, 0, 0, NULL, { NULL } },
};
static const struct beat cooling[] = {
	{ ACCEPT, 4 * HOUR, 0, NULL, { NULL } },
	{ CALL, 10, 0, "voicemail", NOBODY },
	{ TASK, 1, 16 * HOUR, "call", AGAIN },
	{ CALL, DAY, 0, "unsure", FIT },
	{ MOVE, 2, 0, "qualify", { NULL } },
	{ CHECK, 1, 0, "need", NEED },
	{ TASK, 1, 3 * DAY, "call", WHO_SIGNS },
	{ CALL, 4 * DAY, 0, "no-fit", NEXT_YEAR },
	{ LOSE, 5, 0, "timing", { NULL } },
	{ END, 0, 0, NULL, { NULL } },
};
static const struct beat silent[] = {
	{ ACCEPT, 3 * HOUR, 0, NULL, { NULL } },
	{ CALL, 10, 0, "no-answer", NOBODY },
	{ TASK, 1, 20 * HOUR, "call", AGAIN },
	{ CALL, DAY, 0, "voicemail", NOBODY },
	{ TASK, 1, 30 * HOUR, "call", AGAIN },
	{ CALL, 36 * HOUR, 0, "no-answer", NOBODY },
	{ LOSE, 2 * DAY, 0, "no-answer", { NULL } },
	{ END, 0, 0, NULL, { NULL } },
};
static const struct beat declining[] = {
	{ DECLINE, 6 * HOUR, 0, "not-a-request", { NULL } },
	{ END, 0, 0, NULL, { NULL } },
};
static const struct beat late[] = { /* nobody looked for two days */
	{ ACCEPT, 2 * DAY, 0, NULL, { NULL } },
	{ CALL, HOUR, 0, "unsure", FIT },
	{ MOVE, 1, 0, "qualify", { NULL } },
	{ TASK, 1, 2 * DAY, "mail", SEND },
	{ DONE, 3 * DAY, 0, NULL, { NULL } },
	{ LOSE, 5 * DAY, 0, "competitor", NEXT_YEAR },
	{ END, 0, 0, NULL, { NULL } },
};
/* clang-format on */

/* In turn, one lead each. */
static const struct beat *const plays[] = {
	winning, silent, cooling, winning, declining, winning, silent, late, winning, cooling,
};

static const struct {
	const char *email, *name;
} colleagues[LANGUAGES] = {
	{ "sara.lindqvist@contoso.example", "Sara Lindqvist" },
	{ "mina.park@contoso.example", "박미나" },
	{ "chen.wei@contoso.example", "陈伟" },
};

struct work {
	struct cmd *c;
	struct market *m;
	struct auth_user people[LANGUAGES + 1]; /* the colleagues, and who signs in first */
};

static bool hire(struct work *w, struct err *e)
{
	struct cmd *c = w->c;

	for (size_t i = 0; i < LANGUAGES; i++) {
		struct auth_user *u = &w->people[i];

		*u = (struct auth_user){ .publisher = MARKET_PUBLISHER,
					 .email = colleagues[i].email,
					 .name = colleagues[i].name,
					 .role = ROLE_SELLER };
		if (!auth_user_add(c->db, c->arena, u, NULL, c->now_ms, &u->id, e))
			return false;
	}
	return auth_user_find(c->db, c->arena, "", SERVER_FIRST_ADMIN, &w->people[LANGUAGES], e);
}

static enum language language_of(const char *country)
{
	if (!country)
		return EN;
	if (!strcmp(country, "KR"))
		return KO;
	return !strcmp(country, "CN") || !strcmp(country, "SG") ? ZH : EN;
}

/* ---- one beat ---- */

struct turn {
	struct work *w;
	struct desk_who who;
	struct desk_at at;
	enum language language;
	int64_t percent;    /* the lead's pace: 200 is half as fast */
	struct id *promise; /* its open task, or null */
};

/* Round sums in the currency of the customer, and a name. */
static struct desk_deal deal_of(struct turn *t, const struct lead_page_row *l)
{
	static const struct {
		const char *currency;
		int unit;
	} money[LANGUAGES] = { { "USD", 500 }, { "KRW", 500000 }, { "CNY", 3000 } };
	static const char *const frames[] = { "within-1-month", "1-3-months", "3-6-months" };
	struct desk_deal d = { { NULL } };
	struct arena *a = t->w->c->arena;
	uint32_t units = 4 + market_below(t->w->m, 90);

	d.value[DEAL_NAME] = arena_printf(a, "%s, %s", l->company ? l->company : "-",
					  l->offer_title ? l->offer_title : l->offer_id);
	d.value[DEAL_VALUE] = arena_printf(a, "%lld", (long long)units * money[t->language].unit);
	d.value[DEAL_CURRENCY] = money[t->language].currency;
	d.value[DEAL_TIME_FRAME] = frames[market_below(t->w->m, LL_COUNT(frames))];
	return d;
}

static bool end_task(struct turn *t, struct err *e)
{
	struct task_get_in in = { t->who.publisher, *t->promise };
	struct task_page_row was;
	int found;

	if (id_is_null(*t->promise))
		return true;
	found = task_get(t->w->c->db, &in, t->w->c->arena, &was, e);
	*t->promise = ID_NULL;
	return found <= 0 ? found == 0
			  : desk_task_done(t->w->c->db, t->w->c->arena, &t->who, &was, "done", NULL,
					   e);
}

static bool act_task(struct turn *t, const struct beat *b, struct err *e)
{
	int64_t due = b->due * t->percent * MINUTE_MS / 100;
	struct desk_task x = { .kind = b->word,
			       .text = b->text[t->language],
			       .due_at = t->who.now_ms + due,
			       .ends_at = SQL_NULL_INT,
			       .owner = t->who.user };

	return desk_task_add(t->w->c->db, t->w->c->arena, &t->who, t->at.lead, &x, t->promise, e);
}

static bool act(struct turn *t, const struct lead_page_row *l, const struct beat *b, struct err *e)
{
	struct sql_db *db = t->w->c->db;
	struct arena *a = t->w->c->arena;
	const char *text = b->text[t->language];
	struct desk_answer x = { .reason = b->word, .few_attempts = text };
	struct desk_step step = { .stage = b->word };
	const struct desk_proof proof = { .text = text };
	const struct desk_talk said = { text, b->word, false, SQL_NULL_INT };
	struct id id;

	switch (b->act) {
	case ACCEPT:
		x.deal = deal_of(t, l);
		return desk_act(db, a, &t->who, &t->at, DESK_ACCEPT, &x, e);
	case DECLINE: return desk_act(db, a, &t->who, &t->at, DESK_DECLINE, &x, e);
	case WIN: return desk_act(db, a, &t->who, &t->at, DESK_WIN, &x, e);
	case LOSE: return desk_act(db, a, &t->who, &t->at, DESK_LOSE, &x, e);
	case CALL: return desk_call(db, a, &t->who, t->at.lead, &said, &id, e) && end_task(t, e);
	case CHECK: return desk_check(db, a, &t->who, &t->at, b->word, &proof, e);
	case MOVE: return desk_step(db, a, &t->who, &t->at, &step, e);
	case TASK: return act_task(t, b, e);
	case DONE: return end_task(t, e);
	case END: break;
	}
	return true;
}

/* ---- one lead ---- */

static bool mark_read(struct work *w, const struct lead_page_row *l, int64_t at, struct err *e)
{
	struct lead_read_in in = { l->publisher_id, l->lead_id, at };
	struct counter_add_in less = { l->publisher_id, "leads.unread", -1 };
	struct lead_read_row was;
	int moved = lead_read(w->c->db, &in, w->c->arena, &was, e);

	return moved <= 0 ? moved == 0 : counter_add(w->c->db, &less, NULL, e);
}

/* Nobody works on what is not a request, or is a test. */
static bool is_workable(const struct lead_page_row *l)
{
	return !l->test && !l->dnc && l->due_at != SQL_NULL_INT && !strcmp(l->status, "New");
}

static bool play(struct work *w, const struct lead_page_row *l, const struct beat *b, struct err *e)
{
	enum language language = language_of(l->country);
	bool mine = language == EN && market_below(w->m, 2);
	const struct auth_user *u = &w->people[mine ? LANGUAGES : language];
	struct id promise = ID_NULL;
	struct turn t = { .w = w,
			  .who = { l->publisher_id, u->name, u->id, u->id, l->received_at },
			  .at = { l->lead_id, NULL },
			  .language = language,
			  .percent = 50 + (int64_t)market_below(w->m, 150),
			  .promise = &promise };

	for (; b->act != END; b++) {
		t.who.now_ms += b->after * t.percent * MINUTE_MS / 100;
		if (t.who.now_ms > w->c->now_ms)
			return true;
		if (!act(&t, l, b, e))
			return false;
		if ((b->act == ACCEPT || b->act == DECLINE) && !mark_read(w, l, t.who.now_ms, e))
			return false;
	}
	return true;
}

static bool play_all(struct work *w, struct err *e)
{
	struct lead_page_in in = { .publisher = MARKET_PUBLISHER,
				   .to = INT64_MAX,
				   .due_below = INT64_MAX,
				   .limit = LEADS_MAX };
	struct lead_page_row *rows;
	size_t n, turn = 0;

	if (!lead_page(w->c->db, LEAD_PAGE_LEAD_ANY, LEAD_PAGE_ORDER_OLDEST, &in, w->c->arena,
		       &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_workable(&rows[i]) && !play(w, &rows[i], plays[turn++ % LL_COUNT(plays)], e))
			return false;
	return true;
}

/* The leads are placed by a thread of their own. False: not within a time that is long. */
static bool wait_placed(struct server *s)
{
	struct timespec look = { .tv_nsec = LOOK_MS * 1000000L };

	for (int waited = 0; waited < PLACED_MS; waited += LOOK_MS) {
		if (placer_backlog(s->api.placer) == 0)
			return true;
		nanosleep(&look, NULL);
	}
	return false;
}

bool server_demo_work(struct server *s, struct err *e)
{
	struct work w = { .c = s->cmd, .m = market_new(s->cmd->arena, SEED_WORK, "") };
	struct publisher_hold_in hold = { MARKET_PUBLISHER };
	AUTO_TX tx = { 0 };

	if (s->cmd->conf.place_paused)
		return true;
	if (!wait_placed(s)) {
		LOG(LOG_WARN, "demo.unworked", LOG_I("backlog", placer_backlog(s->api.placer)));
		return true;
	}
	w.c->now_ms = clock_now();
	return sql_begin(w.c->db, &tx, e) && publisher_hold(w.c->db, &hold, NULL, e) &&
	       hire(&w, e) && play_all(&w, e) && sql_commit(&tx, e);
}
