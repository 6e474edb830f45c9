#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "cmd/cmd.h"

#define AFTER_MS 1000
#define EVERY_MS 100
#define WIDTH    30

struct cmd_progress cmd_progress_start(const char *what)
{
	return (struct cmd_progress){ .what = what, .started = clock_mono() };
}

void cmd_progress_show(struct cmd_progress *p, int64_t done, int64_t total)
{
	int64_t now = clock_mono();
	int full, percent;

	if (now - p->started < AFTER_MS || now - p->drawn < EVERY_MS || !isatty(STDERR_FILENO))
		return;
	p->drawn = now;
	percent = total > 0 ? (int)(done >= total ? 100 : done * 100 / total) : 0;
	full = percent * WIDTH / 100;
	fprintf(stderr, "\r%s [%.*s%*s] %3d %%", p->what, full, "##############################",
		WIDTH - full, "", percent);
}

void cmd_progress_end(struct cmd_progress *p)
{
	if (p->drawn)
		fprintf(stderr, "\r\033[K");
	p->drawn = 0;
}
