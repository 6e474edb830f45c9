/* What tools/embed makes of ui/. */
#pragma once
#include "base/str.h"

struct ui_asset {
	const char *path; /* below /assets/ */
	const char *type;
	const char *etag;         /* with its quotes; of the plain body */
	struct str plain, packed; /* packed.p NULL: gzip does not help */
};
extern const struct ui_asset ui_assets[]; /* by path; NULL path ends */
extern const size_t ui_asset_count;
extern const char ui_version[]; /* first part of a path that may be cached for ever */
extern const struct str ui_page_before, ui_page_behind; /* index.html but for its language */
extern const char *const ui_languages[];                /* NULL-ended */
