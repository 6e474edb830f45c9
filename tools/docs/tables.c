/*
 * usage: docs-tables NAME
 *
 * Writes one of the documents that are nothing but a table of the program, to standard output.
 * Built beside the program from the same objects; run by tools/gen-docs.
 */
#include <stdio.h>
#include <string.h>
#include "api/api.h"
#include "base/metric.h"
#include "cmd/cmd.h"
#include "dest/dest.h"

#define DOC_MAX  (4 * 1024 * 1024)
#define MADE(of) "<!-- Made by tools/gen-docs from " of "; change it there. -->\n\n"

static struct arena *arena;

/* ---- pieces ---- */

/* Text of a Markdown table cell. */
static void cell(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_byte(b, '\\');
		buf_byte(b, *text == '\n' ? ' ' : *text);
	}
}

static const char *type_of(const struct field *f)
{
	AUTO_BUF b = buf_new(1024);

	switch (f->type) {
	case FIELD_STR: return "text";
	case FIELD_BOOL: return "true or false";
	case FIELD_URL: return "URL";
	case FIELD_EMAIL: return "e-mail address";
	case FIELD_TIME: return "time (RFC 3339)";
	case FIELD_ID: return "id";
	case FIELD_STRS: return "list, with commas";
	case FIELD_OBJ: return "object";
	case FIELD_INT:
		if (!(f->min | f->max))
			return "number";
		return arena_printf(arena, "number, %lld to %lld", (long long)f->min,
				    (long long)f->max);
	case FIELD_CHOICE:
		for (const char *const *c = f->choices; *c; c++)
			buf_printf(&b, "%s`%s`", b.n ? " " : "", *c);
		return str_dup(arena, buf_view(&b));
	}
	return "";
}

static const char *notes_of(const struct field *f)
{
	return arena_printf(arena, "%s%s%s", f->flags & FIELD_REQUIRED ? " Needed." : "",
			    f->flags & FIELD_SECRET ? " A secret." : "",
			    f->flags & FIELD_NO_RELOAD ? " A change takes a restart." : "");
}

static bool shown(const struct field *f)
{
	return !(f->flags & FIELD_HIDDEN);
}

static const char *title_of(const struct command *k)
{
	return arena_printf(arena, "%s%s%s%s%s", k->noun, k->verb ? " " : "",
			    k->verb ? k->verb : "", *k->args ? " " : "", k->args);
}

static const struct field *flags_of_command(const struct command *k)
{
	size_t size;

	return k->query_of ? cmd_query_of(arena, k->query_of, &size) : k->flags;
}

/* ---- documents ---- */

static void configure(struct buf *b)
{
	buf_z(b, MADE("src/conf/options.c") "# Options\n\n"
					    "An option is set on the command line (`--public-url "
					    "URL`), in the environment\n"
					    "(`LEADLINE_PUBLIC_URL=URL`), or in the file that "
					    "`--config FILE` names (`publicUrl = URL`, one\n"
					    "a line, `#` begins a comment). The flag beats the "
					    "environment, the environment beats the file.\n"
					    "What does not fit is refused with the place it came "
					    "from; so is an option in the file that does\n"
					    "not exist. The value of a secret may be `@FILE`: it "
					    "is then read from there. SIGHUP reads the\n"
					    "configuration anew; the log names the first changed "
					    "option that takes a restart.\n"
					    "`leadline check` looks at all of it. A file with "
					    "every default is `conf/leadline.conf`.\n\n"
					    "| option | environment | value | default | |\n| --- | "
					    "--- | --- | --- | --- |\n");
	for (const struct field *f = conf_options; f->name; f++) {
		if (!shown(f))
			continue;
		buf_printf(b, "| `%s` | `%s` | %s | %s | ", f->name, conf_env_name(arena, f->name),
			   type_of(f), f->def ? arena_printf(arena, "`%s`", f->def) : "");
		cell(b, f->help);
		cell(b, notes_of(f));
		buf_z(b, " |\n");
	}
}

static void wrap(struct buf *b, const char *prefix, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (!column || column + n > 96) {
			buf_printf(b, "%s%s", column ? "\n" : "", prefix);
			column = strlen(prefix);
		} else {
			buf_byte(b, ' ');
			column++;
		}
		buf_add(b, text, n);
		column += n;
		text += n + (text[n] == ' ');
	}
	buf_byte(b, '\n');
}

static void sample(struct buf *b)
{
	buf_z(b, "# Leadline's options with their defaults. Made by tools/gen-docs from "
		 "src/conf/options.c;\n"
		 "# docs/configure.md says more. Name this file with --config.\n");
	for (const struct field *f = conf_options; f->name; f++) {
		if (!shown(f))
			continue;
		buf_byte(b, '\n');
		wrap(b, "# ", arena_printf(arena, "%s%s", f->help, notes_of(f)));
		buf_printf(b, "#%s =%s%s\n", f->name, f->def && *f->def ? " " : "",
			   f->def ? f->def : "");
	}
}

