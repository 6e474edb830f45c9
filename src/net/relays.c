/*
 * Connections to relays: made, used for mail after mail, kept for a while, left with QUIT.
 *
 * A connection belongs to curl's easy handle and ends when that leaves the multi handle, so that a
 * mail and a place change handles: who has the connection has its handle. A kept connection may be
 * dead without our knowing. A mail that finds it so before its final dot has left goes once more,
 * on a new one: nobody has it. After the dot nobody knows, and that is its outcome.
 */
#include "net/relays.h"
#include <stdio.h>
#include "base/clock.h"

void net_relays_init(struct net_relays *s, CURLM *curl)
{
	*s = (struct net_relays){ .curl = curl };
}

static void push(struct net_transfer **list, struct net_transfer *t)
{
	t->next_mail = *list;
	*list = t;
}

static void append(struct net_transfer **list, struct net_transfer *t)
{
	while (*list)
		list = &(*list)->next_mail;
	t->next_mail = NULL;
	*list = t;
}

static int64_t end_of(const struct net_transfer *t)
{
	return t->started_ms + t->request->timeout_ms;
}

void net_relays_add(struct net_relays *s, struct net_transfer *t)
{
	append(&s->waiting, t);
}

static void swap(CURL **a, CURL **b)
{
	CURL *was = *a;
	*a = *b;
	*b = was;
}

/* ---- the end of a connection ---- */

static void say_quit(CURL *easy)
{
	size_t n;
	curl_easy_send(easy, "QUIT\r\n", 6, &n); /* nobody waits for its reply */
}

/* curl closes it when its handle leaves. */
static void close_kept(struct net_relays *s, struct net_kept *k, bool polite)
{
	if (polite)
		say_quit(k->easy);
	curl_multi_remove_handle(s->curl, k->easy);
	k->until = 0;
	k->wait = NULL;
	s->open--;
}

static void close_own(struct net_relays *s, struct net_transfer *t)
{
	curl_multi_remove_handle(s->curl, t->easy);
	s->open--;
}

/* What a relay says unasked is that it goes: 421, or the end. */
static bool is_quiet(const struct net_kept *k)
{
	char c;
	size_t n;
	return curl_easy_recv(k->easy, &c, 1, &n) == CURLE_AGAIN;
}

/* ---- a mail gets a connection ---- */

/* The one used last: the others grow old. */
static struct net_kept *find_kept(struct net_relays *s, const struct hash *whose)
{
	struct net_kept *best = NULL;
	for (size_t i = 0; i < LL_COUNT(s->kept); i++) {
		struct net_kept *k = &s->kept[i];
		if (k->until && (!best || k->until > best->until) &&
		    memcmp(&k->session.whose, whose, sizeof(*whose)) == 0)
			best = k;
	}
	return best;
}

static bool take_kept(struct net_relays *s, struct net_transfer *t)
{
	struct net_kept *k;
	while (!t->talk.session.fresh && (k = find_kept(s, &t->talk.session.whose))) {
		if (!is_quiet(k)) {
			close_kept(s, k, false);
			continue;
		}
		swap(&k->easy, &t->easy);
		k->until = 0;
		k->wait = NULL;
		t->talk.session = k->session;
		net_transfer_hold(t);
		net_mail_begin(t);
		push(&s->talking, t);
		return true;
	}
	return false;
}

/* Of another relay, or of a sign-in that was changed. */
static void make_room(struct net_relays *s)
{
	struct net_kept *oldest = NULL;
	for (size_t i = 0; i < LL_COUNT(s->kept); i++)
		if (s->kept[i].until && (!oldest || s->kept[i].until < oldest->until))
			oldest = &s->kept[i];
	if (s->open == NET_RELAY_CONNECTIONS && oldest)
		close_kept(s, oldest, true);
}

static void end_mail(struct net_relays *s, struct net_transfer *t, CURLcode result)
{
	t->talk.result = result;
	append(&s->over, t);
}

/* False: no more may be made. */
static bool make_connection(struct net_relays *s, struct net_transfer *t)
{
	make_room(s);
	if (s->open == NET_RELAY_CONNECTIONS)
		return false;
	s->open++;
	if (net_transfer_ready(t) && curl_multi_add_handle(s->curl, t->easy) == CURLM_OK)
		return true;
	s->open--;
	end_mail(s, t, CURLE_COULDNT_CONNECT);
	return true;
}

/* All whose connection is there, whoever came first; then connections are made, and those that
 * nobody wants any more make room for them. */
static bool serve_waiting(struct net_relays *s)
{
	static bool (*const ways[])(struct net_relays *,
				    struct net_transfer *) = { take_kept, make_connection };
	bool any = false;
	for (size_t i = 0; i < LL_COUNT(ways); i++) {
		struct net_transfer **at = &s->waiting;
		while (*at) {
			struct net_transfer *t = *at, *next = t->next_mail;
			if (ways[i](s, t)) {
				*at = next;
				any = true;
			} else {
				at = &t->next_mail;
			}
		}
	}
	return any;
}

