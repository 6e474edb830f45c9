/* Azure Storage connection strings and SharedKeyLite. Private to dest/. Facts:
 * docs/destinations/azure-table.md */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct azure_account {
	const char *endpoint; /* of the table service, without a slash at its end */
	const char *name;     /* the account, or NULL with a SAS and an own endpoint */
	struct str key;       /* decoded; empty with a SAS */
	const char *sas;      /* query without its question mark, or NULL */
};

/* Errors are ERR_INPUT on the field connectionString and name what is missing. */
bool azure_account_parse(struct arena *a, const char *text, struct azure_account *ret,
			 struct err *e) LL_MUST;
/* "SharedKeyLite <account>:<signature>" for a path of the URL as it goes over the wire. */
char *azure_authorization(struct arena *a, const struct azure_account *acc, const char *http_date,
			  const char *path);
#define AZURE_DATE 30 /* "Sat, 21 Nov 2026 10:00:00 GMT" with its NUL */
char *azure_http_date(int64_t ms, char out[AZURE_DATE]);
