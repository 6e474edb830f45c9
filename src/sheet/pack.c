#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include "sheet/writer.h"

#define PARTS        300
#define PART_NAME    100
#define ZIP_MAX      UINT64_C(0xFFFFFFFE)
#define DEFLATED     8
#define SIZES_FOLLOW 0x0008
#define VERSION      20
#define DOS_DATE     0x21 /* 1980-01-01: the same rows make the same bytes */

struct pack {
	z_stream z;
	bool packing;
	uint64_t at; /* bytes written */
	size_t n;
	struct part {
		char name[PART_NAME];
		uint64_t at, size, packed;
		uint32_t crc;
	} part[PARTS];
};

struct pack *pack_new(void)
{
	struct pack *p = calloc(1, sizeof(*p));

	if (!p)
		BUG("out of memory for an archive");
	/* Raw deflate; level 1 packs sheets nearly as small as 6, in a third of the time. */
	if (deflateInit2(&p->z, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		BUG("zlib cannot pack");
	return p;
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	deflateEnd(&p->z);
	free(p);
}

static void little(struct buf *to, uint64_t v, int bytes)
{
	for (; bytes--; v >>= 8)
		buf_byte(to, (char)(v & 0xFF));
}

/* What the header of a part has in both places, from the flags on. */
static void describe(struct buf *out, const struct part *part, bool in_directory)
{
	little(out, SIZES_FOLLOW, 2);
	little(out, DEFLATED, 2);
	little(out, 0, 2);
	little(out, DOS_DATE, 2);
	little(out, in_directory ? part->crc : 0, 4);
	little(out, in_directory ? part->packed : 0, 4);
	little(out, in_directory ? part->size : 0, 4);
	little(out, strlen(part->name), 2);
	little(out, 0, 2);
}

bool pack_begin(struct pack *p, const char *name, struct buf *out, struct err *e)
{
	struct part *part = &p->part[p->n];
	size_t from = out->n;

	if (p->n == PARTS)
		return ERR(e, ERR_TOO_LARGE, "sheet.tabs",
			   "More rows than a spreadsheet holds. Use CSV.");
	*part = (struct part){ .at = p->at };
	snprintf(part->name, sizeof(part->name), "%s", name);
	p->n++;
	little(out, 0x04034B50, 4);
	little(out, VERSION, 2);
	describe(out, part, false);
	buf_z(out, part->name);
	p->at += out->n - from;
	deflateReset(&p->z);
	return true;
}

static bool deflate_on(struct pack *p, struct str bytes, int flush, struct buf *out, struct err *e)
{
	struct part *part = &p->part[p->n - 1];
	unsigned char piece[16 * 1024], *in = NULL;
	AUTO_BUF copy = buf_new(bytes.n + 1);

	/* zlib's input is not const in its header. */
	buf_str(&copy, bytes);
	in = (unsigned char *)copy.p;
	p->z.next_in = in;
	p->z.avail_in = (unsigned)bytes.n;
	do {
		p->z.next_out = piece;
		p->z.avail_out = sizeof(piece);
		deflate(&p->z, flush);
		buf_add(out, piece, sizeof(piece) - p->z.avail_out);
		part->packed += sizeof(piece) - p->z.avail_out;
	} while (!p->z.avail_out);
	part->crc = (uint32_t)crc32(part->crc, in, (unsigned)bytes.n);
	part->size += bytes.n;
	if (part->size > ZIP_MAX || p->at + part->packed > ZIP_MAX)
		return ERR(e, ERR_TOO_LARGE, "sheet.bytes",
			   "More than 4 GiB, which a spreadsheet does not hold. Use CSV.");
	return true;
}

bool pack_add(struct pack *p, struct str bytes, struct buf *out, struct err *e)
{
	return !bytes.n || deflate_on(p, bytes, Z_NO_FLUSH, out, e);
}

bool pack_end_part(struct pack *p, struct buf *out, struct err *e)
{
	const struct part *part = &p->part[p->n - 1];
	size_t from;

	if (!deflate_on(p, STR(""), Z_FINISH, out, e))
		return false;
	p->at += part->packed;
	from = out->n;
	little(out, 0x08074B50, 4);
	little(out, part->crc, 4);
	little(out, part->packed, 4);
	little(out, part->size, 4);
	p->at += out->n - from;
	return true;
}

bool pack_end(struct pack *p, struct buf *out, struct err *e)
{
	uint64_t from = p->at;
	size_t before = out->n;

	for (size_t i = 0; i < p->n; i++) {
		little(out, 0x02014B50, 4);
		little(out, VERSION, 2);
		little(out, VERSION, 2);
		describe(out, &p->part[i], true);
		little(out, 0, 2 + 2 + 2 + 4);
		little(out, p->part[i].at, 4);
		buf_z(out, p->part[i].name);
	}
	p->at += out->n - before;
	if (p->at > ZIP_MAX)
		return ERR(e, ERR_TOO_LARGE, "sheet.bytes",
			   "More than 4 GiB, which a spreadsheet does not hold. Use CSV.");
	little(out, 0x06054B50, 4);
	little(out, 0, 2 + 2);
	little(out, p->n, 2);
	little(out, p->n, 2);
	little(out, p->at - from, 4);
	little(out, from, 4);
	little(out, 0, 2);
	return true;
}
