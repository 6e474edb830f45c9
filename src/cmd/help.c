#include <stdio.h>
#include <string.h>
#include "cmd/cmd.h"

static void name_of(struct arena *a, const struct command *k, char *out, size_t n)
{
	snprintf(out, n, "%s%s%s%s%s", k->noun, k->verb ? " " : "", k->verb ? k->verb : "",
		 *k->args ? " " : "", k->args);
	(void)a;
}

/* Columns of a text: each code point takes one here. */
static size_t columns(const char *z)
{
	size_t n = 0;

	for (; *z; z++)
		n += ((unsigned char)*z & 0xC0) != 0x80;
	return n;
}

static void row(struct buf *b, const char *left, size_t width, const char *right)
{
	size_t n = columns(left);

	if (n > width)
		buf_printf(b, "  %s\n  %*s  %s\n", left, (int)width, "", right);
	else
		buf_printf(b, "  %s%*s  %s\n", left, (int)(width - n), "", right);
}

void cmd_help_all(struct buf *b)
{
	char name[160];

	buf_z(b,
	      "leadline receives marketplace leads, keeps them, shows them and delivers them.\n\n"
	      "usage: leadline [--config FILE] [--db URL] [--data DIR] COMMAND …\n\n");
	for (const struct command *const *g = cmd_groups; *g; g++) {
		for (const struct command *k = *g; k->noun; k++) {
			name_of(NULL, k, name, sizeof(name));
			row(b, name, 40, k->summary);
		}
	}
	buf_z(b, "\n  leadline COMMAND --help tells the rest; leadline --version the version.\n"
		 "  Every option of the configuration is a flag too: see leadline serve --help.\n");
}

void cmd_help_group(struct arena *a, const char *noun, struct buf *b)
{
	char name[160];

	buf_printf(b, "usage: leadline %s VERB …\n\n", noun);
	for (const struct command *const *g = cmd_groups; *g; g++) {
		for (const struct command *k = *g; k->noun; k++) {
			if (strcmp(k->noun, noun) != 0)
				continue;
			name_of(a, k, name, sizeof(name));
			row(b, name, 40, k->summary);
		}
	}
}

static void flag(struct arena *a, const struct field *f, struct buf *b)
{
	AUTO_BUF left = buf_new(1024);
	AUTO_BUF right = buf_new(4096);

	buf_printf(&left, "--%s", conf_flag_name(a, f->name));
	if (f->type == FIELD_CHOICE) {
		for (size_t i = 0; f->choices[i]; i++)
			buf_printf(&left, "%s%s", i ? "|" : " ", f->choices[i]);
	} else if (f->type == FIELD_INT) {
		buf_z(&left, " N");
	} else if (f->type == FIELD_TIME) {
		buf_z(&left, " TIME");
	} else if (f->type != FIELD_BOOL) {
		buf_z(&left, " TEXT");
	}
	buf_z(&right, f->help);
	if (f->def && f->type != FIELD_BOOL)
		buf_printf(&right, " Default: %s.", f->def);
	if (f->flags & FIELD_REQUIRED)
		buf_z(&right, " Needed.");
	row(b, left.p, 28, right.p);
}

static void flags(struct arena *a, const char *title, const struct field *t, struct buf *b)
{
	if (!t || !t->name)
		return;
	buf_printf(b, "\n%s\n", title);
	for (; t->name; t++)
		if (!(t->flags & FIELD_HIDDEN))
			flag(a, t, b);
}

void cmd_help_one(struct arena *a, const struct command *k, struct buf *b)
{
	size_t size;
	const struct field *own = k->query_of ? cmd_query_of(a, k->query_of, &size) : k->flags;
	char name[160];

	name_of(a, k, name, sizeof(name));
	buf_printf(b, "usage: leadline %s%s%s\n\n%s\n", name, own && own->name ? " [FLAGS]" : "",
		   k->opts & CMD_JSON ? " [--json]" : "", k->summary);
	if (k->more)
		buf_printf(b, "\n%s\n", k->more);
	flags(a, "flags:", own, b);
	if (!strcmp(k->noun, "serve"))
		flags(a, "options (also in the file, and as LEADLINE_… in the environment):",
		      conf_options, b);
}
