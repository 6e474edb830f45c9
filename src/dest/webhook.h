/*
 * Standard Webhooks, version 1 (standardwebhooks.com): HMAC-SHA-256 over "<id>.<timestamp>.<body>"
 * with the bytes that the secret's base64 stands for. Private to dest/.
 */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define WEBHOOK_SECRET_PREFIX "whsec_"

char *webhook_secret_new(struct arena *a);
/* The key inside a secret: false unless it is whsec_ and base64 of 24 to 64 bytes. */
bool webhook_secret_key(struct arena *a, struct str secret, struct str *ret_key);
/* "v1,<base64>" */
char *webhook_sign(struct arena *a, struct str key, const char *id, int64_t timestamp_s,
		   struct str body);
/* HMAC-SHA-256 with a key of any length, as base64. */
char *hmac_base64(struct arena *a, struct str key, const struct str *parts, size_t n);
