#include "http/tls.h"

#include <openssl/err.h>
#include <sys/stat.h>

#define TICKET_KEYS 80 /* bytes, as OpenSSL has them */

static const char *openssl_reason(void)
{
	unsigned long code = ERR_get_error();
	const char *text = ERR_reason_error_string(code);

	ERR_clear_error();
	return text ? text : "unknown reason";
}

/* We speak one protocol; a client that offers others only is answered without ALPN. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
			   const unsigned char *in, unsigned in_len, void *arg)
{
	static const char only[] = "http/1.1";
	const unsigned n = sizeof(only) - 1;

	(void)ssl;
	(void)arg;
	for (unsigned i = 0; i + 1 + n <= in_len; i += 1U + in[i])
		if (in[i] == n && !memcmp(in + i + 1, only, n)) {
			*out = in + i + 1;
			*out_len = (unsigned char)n;
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_NOACK;
}

static void keep_tickets(SSL_CTX *from, SSL_CTX *to)
{
	unsigned char keys[TICKET_KEYS];

	if (from && SSL_CTX_get_tlsext_ticket_keys(from, keys, sizeof(keys)) == 1)
		SSL_CTX_set_tlsext_ticket_keys(to, keys, sizeof(keys));
	OPENSSL_cleanse(keys, sizeof(keys));
}

bool tls_load(const char *cert_file, const char *key_file, SSL_CTX *old, SSL_CTX **ret,
	      struct err *e)
{
	static const unsigned char session_name[] = "leadline";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	const char *at = NULL, *why;

	if (!ctx)
		return ERR(e, ERR_BUG, "tls.context", "OpenSSL: %s", openssl_reason());
	ERR_clear_error();
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_id_context(ctx, session_name, sizeof(session_name) - 1);
	SSL_CTX_set_session_cache_mode(ctx,
				       SSL_SESS_CACHE_OFF); /* tickets only: nothing to share */
	SSL_CTX_set_num_tickets(ctx, 1);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	if (SSL_CTX_use_certificate_chain_file(ctx, cert_file) != 1)
		at = cert_file;
	else if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1 ||
		 SSL_CTX_check_private_key(ctx) != 1)
		at = key_file;
	if (at) {
		why = openssl_reason();
		SSL_CTX_free(ctx);
		return ERR(e, ERR_INPUT, "tls.file", "%s cannot be used: %s.", at, why);
	}
	keep_tickets(old, ctx);
	*ret = ctx;
	return true;
}

static uint64_t mix(uint64_t h, const struct stat *st)
{
	const uint64_t parts[] = { (uint64_t)st->st_ino, (uint64_t)st->st_size,
				   (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec };

	for (size_t i = 0; i < LL_COUNT(parts); i++)
		h = (h ^ parts[i]) * 0x9e3779b97f4a7c15U;
	return h;
}

uint64_t tls_stamp(const char *cert_file, const char *key_file)
{
	struct stat cert, key;

	if (stat(cert_file, &cert) || stat(key_file, &key))
		return 0;
	return mix(mix(1, &cert), &key) | 1;
}
