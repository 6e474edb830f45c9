/* The page, embedded: its files below /assets/, and index.html at every address of the page. */
#pragma once
#include "http/http.h"

extern const struct route ui_routes[];
extern const size_t ui_route_count;

/*
 * The language of the page for somebody who has chosen none: the cookie leadline_language, else the
 * best of Accept-Language that the page has, else "en". Either may be NULL. The answer is static.
 */
const char *ui_language(const char *cookie, const char *accept_language);
