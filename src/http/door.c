/*
 * The door: looks at the bytes of a request before h2o does, because h2o 2.2.5 has one limit for
 * all bodies, tells a handler of whole bodies only, and closes without a word what it cannot parse.
 * Here a head that is no HTTP/1.1 is answered, a body over the limit of its own route is refused
 * by its Content-Length before any of it is read (by what has come when it is chunked), and
 * the memory of all requests that are not here as a whole is bounded together.
 *
 * It works by standing in for h2o's read callback, which it calls with what may pass. h2o sets its
 * own again whenever it begins to read; doors_watch() then takes its place before the next poll.
 * A second request that came along with the one before (pipelining) has been seen by h2o already:
 * it is looked at afterwards, and every further byte of it through the door.
 */
#include "http/server.h"

#include "base/limits.h"
#include "base/metric.h"
#include "http/problem.h"

#define HEAD_MAX     ((size_t)32 * 1024)
#define SMALL        ((size_t)16 * 1024) /* may always be held: an ordinary lead has 2 KiB */
#define LINGER_BYTES ((size_t)32 * 1024 * 1024)
#define ANSWER_MAX   4096

/* In the order of a look; PASS: nothing to say against it. */
enum refusal {
	PASS = 0,
	BAD_LINE,
	BAD_HEADER,
	BAD_LENGTH,
	HEAD_SIZE,
	HEADER_COUNT,
	BODY_SIZE,
	TOO_MUCH_HELD,
};

static void say(enum refusal why, size_t limit, struct err *e)
{
	switch (why) {
	case PASS: break;
	case BAD_LINE:
		ERR(e, ERR_INPUT, "http.line",
		    "This is no HTTP/1.1: a request begins with METHOD PATH HTTP/1.1.");
		break;
	case BAD_HEADER:
		ERR(e, ERR_INPUT, "http.header",
		    "A header is not valid: each is one line, Name: value.");
		break;
	case BAD_LENGTH:
		ERR(e, ERR_INPUT, "http.length",
		    "The body's length must be told once: Content-Length, or chunked.");
		break;
	case HEAD_SIZE:
		ERR(e, ERR_INPUT, "http.head-size",
		    "The request line and the headers are over %zu bytes.", HEAD_MAX);
		break;
	case HEADER_COUNT:
		ERR(e, ERR_INPUT, "http.header-count", "There are over %d headers.",
		    H2O_MAX_HEADERS);
		break;
	case BODY_SIZE:
		ERR(e, ERR_TOO_LARGE, "body.size", "The body is over %zu bytes.", limit);
		break;
	case TOO_MUCH_HELD:
		ERR(e, ERR_BUSY, "http.held",
		    "Too many large requests are arriving at once; try again in a moment.");
		break;
	}
}

/* ---- the head ---- */

static struct str input_of(const struct connection *c)
{
	const h2o_buffer_t *in = c->sock->input;

	return (struct str){ in->size ? in->bytes : "", in->size };
}

static bool is_token(struct str s)
{
	static const char others[] = "!#$%&'*+.^_`|~";

	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!((ch | 32) >= 'a' && (ch | 32) <= 'z') && ch != '-' &&
		    !(ch >= '0' && ch <= '9') && !(ch && strchr(others, ch)))
			return false;
	}
	return s.n > 0;
}

static bool has_control(struct str s)
{
	while ((s = str_from(s, str_plain(s, 127, 127))).n) {
		if (s.p[0] != '\t')
			return true;
		s = str_from(s, 1);
	}
	return false;
}

/* The next line of rest without its end; false when it is not here as a whole. */
static bool next_line(struct str rest, struct str *ret, size_t *ret_size)
{
	size_t at = str_find(rest, '\n');

	if (at == rest.n)
		return false;
	*ret_size = at + 1;
	*ret = str_upto(rest, at && rest.p[at - 1] == '\r' ? at - 1 : at);
	return true;
}

struct request_line {
	struct str method, target, version;
};

static bool split_line(struct str line, struct request_line *ret)
{
	size_t blank = str_find(line, ' ');
	struct str rest = str_from(line, blank + 1);

	ret->method = str_upto(line, blank);
	blank = str_find(rest, ' ');
	ret->target = str_upto(rest, blank);
	ret->version = str_from(rest, blank + 1);
	return is_token(ret->method) && ret->target.n &&
	       str_plain(ret->target, ' ', 127) == ret->target.n &&
	       (str_eq_z(ret->version, "HTTP/1.1") || str_eq_z(ret->version, "HTTP/1.0"));
}

static enum refusal read_line(struct door *d, struct str line)
{
	struct request_line parts;

	if (!line.n && d->seen <= 2)
		return PASS; /* one empty line before it, as some clients leave behind */
	if (!split_line(line, &parts))
		return BAD_LINE;
	d->step = DOOR_HEADERS;
	return PASS;
}

