/*
 * Structured log: one record, one line on standard error, key=value or JSON. Events are named
 * "area.what-happened"; fields never carry personal data or secrets (ids, counts, codes only).
 */
#pragma once
#include "base/attr.h"

enum log_level { LOG_ERROR = 1, LOG_WARN, LOG_INFO, LOG_DEBUG };
struct log_field {
	const char *key;
	const char *text; /* NULL: use num */
	int64_t num;
};
#define LOG_T(k, v) ((struct log_field){ .key = (k), .text = (v) ? (v) : "" })
#define LOG_I(k, v) ((struct log_field){ .key = (k), .num = (int64_t)(v) })

void log_setup(enum log_level level, bool json);
void log_write(enum log_level level, const char *event, const struct log_field *f, size_t n);
#define LOG(level, event, ...)                                                                     \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ },                     \
		  sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
struct err;
/* The error with its code, text and place. */
void log_err(enum log_level level, const char *event, const struct err *e);
