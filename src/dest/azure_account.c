#include "dest/azure_account.h"
#include <stdio.h>
#include <time.h>
#include "dest/webhook.h"

/* The emulator's public account: printed in Microsoft's documentation, hard-wired in Azurite. */
#define EMULATOR_NAME "devstoreaccount1"
#define EMULATOR_KEY                                                                               \
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
#define EMULATOR_HOST "http://127.0.0.1"
#define EMULATOR_PORT "10002"

#define FIELD "connectionString"

/* Keys that matter; names are compared without regard to case, others are ignored. */
enum key { PROTOCOL, NAME, KEY, SUFFIX, ENDPOINT, SAS, EMULATOR, EMULATOR_PROXY, KEYS };
static const char *const key_names[KEYS] = {
	[PROTOCOL] = "DefaultEndpointsProtocol",
	[NAME] = "AccountName",
	[KEY] = "AccountKey",
	[SUFFIX] = "EndpointSuffix",
	[ENDPOINT] = "TableEndpoint",
	[SAS] = "SharedAccessSignature",
	[EMULATOR] = "UseDevelopmentStorage",
	[EMULATOR_PROXY] = "DevelopmentStorageProxyUri",
};

/* Each piece is split at its first "=" only: account keys end in two of them. */
static void read_pieces(const char *text, struct str pieces[KEYS])
{
	struct str rest = str_of(text), piece;
	while (str_split(&rest, ';', &piece)) {
		size_t eq = str_find(piece, '=');
		struct str name = str_trim(str_upto(piece, eq));
		struct str value = eq < piece.n ? str_trim(str_from(piece, eq + 1)) : STR("");
		for (size_t k = 0; k < KEYS; k++)
			if (str_ieq_z(name, key_names[k]))
				pieces[k] = value;
	}
}

static struct str without_last_slash(struct str s)
{
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

static bool parse_emulator(struct arena *a, const struct str p[KEYS], struct azure_account *acc)
{
	struct str host = without_last_slash(p[EMULATOR_PROXY]);
	acc->name = EMULATOR_NAME;
	acc->endpoint = arena_printf(a, STR_FMT ":" EMULATOR_PORT "/" EMULATOR_NAME,
				     STR_ARG(host.n ? host : STR(EMULATOR_HOST)));
	return str_unbase64(a, STR(EMULATOR_KEY), &acc->key);
}

static bool is_account_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		      s.p[i] == '-'))
			return false;
	return s.n > 0;
}

static bool parse_endpoint(struct arena *a, const struct str p[KEYS], struct azure_account *acc,
			   struct err *e)
{
	struct str suffix = p[SUFFIX].n ? p[SUFFIX] : STR("core.windows.net");
	struct str protocol = p[PROTOCOL].n ? p[PROTOCOL] : STR("https");
	if (p[ENDPOINT].n) {
		acc->endpoint = str_dup(a, without_last_slash(p[ENDPOINT]));
		if (strstr(acc->endpoint, "://"))
			return true;
		return ERR_FIELD(e, ERR_INPUT, "azure.endpoint", FIELD,
				 "TableEndpoint must be an address that begins with https://.");
	}
	if (!acc->name)
		return ERR_FIELD(e, ERR_INPUT, "azure.account", FIELD,
				 "The connection string has neither AccountName nor TableEndpoint: "
				 "copy it from the storage account's page \"Access keys\".");
	if (!str_ieq_z(protocol, "https") && !str_ieq_z(protocol, "http"))
		return ERR_FIELD(e, ERR_INPUT, "azure.protocol", FIELD,
				 "DefaultEndpointsProtocol must be https or http.");
	acc->endpoint = arena_printf(a, STR_FMT "://%s.table." STR_FMT, STR_ARG(protocol),
				     acc->name, STR_ARG(suffix));
	return true;
}

static bool parse_credential(struct arena *a, const struct str p[KEYS], struct azure_account *acc,
			     struct err *e)
{
	if (p[SAS].n) {
		struct str sas = p[SAS].p[0] == '?' ? str_from(p[SAS], 1) : p[SAS];
		acc->sas = str_dup(a, sas);
		return true;
	}
	if (!p[KEY].n)
		return ERR_FIELD(e, ERR_INPUT, "azure.credential", FIELD,
				 "The connection string has neither AccountKey nor "
				 "SharedAccessSignature: copy the whole of it.");
	if (!str_unbase64(a, p[KEY], &acc->key) || acc->key.n == 0)
		return ERR_FIELD(e, ERR_INPUT, "azure.key", FIELD,
				 "AccountKey is no base64: copy the connection string again, up to "
				 "the == at the end of the key.");
	if (!acc->name)
		return ERR_FIELD(
			e, ERR_INPUT, "azure.account", FIELD,
			"The connection string has no AccountName, which is needed to sign "
			"with AccountKey.");
	return true;
}

bool azure_account_parse(struct arena *a, const char *text, struct azure_account *ret,
			 struct err *e)
{
	struct str p[KEYS] = { { NULL, 0 } };
	struct azure_account acc = { .endpoint = NULL };
	read_pieces(text, p);
	if (str_ieq_z(p[EMULATOR], "true")) {
		if (!parse_emulator(a, p, &acc))
			bug_(__FILE__, __LINE__, "the emulator's key is no base64");
		*ret = acc;
		return true;
	}
	if (p[NAME].n && !is_account_name(p[NAME]))
		return ERR_FIELD(e, ERR_INPUT, "azure.account", FIELD,
				 "AccountName must have small letters and digits only.");
	if (p[NAME].n)
		acc.name = str_dup(a, p[NAME]);
	if (!parse_endpoint(a, p, &acc, e) || !parse_credential(a, p, &acc, e))
		return false;
	*ret = acc;
	return true;
}

/* The string to sign: date, line feed, "/" account and the encoded path. There is no query but a
 * SAS's. */
char *azure_authorization(struct arena *a, const struct azure_account *acc, const char *http_date,
			  const char *path)
{
	const struct str parts[] = { str_of(http_date), STR("\n/"), str_of(acc->name),
				     str_of(path) };
	return arena_printf(a, "SharedKeyLite %s:%s", acc->name,
			    hmac_base64(a, acc->key, parts, LL_COUNT(parts)));
}

/* RFC 1123 with English names, whatever the locale. */
char *azure_http_date(int64_t ms, char out[AZURE_DATE])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	gmtime_r(&t, &tm);
	snprintf(out, AZURE_DATE, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + 3 * tm.tm_wday,
		 (unsigned)tm.tm_mday % 100, months + 3 * tm.tm_mon,
		 (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
		 (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
	return out;
}
