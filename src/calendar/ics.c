/* RFC 5545: content lines of at most 75 octets, escaped text, UTC times. */
#include "calendar/calendar.h"

#include <stdio.h>
#include "base/buf.h"
#include "base/clock.h"

#define LINE 75 /* octets, without the line end: 3.1 */

static bool continues(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* A content line, folded where a character begins. */
static void put_line(struct buf *out, const struct buf *line)
{
	size_t at = 0, room = LINE;

	while (line->n - at > room) {
		size_t end = at + room;

		while (end > at + 1 && continues((unsigned char)line->p[end]))
			end--;
		buf_add(out, line->p + at, end - at);
		buf_z(out, "\r\n ");
		at = end;
		room = LINE - 1;
	}
	buf_add(out, line->p + at, line->n - at);
	buf_z(out, "\r\n");
}

static void put(struct buf *out, const char *name, const char *value)
{
	AUTO_BUF line = buf_new(1024);

	buf_printf(&line, "%s:%s", name, value);
	MUST(buf_ok(&line));
	put_line(out, &line);
}

/* TEXT, 3.3.11. A carriage return is part of a line end, or nothing. */
static void put_text(struct buf *out, const char *name, const char *text)
{
	AUTO_BUF line = buf_new((size_t)1024 * 1024);

	if (!text || !*text)
		return;
	buf_printf(&line, "%s:", name);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\\' || c == ';' || c == ',')
			buf_byte(&line, '\\');
		if (c == '\n')
			buf_z(&line, "\\n");
		else if (c == '\t' || (c >= 0x20 && c != 0x7F))
			buf_byte(&line, (char)c);
	}
	MUST(buf_ok(&line));
	put_line(out, &line);
}

static void put_time(struct buf *out, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT], value[17];

	clock_text(ms, text); /* 2026-11-21T10:00:00.000Z */
	snprintf(value, sizeof(value), "%.4s%.2s%.2sT%.2s%.2s%.2sZ", text, text + 5, text + 8,
		 text + 11, text + 14, text + 17);
	put(out, name, value);
}

/* A parameter's value is quoted; what cannot stand in quotes is left out: 3.2. */
static void put_name(struct buf *line, const char *name)
{
	if (!name || !*name)
		return;
	buf_z(line, ";CN=\"");
	for (; *name; name++)
		if ((unsigned char)*name >= 0x20 && *name != '"' && *name != 0x7F)
			buf_byte(line, *name);
	buf_byte(line, '"');
}

/* An address as a URI: RFC 6068. */
static void put_guest(struct buf *out, const char *name, const struct calendar_guest *g)
{
	static const char plain[] = "-._~@+!$'*=";
	AUTO_BUF line = buf_new((size_t)64 * 1024);

	buf_z(&line, name);
	put_name(&line, g->name);
	buf_z(&line, ":mailto:");
	for (const char *c = g->email; *c; c++)
		if ((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= 'a' && *c <= 'z') || strchr(plain, *c))
			buf_byte(&line, *c);
		else
			buf_printf(&line, "%%%02X", (unsigned)(unsigned char)*c);
	MUST(buf_ok(&line));
	put_line(out, &line);
}

static bool has_address(const struct calendar_guest *g)
{
	return g->email && *g->email;
}

static void put_event(struct buf *b, const struct calendar_event *x, bool invites)
{
	char sequence[24];

	snprintf(sequence, sizeof(sequence), "%lld", (long long)x->sequence);
	put(b, "BEGIN", "VEVENT");
	put(b, "UID", x->uid);
	put(b, "SEQUENCE", sequence);
	put_time(b, "DTSTAMP", x->stamp_ms);
	put_time(b, "DTSTART", x->from_ms);
	put_time(b, "DTEND", x->to_ms);
	put_text(b, "SUMMARY", x->summary);
	put_text(b, "LOCATION", x->place);
	put_text(b, "DESCRIPTION", x->text);
	put(b, "STATUS", x->cancelled ? "CANCELLED" : "CONFIRMED");
	if (invites) {
		put_guest(b, "ORGANIZER", &x->host);
		put_guest(b, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
			  &x->guest);
	}
	put(b, "END", "VEVENT");
}

const char *calendar_ics(struct arena *a, const struct calendar_event *x)
{
	bool invites = has_address(&x->host) && has_address(&x->guest);
	AUTO_BUF b = buf_new((size_t)4 * 1024 * 1024);

	put(&b, "BEGIN", "VCALENDAR");
	put(&b, "VERSION", "2.0");
	put(&b, "PRODID", "-//Leadline//Leadline//EN");
	put(&b, "METHOD", !invites ? "PUBLISH" : x->cancelled ? "CANCEL" : "REQUEST");
	put_event(&b, x, invites);
	put(&b, "END", "VCALENDAR");
	MUST(buf_ok(&b));
	return str_dup(a, buf_view(&b));
}
