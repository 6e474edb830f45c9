/* Amounts of money: ISO 4217's codes in use, by how many decimals they have (ISO 4217:2015, list
 * one, with its amendments up to XCG). */
#include <string.h>
#include "desk/desk.h"

#define MONEY_MAX INT64_C(1000000000000000) /* exact as a number everywhere, in scripts too */

static const struct {
	int decimals;
	const char *codes; /* of three letters, a blank behind each */
} currencies[] = {
	{ 0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF " },
	{ 2,
	  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
	  "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
	  "GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
	  "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB "
	  "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
	  "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW "
	  "ZWG " },
	{ 3, "BHD IQD JOD KWD LYD OMR TND " },
};

int desk_currency_decimals(struct str code)
{
	if (code.n != 3)
		return -1;
	for (size_t i = 0; i < LL_COUNT(currencies); i++)
		for (const char *c = currencies[i].codes; *c; c += 4)
			if (!memcmp(c, code.p, 3))
				return currencies[i].decimals;
	return -1;
}

bool desk_money_parse(struct str text, int decimals, int64_t *ret)
{
	size_t point = str_find(text, '.'), i;
	int64_t units = 0;

	if (!text.n || point == 0 || point + 1 == text.n)
		return false;
	if (point < text.n && text.n - point - 1 > (size_t)decimals)
		return false;
	for (i = 0; i < text.n; i++) {
		if (i == point)
			continue;
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		units = units * 10 + (text.p[i] - '0');
		if (units > MONEY_MAX)
			return false;
	}
	for (i = point < text.n ? text.n - point - 1 : 0; i < (size_t)decimals; i++) {
		units *= 10;
		if (units > MONEY_MAX)
			return false;
	}
	*ret = units;
	return true;
}

const char *desk_money_text(struct arena *a, int64_t units, int decimals)
{
	int64_t whole = 1;

	for (int i = 0; i < decimals; i++)
		whole *= 10;
	if (!decimals)
		return arena_printf(a, "%lld", (long long)units);
	return arena_printf(a, "%lld.%0*lld", (long long)(units / whole), decimals,
			    (long long)(units % whole));
}
