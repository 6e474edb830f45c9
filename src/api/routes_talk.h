/* Rows of the route table, for routes.c: what is said to customers and of them, and what was
 * written down in error. */
#pragma once
#define ROUTES_TALK                                                                                \
	R(POST, "/api/v1/leads/{id}/notes", SELLER, h_lead_note,                                   \
	  .flags = ROUTE_AUDIT | ROUTE_REACH, .body = lead_note_body, .in_size = API_IN_MAX,       \
	  .reply = "LeadDetail", .summary = "Writes a note."),                                     \
		R(PATCH, "/api/v1/leads/{id}/notes/{note}", SELLER, h_lead_note_set,               \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .body = lead_note_set_body,                  \
		  .in_size = API_IN_MAX, .reply = "LeadDetail",                                    \
		  .summary =                                                                       \
			  "Another text for one's own note; the old one stays in its history."),   \
		R(DELETE, "/api/v1/leads/{id}/notes/{note}", SELLER, h_lead_note_withdraw,         \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .reply = "LeadDetail",                       \
		  .summary = "Withdraws one's own note, as a manager any answer; its history "     \
			     "stays."),                                                            \
		R(POST, "/api/v1/leads/{id}/calls", SELLER, h_lead_call,                           \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .body = lead_call_body,                      \
		  .in_size = API_IN_MAX, .reply = "LeadDetail",                                    \
		  .summary = "Writes down a call; taken, or as a voicemail, it is a first "        \
			     "response."),                                                         \
		R(DELETE, "/api/v1/leads/{id}/calls/{call}", SELLER, h_lead_call_withdraw,         \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .reply = "LeadDetail",                       \
		  .summary = "Withdraws one's own call, as a manager any: it counts no more."),    \
		R(POST, "/api/v1/leads/{id}/mails", SELLER, h_lead_mail,                           \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .body = lead_mail_body,                      \
		  .in_size = API_IN_MAX, .reply = "LeadDetail",                                    \
		  .summary = "Writes down a mail that was sent: a first response, unless it "      \
			     "comes back."),                                                       \
		R(POST, "/api/v1/leads/{id}/mails/{mail}/bounced", SELLER, h_lead_mail_bounced,    \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .reply = "LeadDetail",                       \
		  .summary = "The mail came back: an attempt still, and no answer."),              \
		R(DELETE, "/api/v1/leads/{id}/contacts/{entry}", SELLER, h_lead_contact_withdraw,  \
		  .flags = ROUTE_AUDIT | ROUTE_REACH, .reply = "LeadDetail",                       \
		  .summary = "Withdraws what counted in error, by its entry in the timeline: a "   \
			     "call, a mail, "                                                      \
			     "an answer, a meeting that was held or missed.")
