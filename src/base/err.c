#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool err_set_(struct err *e, const char *file, int line, enum err_kind kind, const char *code,
	      const char *field, const char *fmt, ...)
{
	va_list ap;

	*e = (struct err){ .kind = kind, .code = code, .file = file, .line = line };
	snprintf(e->field, sizeof(e->field), "%s", field);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
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
