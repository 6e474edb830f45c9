/* Many exchanges at once in one thread, and one exchange alone, through the same code. */
#include "net/relays.h"
#include <stdatomic.h>
#include <stdlib.h>
#include "base/clock.h"

struct net_multi {
	CURLM *curl;
	size_t max, in_flight;
	struct net_transfer *all;       /* max of them */
	struct net_transfer *unused;    /* linked by next_free */
	struct net_transfer *stillborn; /* could not be started: reported by the next run */
	struct net_relays relays;       /* where mails go */
	struct curl_waitfd *waits;      /* for those: one a mail and a kept connection */
	atomic_bool woken;
};

struct net_multi *net_multi_new(size_t max_in_flight)
{
	struct net_multi *m = calloc(1, sizeof(*m));
	struct net_transfer *all = calloc(max_in_flight, sizeof(*all));
	struct curl_waitfd *waits = calloc(max_in_flight + NET_RELAY_CONNECTIONS, sizeof(*waits));
	CURLM *curl = curl_multi_init();
	if (!m || !all || !waits || !curl)
		bug_(__FILE__, __LINE__, "out of memory");
	m->curl = curl;
	m->max = max_in_flight;
	m->all = all;
	m->waits = waits;
	net_relays_init(&m->relays, curl);
	for (size_t i = max_in_flight; i-- > 0;) {
		net_transfer_init(&all[i]);
		all[i].next_free = m->unused;
		m->unused = &all[i];
	}
	curl_multi_setopt(m->curl, CURLMOPT_MAXCONNECTS, (long)max_in_flight);
	return m;
}

void net_multi_cancel(struct net_multi *m)
{
	net_relays_clear(&m->relays);
	m->unused = m->stillborn = NULL;
	m->in_flight = 0;
	for (size_t i = m->max; i-- > 0;) {
		if (m->all[i].easy)
			curl_multi_remove_handle(m->curl, m->all[i].easy);
		m->all[i].next_free = m->unused;
		m->unused = &m->all[i];
	}
}

void net_multi_free(struct net_multi *m)
{
	if (!m)
		return;
	net_multi_cancel(m);
	for (size_t i = 0; i < m->max; i++)
		net_transfer_free(&m->all[i]);
	net_relays_free(&m->relays);
	curl_multi_cleanup(m->curl);
	free(m->all);
	free(m->waits);
	free(m);
}

size_t net_multi_in_flight(const struct net_multi *m)
{
	return m->in_flight;
}

bool net_multi_add(struct net_multi *m, struct arena *a, const struct net_request *r,
		   net_done_fn *done, void *ctx)
{
	struct net_transfer *t = m->unused;
	if (!t)
		return false;
	m->unused = t->next_free;
	m->in_flight++;
	t->done = done;
	t->ctx = ctx;
	if (net_transfer_start(t, a, r)) {
		if (r->mail) {
			net_relays_add(&m->relays, t);
			return true;
		}
		if (curl_multi_add_handle(m->curl, t->easy) == CURLM_OK)
			return true;
		t->reply.failure = NET_CONNECT;
	}
	t->next_free = m->stillborn;
	m->stillborn = t;
	return true;
}

/* The transfer is free for reuse before done() is called, which may add the next one. */
static void report(struct net_multi *m, struct net_transfer *t)
{
	struct net_reply reply = t->reply;
	const struct net_request *request = t->request;
	net_done_fn *done = t->done;
	void *ctx = t->ctx;
	t->next_free = m->unused;
	m->unused = t;
	m->in_flight--;
	done(ctx, request, &reply);
}

static size_t report_stillborn(struct net_multi *m)
{
	size_t n = 0;
	struct net_transfer *list = m->stillborn;
	m->stillborn = NULL;
	while (list) {
		struct net_transfer *t = list;
		list = t->next_free;
		report(m, t);
		n++;
	}
	return n;
}

static size_t report_finished(struct net_multi *m)
{
	size_t n = 0;
	CURLMsg *msg;
	int left;
	while ((msg = curl_multi_info_read(m->curl, &left))) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		struct net_transfer *t = NULL;
		CURLcode result = msg->data.result; /* msg is gone with the handle */
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		if (t->request->mail) {
			net_relays_connected(&m->relays, t, result);
			continue;
		}
		net_transfer_finish(t, result);
		curl_multi_remove_handle(m->curl, t->easy);
		report(m, t);
		n++;
	}
	return n;
}

static size_t report_mails(struct net_multi *m)
{
	size_t n = 0;
	struct net_transfer *t;
	for (; (t = net_relays_over(&m->relays)); n++)
		report(m, t);
	return n;
}

void net_multi_run(struct net_multi *m, int64_t ms)
{
	int64_t end = clock_mono() + ms;
	size_t n = report_stillborn(m);
	for (;;) {
		int running;
		curl_multi_perform(m->curl, &running);
		n += report_finished(m);
		bool more = net_relays_run(&m->relays);
		n += report_mails(m);
		int64_t left = end - clock_mono();
		if (n || left <= 0 || atomic_exchange(&m->woken, false))
			return;
		if (more)
			continue;
		unsigned waits = net_relays_wait(&m->relays, m->waits, &left);
		curl_multi_poll(m->curl, m->waits, waits, (int)left, NULL);
		net_relays_hear(&m->relays);
	}
}

void net_multi_wake(struct net_multi *m)
{
	atomic_store(&m->woken, true);
	curl_multi_wakeup(m->curl);
}

static void keep_reply(void *ctx, const struct net_request *r, struct net_reply *reply)
{
	(void)r;
	*(struct net_reply *)ctx = *reply;
}

/* A talk needs an engine: one of its own. */
static void send_mail(struct arena *a, const struct net_request *r, struct net_reply *ret)
{
	struct net_multi *m = net_multi_new(1);
	MUST(net_multi_add(m, a, r, keep_reply, ret));
	while (net_multi_in_flight(m))
		net_multi_run(m, r->timeout_ms);
	net_multi_free(m);
}

bool net_send(struct arena *a, const struct net_request *r, struct net_reply *ret, struct err *e)
{
	struct net_transfer t;
	if (r->mail) {
		send_mail(a, r, ret);
		return true;
	}
	net_transfer_init(&t);
	if (net_transfer_start(&t, a, r))
		net_transfer_finish(&t, curl_easy_perform(t.easy));
	*ret = t.reply;
	bool ok = t.easy || ret->failure == NET_SETTINGS;
	net_transfer_free(&t);
	return ok || ERR(e, ERR_BUSY, "net.memory", "No transfer could be set up: try again.");
}
