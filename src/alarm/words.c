/* What the mails say. %s: the name, then the detail, then the link. */
#include "alarm/alarm.h"
#include "base/buf.h"

static const struct {
	const char *language, *kind, *subject, *body;
} words[] = {
	{ "en", ALARM_PARKED, "Leads wait: %s refuses them",
	  "%s refuses every lead, so delivery is stopped. Nothing is lost: the leads wait.\n\nWhat "
	  "it said: %s\n\nNew settings send all of them, in order: %s\n" },
	{ "en", ALARM_PAUSED, "Leads wait: %s asked us to stop",
	  "%s asked not to be sent anything any more. Nothing is lost: the leads wait.\n\nWhat it "
	  "said: %s\n\nResume it when it wants leads again: %s\n" },
	{ "en", ALARM_SILENT, "No leads any more: %s",
	  "%s used to have leads, and has none since %s.\n\nPress Validate in Partner Center, on "
	  "the "
	  "offer's lead management: the test lead must appear here. Receipts: %s\n" },
	{ "ko", ALARM_PARKED, "리드 대기 중: %s에서 거부함",
	  "%s에서 모든 리드를 거부하여 전달을 멈췄습니다. 리드는 사라지지 않고 "
	  "대기합니다.\n\n응답: "
	  "%s\n\n설정을 고치면 순서대로 모두 보냅니다: %s\n" },
	{ "ko", ALARM_PAUSED, "리드 대기 중: %s에서 중단을 요청함",
	  "%s에서 더 이상 보내지 말라고 요청했습니다. 리드는 사라지지 않고 대기합니다.\n\n응답: "
	  "%s\n\n다시 받으려면 재개하세요: %s\n" },
	{ "ko", ALARM_SILENT, "리드가 끊김: %s",
	  "%s의 리드가 %s 이후로 들어오지 않습니다.\n\n파트너 센터의 오퍼 리드 관리에서 유효성 "
	  "검사를 "
	  "누르세요. 테스트 리드가 여기에 나타나야 합니다. 수신 내역: %s\n" },
	{ "zh-Hans", ALARM_PARKED, "潜在顾客正在等待：%s 拒绝接收",
	  "%s "
	  "拒绝接收所有潜在顾客，因此已停止传递。没有任何丢失，潜在顾客正在等待。\n\n对方的答复：%"
	  "s\n\n"
	  "更新设置后会按顺序全部发送：%s\n" },
	{ "zh-Hans", ALARM_PAUSED, "潜在顾客正在等待：%s 要求停止发送",
	  "%s "
	  "要求不再发送。没有任何丢失，潜在顾客正在等待。\n\n对方的答复：%s\n\n需要时请恢复：%"
	  "s\n" },
	{ "zh-Hans", ALARM_SILENT, "不再有潜在顾客：%s",
	  "%s 曾有潜在顾客，但自 %s "
	  "起再没有收到。\n\n请在合作伙伴中心该产品的潜在顾客管理中点击“验证”："
	  "测试潜在顾客应出现在这里。接收记录：%s\n" },
};

/* The text with its %s replaced in turn: the words are data, and no format of anybody's. */
static const char *fill(struct arena *a, const char *text, const char *const *arg, size_t n)
{
	AUTO_BUF b = buf_new(64 * 1024);
	const char *mark;

	for (size_t i = 0; i < n && (mark = strstr(text, "%s")); i++) {
		buf_add(&b, text, (size_t)(mark - text));
		buf_z(&b, arg[i]);
		text = mark + 2;
	}
	buf_z(&b, text);
	return arena_strndup(a, buf_view(&b).p, b.n);
}

struct alarm_text alarm_words(struct arena *a, const char *language, const char *kind,
			      const char *name, const char *detail, const char *link)
{
	const char *const args[] = { name, detail, link };
	size_t at = 0, english = 0;
	bool found = false;

	for (size_t i = 0; i < LL_COUNT(words); i++) {
		if (strcmp(words[i].kind, kind) != 0)
			continue;
		if (strcmp(words[i].language, "en") == 0)
			english = i;
		if (strcmp(words[i].language, language) == 0) {
			at = i;
			found = true;
		}
	}
	at = found ? at : english;
	return (struct alarm_text){ fill(a, words[at].subject, args, 1),
				    fill(a, words[at].body, args, LL_COUNT(args)) };
}
