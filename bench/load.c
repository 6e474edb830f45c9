/* load - a load generator for the intake: HTTP/1.1, one thread, epoll, every lead different.
 *
 * Closed loop: each connection sends its next lead when the last is answered. With --rate an open
 * loop: leads fall due by the clock and their time counts from then, so a server that stalls cannot
 * hide it. Prints one line of JSON; times are milliseconds, stall_ms is the longest time in which
 * nothing was answered at all.
 */
#include "body.h"
#include "latency.h"
#include "peer.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_MAX = 1024, PATHS_MAX = 64 };

static const uint64_t SECOND = 1000000000, RETRY_NS = 10000000, DRAIN_NS = 2000000000;

static struct {
	double seconds, warmup, rate;  /* rate 0: closed loop */
	uint64_t count, first, people; /* 0: by time */
	unsigned connections, port;
	bool tls, fresh; /* fresh: a new connection for each lead */
	bool get;        /* GET instead of posting leads */
	const char *paths[PATHS_MAX], *acks, *header;
	char mark[BODY_MARK_SIZE];
	size_t paths_n;
} o = { .seconds = 5, .warmup = 1, .connections = 64, .port = 8080 };

static struct {
	struct latency latency;
	uint64_t began, from, until; /* run, measured window */
	uint64_t sent, answered, measured, errors, last_answer, stall;
	uint64_t by_class[6]; /* answers by status / 100 */
} run;

static struct peer *peers;
static struct peer *
	*idle; /* open loop: ready for the next lead; also those that wait to reconnect */
static size_t idle_n;
static struct sockaddr_in target;
static SSL_CTX *tls;
static int poll_fd;
static FILE *acks;
static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static bool may_send(uint64_t now)
{
	return !stopping && (o.count ? run.sent < o.count : now < run.until);
}

/* When the next lead of an open loop is due. */
static uint64_t next_due(void)
{
	return run.began + (uint64_t)((double)run.sent * 1e9 / o.rate);
}

static void rest(struct peer *p)
{
	idle[idle_n++] = p;
}

static size_t body_of(uint64_t sent, char retbody[BODY_MAX])
{
	uint64_t n = o.first + sent;

	return body_make(o.mark, n, o.people ? n % o.people : n, retbody);
}

static void fill(struct peer *p, uint64_t began)
{
	char body[BODY_MAX] = "";
	size_t n = o.get ? 0 : body_of(run.sent, body);
	int len = snprintf(p->out, sizeof(p->out),
			   "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s%s"
			   "Content-Type: application/json; charset=utf-8\r\n"
			   "Content-Length: %zu\r\n%s\r\n%s",
			   o.get ? "GET" : "POST", o.paths[run.sent % o.paths_n], o.port,
			   o.header ? o.header : "", o.header ? "\r\n" : "", n,
			   o.fresh ? "Connection: close\r\n" : "", body);

	if ((!n && !o.get) || len < 0 || (size_t)len >= sizeof(p->out))
		die("the request does not fit its buffer");
	p->out_len = (size_t)len;
	p->number = run.sent++;
	p->began_ns = began;
}

static void failed(struct peer *p, uint64_t now)
{
	run.errors++;
	peer_close(p);
	p->began_ns = now + RETRY_NS;
	rest(p);
}

static void begin(struct peer *p, uint64_t began, uint64_t now)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
				  .data.ptr = p };

	fill(p, began);
	if (p->state == PEER_READY && !o.fresh && !p->last) {
		if (peer_send(p) == PEER_FAILED)
			failed(p, now);
		return;
	}
	if (p->state != PEER_CLOSED)
		peer_close(p);
	if (!peer_open(p, &target, tls) || epoll_ctl(poll_fd, EPOLL_CTL_ADD, p->fd, &ev) < 0)
		failed(p, now);
	else
		peer_send(p);
}

static void save_ack(const struct peer *p)
{
	const char *id = strstr(p->in_body, "\"receipt\":\"");

	if (id && p->status == 200)
		fprintf(acks, "%s.%llu %.36s\n", o.mark, (unsigned long long)p->number, id + 11);
}

