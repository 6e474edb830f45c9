#include "base/limits.h"
#include "cmd/cmd.h"
#include "intake/intake.h"

static const char *const calls[] = { "contact-me", "get-it-now", "free-trial",
				     "test-drive", "create",     NULL };

struct add {
	const char *title;
	const char *const *listing;
	bool transactable;
};
static const struct field add_flags[] = {
	F_STRS(struct add, listing, "listing", .max = 5,
	       .help = "The listing's calls to action, with commas: contact-me, get-it-now, "
		       "free-trial, "
		       "test-drive, create."),
	F_STR(struct add, title, "title", .max = LIMIT_NAME, .help = "The offer's display name."),
	F_BOOL(struct add, transactable, "transactable", .def = "false",
	       .help = "It is sold through the marketplace: who gets it has bought it."),
	F_END,
};

struct rotate {
	const char *overlap;
};
static const struct field rotate_flags[] = {
	F_STR(struct rotate, overlap, "overlap", .max = 32,
	      .help = "How long the old address stays good: 0, 90s, 5m, 1h, 7d. Without it: the "
		      "option "
		      "keyOverlapS."),
	F_END,
};

static bool join_listing(struct cmd *c, const char *const *listing, const char **ret, struct err *e)
{
	AUTO_BUF b = buf_new(LIMIT_NAME);

	for (; listing && *listing; listing++) {
		const char *const *call = calls;

		while (*call && strcmp(*call, *listing) != 0)
			call++;
		if (!*call)
			return cmd_usage(
				e,
				"--listing: %s is none of contact-me, get-it-now, free-trial, "
				"test-drive, create.",
				*listing);
		buf_printf(&b, "%s%s", b.n ? "," : "", *call);
	}
	*ret = str_dup(c->arena, buf_view(&b));
	return true;
}

static bool print_url(struct cmd *c, const char *publisher, const char *offer, struct err *e)
{
	const char *url;

	if (!offer_intake_url(c->db, c->arena, c->seal, conf_base_url(c->arena, &c->conf),
			      publisher, offer, &url, e))
		return false;
	cmd_print_line("%s", url);
	return true;
}

static bool add(struct cmd *c, const void *flags, struct err *e)
{
	const struct add *f = flags;
	struct offer_add_in in = { .title = f->title ? f->title : "",
				   .transactable = f->transactable,
				   .now = c->now_ms };
	AUTO_TX tx = { 0 };

	return cmd_offer_id(c, c->args[0], &in.publisher, &in.offer, e) &&
	       join_listing(c, f->listing, &in.listing, e) && cmd_open(c, cmd_offer, e) &&
	       cmd_seal(c, true, e) && sql_begin(c->db, &tx, e) &&
	       offer_make(c->db, c->arena, c->seal, &in, e) && sql_commit(&tx, e) &&
	       print_url(c, in.publisher, in.offer, e);
}

static bool rotate(struct cmd *c, const void *flags, struct err *e)
{
	const struct rotate *f = flags;
	int64_t overlap = c->conf.key_overlap_s * 1000;
	const char *publisher, *offer;
	struct offer_list_row row;
	AUTO_TX tx = { 0 };
	int found;

	if (!cmd_offer_id(c, c->args[0], &publisher, &offer, e) ||
	    (f->overlap && !cmd_duration(f->overlap, &overlap, e)) || !cmd_open(c, NULL, e) ||
	    !cmd_seal(c, false, e) || !sql_begin(c->db, &tx, e))
		return false;
	found = offer_get(c->db, &(struct offer_get_in){ publisher, offer }, c->arena, &row, e);
	if (found == 0)
		return ERR(e, ERR_NOT_FOUND, "offer.unknown", "there is no offer %s.", c->args[0]);
	return found > 0 &&
	       offer_rotate_key(c->db, c->arena, c->seal, publisher, offer, overlap, c->now_ms,
				e) &&
	       sql_commit(&tx, e) && print_url(c, publisher, offer, e);
}

static const struct cmd_column columns[] = { { "OFFER", "id", 60 },
					     { "TITLE", "title", 40 },
					     { "CALLS TO ACTION", "listing", 50 },
					     { "TRANSACTABLE", "transactable", 0 },
					     { "LAST LEAD", "lastReceivedAt", 0 },
					     { NULL, NULL, 0 } };

static bool list(struct cmd *c, const void *query, struct err *e)
{
	struct str json;

	return cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, "/api/v1/offers", query, STR(""), &json, e) &&
	       cmd_print_list(c, json, columns, e);
}

static bool show(struct cmd *c, const void *flags, struct err *e)
{
	const char *publisher, *offer;
	struct str json;

	(void)flags;
	return cmd_offer_id(c, c->args[0], &publisher, &offer, e) && cmd_open(c, NULL, e) &&
	       cmd_call(c, HTTP_GET, arena_printf(c->arena, "/api/v1/offers/%s", c->args[0]), NULL,
			STR(""), &json, e) &&
	       cmd_print_one(c, json, e);
}

const struct command cmd_offer[] = {
	{ .noun = "offer",
	  .verb = "add",
	  .args = "PUB.OFFER",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = add_flags,
	  .in_size = sizeof(struct add),
	  .opts = CMD_AUDIT | CMD_MAKES,
	  .run = add,
	  .summary = "Makes an offer and prints its intake URL.",
	  .more = "The publisher is made too if it is new. Paste the URL into Partner Center: "
		  "offer setup, "
		  "customer leads,\nHTTPS endpoint. Whoever knows the URL can post leads to the "
		  "offer." },
	{ .noun = "offer",
	  .verb = "list",
	  .args = "",
	  .query_of = "/api/v1/offers",
	  .opts = CMD_JSON,
	  .run = list,
	  .summary = "Lists the offers." },
	{ .noun = "offer",
	  .verb = "show",
	  .args = "PUB.OFFER",
	  .min_args = 1,
	  .max_args = 1,
	  .opts = CMD_JSON,
	  .run = show,
	  .summary = "Shows an offer with its intake URL." },
	{ .noun = "offer",
	  .verb = "rotate-key",
	  .args = "PUB.OFFER",
	  .min_args = 1,
	  .max_args = 1,
	  .flags = rotate_flags,
	  .in_size = sizeof(struct rotate),
	  .opts = CMD_AUDIT,
	  .run = rotate,
	  .summary = "Makes a new intake URL and prints it; the old one ends after the overlap." },
	{ .noun = NULL },
};
