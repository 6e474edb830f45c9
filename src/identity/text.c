/* Traits and levels in words, for explanations. */
#include "identity/card.h"

static const char *const trait_names[TRAITS] = {
	[TRAIT_ADDRESS] = "address",   [TRAIT_CITY] = "city",     [TRAIT_CODE] = "code",
	[TRAIT_COUNTRY] = "country",   [TRAIT_DATE] = "date",     [TRAIT_EMAIL] = "email",
	[TRAIT_NAME] = "name",         [TRAIT_ORG] = "company",   [TRAIT_PHONE] = "phone",
	[TRAIT_POSTCODE] = "postcode", [TRAIT_REGION] = "region", [TRAIT_TEXT] = "text",
	[TRAIT_TITLE] = "title",
};

static const char *const name_texts[IDENTITY_LEVELS] = {
	[NAME_SAME] = "the same name",
	[NAME_SWAPPED] = "first and last name in the other order",
	[NAME_SHORT] = "one first name is short for the other",
	[NAME_FUZZY] = "one part differs by a slip",
	[NAME_FUZZY_BOTH] = "both parts nearly the same",
	[NAME_LAST_ONLY] = "the same last name, no first name to compare",
	[NAME_FIRST_ONLY] = "the same first name, no last name to compare",
	[NAME_PART_FUZZY] = "the one part to compare is nearly the same",
	[NAME_DOUBLE] = "the same first name, one last name holds the other",
	[NAME_READING] = "read alike in different scripts",
	[NAME_LAST_SAME] = "the same last name, another first name",
	[NAME_FIRST_SAME] = "the same first name, another last name",
	[NAME_DIFFER] = "different names",
	[NAME_LOOSE] = "both parts resemble each other",
	[NAME_RARE] = "the same name, which few records have",
};
static const char *const email_texts[IDENTITY_LEVELS] = {
	[EMAIL_SAME] = "the same mailbox",
	[EMAIL_ROLE] = "the same office mailbox",
	[EMAIL_LABEL] = "the same user at another domain of the company",
	[EMAIL_USER] = "the same user at two domains",
	[EMAIL_NEAR] = "one slip in the user, the same domain",
	[EMAIL_NEAR_BOTH] = "one slip in the domain",
	[EMAIL_COLLEAGUE] = "two users at one company",
	[EMAIL_CORPORATE] = "users at two companies",
	[EMAIL_FREE] = "two mailboxes at free providers",
	[EMAIL_MIXED] = "one company's mailbox, one free one",
};
static const char *const phone_texts[IDENTITY_LEVELS] = {
	[PHONE_SAME] = "the same number",
	[PHONE_SHARED] = "the same number, which several names have",
	[PHONE_NEAR] = "one digit differs",
	[PHONE_DIFFER] = "different numbers",
};
static const char *const org_texts[IDENTITY_LEVELS] = {
	[ORG_SAME] = "the same company",
	[ORG_NEAR] = "nearly the same company",
	[ORG_DIFFER] = "different companies",
	[ORG_SAME_SOME] = "the same company, which tens of records have",
	[ORG_SAME_MANY] = "the same company, which hundreds of records have",
};
static const char *const plain_texts[IDENTITY_LEVELS] = {
	[PLAIN_SAME] = "the same",
	[PLAIN_NEAR] = "nearly the same",
	[PLAIN_PART] = "partly the same",
	[PLAIN_DIFFER] = "different",
};

const char *identity_trait_name(enum identity_trait t)
{
	return trait_names[t];
}

const char *identity_level_text(enum identity_trait t, unsigned level)
{
	const char *const *texts = plain_texts;

	if (level == 0)
		return "not comparable";
	if (t == TRAIT_NAME)
		texts = name_texts;
	else if (t == TRAIT_EMAIL)
		texts = email_texts;
	else if (t == TRAIT_PHONE)
		texts = phone_texts;
	else if (t == TRAIT_ORG)
		texts = org_texts;
	return level < IDENTITY_LEVELS ? texts[level] : NULL;
}