static void answered(struct peer *p, uint64_t now)
{
	run.answered++;
	run.by_class[p->status / 100 < 6 ? p->status / 100 : 0]++;
	if (acks)
		save_ack(p);
	if (now >= run.from && now < run.until) {
		run.measured++;
		latency_add(&run.latency, now - p->began_ns);
		if (run.last_answer && now - run.last_answer > run.stall)
			run.stall = now - run.last_answer;
		run.last_answer = now;
	}
	if (o.rate > 0 || !may_send(now))
		rest(p);
	else
		begin(p, now, now);
}

static void step(struct peer *p, uint64_t now)
{
	enum peer_result result = p->state == PEER_CLOSED ? PEER_WAIT : peer_step(p);

	if (result == PEER_ANSWERED) {
		answered(p, now);
	} else if (result == PEER_FAILED) {
		/* A resting peer that the server closes is no error: it reconnects when due. */
		if (p->state == PEER_READY)
			peer_close(p);
		else
			failed(p, now);
	}
}

/* Starts what is due on idle peers; returns how long to wait for events, in ns. */
static uint64_t start_due(uint64_t now)
{
	uint64_t wait = RETRY_NS;

	for (size_t i = idle_n; i-- > 0 && may_send(now);) {
		struct peer *p = idle[i];
		uint64_t due = o.rate > 0 ? next_due() : now;

		if (due > now)
			return due - now < wait ? due - now : wait;
		if (p->state == PEER_CLOSED && p->began_ns > now)
			continue;
		idle[i] = idle[--idle_n];
		begin(p, due, now);
	}
	return wait;
}

static void run_load(void)
{
	static struct epoll_event events[EVENTS_MAX];
	uint64_t now = now_ns(), drain = now + DRAIN_NS;

	run.began = now;
	run.from = now + (uint64_t)(o.warmup * 1e9);
	run.until = o.count ? UINT64_MAX : run.from + (uint64_t)(o.seconds * 1e9);
	while (idle_n < o.connections || may_send(now)) {
		uint64_t wait = start_due(now);
		struct timespec ts = { (time_t)(wait / SECOND), (long)(wait % SECOND) };
		int n = epoll_pwait2(poll_fd, events, EVENTS_MAX, &ts, NULL);

		now = now_ns();
		for (int i = 0; i < n; i++)
			step(events[i].data.ptr, now);
		if (may_send(now))
			drain = now + DRAIN_NS;
		else if (now > drain)
			break;
	}
	if (now < run.until)
		run.until = now;
}

static void print_result(void)
{
	double window = (double)(run.until - run.from) / 1e9;
	uint64_t tail = run.until - (run.last_answer ? run.last_answer : run.from);

	if (run.until <= run.from)
		die("over before the warm-up was");
	latency_sort(&run.latency);
	printf("{\"connections\":%u,\"seconds\":%.3f,\"measured\":%llu,\"rate\":%.1f,"
	       "\"p50_ms\":%.3f,\"p95_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"stall_ms\":%.3f,"
	       "\"sent\":%llu,\"answered\":%llu,\"errors\":%llu,"
	       "\"ok\":%llu,\"refused\":%llu,\"failed\":%llu}\n",
	       o.connections, window, (unsigned long long)run.measured,
	       (double)run.measured / window, latency_ms(&run.latency, 0.5),
	       latency_ms(&run.latency, 0.95), latency_ms(&run.latency, 0.99),
	       latency_ms(&run.latency, 1), (double)(tail > run.stall ? tail : run.stall) / 1e6,
	       (unsigned long long)run.sent, (unsigned long long)run.answered,
	       (unsigned long long)run.errors, (unsigned long long)run.by_class[2],
	       (unsigned long long)run.by_class[4], (unsigned long long)run.by_class[5]);
}

