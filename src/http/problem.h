/* Statuses and problems inside http/. */
#pragma once
#include "http/http.h"

const char *http_reason(int status);
/* What it owns; it is an answer without a body then. */
void http_reply_free(struct http_reply *r);
/* gone: NULL or called. */
void http_file_close(FILE *file, void (*gone)(void));
/* Like http_reply_problem() with a status of the caller's choice. */
void problem_write(struct http_reply *r, int status, const struct err *e,
		   const struct field_problems *p);
