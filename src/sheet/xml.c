/* XML out of an archive, in pieces, within limits; entities and document types are refused. */
#include "sheet/xlsx.h"

#define PIECE      (64 * 1024)
#define BOMB_BYTES (UINT64_C(64) << 20) /* a part may be this large however well it is packed */
#define BOMB_RATIO 250                  /* spreadsheets reach 10 to 40 */

const char *xml_local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (!strcmp(xml_local(attributes[0]), name))
			return attributes[1];
	return NULL;
}

void xml_fail(struct xml *x)
{
	XML_StopParser(x->parser, XML_FALSE);
}

static void refuse_doctype(void *user, const char *name, const char *system, const char *public,
			   int internal)
{
	XML_Parser p = user;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	XML_StopParser(p, XML_FALSE);
}

bool xml_open(struct xml *x, zip_t *zip, const char *part, void *user,
	      XML_StartElementHandler start, XML_EndElementHandler end,
	      XML_CharacterDataHandler text, struct err *e)
{
	zip_stat_t st;
	zip_int64_t at = zip_name_locate(zip, part, ZIP_FL_NOCASE);

	*x = (struct xml){ .part = part };
	if (at < 0 || zip_stat_index(zip, (zip_uint64_t)at, 0, &st) != 0)
		return ERR(e, ERR_INPUT, "sheet.xlsx",
			   "The spreadsheet has no %.80s. Open it and save it again as .xlsx.",
			   part);
	x->packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0;
	x->file = zip_fopen_index(zip, (zip_uint64_t)at, 0);
	if (!x->file)
		return ERR(e, ERR_INPUT, "sheet.xlsx",
			   "%.80s of the spreadsheet cannot be read: %.120s.", part,
			   zip_strerror(zip));
	x->parser = XML_ParserCreate(NULL);
	if (!x->parser)
		BUG("out of memory for XML");
	XML_SetUserData(x->parser, user);
	XML_SetElementHandler(x->parser, start, end);
	XML_SetCharacterDataHandler(x->parser, text);
	XML_UseParserAsHandlerArg(x->parser);
	XML_SetStartDoctypeDeclHandler(x->parser, refuse_doctype);
	return true;
}

void xml_close(struct xml *x)
{
	if (x->parser)
		XML_ParserFree(x->parser);
	if (x->file)
		zip_fclose(x->file);
	x->parser = NULL;
	x->file = NULL;
}

static bool damaged(struct xml *x, struct err *e)
{
	enum XML_Error why = XML_GetErrorCode(x->parser);

	if (x->failure.kind) {
		*e = x->failure;
		return false;
	}
	return ERR(e, ERR_INPUT, "sheet.xlsx",
		   "The spreadsheet is damaged: %.80s, line %lu: %s. Open it and save it again.",
		   x->part, (unsigned long)XML_GetCurrentLineNumber(x->parser),
		   why == XML_ERROR_ABORTED ? "document types are not read" : XML_ErrorString(why));
}

bool xml_step(struct xml *x, struct err *e)
{
	enum XML_Status st;

	if (x->suspended) {
		x->suspended = false;
		st = XML_ResumeParser(x->parser);
	} else {
		void *piece = XML_GetBuffer(x->parser, PIECE);
		zip_int64_t n;

		if (!piece)
			BUG("out of memory for XML");
		n = zip_fread(x->file, piece, PIECE);
		if (n < 0)
			return ERR(e, ERR_INPUT, "sheet.xlsx",
				   "The spreadsheet is damaged: %.80s cannot be unpacked.",
				   x->part);
		x->bytes += (uint64_t)n;
		if (x->bytes > LIMIT_SHEET_BYTES ||
		    (x->bytes > BOMB_BYTES && x->bytes / BOMB_RATIO > x->packed))
			return ERR(
				e, ERR_TOO_LARGE, "sheet.unpacked",
				"%.80s of the spreadsheet unpacks to more than is read. Save the "
				"rows as CSV.",
				x->part);
		st = XML_ParseBuffer(x->parser, (int)n, n == 0);
	}
	if (st == XML_STATUS_SUSPENDED) {
		x->suspended = true;
		return true;
	}
	if (st == XML_STATUS_ERROR)
		return damaged(x, e);
	XML_ParsingStatus now;

	XML_GetParsingStatus(x->parser, &now);
	x->done = now.parsing == XML_FINISHED;
	return true;
}
