#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"

#define LINE_MAX_BYTES (8 * 1024)

/* Changed by a reload while other threads log. */
static atomic_int threshold = LOG_INFO;
static atomic_bool as_json;

static const char *const level_text[] = {
	[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
};

void log_setup(enum log_level level, bool json)
{
	atomic_store(&threshold, (int)level);
	atomic_store(&as_json, json);
}

static void write_json(struct buf *b, enum log_level level, const char *event,
		       const struct log_field *f, size_t n)
{
	struct json_out o = json_out(b);

	json_obj(&o, NULL);
	json_put_time(&o, "time", clock_now());
	json_put_z(&o, "level", level_text[level]);
	json_put_z(&o, "event", event);
	for (size_t i = 0; i < n; i++) {
		if (f[i].text)
			json_put_z(&o, f[i].key, f[i].text);
		else
			json_put_int(&o, f[i].key, f[i].num);
	}
	json_end_obj(&o);
}

/* A bare word stays bare; anything else is quoted as JSON does it. */
static bool bare(const char *z)
{
	for (const char *p = z; *p; p++)
		if (*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p == 0x7F)
			return false;
	return *z != 0;
}

static void write_pairs(struct buf *b, enum log_level level, const char *event,
			const struct log_field *f, size_t n)
{
	char time[CLOCK_TEXT];

	buf_printf(b, "time=%s level=%s event=%s", clock_text(clock_now(), time), level_text[level],
		   event);
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, " %s=", f[i].key);
		if (!f[i].text) {
			buf_int(b, f[i].num);
		} else if (bare(f[i].text)) {
			buf_z(b, f[i].text);
		} else {
			struct json_out o = json_out(b);

			json_put_z(&o, NULL, f[i].text);
		}
	}
}

void log_write(enum log_level level, const char *event, const struct log_field *f, size_t n)
{
	AUTO_BUF b = buf_new(LINE_MAX_BYTES);

	if ((int)level > atomic_load(&threshold))
		return;
	if (atomic_load(&as_json))
		write_json(&b, level, event, f, n);
	else
		write_pairs(&b, level, event, f, n);
	buf_byte(&b, '\n');
	/* One write a line, so that lines of threads do not mix; a log that cannot be written is no
	 * reason to stop. */
	if (buf_ok(&b) && write(STDERR_FILENO, b.p, b.n) < 0)
		return;
}

void log_err(enum log_level level, const char *event, const struct err *e)
{
	LOG(level, event, LOG_T("code", e->code), LOG_T("field", e->field), LOG_T("text", e->text),
	    LOG_T("file", e->file), LOG_I("line", e->line));
}