static bool read_length(struct door *d, struct str value)
{
	int64_t n;

	if (!value.n || value.p[0] < '0' || value.p[0] > '9' || !str_int(value, &n))
		return false;
	if (d->chunked || (d->sized && d->length != (size_t)n))
		return false;
	d->sized = true;
	d->length = (size_t)n;
	return true;
}

/* A folded line (RFC 9112, 5.2) and a blank before the colon (5.1) are refused, as is a length that
 * is told twice in different ways: two readers could understand them differently. */
static enum refusal read_header(struct door *d, struct str line)
{
	size_t colon = str_find(line, ':');
	struct str name = str_upto(line, colon), value = str_trim(str_from(line, colon + 1));

	if (!line.n) {
		d->step = DOOR_BODY;
		return PASS;
	}
	if (++d->headers > H2O_MAX_HEADERS)
		return HEADER_COUNT;
	if (colon == line.n || !is_token(name) || has_control(value))
		return BAD_HEADER;
	if (str_ieq_z(name, "content-length"))
		return read_length(d, value) ? PASS : BAD_LENGTH;
	if (str_ieq_z(name, "transfer-encoding")) {
		if (d->sized || d->chunked || !str_ieq_z(value, "chunked"))
			return BAD_LENGTH;
		d->chunked = true;
	}
	return PASS;
}

/* The row that the head asks for; NULL when there is none, or no whole request line. */
static const struct route *row_of(const struct connection *c)
{
	struct request_line parts;
	struct str rest = input_of(c), line;
	size_t size;

	while (next_line(rest, &line, &size) && !line.n)
		rest = str_from(rest, size);
	if (!rest.n || !next_line(rest, &line, &size) || !split_line(line, &parts))
		return NULL;
	return routes_match(c->loop->s->routes, http_method_of(parts.method),
			    str_upto(parts.target, str_find(parts.target, '?')))
		.route;
}

/* A row's limit is looked up only for what could be over one. */
static enum refusal judge_length(struct connection *c)
{
	struct door *d = &c->door;
	size_t least = c->loop->s->c.body_limit;

	if (least > LIMIT_API_BODY)
		least = LIMIT_API_BODY;
	if (!d->chunked && d->length <= least)
		d->limit = least;
	else
		d->limit = body_limit(c->loop->s, row_of(c));
	return d->length > d->limit ? BODY_SIZE : PASS;
}

/* TLS at a plain port, say: no end of line may ever come. */
static bool begins_wrong(struct str rest)
{
	return rest.n && rest.p[0] != '\r' && !is_token(str_upto(rest, 1));
}

static enum refusal look_at_head(struct connection *c)
{
	struct door *d = &c->door;
	struct str all = input_of(c), line;
	enum refusal why = PASS;
	size_t size;

	while (d->step < DOOR_BODY && why == PASS &&
	       next_line(str_from(all, d->seen), &line, &size)) {
		d->seen += size;
		if (d->seen > HEAD_MAX)
			return HEAD_SIZE;
		why = d->step == DOOR_LINE ? read_line(d, line) : read_header(d, line);
		if (why == PASS && d->step == DOOR_BODY)
			why = judge_length(c);
	}
	if (why != PASS || d->step == DOOR_BODY)
		return why;
	if (all.n > HEAD_MAX)
		return HEAD_SIZE;
	return d->step == DOOR_LINE && begins_wrong(str_from(all, d->seen)) ? BAD_LINE : PASS;
}

/* ---- what is held ---- */

static void hold(struct connection *c, size_t bytes)
{
	c->loop->held += bytes - c->door.held;
	c->door.held = bytes;
}

/* After h2o has taken what it understands: chunks are bare then. */
static enum refusal look_at_body(struct connection *c)
{
	struct door *d = &c->door;
	const h2o_buffer_t *input = c->sock->input;

	hold(c, input->size ? input->capacity : 0);
	if (d->step == DOOR_BODY && d->chunked && input->size - d->seen > d->limit)
		return BODY_SIZE;
	if (d->held > SMALL && c->loop->held > LIMIT_HALF_REQUESTS / c->loop->s->c.loops)
		return TOO_MUCH_HELD;
	return PASS;
}

/* ---- turned away ---- */

void door_count_refused(const struct connection *c)
{
	route_count_refused(row_of(c));
}

/* The client may still be sending: it is read to its end, or until its time is over. */
static void on_told(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->on_close.data;

	buf_free(&c->door.answer);
	if (err)
		connection_end(c);
	else
		shutdown(h2o_socket_get_fd(sock), SHUT_WR);
}