static void command_flags(struct buf *b, const struct field *f)
{
	bool any = false;

	for (; f && f->name; f++) {
		if (!shown(f))
			continue;
		if (!any)
			buf_z(b, "\n| flag | value | default | |\n| --- | --- | --- | --- |\n");
		any = true;
		buf_printf(b, "| `--%s` | %s | %s | ", conf_flag_name(arena, f->name), type_of(f),
			   f->def && *f->def && f->type != FIELD_BOOL
				   ? arena_printf(arena, "`%s`", f->def)
				   : "");
		cell(b, f->help);
		cell(b, notes_of(f));
		buf_z(b, " |\n");
	}
}

static void commands(struct buf *b)
{
	buf_z(b, MADE("src/cmd/") "# Commands\n\n"
				  "`leadline [--config FILE] [--db URL] [--data DIR] COMMAND …`\n\n"
				  "Every [option](configure.md) is a flag too. Results go to "
				  "standard output, everything else to\n"
				  "standard error. Exit 0: done; 1: failed; 2: wrong usage. Where "
				  "a command answers a table, `--json`\n"
				  "gives the same as JSON. Commands work beside a running server, "
				  "which sees what they changed within\n"
				  "a second. `leadline help`, `leadline COMMAND --help` and "
				  "`leadline --version` tell about\n"
				  "themselves.\n");
	for (const struct command *const *g = cmd_groups; *g; g++) {
		for (const struct command *k = *g; k->noun; k++) {
			buf_printf(b, "\n## leadline %s\n\n%s", title_of(k), k->summary);
			if (k->opts & CMD_JSON)
				buf_z(b, " Has `--json`.");
			buf_byte(b, '\n');
			if (k->more)
				buf_printf(b, "\n%s\n", k->more);
			command_flags(b, flags_of_command(k));
		}
	}
}

/* Text for roff: no line may begin with a control character, hyphens of flags are minus signs. */
static void roff(struct buf *b, const char *text)
{
	for (bool start = true; *text; start = *text == '\n', text++) {
		if (start && (*text == '.' || *text == '\''))
			buf_z(b, "\\&");
		if (*text == '\\')
			buf_z(b, "\\e");
		else if (*text == '-')
			buf_z(b, "\\-");
		else
			buf_byte(b, *text);
	}
}

static void man_flags(struct buf *b, const struct field *f)
{
	for (; f && f->name; f++) {
		if (!shown(f))
			continue;
		buf_z(b, ".TP\n\\fB\\-\\-");
		roff(b, conf_flag_name(arena, f->name));
		buf_z(b, "\\fR\n");
		roff(b, f->help);
		if (f->def && *f->def && f->type != FIELD_BOOL) {
			buf_z(b, " Default: ");
			roff(b, f->def);
			buf_byte(b, '.');
		}
		buf_byte(b, '\n');
	}
}

static void man(struct buf *b)
{
	buf_printf(b,
		   ".\\\" Made by tools/gen-docs from src/cmd/ and src/conf/options.c.\n"
		   ".TH LEADLINE 1 \"\" \"Leadline %s\" \"Leadline\"\n.SH NAME\n"
		   "leadline \\- receives, understands, shows and delivers marketplace leads\n"
		   ".SH SYNOPSIS\n.B leadline\n[\\fB\\-\\-config\\fR FILE] [\\fB\\-\\-db\\fR URL] "
		   "[\\fB\\-\\-data\\fR DIR] COMMAND ...\n.SH DESCRIPTION\n"
		   "Results go to standard output, everything else to standard error.\n"
		   "Where a command answers a table, \\fB\\-\\-json\\fR gives the same as JSON.\n"
		   "Commands work beside a running server.\n.SH COMMANDS\n",
		   LEADLINE_VERSION);
	for (const struct command *const *g = cmd_groups; *g; g++) {
		for (const struct command *k = *g; k->noun; k++) {
			buf_z(b, ".SS leadline ");
			roff(b, title_of(k));
			buf_byte(b, '\n');
			roff(b, k->summary);
			buf_byte(b, '\n');
			if (k->more) {
				buf_z(b, ".PP\n");
				roff(b, k->more);
				buf_byte(b, '\n');
			}
			man_flags(b, flags_of_command(k));
		}
	}
	buf_z(b, ".SH OPTIONS\nEach is a flag of every command, LEADLINE_... in the environment, "
		 "and a line\n"
		 "name = value in the configuration file. Flag beats environment beats file.\n");
	man_flags(b, conf_options);
	buf_z(b, ".SH FILES\n.TP\nDIR/leadline.db\nThe store, when it is "
		 "SQLite.\n.TP\nDIR/leadline.key\n"
		 "The sealing key: intake URLs and destinations cannot be opened without it.\n"
		 ".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage.\n");
}

