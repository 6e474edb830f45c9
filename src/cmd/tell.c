/* From options to what destinations may know of them. */
#include "cmd/cmd.h"
#include "dest/dest.h"

void cmd_tell_destinations(struct arena *a, const struct conf *conf, const char *base_url)
{
	struct dest_server *s = ARENA_NEW(a, struct dest_server);
	struct err e;

	*s = (struct dest_server){ .base_url = base_url,
				   .smtp_url = conf->smtp_url,
				   .smtp_user = conf->smtp_user,
				   .smtp_password = conf->smtp_password,
				   .smtp_ca_file = conf->smtp_ca_file,
				   .smtp_name = conf->smtp_name ? conf->smtp_name
								: conf_host_name(a, conf) };
	/* conf_load() has read it before. */
	if (conf->mail_from)
		MUST(mail_address_parse(a, str_of(conf->mail_from), "mailFrom", &s->mail_from, &e));
	dest_set_server(s);
}
