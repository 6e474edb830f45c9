#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>
#include "base/arena.h"

#define KEY_BYTES   crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEX_BYTES   (KEY_BYTES * 2)

struct seal {
	unsigned char key[KEY_BYTES];
};

static bool fail(const char *path, struct err *e)
{
	return ERR(e, ERR_STORE, "seal.file", "The sealing key %s: %s.", path, strerror(errno));
}

/* Written whole under another name and linked into place: two starts at once agree on one key. */
static bool make_key(const char *path, struct err *e)
{
	unsigned char key[KEY_BYTES];
	char hex[HEX_BYTES + 1], part[4096];
	bool ok;
	int fd;

	snprintf(part, sizeof(part), "%s.%ld", path, (long)getpid());
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(part, e);
	randombytes_buf(key, sizeof(key));
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	ok = write(fd, hex, HEX_BYTES) == HEX_BYTES && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(hex, sizeof(hex));
	if (close(fd) != 0 || !ok || (link(part, path) != 0 && errno != EEXIST)) {
		fail(path, e);
		unlink(part);
		return false;
	}
	unlink(part);
	return true;
}

static bool read_key(int fd, const char *path, unsigned char key[KEY_BYTES], struct err *e)
{
	char hex[HEX_BYTES];
	struct stat st;
	bool ok;

	if (fstat(fd, &st) != 0)
		return fail(path, e);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return ERR(e, ERR_STORE, "seal.mode",
			   "The sealing key %s can be read by others: chmod 600 it.", path);
	ok = read(fd, hex, sizeof(hex)) == (ssize_t)sizeof(hex) &&
	     sodium_hex2bin(key, KEY_BYTES, hex, sizeof(hex), NULL, NULL, NULL) == 0;
	sodium_memzero(hex, sizeof(hex));
	if (!ok)
		return ERR(e, ERR_STORE, "seal.format",
			   "The sealing key %s does not hold 64 hex digits.", path);
	return true;
}

bool seal_load(const char *path, bool make, struct seal **ret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct seal *s;

	if (fd < 0 && errno == ENOENT && make) {
		if (!make_key(path, e))
			return false;
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return fail(path, e);
	s = sodium_malloc(sizeof(*s));
	MUST(s != NULL);
	if (!read_key(fd, path, s->key, e)) {
		close(fd);
		seal_free(s);
		return false;
	}
	close(fd);
	*ret = s;
	return true;
}

void seal_free(struct seal *s)
{
	sodium_free(s);
}

struct str seal_text(const struct seal *s, struct arena *a, const char *place, struct str plain)
{
	unsigned char *out = arena_alloc(a, NONCE_BYTES + plain.n + TAG_BYTES);
	unsigned long long n;

	randombytes_buf(out, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		out + NONCE_BYTES, &n, (const unsigned char *)plain.p, plain.n,
		(const unsigned char *)place, strlen(place), NULL, out, s->key);
	return (struct str){ (const char *)out, NONCE_BYTES + (size_t)n };
}

bool seal_read(const struct seal *s, struct arena *a, const char *place, struct str sealed,
	       struct str *ret, struct err *e)
{
	const unsigned char *in = (const unsigned char *)sealed.p;
	unsigned char *out = arena_alloc(a, sealed.n + 1);
	unsigned long long n;

	if (sealed.n < NONCE_BYTES + TAG_BYTES ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, &n, NULL, in + NONCE_BYTES, sealed.n - NONCE_BYTES,
		    (const unsigned char *)place, strlen(place), in, s->key) != 0)
		return ERR(e, ERR_STORE, "seal.key",
			   "A sealed text (%s) cannot be opened: the sealing key is another one.",
			   place);
	out[n] = 0;
	*ret = (struct str){ (const char *)out, (size_t)n };
	return true;
}
