/*
 * The providers' documents, kept as they came for an hour: discovery and keys. A key that is not
 * among them makes the keys be fetched again, once a minute at most, so that nobody makes us ask a
 * provider by inventing key names.
 */
#include <pthread.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/hash.h"
#include "net/net.h"
#include "oidc/documents.h"

#define SLOTS      32 /* documents; two a provider */
#define KEEP_MS    (60 * 60000LL)
#define AGAIN_MS   60000
#define REQUEST_MS 5000

struct document {
	struct hash key; /* of the address and how it is fetched */
	char *text;      /* NULL: empty */
	size_t n;
	int64_t at_ms;
};

struct oidc {
	pthread_mutex_t lock; /* for all below */
	size_t busy, busy_max;
	struct document all[SLOTS];
};

struct oidc *oidc_new(size_t workers)
{
	struct oidc *o = calloc(1, sizeof(*o));

	MUST(o);
	pthread_mutex_init(&o->lock, NULL);
	o->busy_max = workers > 3 ? workers / 2 : 1;
	return o;
}

void oidc_free(struct oidc *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		free(o->all[i].text);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

bool oidc_enter(struct oidc *o, struct oidc_talk *t, struct err *e)
{
	bool got;

	t->end_ms = clock_mono() + OIDC_TALK_MS;
	pthread_mutex_lock(&o->lock);
	got = o->busy < o->busy_max;
	if (got)
		o->busy++;
	pthread_mutex_unlock(&o->lock);
	return got || ERR(e, ERR_LIMIT, "oidc.busy",
			  "Many are signing in just now, or the provider is slow; try again in a "
			  "moment.");
}

void oidc_leave(struct oidc *o)
{
	pthread_mutex_lock(&o->lock);
	o->busy--;
	pthread_mutex_unlock(&o->lock);
}

bool oidc_request(const struct oidc_talk *t, const struct oidc_provider *p, struct net_request *r,
		  struct net_reply *ret, struct err *e)
{
	int64_t left = t->end_ms - clock_mono();

	r->ca_file = p->ca_file;
	r->allow_http = p->allow_http;
	r->allow_private = p->allow_private;
	r->timeout_ms = left < REQUEST_MS ? left : REQUEST_MS;
	r->reply_max = OIDC_DOCUMENT_MAX;
	r->once = true;
	if (r->timeout_ms <= 0)
		return ERR(e, ERR_REMOTE, "oidc.unreachable", "The provider is too slow.");
	if (!net_send(t->arena, r, ret, e))
		return false;
	return ret->failure == NET_OK ||
	       ERR(e, ERR_REMOTE, "oidc.unreachable", "The provider cannot be asked (%s): %.200s",
		   net_failure_text(ret->failure), ret->detail);
}

/* ---- kept ---- */

static struct hash key_of(struct arena *a, const struct oidc_provider *p, const char *url)
{
	return hash_of(str_of(arena_printf(a, "%s\n%s\n%d%d", url, p->ca_file ? p->ca_file : "",
					   p->allow_http, p->allow_private)));
}

static struct document *slot_of(struct oidc *o, const struct hash *key)
{
	struct document *oldest = &o->all[0];

	for (size_t i = 0; i < SLOTS; i++) {
		struct document *d = &o->all[i];

		if (d->text && !memcmp(&d->key, key, sizeof(*key)))
			return d;
		if (!d->text || (oldest->text && d->at_ms < oldest->at_ms))
			oldest = d;
	}
	return oldest;
}

static bool find(struct oidc *o, struct arena *a, const struct hash *key, int64_t now_ms,
		 struct str *ret, int64_t *ret_age)
{
	const struct document *d;
	bool found;

	pthread_mutex_lock(&o->lock);
	d = slot_of(o, key);
	*ret_age = now_ms - d->at_ms;
	found = d->text && !memcmp(&d->key, key, sizeof(*key)) && *ret_age >= 0 &&
		*ret_age < KEEP_MS;
	if (found)
		*ret = (struct str){ arena_strndup(a, d->text, d->n), d->n };
	pthread_mutex_unlock(&o->lock);
	return found;
}

static void keep(struct oidc *o, const struct hash *key, struct str text, int64_t now_ms)
{
	char *copy = malloc(text.n + 1);
	struct document *d;

	MUST(copy);
	memcpy(copy, text.p, text.n);
	pthread_mutex_lock(&o->lock);
	d = slot_of(o, key);
	free(d->text);
	*d = (struct document){ *key, copy, text.n, now_ms };
	pthread_mutex_unlock(&o->lock);
}

bool oidc_document_kept(struct oidc *o, struct arena *a, const struct oidc_provider *p,
			const char *url, int64_t now_ms, struct str *ret)
{
	struct hash key = key_of(a, p, url);
	int64_t age;

	return find(o, a, &key, now_ms, ret, &age);
}

static bool is_object(struct str text)
{
	AUTO_JSON j = NULL;
	struct err why;

	return json_parse(text, &j, &why) && json_kind(j) == JSON_OBJ;
}

bool oidc_document(struct oidc *o, const struct oidc_talk *t, const struct oidc_provider *p,
		   const char *url, bool again, struct str *ret, struct err *e)
{
	struct net_request r = { .method = "GET", .url = url };
	struct hash key = key_of(t->arena, p, url);
	struct net_reply *reply;
	int64_t age;

	if (find(o, t->arena, &key, t->now_ms, ret, &age) && !(again && age >= AGAIN_MS))
		return true;
	reply = ARENA_NEW(t->arena, struct net_reply);
	if (!net_header(&r, "Accept", "application/json", e) || !oidc_request(t, p, &r, reply, e))
		return false;
	if (reply->status != 200)
		return ERR(e, ERR_REMOTE, "oidc.unreachable",
			   "The provider answers %d at %.200s; redirects are not followed.",
			   reply->status, url);
	if (!is_object(reply->body)) /* a page that says it is down must not be kept */
		return ERR(e, ERR_REMOTE, "oidc.unreachable",
			   "What the provider answers at %.200s is no JSON object, or longer than "
			   "%d KB.",
			   url, OIDC_DOCUMENT_MAX / 1024);
	keep(o, &key, reply->body, t->now_ms);
	*ret = reply->body;
	return true;
}