static void end_impatient(struct net_relays *s)
{
	int64_t now = clock_mono();
	struct net_transfer **at = &s->waiting;
	while (*at) {
		struct net_transfer *t = *at;
		if (now < end_of(t)) {
			at = &t->next_mail;
			continue;
		}
		*at = t->next_mail;
		snprintf(t->words, sizeof(t->words),
			 "no connection to the relay came free in time");
		end_mail(s, t, CURLE_OPERATION_TIMEDOUT);
	}
}

/* ---- a connection has served ---- */

static struct net_kept *free_place(struct net_relays *s)
{
	for (size_t i = 0; i < LL_COUNT(s->kept); i++)
		if (!s->kept[i].until)
			return &s->kept[i];
	BUG("more connections than places");
}

static void keep(struct net_relays *s, struct net_transfer *t)
{
	struct net_kept *k = free_place(s);
	swap(&k->easy, &t->easy);
	curl_easy_setopt(k->easy, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(k->easy, CURLOPT_PRIVATE, NULL);
	k->session = t->talk.session;
	k->session.served++;
	k->until = clock_mono() + NET_RELAY_IDLE_MS;
}

/* What was said on it is over. */
static void talked(struct net_relays *s, struct net_transfer *t, CURLcode result)
{
	if (net_mail_is_stale(t, result)) {
		close_own(s, t);
		net_mail_again(t);
		push(&s->waiting, t);
		return;
	}
	bool usable = net_mail_leaves_usable(t, result);
	if (usable && t->talk.session.served + 1 < NET_RELAY_MAILS) {
		keep(s, t);
	} else {
		if (usable)
			say_quit(t->easy);
		close_own(s, t);
	}
	end_mail(s, t, result);
}

void net_relays_connected(struct net_relays *s, struct net_transfer *t, CURLcode result)
{
	if (result == CURLE_OK) {
		net_mail_begin(t);
		push(&s->talking, t);
	} else {
		close_own(s, t);
		end_mail(s, t, result);
	}
}

/* ---- the engine's round ---- */

bool net_relays_run(struct net_relays *s)
{
	struct net_transfer *list = s->talking;
	s->talking = NULL;
	while (list) {
		struct net_transfer *t = list;
		CURLcode result;
		list = t->next_mail;
		if (net_mail_talk(t, &result))
			talked(s, t, result);
		else
			push(&s->talking, t);
	}
	end_impatient(s);
	return serve_waiting(s);
}

struct net_transfer *net_relays_over(struct net_relays *s)
{
	struct net_transfer *t = s->over;
	if (!t)
		return NULL;
	s->over = t->next_mail;
	net_transfer_finish(t, t->talk.result);
	return t;
}

static void note_time(int64_t end, int64_t now, int64_t *ms)
{
	int64_t left = end > now ? end - now : 0;
	*ms = left < *ms ? left : *ms;
}

static unsigned add_wait(CURL *easy, short events, struct curl_waitfd *wait)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK)
		return 0;
	*wait = (struct curl_waitfd){ .fd = fd, .events = events };
	return 1;
}

unsigned net_relays_wait(struct net_relays *s, struct curl_waitfd *waits, int64_t *ms)
{
	unsigned n = 0;
	int64_t now = clock_mono();
	for (const struct net_transfer *t = s->talking; t; t = t->next_mail) {
		note_time(t->talk.deadline, now, ms);
		n += add_wait(t->easy, t->talk.want, &waits[n]);
	}
	for (const struct net_transfer *t = s->waiting; t; t = t->next_mail)
		note_time(end_of(t), now, ms);
	for (size_t i = 0; i < LL_COUNT(s->kept); i++) {
		struct net_kept *k = &s->kept[i];
		if (!k->until)
			continue;
		note_time(k->until, now, ms);
		k->wait = &waits[n];
		if (add_wait(k->easy, CURL_WAIT_POLLIN, k->wait))
			n++;
		else
			k->wait = NULL;
	}
	return n;
}

void net_relays_hear(struct net_relays *s)
{
	int64_t now = clock_mono();
	for (size_t i = 0; i < LL_COUNT(s->kept); i++) {
		struct net_kept *k = &s->kept[i];
		bool said = k->until && k->wait && k->wait->revents && !is_quiet(k);
		k->wait = NULL;
		if (k->until && (said || now >= k->until))
			close_kept(s, k, !said);
	}
}

void net_relays_clear(struct net_relays *s)
{
	for (size_t i = 0; i < LL_COUNT(s->kept); i++)
		if (s->kept[i].until)
			close_kept(s, &s->kept[i], true);
	s->open = 0;
	s->waiting = s->talking = s->over = NULL;
}

void net_relays_free(struct net_relays *s)
{
	for (size_t i = 0; i < LL_COUNT(s->kept); i++)
		curl_easy_cleanup(s->kept[i].easy);
}
