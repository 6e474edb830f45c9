/* Which sheets a file has, and in which parts they are. */
#include "sheet/xlsx.h"

#define TABS 1000

struct reading {
	struct xml xml;
	struct arena *a;
	struct book *ret;
	const char *relation[TABS]; /* of each tab, until its part is known */
};

static void in_workbook(void *p, const char *name, const char **attributes)
{
	struct reading *r = XML_GetUserData(p);
	const char *of_1904 = xml_attribute(attributes, "date1904");
	const char *title = xml_attribute(attributes, "name"), *state = NULL, *relation = NULL;

	name = xml_local(name);
	if (!strcmp(name, "workbookPr") && of_1904)
		r->ret->from_1904 = !strcmp(of_1904, "1") || !strcmp(of_1904, "true");
	if (strcmp(name, "sheet") != 0 || r->ret->n == TABS)
		return;
	state = xml_attribute(attributes, "state");
	relation = xml_attribute(attributes, "id");
	r->relation[r->ret->n] = arena_strdup(r->a, relation ? relation : "");
	r->ret->tab[r->ret->n++] = (struct tab){ .name = arena_strdup(r->a, title ? title : ""),
						 .hidden = state && strcmp(state, "visible") != 0 };
}

/* A target is relative to xl/, or from the root. */
static const char *part_of(struct arena *a, const char *target)
{
	if (*target == '/')
		return arena_strdup(a, target + 1);
	return arena_printf(a, "xl/%s", target);
}

static void in_relations(void *p, const char *name, const char **attributes)
{
	struct reading *r = XML_GetUserData(p);
	const char *id = xml_attribute(attributes, "Id");
	const char *target = xml_attribute(attributes, "Target");

	if (strcmp(xml_local(name), "Relationship") != 0 || !id || !target)
		return;
	for (size_t i = 0; i < r->ret->n; i++)
		if (!strcmp(r->relation[i], id))
			r->ret->tab[i].part = part_of(r->a, target);
}

static void nothing(void *p, const char *name)
{
	(void)p;
	(void)name;
}

static bool read_part(struct reading *r, zip_t *zip, const char *part,
		      XML_StartElementHandler start, struct err *e)
{
	bool ok = xml_open(&r->xml, zip, part, r, start, nothing, NULL, e);

	while (ok && !r->xml.done)
		ok = xml_step(&r->xml, e);
	xml_close(&r->xml);
	return ok;
}

bool book_read(zip_t *zip, struct arena *a, struct book *ret, struct err *e)
{
	struct reading *r = ARENA_NEW(a, struct reading);

	*ret = (struct book){ .tab = ARENA_ARRAY(a, struct tab, TABS) };
	r->a = a;
	r->ret = ret;
	return read_part(r, zip, "xl/workbook.xml", in_workbook, e) &&
	       read_part(r, zip, "xl/_rels/workbook.xml.rels", in_relations, e);
}