static const char usage[] =
	"usage: load [options] PATH...\n"
	"  --port N          port on 127.0.0.1, default 8080\n"
	"  --connections N   default 64\n"
	"  --seconds S       measured time, default 5\n"
	"  --warmup S        time before it, default 1 (0 with --count)\n"
	"  --count N         send N leads instead of running for a time\n"
	"  --rate N          open loop: N leads a second over all connections\n"
	"  --tls             speak TLS; the certificate is not checked\n"
	"  --fresh           a new connection, with --tls a full handshake, for each lead\n"
	"  --acks FILE       write `mark.number receipt` for each lead answered with 200\n"
	"  --people N        N persons in turn send them, instead of one each\n"
	"  --first N         number of the first lead, default 0: to go on with an earlier run's\n"
	"  --mark WORD       begin e-mail addresses with WORD instead of a random word\n"
	"  --header LINE     send this header too: `Authorization: Bearer ...`, `Cookie: ...`\n"
	"  --get             GET the paths in turn instead of posting leads\n";

static const struct option options[] = {
	{ "acks", required_argument, NULL, 'a' },
	{ "connections", required_argument, NULL, 'c' },
	{ "count", required_argument, NULL, 'n' },
	{ "first", required_argument, NULL, 'i' },
	{ "fresh", no_argument, NULL, 'f' },
	{ "get", no_argument, NULL, 'g' },
	{ "header", required_argument, NULL, 'h' },
	{ "mark", required_argument, NULL, 'm' },
	{ "people", required_argument, NULL, 'o' },
	{ "port", required_argument, NULL, 'p' },
	{ "rate", required_argument, NULL, 'r' },
	{ "seconds", required_argument, NULL, 's' },
	{ "tls", no_argument, NULL, 't' },
	{ "warmup", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 },
};

static void set_option(int c)
{
	switch (c) {
	case 'a':
		acks = fopen(optarg, "w");
		if (!acks)
			die("cannot write the file of acknowledged leads");
		break;
	case 'c': o.connections = (unsigned)strtoul(optarg, NULL, 10); break;
	case 'f': o.fresh = true; break;
	case 'g': o.get = true; break;
	case 'h': o.header = optarg; break;
	case 'i': o.first = strtoull(optarg, NULL, 10); break;
	case 'o': o.people = strtoull(optarg, NULL, 10); break;
	case 'm': snprintf(o.mark, sizeof(o.mark), "%s", optarg); break;
	case 'n':
		o.count = strtoull(optarg, NULL, 10);
		o.warmup = 0;
		break;
	case 'p': o.port = (unsigned)strtoul(optarg, NULL, 10); break;
	case 'r': o.rate = strtod(optarg, NULL); break;
	case 's': o.seconds = strtod(optarg, NULL); break;
	case 't': o.tls = true; break;
	case 'w': o.warmup = strtod(optarg, NULL); break;
	default: fputs(usage, stderr); exit(2);
	}
}

static void read_options(int argc, char **argv)
{
	uint32_t word;
	int c;

	if (getrandom(&word, sizeof(word), 0) != sizeof(word))
		die("no random numbers");
	snprintf(o.mark, sizeof(o.mark), "lead%08x", word);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(c);
	o.paths_n = (size_t)(argc - optind);
	if (!o.paths_n || o.paths_n > PATHS_MAX || !o.connections) {
		fputs(usage, stderr);
		exit(2);
	}
	for (size_t i = 0; i < o.paths_n; i++)
		o.paths[i] = argv[optind + (int)i];
	target = (struct sockaddr_in){ .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)o.port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = on_signal };

	read_options(argc, argv);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	if (o.tls) {
		tls = SSL_CTX_new(TLS_client_method());
		if (!tls)
			die("no TLS");
		SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	}
	peers = calloc(o.connections, sizeof(*peers));
	idle = calloc(o.connections, sizeof(struct peer *));
	poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (!peers || !idle || poll_fd < 0)
		die("out of memory");
	for (unsigned i = 0; i < o.connections; i++) {
		peers[i].fd = -1;
		peers[i].state = PEER_CLOSED;
		rest(&peers[i]);
	}
	run_load();
	print_result();
	for (unsigned i = 0; i < o.connections; i++)
		peer_close(&peers[i]);
	if (acks && fclose(acks) != 0)
		die("cannot write the file of acknowledged leads");
	latency_free(&run.latency);
	SSL_CTX_free(tls);
	free(peers);
	free(idle);
	return 0;
}
