/* Every limit of the house in one place, each with its reason. */
#pragma once

#define LIMIT_BODY_DEFAULT  (64 * 1024)         /* one intake body; option bodyLimit */
#define LIMIT_BODY_MAX      (16 * 1024 * 1024)  /* no option may go above: one arena holds it */
#define LIMIT_API_BODY      (1024 * 1024)       /* a request of the API */
#define LIMIT_HALF_REQUESTS (128 * 1024 * 1024) /* memory of requests not here as a whole */
#define LIMIT_JSON_DEPTH    32                  /* a lead has depth 3; parsers recurse */
#define LIMIT_CONVERT       (4 * 1024 * 1024) /* a body that is rewritten to be read: grows threefold */
#define LIMIT_LEADS_A_BODY  1000              /* touches read out of one receipt */
#define LIMIT_NAME          200               /* names and titles as shown, in bytes x4 for UTF-8 */
#define LIMIT_EMAIL         320               /* RFC 5321: 64 + 1 + 255 */
#define LIMIT_PHONE         64
#define LIMIT_TEXT          (16 * 1024) /* a description; the receipt keeps all of it */
#define LIMIT_RECORD                                                                               \
	(512 * 1024)           /* texts or notes of one touch as stored; tests say how near it is */
#define LIMIT_CODE          64 /* source, action, kind */
#define LIMIT_ID            128                /* publisher and offer ids as Microsoft gives them */
#define LIMIT_PAGE          500                /* rows of a list */
#define LIMIT_ARENA_REQUEST (96 * 1024 * 1024) /* the costliest body, understood */
#define LIMIT_REPLY         (32 * 1024 * 1024)
#define LIMIT_EXPORTS       4 /* that lie there at a time while they are sent */
/* Files of rows (src/sheet): a million leads with room to spare, and nothing that fills memory. */
#define LIMIT_SHEET_CELL    (256 * 1024)      /* Excel has 32,767 characters, Google 50,000 */
#define LIMIT_SHEET_ROW     (4 * 1024 * 1024) /* bytes of one row; also what a stray quote takes */
#define LIMIT_SHEET_COLUMNS 4096              /* CRM exports have several hundred */
#define LIMIT_SHEET_ROWS    (10 * 1000 * 1000)
#define LIMIT_SHEET_BYTES   (UINT64_C(8) << 30)  /* of text, unpacked */
#define LIMIT_SHEET_ARCHIVE (1024 * 1024 * 1024) /* a spreadsheet as it is sent, packed */