static void write_answer(struct connection *c, enum refusal why, struct buf *ret)
{
	struct http_reply reply = { 0 };
	struct err e = { 0 };

	say(why, c->door.limit, &e);
	http_reply_problem(&reply, &e, NULL);
	*ret = buf_new(ANSWER_MAX);
	buf_printf(ret, "HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: %zu\r\n",
		   reply.status, http_reason(reply.status), reply.body.n);
	buf_printf(ret, "content-type: %s\r\nserver: leadline\r\n", reply.content_type);
	for (size_t i = 0; i < reply.header_count; i++)
		buf_printf(ret, "%s: %s\r\n", reply.headers[i].name, reply.headers[i].value);
	reply_security_text(ret, c->sock->ssl != NULL);
	buf_z(ret, "\r\n");
	buf_str(ret, buf_view(&reply.body));
	buf_free(&reply.body);
	MUST(buf_ok(ret));
}

static void turn_away(struct connection *c, enum refusal why)
{
	h2o_iovec_t bytes;

	metric_add(METRIC_HTTP_REQUESTS, 1);
	door_count_refused(c);
	hold(c, 0);
	c->door.step = DOOR_SHUT;
	c->reading_ms = clock_mono();
	h2o_buffer_consume(&c->sock->input, c->sock->input->size);
	if (c->sock->_cb.write) { /* "100 Continue" is on its way: nothing can follow it */
		connection_end(c);
		return;
	}
	write_answer(c, why, &c->door.answer);
	bytes = h2o_iovec_init(c->door.answer.p, c->door.answer.n);
	h2o_socket_write(c->sock, &bytes, 1, on_told);
}

/* ---- in place of h2o's reader ---- */

static void throw_away(struct connection *c)
{
	h2o_buffer_consume(&c->sock->input, c->sock->input->size);
	if (c->sock->bytes_read - c->mark > LINGER_BYTES)
		connection_end(c);
}

static void leave_to_watch(struct connection *c)
{
	if (!h2o_linklist_is_linked(&c->door.link))
		h2o_linklist_insert(&c->loop->unwatched, &c->door.link);
}

static void on_read(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->on_close.data;
	struct loop *l = c->loop;
	enum refusal why = err || c->door.step == DOOR_SHUT ? PASS : look_at_head(c);

	if (!err && c->door.step == DOOR_SHUT) {
		throw_away(c);
		return;
	}
	if (why == PASS) {
		l->inside = c;
		c->door.next(sock, err);
		if (l->inside != c)
			return; /* closed, and c is gone */
		l->inside = NULL;
		if (sock->_cb.read != on_read) {
			leave_to_watch(c);
			return;
		}
		why = look_at_body(c);
	}
	if (why != PASS)
		turn_away(c, why);
}

/* What one great request took is given back before the next one. */
static void shrink(h2o_socket_t *sock)
{
	if (sock->input->size || sock->input->capacity <= SMALL)
		return;
	h2o_buffer_dispose(&sock->input);
	h2o_buffer_init(&sock->input, &h2o_socket_buffer_prototype);
}

/* True when nothing is left to do for c until it is answered again. */
static bool watch(struct connection *c)
{
	enum refusal why;

	if (c->busy || !c->sock->_cb.read)
		return false;
	if (c->sock->_cb.read == on_read)
		return true;
	c->door.next = c->sock->_cb.read;
	h2o_socket_read_start(c->sock, on_read);
	shrink(c->sock);
	why = look_at_head(c);
	if (why == PASS)
		why = look_at_body(c);
	if (why != PASS)
		turn_away(c, why);
	return true;
}

void doors_watch(struct loop *l)
{
	for (h2o_linklist_t *at = l->unwatched.next, *next; at != &l->unwatched; at = next) {
		struct door *d = H2O_STRUCT_FROM_MEMBER(struct door, link, at);

		next = at->next;
		if (watch(H2O_STRUCT_FROM_MEMBER(struct connection, door, d)))
			h2o_linklist_unlink(at);
	}
}

static void close_socket(h2o_socket_t *sock, const char *err)
{
	(void)err;
	h2o_socket_close(sock);
}

void door_open(struct connection *c)
{
	struct loop *l = c->loop;
	enum refusal why = look_at_head(c); /* of what came along with a TLS handshake */

	if (why != PASS) {
		c->door.next = close_socket;
		h2o_socket_read_start(c->sock, on_read);
		turn_away(c, why);
		return;
	}
	l->inside = c;
	h2o_http1_accept(&l->accept, c->sock, *h2o_get_timestamp(&l->h2o, NULL, NULL));
	if (l->inside == c && !watch(c))
		leave_to_watch(c);
	l->inside = NULL;
}

void door_reset(struct connection *c)
{
	struct door *d = &c->door;

	hold(c, 0);
	*d = (struct door){ .link = d->link, .next = d->next };
	leave_to_watch(c);
}

void door_close(struct connection *c)
{
	hold(c, 0);
	buf_free(&c->door.answer);
	if (h2o_linklist_is_linked(&c->door.link))
		h2o_linklist_unlink(&c->door.link);
	if (c->loop->inside == c)
		c->loop->inside = NULL;
}
