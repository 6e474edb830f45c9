#include "body.h"

#include <stdio.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct person {
	const char *first, *last, *country, *dial;
} people[] = {
	{ "Ana", "Ferreira", "PT", "351" },
	{ "Chidi", "Okafor", "NG", "234" },
	{ "Dana", "Novak", "CZ", "420" },
	{ "Emily", "Carter", "US", "1" },
	{ "Hans", "Müller", "Germany", "49" },
	{ "Ines", "García López", "ES", "34" },
	{ "Jean-Luc", "Moreau", "France", "33" },
	{ "Kofi", "Mensah", "GHA", "233" },
	{ "Linh", "Nguyen", "VN", "84" },
	{ "Oliver", "Smith", "United Kingdom", "44" },
	{ "Priya", "Raghavan", "IN", "91" },
	{ "Sofia", "Rossi", "Italy", "39" },
	{ "서연", "김", "대한민국", "82" },
	{ "민준", "이", "KR", "82" },
	{ "伟", "王", "中国", "86" },
	{ "芳", "李", "CHN", "86" },
};

static const struct company {
	const char *name, *domain;
} companies[] = {
	{ "Alpine Ski House", "alpineskihouse" },
	{ "Bellows College", "bellowscollege" },
	{ "Best For You Organics Company", "bestforyouorganics" },
	{ "Fabrikam Residences", "fabrikamresidences" },
	{ "First Up Consultants", "firstupconsultants" },
	{ "Fourth Coffee", "fourthcoffee" },
	{ "Graphic Design Institute", "graphicdesigninstitute" },
	{ "Lamna Healthcare Ltd.", "lamnahealthcare" },
	{ "Munson's Pickles and Preserves", "munsonspickles" },
	{ "Northwind Traders GmbH", "northwindtraders" },
	{ "Proseware, Inc.", "proseware" },
	{ "Relecloud", "relecloud" },
	{ "Tailspin Toys", "tailspintoys" },
	{ "Trey Research S.A.", "treyresearch" },
	{ "VanArsdel, Ltd.", "vanarsdel" },
};

static const char *const titles[] = {
	"CTO",   "Head of IT Operations",         "Procurement Manager", "Senior Cloud Architect",
	"Owner", "Business Intelligence Analyst", "VP Engineering",
};

/* LeadSource without its offer, and the matching ActionCode. */
static const struct {
	const char *source, *action;
} actions[] = {
	{ "AppSource-PLT", "PLT" },
	{ "AppSource-INS", "INS" },
	{ "AzureMarketplace-INS", "INS" },
	{ "AzurePortal-Create", "Create" },
	{ "SPZA-PLT", "PLT" },
	{ "AppSource-DNC", "DNC" },
	{ "TestDrive-StartTestDrive", "StartTestDrive" },
};

static const char *const offers[] = {
	"contoso.analytics-suite",
	"contoso.secure-gateway",
	"contoso.field-service-pro",
	"contoso.invoice-capture",
};

static const char *const notes[] = {
	"Campaigns: ",
	"We would like to see a demonstration for about forty users before the end of the quarter.",
	"Please call in the morning; we compare three products and decide this month.",
	"Interested in the yearly plan and in migration from our present system.",
};

size_t body_make(const char *mark, uint64_t n, uint64_t who, char retbody[BODY_MAX])
{
	uint64_t mix = n * 0x9e3779b97f4a7c15u; /* spreads neighbours over all tables */
	uint64_t own = who * 0x9e3779b97f4a7c15u;
	const struct person *p = &people[(own >> 60) % LEN(people)];
	const struct company *c = &companies[(own >> 44) % LEN(companies)];
	size_t act = (mix >> 52) % LEN(actions);
	int len = snprintf(retbody, BODY_MAX,
			   "{\"UserDetails\":{\"FirstName\":\"%s\",\"LastName\":\"%s\","
			   "\"Email\":\"%s.%llu@%s.example\",\"Phone\":\"+%s 20 %07llu\","
			   "\"Country\":\"%s\",\"Company\":\"%s\",\"Title\":\"%s\"},"
			   "\"LeadSource\":\"%s|%s\",\"ActionCode\":\"%s\","
			   "\"OfferTitle\":\"Contoso Analytics Suite\",\"Description\":\"%s\"}",
			   p->first, p->last, mark, (unsigned long long)who, c->domain, p->dial,
			   (unsigned long long)(who % 10000000), p->country, c->name,
			   titles[(own >> 36) % LEN(titles)], actions[act].source,
			   offers[(mix >> 28) % LEN(offers)], actions[act].action,
			   notes[(mix >> 20) % LEN(notes)]);

	return len > 0 && len < BODY_MAX ? (size_t)len : 0;
}
