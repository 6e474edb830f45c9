/*
 * The reader: from the bytes of a receipt to touches. Pure functions: no clock, no store, no
 * network, so that a receipt can be read again at any time and a crash can be tried in a child
 * process. Facts: Microsoft's documents on customer leads; the dialects are listed in
 * docs/understanding.md.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/buf.h"
#include "model/model.h"
/* Their whole content is public too: folded text, split names, labels of values. */
#include "understand/fold.h"
#include "understand/label.h"
#include "understand/name.h"
#include "understand/row.h"

/* What the shape check needs to say, on the request path: cheap, no normalising. */
enum shape {
	SHAPE_NONE = 0,
	SHAPE_LEAD,       /* at least one touch with a non-blank contact field or a LeadSource */
	SHAPE_NO_LEAD,    /* readable, but no lead in it */
	SHAPE_UNREADABLE, /* not readable at all */
};
/* *why (ERR_INPUT) says what was wrong and where, when it is not SHAPE_LEAD. content_type: hint
 * only, may be empty. */
enum shape understand_shape(struct arena *a, struct str body, struct str content_type,
			    struct err *why) LL_MUST;

enum confidence { CONFIDENCE_NONE = 0, CONFIDENCE_GUESS, CONFIDENCE_LIKELY, CONFIDENCE_SURE };
const char *confidence_text(enum confidence c);

/* One note on what was understood, from where, by which rule. */
struct note {
	const char *field; /* wire name: "country", "source" … */
	const char *value; /* as understood, or NULL when nothing could be told */
	const char *raw;   /* as it came */
	const char *from;  /* where in the body: "UserDetails.Country", "LeadSource" */
	const char *rule;  /* stable token: "country.name"; docs/understanding.md has all */
	enum confidence confidence;
};

struct touch {
	/* As received, only repaired to valid UTF-8 and cut at the limits; NULL when absent. */
	const char *raw[CONTACT_FIELDS];
	const char *lead_source, *action_code, *offer_title, *description;
	/* Understood; NULL when it could not be told. */
	const char
		*contact[CONTACT_FIELDS]; /* country ISO 3166-1 alpha-2, phone E.164, names NFC */
	const char *email_key; /* canonical form for equality: NULL when none or a sample */
	const char *source;    /* canonical text, "" when none */
	const char *action;
	const char *offer_publisher, *offer_id, *offer_name; /* of LeadSource's right part */
	const char *product_id;                              /* where the dialect has one */
	enum kind kind;
	/* Of a row of a file: what it says that the lead has become; NULL when nothing. */
	const char *status, *substatus;
	const char *owner; /* of what somebody entered: an account's id; NULL: nobody's so far */
	bool dnc, test, hot;
	unsigned flags;
	const struct note *notes;
	size_t note_count;
};

/*
 * A touch as it is stored beside its lead: the texts as received that are there, as a JSON object;
 * and the notes, packed against them.
 */
const char *touch_texts(struct arena *a, const struct touch *t);
const char *notes_pack(struct arena *a, const struct touch *t);
bool notes_unpack(struct arena *a, struct str packed, struct str texts, struct note **ret,
		  size_t *ret_n, struct err *e) LL_MUST;

/* What is known of the offer whose URL was used. */
struct offer_facts {
	const char *publisher, *offer, *title; /* title may be NULL */
	bool transactable;
};

/*
 * Reads everything: *ret is an array in a, in the body's order, at most LIMIT_LEADS_A_BODY. False
 * with ERR_INPUT when understand_shape() would not say SHAPE_LEAD. A body of LIMIT_BODY_MAX,
 * whatever is in it, takes less than LIMIT_ARENA_REQUEST. offer may be NULL.
 */
bool understand(struct arena *a, struct str body, struct str content_type,
		const struct offer_facts *offer, struct touch **ret, size_t *ret_n,
		struct err *e) LL_MUST;

/* The grammar of LeadSource alone: Source-Action|publisher.offer, also SFDC's and other bars. */
struct lead_source {
	struct str source, action;      /* as written, trimmed; may be empty */
	struct str offer;               /* right of the bar */
	struct str publisher, offer_id; /* when offer is publisher.offer; else empty */
	bool duplicate;                 /* a leading dup- before the action */
};
struct lead_source lead_source_read(struct str text); /* views of text */
const char *source_canonical(struct arena *a,
			     struct str s); /* AppSource for SPZA …; else as it came */
const char *action_canonical(struct arena *a, struct str s); /* also 만들기, 创建, Subscribe */

/* Source x action x listing -> kind: the contract's table as rows. */
struct kind_rule {
	const char *source, *action; /* NULL: any */
	int transactable;            /* 1, 0, or -1 for any */
	enum kind kind;
	bool bought, hot, dnc, unusual;
	int clock_min; /* first response promised within, minutes; 0 none */
	int warm_min;  /* warm window, minutes; 0 none */
};
/* Of a touch's source and action; never NULL. What is in no other row is KIND_UNKNOWN. */
const struct kind_rule *kind_rule_for(const char *source, const char *action, bool transactable);
extern const struct kind_rule kind_rules[]; /* ends with kind KIND_NONE */

/* Normalisers, each total: NULL when it could not be told. */
const char *country_code(struct arena *a, struct str text,
			 const char **ret_rule); /* any CLDR language */
const char *country_name_en(const char *alpha2); /* NULL when unknown */
const char *phone_e164(struct arena *a, struct str text, const char *country2,
		       const char **ret_rule);
const char *email_clean(struct arena *a,
			struct str text); /* trimmed, domain lower case and ASCII (IDNA) */
const char *email_key(struct arena *a,
		      const char *clean); /* plus-tags and dots per provider; NULL for samples */
/* Trimmed, NFC, at most max characters; NULL when blank. FLAG_CUT_TEXT is set when it was cut. */
const char *name_clean(struct arena *a, struct str text, size_t max, unsigned *flags);
/*
 * Words, CJK characters and pairs, phone numbers backwards: folded tokens of [a-z0-9], at most 256,
 * separated by blanks, appended to *b. The same for documents and queries.
 */
void search_tokens(struct arena *a, struct str text, struct buf *b);
#define SEARCH_BYTES_MAX (256 * 65) /* what it appends at most, whatever the text */
