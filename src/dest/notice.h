/* What people are told about a lead, in their language: e-mail, Slack and Teams say the same.
 * Private to dest/. */
#pragma once
#include "dest/dest.h"

enum dest_word {
	WORD_NEW_LEAD,
	WORD_NEW_LEADS,
	WORD_TEST,
	WORD_DO_NOT_CONTACT,
	WORD_SENT_AGAIN,
	WORD_WHAT,
	WORD_OFFER,
	WORD_RECEIVED,
	WORD_NAME,
	WORD_COMPANY,
	WORD_JOB_TITLE,
	WORD_EMAIL,
	WORD_PHONE,
	WORD_COUNTRY,
	WORD_MESSAGE,
	WORD_OPEN,
	WORD_REPLY_REACHES,
	WORD_AUTOMATIC,
	DEST_WORDS,
};
extern const char *const dest_languages[]; /* en ko zh-Hans: choices of the setting language */
const char *dest_word(const char *language, enum dest_word w);

struct notice_row {
	enum dest_word label;
	const char *value; /* one line, cut */
};
#define NOTICE_ROWS 12
struct notice {
	const char *headline; /* what the customer did, and on what; nothing personal */
	const char *who;      /* company or name; NULL without personal data, or unknown */
	struct notice_row rows[NOTICE_ROWS];
	size_t n;
	const char *message; /* the description as received; NULL without personal data, or none */
	const char *link;    /* of the lead in the page */
	bool test, do_not_contact; /* to be marked as such */
};
/* "[Test] text" of a test lead that is to be marked, else the text. */
const char *notice_marked(const struct dest_call *c, const char *language, const struct notice *n,
			  const char *text);
/* What kinds of chat let one choose: language and personal_data of their struct. */
#define NOTICE_CHAT_ROWS(S)                                                                        \
	F_CHOICE(S, language, "language", .choices = dest_languages, .def = "en",                  \
		 .help = "The language of the messages."),                                         \
		F_BOOL(S, personal_data, "personalData", .def = "false",                           \
		       .help = "Also say who it is: name, company, address, phone, message.")
/* The request that posts a message to the address of a webhook, which is a secret. Chat has no key
 * by which a second one would be told, so that it goes once. */
bool notice_post(const struct dest_call *c, const char *url, struct str body,
		 struct net_request *ret, struct err *e) LL_MUST;
/* Everything in c->arena. personal: with the customer's data. */
void notice_of(const struct dest_call *c, const char *language, bool personal, struct notice *ret);
