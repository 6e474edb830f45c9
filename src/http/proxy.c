#include "http/proxy.h"

#include <stdio.h>
#include <arpa/inet.h>
#include <stdlib.h>

static bool bytes_of(const struct sockaddr *sa, uint8_t out[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (sa->sa_family == AF_INET) {
		memcpy(out, mapped, 12);
		memcpy(out + 12, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
		return true;
	}
	return false;
}

static bool parse_address(const char *z, uint8_t out[16], bool *ret_v4)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	*ret_v4 = inet_pton(AF_INET, z, &v4.sin_addr) == 1;
	if (*ret_v4)
		return bytes_of((const struct sockaddr *)&v4, out);
	return inet_pton(AF_INET6, z, &v6.sin6_addr) == 1 &&
	       bytes_of((const struct sockaddr *)&v6, out);
}

static bool parse_network(struct arena *a, const char *z, struct network *ret)
{
	struct str s = str_trim(str_of(z));
	size_t cut = str_find(s, '/');
	int64_t bits = 128, limit;
	bool v4;

	if (!parse_address(str_dup(a, str_upto(s, cut)), ret->bytes, &v4))
		return false;
	limit = v4 ? 32 : 128;
	if (cut < s.n && (!str_int(str_from(s, cut + 1), &bits) || bits < 0 || bits > limit))
		return false;
	ret->bits = cut == s.n ? 128 : (unsigned)bits + (v4 ? 96 : 0);
	return true;
}

bool networks_parse(struct arena *a, const char *const *list, struct networks *ret, struct err *e)
{
	struct networks n = { 0 };
	size_t count = 0;

	while (list && list[count])
		count++;
	n.all = ARENA_ARRAY(a, struct network, count);
	for (; n.n < count; n.n++)
		if (!parse_network(a, list[n.n], &n.all[n.n]))
			return ERR_FIELD(e, ERR_INPUT, "proxy.network", "trustedProxies",
					 "%s is no network such as 10.0.0.0/8 or fd00::/8.",
					 list[n.n]);
	*ret = n;
	return true;
}

static bool have_bytes(const struct networks *n, const uint8_t bytes[16])
{
	for (size_t i = 0; i < n->n; i++) {
		const struct network *w = &n->all[i];
		unsigned whole = w->bits / 8, rest = w->bits % 8;

		if (memcmp(w->bytes, bytes, whole))
			continue;
		if (!rest || (w->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0)
			return true;
	}
	return false;
}

bool networks_have(const struct networks *n, const struct sockaddr *sa)
{
	uint8_t bytes[16];

	return n->n && bytes_of(sa, bytes) && have_bytes(n, bytes);
}

static char *bytes_text(const uint8_t bytes[16], char out[ADDRESS_TEXT])
{
	struct in6_addr v6;

	memcpy(&v6, bytes, 16);
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		inet_ntop(AF_INET, bytes + 12, out, ADDRESS_TEXT);
	else
		inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT);
	return out;
}

char *address_text(const struct sockaddr *sa, char out[ADDRESS_TEXT])
{
	uint8_t bytes[16];

	if (bytes_of(sa, bytes))
		return bytes_text(bytes, out);
	snprintf(out, ADDRESS_TEXT, "unknown");
	return out;
}

/* 192.0.2.1, 192.0.2.1:80, [2001:db8::1]:80, 2001:db8::1, with or without quotes. */
static bool parse_hop(struct arena *a, struct str s, uint8_t bytes[16])
{
	bool v4;
	size_t colon;

	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = (struct str){ s.p + 1, s.n - 2 };
	if (s.n && s.p[0] == '[') {
		s = str_from(s, 1);
		s = str_upto(s, str_find(s, ']'));
	} else {
		colon = str_find(s, ':');
		if (colon < s.n && str_find(str_from(s, colon + 1), ':') == s.n - colon - 1)
			s = str_upto(s, colon);
	}
	return s.n < ADDRESS_TEXT && parse_address(str_dup(a, s), bytes, &v4);
}

/* The value of name in one hop of Forwarded: for=…;proto=… */
static struct str forwarded_value(struct str hop, const char *name)
{
	struct str pair;

	while (str_split(&hop, ';', &pair)) {
		size_t cut = str_find(pair, '=');

		if (cut < pair.n && str_ieq_z(str_trim(str_upto(pair, cut)), name))
			return str_trim(str_from(pair, cut + 1));
	}
	return (struct str){ "", 0 };
}

static struct str last_piece(struct str *rest)
{
	size_t at = rest->n;
	struct str piece;

	while (at && rest->p[at - 1] != ',')
		at--;
	piece = str_from(*rest, at);
	*rest = str_upto(*rest, at ? at - 1 : 0);
	return piece;
}

const char *forwarded_peer(const struct networks *n, struct arena *a, const char *x_forwarded_for,
			   const char *forwarded)
{
	struct str rest = str_of(x_forwarded_for ? x_forwarded_for : forwarded);
	char *text = NULL;

	while (rest.n) {
		struct str hop = last_piece(&rest);
		uint8_t bytes[16];

		if (!x_forwarded_for)
			hop = forwarded_value(hop, "for");
		if (!parse_hop(a, hop, bytes))
			break;
		if (!text)
			text = arena_alloc(a, ADDRESS_TEXT);
		bytes_text(bytes, text);
		if (!have_bytes(n, bytes))
			break;
	}
	return text;
}

bool forwarded_secure(const char *x_forwarded_proto, const char *forwarded)
{
	struct str rest = str_of(x_forwarded_proto ? x_forwarded_proto : forwarded), hop;

	if (!rest.n)
		return false;
	hop = last_piece(&rest);
	if (!x_forwarded_proto)
		hop = forwarded_value(hop, "proto");
	return str_ieq_z(str_trim(hop), "https");
}
