#include "understand/rules.h"

#define SURE   CONFIDENCE_SURE
#define LIKELY CONFIDENCE_LIKELY
#define GUESS  CONFIDENCE_GUESS
#define NONE   CONFIDENCE_NONE

const struct rule_row rules[RULES] = {
	[RULE_ACTION_ALIAS] = { "action.alias", SURE },
	[RULE_ACTION_CODE] = { "action.code", SURE },
	[RULE_ACTION_CONFLICT] = { "action.conflict", LIKELY },
	[RULE_ACTION_FIELD] = { "action.field", SURE },
	[RULE_ACTION_UNKNOWN] = { "action.unknown", NONE },
	[RULE_BODY_CHARSET] = { "body.charset", SURE },
	[RULE_BODY_CHARSET_GUESSED] = { "body.charset.guessed", GUESS },
	[RULE_BODY_FORM] = { "body.form", SURE },
	[RULE_BODY_JSON] = { "body.json", SURE },
	[RULE_BODY_JSON_MENDED] = { "body.json.mended", LIKELY },
	[RULE_BODY_LABELS] = { "body.labels", LIKELY },
	[RULE_BODY_MULTIPART] = { "body.multipart", SURE },
	[RULE_BODY_ROW] = { "body.row", SURE },
	[RULE_BODY_UTF16] = { "body.utf16", SURE },
	[RULE_COUNTRY_CODE] = { "country.code", SURE },
	[RULE_COUNTRY_NAME] = { "country.name", SURE },
	[RULE_COUNTRY_PART] = { "country.part", LIKELY },
	[RULE_COUNTRY_UNKNOWN] = { "country.unknown", NONE },
	[RULE_DESCRIPTION_JSON] = { "description.json", SURE },
	[RULE_DESCRIPTION_TEXT] = { "description.text", SURE },
	[RULE_EMAIL_ADDRESS] = { "email.address", SURE },
	[RULE_EMAIL_INVALID] = { "email.invalid", NONE },
	[RULE_EMAIL_SAMPLE] = { "email.sample", SURE },
	[RULE_FIELD_CONFLICT] = { "field.conflict", GUESS },
	[RULE_FIELD_CUT] = { "field.cut", SURE },
	[RULE_FIELD_NESTED] = { "field.nested", GUESS },
	[RULE_FIELD_REPAIRED] = { "field.repaired", LIKELY },
	[RULE_FIELD_UNKNOWN] = { "field.unknown", NONE },
	[RULE_KIND_BY_ACTION] = { "kind.by-action", LIKELY },
	[RULE_KIND_TABLE] = { "kind.table", SURE },
	[RULE_KIND_UNKNOWN] = { "kind.unknown", NONE },
	[RULE_NAME_LABEL] = { "name.label", SURE },
	[RULE_NAME_SCRIPTS] = { "name.scripts", GUESS },
	[RULE_NAME_SPLIT] = { "name.split", GUESS },
	[RULE_OFFER_CONFLICT] = { "offer.conflict", LIKELY },
	[RULE_OFFER_ID] = { "offer.id", SURE },
	[RULE_OFFER_NAME] = { "offer.name", LIKELY },
	[RULE_OFFER_TITLE] = { "offer.title", SURE },
	[RULE_PHONE_ABSENT] = { "phone.absent", SURE },
	[RULE_PHONE_INTERNATIONAL] = { "phone.international", GUESS },
	[RULE_PHONE_INVALID] = { "phone.invalid", NONE },
	[RULE_PHONE_NO_COUNTRY] = { "phone.no-country", NONE },
	[RULE_PHONE_PLAN] = { "phone.plan", SURE },
	[RULE_PHONE_SAMPLE] = { "phone.sample", SURE },
	[RULE_SENDER_DUPLICATE] = { "sender.duplicate", SURE },
	[RULE_SOURCE_ALIAS] = { "source.alias", SURE },
	[RULE_SOURCE_CODE] = { "source.code", SURE },
	[RULE_SOURCE_UNKNOWN] = { "source.unknown", NONE },
	[RULE_TEST_TOKEN] = { "test.token", SURE },
	[RULE_TEXT_LABEL] = { "text.label", SURE },
	[RULE_TITLE_MISTRANSLATED] = { "title.mistranslated", LIKELY },
};

const char *confidence_text(enum confidence c)
{
	switch (c) {
	case CONFIDENCE_NONE: return "none";
	case CONFIDENCE_GUESS: return "guess";
	case CONFIDENCE_LIKELY: return "likely";
	case CONFIDENCE_SURE: return "sure";
	}
	return "none";
}
