/*
 * Any text as a URL and as a Retry-After: what passes the check is dialled by curl as the same
 * host, has neither user nor fragment, and a loopback address in any spelling never passes the
 * guard.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include "net/transfer.h"

/* The address that a numeric host stands for, whatever its spelling, is judged as such. */
static void check_host(const char *host)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	if (inet_aton(host, &in.sin_addr)) {
		uint32_t a = ntohl(in.sin_addr.s_addr);
		if (a >> 24 == 127 || a >> 24 == 10 || a >> 24 == 0 || a >> 16 == 0xc0a8)
			MUST(!net_address_is_public((const struct sockaddr *)&in));
		/* Mapped into IPv6 it is no more public than before. */
		memcpy(&in6.sin6_addr.s6_addr[12], &in.sin_addr, 4);
		in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
		MUST(net_address_is_public((const struct sockaddr *)&in) ==
		     net_address_is_public((const struct sockaddr *)&in6));
	}
}

static void check_url(const char *url)
{
	struct err e = { 0 };
	if (!net_url_check(url, true, "url", &e)) {
		MUST(e.kind == ERR_INPUT && e.text[0]);
		return;
	}
	CURLU *u = curl_url();
	char *host = NULL, *part = NULL;
	MUST(u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK);
	MUST(curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK);
	MUST(curl_url_get(u, CURLUPART_USER, &part, 0) != CURLUE_OK);
	MUST(curl_url_get(u, CURLUPART_FRAGMENT, &part, 0) != CURLUE_OK);
	check_host(host);
	curl_free(host);
	curl_url_cleanup(u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO_ARENA a = arena_new("fuzz", 1 << 24);
	char *text = arena_strndup(a, data, n);
	check_url(text);
	int64_t ms = net_retry_after(text, 1795255200000);
	MUST(ms >= -1 && ms <= 30LL * 24 * 3600 * 1000);
	net_scrub(text, "https://example.com/in?sig=secret");
	MUST(!strstr(text, "sig=secret"));
	return 0;
}
