/* From words to a command, its flags and arguments. Options of the configuration are flags too. */
#include <string.h>
#include "cmd/cmd.h"

/* What is read so far. */
struct parse {
	struct cmd *c;
	char **words;
	size_t n, at, noun_at;
	const struct command *command;
	const char *noun;         /* a noun that still needs its verb */
	const struct field *rows; /* the command's own flags */
	void *in;
	const char **args;
	const char **flags; /* name, value … for conf_load() */
	size_t flag_count;
	bool only_args; /* after -- */
	struct cmd_parsed *ret;
};

static bool same_verb(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static const struct command *find(const char *noun, const char *verb)
{
	for (const struct command *const *g = cmd_groups; *g; g++)
		for (const struct command *k = *g; k->noun; k++)
			if (!strcmp(k->noun, noun) && same_verb(k->verb, verb))
				return k;
	return NULL;
}

static bool is_group(const char *noun)
{
	for (const struct command *const *g = cmd_groups; *g; g++)
		for (const struct command *k = *g; k->noun; k++)
			if (k->verb && !strcmp(k->noun, noun))
				return true;
	return false;
}

/* The row of a flag's name as written (dry-run, or dryRun), NULL when it is not in the table. */
static const struct field *flag_row(struct parse *p, const struct field *t, struct str name)
{
	for (; t && t->name; t++)
		if (str_eq_z(name, t->name) || str_eq_z(name, conf_flag_name(p->c->arena, t->name)))
			return t;
	return NULL;
}

/* The value behind = or in the next word; a bool alone means true. */
static bool flag_value(struct parse *p, struct str name, bool is_bool, const char *inline_value,
		       const char **ret, struct err *e)
{
	if (inline_value)
		*ret = inline_value;
	else if (is_bool)
		*ret = "true";
	else if (p->at < p->n)
		*ret = p->words[p->at++];
	else
		return cmd_usage(e, "--" STR_FMT " needs a value.", STR_ARG(name));
	return true;
}

/* A bad value on the command line is wrong usage; the text names the flag as written. */
static bool bad_value(struct str name, const struct err *why, struct err *e)
{
	return cmd_usage(e, "--" STR_FMT ": %s", STR_ARG(name), why->text);
}

static bool take_own(struct parse *p, const struct field *f, struct str name, const char *value,
		     struct err *e)
{
	struct str text = str_of(value);
	struct err why;

	if (f->flags & FIELD_SECRET && !conf_secret(p->c->arena, text, &text, e))
		return false;
	return field_set_text(p->c->arena, f, text, p->in, &why) || bad_value(name, &why, e);
}

static bool take_option(struct parse *p, const struct field *f, struct str name, const char *value,
			struct err *e)
{
	struct conf scratch = { 0 };
	struct err why;

	if (!(f->flags & FIELD_SECRET) &&
	    !field_set_text(p->c->arena, f, str_of(value), &scratch, &why))
		return bad_value(name, &why, e);
	p->flags[p->flag_count++] = f->name;
	p->flags[p->flag_count++] = value;
	return true;
}

/* --help, --version, --json, --config: 1 taken, 0 none of them, -1 error. */
static int take_common(struct parse *p, struct str name, const char *value, struct err *e)
{
	if (str_eq_z(name, "help")) {
		p->ret->help = true;
		return 1;
	}
	if (str_eq_z(name, "version")) {
		p->ret->version = true;
		return 1;
	}
	if (str_eq_z(name, "json")) {
		p->c->json = true;
		return 1;
	}
	if (str_eq_z(name, "config"))
		return flag_value(p, name, false, value, &p->c->source.file, e) ? 1 : -1;
	return 0;
}

static bool take_flag(struct parse *p, const char *word, struct err *e)
{
	size_t eq = str_find(str_of(word), '=');
	struct str name = str_from(str_upto(str_of(word), eq), 2);
	const char *value = word[eq] ? word + eq + 1 : NULL;
	const struct field *own = p->command ? flag_row(p, p->rows, name) : NULL;
	const struct field *f = own ? own : flag_row(p, conf_options, name);
	int common = own ? 0 : take_common(p, name, value, e);

	if (common)
		return common > 0;
	if (!f)
		return cmd_usage(e, "there is no option --" STR_FMT "%s.", STR_ARG(name),
				 p->command ? " for this command" : " before the command");
	if (!flag_value(p, name, f->type == FIELD_BOOL, value, &value, e))
		return false;
	return own ? take_own(p, f, name, value, e) : take_option(p, f, name, value, e);
}

static bool choose(struct parse *p, const struct command *k)
{
	size_t size = k->in_size;

	p->rows = k->query_of ? cmd_query_of(p->c->arena, k->query_of, &size) : k->flags;
	p->command = p->ret->command = k;
	p->noun = NULL;
	p->ret->group = NULL;
	if (size)
		p->in = arena_alloc(p->c->arena, size);
	if (p->rows)
		field_defaults(p->c->arena, p->rows, p->in);
	return true;
}

/* A word that is no flag: a part of the command's name, or an argument. */
static bool take_word(struct parse *p, const char *word, struct err *e)
{
	const struct command *k;

	/* "import FILE" and "import list": a verb is one right behind the noun. */
	k = p->command && !p->command->verb && !p->c->arg_count ? find(p->command->noun, word)
								: NULL;
	if (k && p->at == p->noun_at + 1 && !p->only_args)
		return choose(p, k);
	if (p->command) {
		p->args[p->c->arg_count++] = word;
		return true;
	}
	if (!p->noun && !strcmp(word, "help")) {
		p->ret->help = true;
		return true;
	}
	p->noun_at = p->at;
	k = p->noun ? find(p->noun, word) : find(word, NULL);
	if (k)
		return choose(p, k);
	if (p->noun)
		return cmd_usage(e, "there is no command %s %s.", p->noun, word);
	if (!is_group(word))
		return cmd_usage(e, "there is no command %s.", word);
	p->noun = p->ret->group = word;
	return true;
}

static bool is_empty(const struct field *f, const void *in)
{
	const void *m = (const char *)in + f->off;

	MUST(in != NULL); /* whoever has fields has a struct for them */
	return f->type == FIELD_INT || f->type == FIELD_TIME
		       ? *(const int64_t *)m == FIELD_NO_INT
		       : f->type != FIELD_BOOL && f->type != FIELD_ID && !*(const char *const *)m;
}

/* Everything was read: is it enough, and not too much? */
static bool check(struct parse *p, struct err *e)
{
	const struct command *k = p->command;

	if (p->ret->help || p->ret->version)
		return true;
	if (!k && p->noun)
		return cmd_usage(e, "%s: which command? See leadline %s --help.", p->noun, p->noun);
	if (!k)
		return cmd_usage(e, "which command?");
	for (const struct field *f = p->rows; f && f->name; f++)
		if (f->flags & FIELD_REQUIRED && is_empty(f, p->in))
			return cmd_usage(e, "--%s is needed.",
					 conf_flag_name(p->c->arena, f->name));
	if (p->c->arg_count < k->min_args)
		return cmd_usage(e, "%s is needed.", k->args);
	if (p->c->arg_count > k->max_args)
		return cmd_usage(e, "%s is one argument too many.", p->args[k->max_args]);
	if (p->c->json && !(k->opts & CMD_JSON))
		return cmd_usage(e, "--json: this command answers no table.");
	return true;
}

bool cmd_parse(struct cmd *c, size_t n, char **words, struct cmd_parsed *ret, struct err *e)
{
	struct parse p = { .c = c, .words = words, .n = n, .ret = ret };

	p.args = ARENA_ARRAY(c->arena, const char *, n + 1);
	p.flags = ARENA_ARRAY(c->arena, const char *, 2 * n + 1);
	while (p.at < n) {
		const char *word = words[p.at++];
		bool flag = !p.only_args && word[0] == '-' && word[1];

		if (flag && !strcmp(word, "--")) {
			p.only_args = true;
			continue;
		}
		if (flag && !strcmp(word, "-h"))
			word = "--help";
		if (flag && word[1] != '-')
			return cmd_usage(e, "there is no option %s; options begin with --.", word);
		if (!(flag ? take_flag(&p, word, e) : take_word(&p, word, e)))
			return false;
	}
	c->args = p.args;
	c->source.flags = p.flags;
	ret->flags = p.in;
	return check(&p, e);
}
