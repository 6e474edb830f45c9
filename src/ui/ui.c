#include "ui/ui.h"

#include <stdlib.h>
#include "ui/assets.h"

#define FOR_EVER  "public, max-age=31536000, immutable"
#define ASK_FIRST "no-cache"

/* ---- files ---- */

static int by_path(const void *path, const void *asset)
{
	return strcmp(path, ((const struct ui_asset *)asset)->path);
}

static const struct ui_asset *asset_at(const char *path)
{
	return bsearch(path, ui_assets, ui_asset_count, sizeof(ui_assets[0]), by_path);
}

static bool has_tag(const char *if_none_match, const char *etag)
{
	struct str rest = str_of(if_none_match), piece;

	while (rest.n && str_split(&rest, ',', &piece)) {
		piece = str_trim(piece);
		if (str_starts(piece, "W/"))
			piece = str_from(piece, 2);
		if (str_eq_z(piece, etag) || str_eq_z(piece, "*"))
			return true;
	}
	return false;
}

/*
 * v<hash>/… is what this program's page asks for, and never changes. An older page that is still
 * open asks for another version: it gets today's file, which it must not keep.
 */
static const char *without_version(const char *path, bool *ret_current)
{
	const char *slash = strchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	*ret_current = n == strlen(ui_version) && !memcmp(path, ui_version, n);
	return path[0] == 'v' && n == strlen(ui_version) ? slash + 1 : path;
}

static bool send_asset(struct http_request *rq, const void *in, struct http_reply *reply,
		       struct err *e)
{
	bool current;
	const struct ui_asset *found = asset_at(without_version(rq->path_args[0], &current));

	(void)in;
	if (!found)
		return ERR(e, ERR_NOT_FOUND, "not.found", "There is no such file.");
	http_reply_header(reply, "cache-control", current ? FOR_EVER : ASK_FIRST);
	http_reply_header(reply, "etag", found->etag);
	if (found->packed.p)
		http_reply_header(reply, "vary", "accept-encoding");
	reply->content_type = found->type;
	if (has_tag(http_header(rq, "if-none-match"), found->etag)) {
		reply->status = 304;
		return true;
	}
	reply->static_body = found->plain;
	if (found->packed.p && http_accepts_gzip(rq)) {
		http_reply_header(reply, "content-encoding", "gzip");
		reply->static_body = found->packed;
	}
	return true;
}

/* ---- the page ---- */

static const char *known_language(struct str tag)
{
	for (size_t i = 0; ui_languages[i]; i++)
		if (str_ieq_z(tag, ui_languages[i]))
			return ui_languages[i];
	return NULL;
}

/*
 * Lookup of RFC 4647: the tag, then what is left without its last part. Chinese is told apart by
 * script, which a tag of a region implies: zh, zh-CN, zh-SG and zh-MY read Hans.
 */
static const char *find_language(struct str tag)
{
	static const char *const hans[] = { "zh", "zh-CN", "zh-MY", "zh-SG" };
	const char *found;

	for (size_t i = 0; i < LL_COUNT(hans); i++)
		if (str_ieq_z(tag, hans[i]))
			return known_language(STR("zh-Hans"));
	for (;;) {
		size_t cut = tag.n;

		found = known_language(tag);
		while (cut && tag.p[cut - 1] != '-')
			cut--;
		if (found || !cut)
			return found;
		tag = str_upto(tag, cut - 1);
	}
}

/* q of "ko;q=0.8" in thousandths. */
static int quality(struct str parameters)
{
	struct str s = str_trim(parameters);
	int q = 0, digit = 1000;

	if (!str_istarts(s, "q="))
		return 1000;
	for (size_t i = 2; i < s.n && digit; i++) {
		if (s.p[i] == '.')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		q += (s.p[i] - '0') * digit;
		digit /= 10;
	}
	return q;
}

const char *ui_language(const char *cookie, const char *accept_language)
{
	const char *best = cookie ? known_language(str_of(cookie)) : NULL;
	struct str rest = str_of(accept_language), piece;
	int best_q = 0;

	if (best)
		return best;
	while (rest.n && str_split(&rest, ',', &piece)) {
		size_t cut = str_find(piece, ';');
		const char *found = find_language(str_trim(str_upto(piece, cut)));
		int q = cut < piece.n ? quality(str_from(piece, cut + 1)) : 1000;

		if (found && q > best_q) {
			best = found;
			best_q = q;
		}
	}
	return best ? best : "en";
}

static bool send_page(struct http_request *rq, const void *in, struct http_reply *reply,
		      struct err *e)
{
	(void)in;
	(void)e;
	reply->content_type = "text/html; charset=utf-8";
	http_reply_header(reply, "cache-control", "no-cache");
	http_reply_header(reply, "vary", "accept-language, cookie");
	buf_str(&reply->body, ui_page_before);
	buf_z(&reply->body, ui_language(http_cookie(rq, "leadline_language"),
					http_header(rq, "accept-language")));
	buf_str(&reply->body, ui_page_behind);
	return true;
}

#define PAGE(p)                                                                                    \
	{                                                                                          \
		.method = HTTP_GET, .path = (p), .role = ROLE_ANYONE, .flags = ROUTE_PAGE,         \
		.fn = send_page, .summary = "The page"                                             \
	}

/* The page holds no data: all of it comes by the API, with the caller's role. */
const struct route ui_routes[] = {
	PAGE("/"),
	{ .method = HTTP_GET,
	  .path = "/assets/{path*}",
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_PAGE,
	  .fn = send_asset,
	  .summary = "Files of the page" },
	PAGE("/board"),
	PAGE("/customers"),
	PAGE("/customers/{id}"),
	PAGE("/duplicates"),
	PAGE("/today"),
	PAGE("/deliveries"),
	PAGE("/deliveries/{id}"),
	PAGE("/destinations"),
	PAGE("/import"),
	PAGE("/import/{id}"),
	PAGE("/leads"),
	PAGE("/leads/{id}"),
	PAGE("/receipts"),
	PAGE("/receipts/{id}"),
	PAGE("/settings"),
	PAGE("/settings/{part}"),
	PAGE("/sign-in"),
};
const size_t ui_route_count = LL_COUNT(ui_routes);