static void settings(struct buf *b)
{
	buf_z(b, MADE("src/dest/") "# Settings of the destination kinds\n\n"
				   "Given to `leadline destination add SCOPE KIND KEY=VALUE…` or "
				   "in the page. Secrets are sealed at\n"
				   "rest and never shown again; on the command line they may come "
				   "as `KEY=@FILE` or `KEY=-`.\n");
	for (const struct dest_driver *const *d = dest_drivers; *d; d++) {
		buf_printf(
			b,
			"\n## %s\n\n| setting | value | default | |\n| --- | --- | --- | --- |\n",
			(*d)->kind);
		for (const struct field *f = (*d)->settings; f->name; f++) {
			const char *def = f->def;

			if (!shown(f))
				continue;
			if (!strcmp(f->name, "doNotContact"))
				def = (*d)->do_not_contact_default;
			buf_printf(b, "| `%s` | %s | %s | ", f->name, type_of(f),
				   def && *def ? arena_printf(arena, "`%s`", def) : "");
			cell(b, f->help);
			cell(b, notes_of(f));
			buf_z(b, " |\n");
		}
	}
}

/* The exposition format tells each metric's name, type and help itself. */
static void metrics(struct buf *b)
{
	AUTO_BUF text = buf_new(DOC_MAX);
	const char *name = "", *help = "";
	struct str rest, line;

	metric_write(&text);
	buf_z(b, MADE("src/base/metric.c") "# Metrics\n\n`GET /metrics`, in Prometheus' text "
					   "format.\n\n"
					   "| metric | type | |\n| --- | --- | --- |\n");
	for (rest = buf_view(&text); str_split(&rest, '\n', &line);) {
		struct str word = str_starts(line, "# ") ? str_from(line, 7) : STR("");
		size_t blank = str_find(word, ' ');

		if (str_starts(line, "# HELP ")) {
			name = str_dup(arena, str_upto(word, blank));
			help = str_dup(arena, str_from(word, blank + 1));
		} else if (str_starts(line, "# TYPE ")) {
			buf_printf(b, "| `%s` | " STR_FMT " | %s |\n", name,
				   STR_ARG(str_from(word, blank + 1)), help);
		}
	}
}

static const char *role_needed(enum role r)
{
	return r == ROLE_ANYONE ? "anyone" : role_text(r);
}

static void inputs(struct buf *b, const char *what, const struct field *t)
{
	for (const struct field *f = t; f && f->name; f++) {
		if (!shown(f))
			continue;
		buf_printf(b, "- %s `%s`: %s. ", what, f->name, type_of(f));
		cell(b, f->help);
		cell(b, notes_of(f));
		buf_byte(b, '\n');
	}
}

static void api(struct buf *b)
{
	buf_z(b, MADE("src/api/routes.c") "# API\n\n"
					  "Base `/api/v1`, `Authorization: Bearer TOKEN` or the "
					  "session's cookie (then writing calls also\n"
					  "send `X-CSRF-Token`). Errors are "
					  "`application/problem+json` with a stable `code`\n"
					  "([errors](errors.md)). Lists are "
					  "`{\"items\":[…],\"next\":\"<cursor>\"|null}`. Unknown "
					  "parameters\n"
					  "are refused. What belongs to another publisher is 404. "
					  "The same as OpenAPI 3.1:\n"
					  "`GET /api/v1/openapi.json`.\n");
	for (size_t i = 0; i < api_route_count; i++) {
		const struct route *r = &api_routes[i];

		buf_printf(b, "\n## %s %s\n\n%s Role: %s.\n", http_method_text(r->method), r->path,
			   r->summary, role_needed(r->role));
		if (r->query || r->body)
			buf_byte(b, '\n');
		inputs(b, "query", r->query);
		inputs(b, "body", r->body);
	}
}

static const struct document {
	const char *name;
	void (*write)(struct buf *b);
} documents[] = {
	{ "api", api },           { "commands", commands }, { "configure", configure },
	{ "man", man },           { "metrics", metrics },   { "sample", sample },
	{ "settings", settings },
};

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new("docs", DOC_MAX * 8);
	AUTO_BUF b = buf_new(DOC_MAX);

	arena = a;
	for (size_t i = 0; argc == 2 && i < LL_COUNT(documents); i++)
		if (!strcmp(argv[1], documents[i].name))
			documents[i].write(&b);
	if (!b.n || !buf_ok(&b)) {
		fprintf(stderr,
			"usage: docs-tables api|commands|configure|man|metrics|sample|settings\n");
		return 2;
	}
	return fwrite(b.p, 1, b.n, stdout) == b.n ? 0 : 1;
}
