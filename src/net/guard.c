/*
 * The address guard: which numeric addresses may be dialled. It looks at the address that is really
 * connected to, never at a URL's text, so odd spellings (2130706433, 0x7f.1) and names that change
 * their answer between check and use get it right by construction.
 *
 * Addresses that carry an IPv4 address inside (mapped, compatible, NAT64, 6to4) are judged by that
 * one.
 */
#include "net/net.h"
#include <netinet/in.h>
#include <sys/socket.h>

struct prefix {
	uint8_t bytes[16];
	unsigned bits;
	const char *what;
};

/* IANA special-purpose registries and what Svix and Convoy refuse; order as in the registries. */
static const struct prefix blocked4[] = {
	{ { 0 }, 8, "this network" },
	{ { 10 }, 8, "private" },
	{ { 100, 64 }, 10, "carrier-grade NAT" },
	{ { 127 }, 8, "loopback" },
	{ { 169, 254 }, 16, "link-local, cloud metadata" },
	{ { 172, 16 }, 12, "private" },
	{ { 192, 0, 0 }, 24, "protocol assignments" },
	{ { 192, 0, 2 }, 24, "documentation" },
	{ { 192, 88, 99 }, 24, "6to4 relay" },
	{ { 192, 168 }, 16, "private" },
	{ { 198, 18 }, 15, "benchmarking" },
	{ { 198, 51, 100 }, 24, "documentation" },
	{ { 203, 0, 113 }, 24, "documentation" },
	{ { 224 }, 4, "multicast" },
	{ { 240 }, 4, "reserved and broadcast" },
};

static const struct prefix blocked6[] = {
	{ { 0 }, 128, "unspecified" },
	{ { [15] = 1 }, 128, "loopback" },
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, "NAT64 of the local network" },
	{ { 0x01 }, 64, "discard only" },
	{ { 0x20, 0x01, 0x00, 0x00 }, 32, "Teredo" },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, "documentation" },
	{ { 0x3f, 0xff }, 20, "documentation" },
	{ { 0x5f, 0x00 }, 16, "segment routing" },
	{ { 0xfc }, 7, "unique local, cloud metadata (fd00:ec2::254)" },
	{ { 0xfe, 0x80 }, 10, "link-local" },
	{ { 0xfe, 0xc0 }, 10, "site-local" },
	{ { 0xff }, 8, "multicast" },
};

/* Where an IPv6 address has an IPv4 address inside, and at which byte. */
static const struct inner {
	struct prefix prefix;
	unsigned at;
} inner4[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96, "IPv4-mapped" }, 12 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96, "NAT64" }, 12 },
	{ { { 0x20, 0x02 }, 16, "6to4" }, 2 },
	{ { { 0 }, 96, "IPv4-compatible" }, 12 },
};

static bool within(const uint8_t *address, const struct prefix *p)
{
	unsigned whole = p->bits / 8, rest = p->bits % 8;
	if (memcmp(address, p->bytes, whole) != 0)
		return false;
	if (rest == 0)
		return true;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));
	return (address[whole] & mask) == (p->bytes[whole] & mask);
}

static bool within_any(const uint8_t *address, const struct prefix *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (within(address, &list[i]))
			return true;
	return false;
}

static bool public4(const uint8_t address[4])
{
	return !within_any(address, blocked4, LL_COUNT(blocked4));
}

static bool public6(const uint8_t address[16])
{
	if (within_any(address, blocked6, LL_COUNT(blocked6)))
		return false;
	for (size_t i = 0; i < LL_COUNT(inner4); i++)
		if (within(address, &inner4[i].prefix))
			return public4(address + inner4[i].at);
	return true;
}

bool net_address_is_public(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof(in));
		uint8_t b[4];
		memcpy(b, &in.sin_addr, sizeof(b));
		return public4(b);
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, sa, sizeof(in6));
		return public6(in6.sin6_addr.s6_addr);
	}
	return false; /* no other family is ever dialled */
}
