/* What arguments mean. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/id.h"
#include "base/limits.h"
#include "cmd/cmd.h"

/* Ids as Microsoft gives them: letters, digits, hyphen, underscore, and dots inside an offer's. */
static bool is_id(struct str s, bool dots)
{
	if (!s.n || s.n > LIMIT_ID || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '_' &&
		    !(dots && s.p[i] == '.'))
			return false;
	return true;
}

bool cmd_publisher_id(const char *text, struct err *e)
{
	if (is_id(str_of(text), false))
		return true;
	return cmd_usage(e,
			 "\"%.64s\" is no publisher id: letters, digits, hyphens and underscores, "
			 "as Partner Center shows it.",
			 text);
}

bool cmd_offer_id(struct cmd *c, const char *text, const char **ret_publisher,
		  const char **ret_offer, struct err *e)
{
	struct str s = str_of(text);
	size_t dot = str_find(s, '.');

	if (dot == s.n || !is_id(str_upto(s, dot), false) || !is_id(str_from(s, dot + 1), true))
		return cmd_usage(e, "\"%.64s\" is no offer: PUBLISHER.OFFER, such as contoso.crm.",
				 text);
	*ret_publisher = str_dup(c->arena, str_upto(s, dot));
	*ret_offer = str_dup(c->arena, str_from(s, dot + 1));
	return true;
}

bool cmd_id(const char *text, struct id *ret, struct err *e)
{
	return id_parse(str_of(text), ret) ||
	       cmd_usage(e, "\"%.64s\" is no id: a UUID, as the lists show it.", text);
}

bool cmd_duration(const char *text, int64_t *ret_ms, struct err *e)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
	struct str s = str_of(text);
	int64_t n, ms = 1000;

	for (size_t i = 0; s.n && i < LL_COUNT(units); i++) {
		if (s.p[s.n - 1] == units[i].unit) {
			ms = units[i].ms;
			s.n--;
			break;
		}
	}
	if (!str_int(s, &n) || n < 0 || n > 365LL * 86400)
		return cmd_usage(e, "\"%.32s\" is no duration: a number with s, m, h or d.", text);
	*ret_ms = n * ms;
	return true;
}

bool cmd_read_line(struct cmd *c, const char **ret, struct err *e)
{
	char line[LIMIT_TEXT];
	size_t n;

	if (!fgets(line, sizeof(line), stdin))
		return ERR(e, ERR_INPUT, "cmd.input", "nothing came on standard input.");
	n = strcspn(line, "\r\n");
	if (!line[n] && n + 1 == sizeof(line))
		return ERR(e, ERR_INPUT, "cmd.input", "the line on standard input is too long.");
	*ret = arena_strndup(c->arena, line, n);
	return true;
}

bool cmd_setting(struct cmd *c, const char *text, struct str *ret_name, struct str *ret_value,
		 struct err *e)
{
	size_t eq = str_find(str_of(text), '=');
	const char *line;

	if (!text[eq] || !eq)
		return cmd_usage(e, "\"%.64s\" is no setting: key=value, key=@FILE or key=-.",
				 text);
	*ret_name = str_upto(str_of(text), eq);
	*ret_value = str_from(str_of(text), eq + 1);
	if (!str_eq_z(*ret_value, "-"))
		return conf_secret(c->arena, *ret_value, ret_value, e);
	if (!cmd_read_line(c, &line, e))
		return false;
	*ret_value = str_of(line);
	return true;
}
