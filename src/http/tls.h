/* TLS by OpenSSL: certificate files into a context, and again when they change. Private to http/.
 */
#pragma once
#include <openssl/ssl.h>
#include "http/http.h"

/*
 * TLS 1.2 and 1.3, HTTP/1.1 by ALPN, session tickets. old (may be NULL): its ticket keys go on, so
 * that clients resume across a reload. Error says which file and why.
 */
bool tls_load(const char *cert_file, const char *key_file, SSL_CTX *old, SSL_CTX **ret,
	      struct err *e) LL_MUST;
/* A number that changes when either file does; 0 when one is missing. */
uint64_t tls_stamp(const char *cert_file, const char *key_file);
