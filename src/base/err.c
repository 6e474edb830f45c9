#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"

/* What did not fit was cut anywhere: back to the end of a character. */
static void end_whole(char *text, size_t size)
{
	size_t n = strlen(text), at = n;

	if (n + 1 < size)
		return;
	while (at && ((unsigned char)text[at - 1] & 0xC0) == 0x80)
		at--;
	if (at && !utf8_valid((struct str){ text + at - 1, n - at + 1 }))
		text[at - 1] = 0;
}

bool err_set_(struct err *e, const char *file, int line, enum err_kind kind, const char *code,
	      const char *field, const char *fmt, ...)
{
	va_list ap;

	*e = (struct err){ .kind = kind, .code = code, .file = file, .line = line };
	snprintf(e->field, sizeof(e->field), "%s", field);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	end_whole(e->field, sizeof(e->field));
	end_whole(e->text, sizeof(e->text));
	return false;
}

void bug_(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "level=error event=base.bug at=%s:%d text=\"", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\"\n", stderr);
	abort();
}
