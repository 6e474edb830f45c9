#include "cmd/cmd.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "net/net.h"

const struct command *const cmd_groups[] = {
	cmd_serve,    cmd_publisher,   cmd_offer,    cmd_user,   cmd_provider, cmd_team,
	cmd_token,    cmd_destination, cmd_delivery, cmd_lead,   cmd_process,  cmd_task,
	cmd_calendar, cmd_escalation,  cmd_customer, cmd_match,  cmd_rematch,  cmd_import,
	cmd_export,   cmd_send_test,   cmd_simulate, cmd_dedupe, cmd_backup,   cmd_store,
	cmd_check,    cmd_audit,       NULL,
};

bool cmd_usage(struct err *e, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return ERR(e, ERR_INPUT, CMD_USAGE, "%s", text);
}

void cmd_print_line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stdout, fmt, ap);
	va_end(ap);
	fputc('\n', stdout);
}

void cmd_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static int tell(const struct cmd_parsed *p, const struct err *e)
{
	bool usage = e->code && !strcmp(e->code, CMD_USAGE);

	fprintf(stderr, "leadline: %s\n", e->text);
	if (!usage)
		return 1;
	if (p->command)
		fprintf(stderr, "Try: leadline %s%s%s --help\n", p->command->noun,
			p->command->verb ? " " : "", p->command->verb ? p->command->verb : "");
	else
		fprintf(stderr, "Try: leadline help\n");
	return 2;
}

static int show_help(struct cmd *c, const struct cmd_parsed *p)
{
	AUTO_BUF b = buf_new(1 << 20);

	if (p->command)
		cmd_help_one(c->arena, p->command, &b);
	else if (p->group)
		cmd_help_group(c->arena, p->group, &b);
	else
		cmd_help_all(&b);
	fputs(b.p, stdout);
	return 0;
}

/* A result that did not reach its reader (a full disk, a closed pipe) is a failure too. */
static bool flush(struct err *e)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	return ERR(e, ERR_STORE, "cmd.output", "standard output could not be written.");
}

/* What the API's handlers did is noted where they were called. */
static bool note(struct cmd *c, const struct command *k, struct err *e)
{
	if (!(k->opts & CMD_AUDIT) || !c->db)
		return true;
	return cmd_audit_put(c,
			     k->verb ? arena_printf(c->arena, "%s %s", k->noun, k->verb) : k->noun,
			     c->arg_count ? c->args[0] : NULL, 200, e);
}

static bool run(struct cmd *c, const struct cmd_parsed *p, struct err *e)
{
	bool ok;

	if (!conf_load(c->arena, &c->source, &c->conf, e))
		return false;
	cmd_tell_destinations(c->arena, &c->conf, conf_base_url(c->arena, &c->conf));
	ok = p->command->run(c, p->flags, e) && note(c, p->command, e);
	cmd_call_end(c);
	sql_close(c->db);
	seal_free(c->seal);
	return ok && flush(e);
}

int cmd_main(int argc, char **argv, char **environ_)
{
	AUTO_ARENA arena = arena_new("cmd", CMD_ARENA);
	struct cmd c = { .arena = arena, .now_ms = clock_now() };
	struct cmd_parsed p = { 0 };
	struct err e = { 0 };

	setlocale(LC_CTYPE, "C.UTF-8");
	crypto_start();
	net_start();
	log_setup(LOG_WARN, false);
	c.source.environ_ = (const char *const *)environ_;
	if (!cmd_parse(&c, argc > 0 ? (size_t)argc - 1 : 0, argv + 1, &p, &e))
		return tell(&p, &e);
	if (p.version) {
		cmd_print_line("leadline %s", LEADLINE_VERSION);
		return 0;
	}
	if (p.help)
		return show_help(&c, &p);
	return run(&c, &p, &e) ? 0 : tell(&p, &e);
}
