#include "api/handlers.h"

/*
 * The one route table. Order: as the way of a lead, then what serves it. A role says who may call
 * it at least; what a caller sees is narrowed to its publisher in the handlers (scope_of).
 */
#define R(m, p, r, f, ...)                                                                         \
	{                                                                                          \
		.method = HTTP_##m, .path = (p), .role = ROLE_##r, .fn = (f), __VA_ARGS__          \
	}
#define SIZE(type) .in_size = (type)

/* Input structs are private to their files; this bound covers each, and http/ clears it per
 * request. */
#define IN_SIZE 256

const struct route api_routes[] = {
	/* intake: anyone who has a key */
	{ .method = HTTP_POST,
	  .path = "/in/{key}",
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_LOOP | ROUTE_ANY_METHOD,
	  .batch = h_intake,
	  .summary = "Takes a lead in any dialect; stored and synced before the answer." },
	{ .method = HTTP_POST,
	  .path = "/in/{key}/web-to-lead",
	  .role = ROLE_ANYONE,
	  .flags = ROUTE_LOOP | ROUTE_ANY_METHOD,
	  .batch = h_intake,
	  .summary = "The same, for web-to-lead forms." },

	/* leads */
	R(GET, "/api/v1/leads", VIEWER, h_leads, .query = leads_query, .in_size = IN_SIZE,
	  .reply = "LeadList", .summary = "The lead list."),
	R(GET, "/api/v1/leads/{id}", VIEWER, h_lead, .reply = "LeadDetail",
	  .summary = "One lead with its texts, notes, timeline and deliveries."),
	R(POST, "/api/v1/leads/{id}/read", SELLER, h_lead_read, .body = lead_read_body,
	  .in_size = IN_SIZE, .summary = "Marks a lead read, or unread again."),
	R(GET, "/api/v1/receipts", SELLER, h_receipts, .query = receipts_query, .in_size = IN_SIZE,
	  .reply = "ReceiptList", .summary = "Messages as they arrived."),
	R(GET, "/api/v1/receipts/{id}", SELLER, h_receipt, .reply = "Receipt",
	  .summary = "One message."),
	R(GET, "/api/v1/receipts/{id}/body", SELLER, h_receipt_body,
	  .summary = "Its bytes, untouched."),
	R(POST, "/api/v1/receipts/{id}/reread", MANAGER, h_receipt_reread, .flags = ROUTE_AUDIT,
	  .reply = "Receipt", .summary = "Reads an unreadable message, or one set aside, again."),
	R(GET, "/api/v1/customers", VIEWER, h_customers, .query = customers_query,
	  .in_size = IN_SIZE, .reply = "CustomerList", .summary = "Customers, the latest first."),
	R(GET, "/api/v1/customers/{id}", VIEWER, h_customer, .reply = "Customer",
	  .summary = "One customer with its leads."),
	R(GET, "/api/v1/counters", VIEWER, h_counters, .query = scope_query, .in_size = IN_SIZE,
	  .reply = "Counters", .summary = "Numbers for navigation, kept as leads arrive."),
	{ .method = HTTP_GET,
	  .path = "/api/v1/events",
	  .role = ROLE_VIEWER,
	  .flags = ROUTE_STREAM,
	  .stream = h_events,
	  .summary = "The live stream (server-sent events)." },

	/* offers */
	R(GET, "/api/v1/publishers", VIEWER, h_publishers, .reply = "PublisherList",
	  .summary = "Publishers in reach."),
	R(GET, "/api/v1/offers", VIEWER, h_offers, .query = offers_query, .in_size = IN_SIZE,
	  .reply = "OfferList", .summary = "Offers; from manager on with their intake addresses."),
	R(GET, "/api/v1/offers/{id}", VIEWER, h_offer, .reply = "Offer", .summary = "One offer."),
	R(POST, "/api/v1/offers", MANAGER, h_offer_add, .flags = ROUTE_AUDIT, .body = offer_body,
	  .in_size = IN_SIZE, .reply = "Offer", .summary = "A new offer with its intake address."),
	R(PATCH, "/api/v1/offers/{id}", MANAGER, h_offer_set, .flags = ROUTE_AUDIT,
	  .body = offer_set_body, .in_size = IN_SIZE, .reply = "Offer",
	  .summary = "Changes title, listing or transactable."),
	R(POST, "/api/v1/offers/{id}/rotate-key", ADMIN, h_offer_rotate, .flags = ROUTE_AUDIT,
	  .body = rotate_body, .in_size = IN_SIZE, .reply = "Offer",
	  .summary = "A new intake address; the old one stays good for a while."),

	/* destinations and deliveries */
	R(GET, "/api/v1/destination-kinds", VIEWER, h_destination_kinds,
	  .reply = "DestinationKindList", .summary = "Kinds and their settings: draws the form."),
	R(GET, "/api/v1/destinations", VIEWER, h_destinations, .query = destinations_query,
	  .in_size = IN_SIZE, .reply = "DestinationList",
	  .summary = "Configured destinations; secrets only as set or not."),
	R(POST, "/api/v1/destinations", ADMIN, h_destination_add, .flags = ROUTE_AUDIT,
	  .body = destination_body, .in_size = IN_SIZE, .reply = "Destination",
	  .summary = "A new destination; its answer alone shows the secrets."),
	R(GET, "/api/v1/destinations/{id}", VIEWER, h_destination, .reply = "Destination",
	  .summary = "One destination."),
	R(PATCH, "/api/v1/destinations/{id}", ADMIN, h_destination_set, .flags = ROUTE_AUDIT,
	  .body = destination_set_body, .in_size = IN_SIZE, .reply = "Destination",
	  .summary = "Changes settings; what was parked is sent again."),
	R(DELETE, "/api/v1/destinations/{id}", ADMIN, h_destination_remove, .flags = ROUTE_AUDIT,
	  .summary = "Removes it; what it is owed is cancelled."),
	R(POST, "/api/v1/destinations/{id}/test", ADMIN, h_destination_test, .flags = ROUTE_AUDIT,
	  .reply = "Probe", .summary = "Sends one marked test lead and tells what came back."),
	R(POST, "/api/v1/destinations/{id}/pause", MANAGER, h_destination_pause,
	  .flags = ROUTE_AUDIT, .reply = "Destination", .summary = "Deliveries wait."),
	R(POST, "/api/v1/destinations/{id}/resume", MANAGER, h_destination_resume,
	  .flags = ROUTE_AUDIT, .reply = "Destination", .summary = "Deliveries go on, in order."),
	R(GET, "/api/v1/deliveries", VIEWER, h_deliveries, .query = deliveries_query,
	  .in_size = IN_SIZE, .reply = "DeliveryList",
	  .summary = "What is owed to destinations, and what became of it."),
	R(GET, "/api/v1/deliveries/{id}", VIEWER, h_delivery, .reply = "DeliveryDetail",
	  .summary = "One delivery with its attempts."),
	R(POST, "/api/v1/deliveries/replay", MANAGER, h_delivery_replay, .flags = ROUTE_AUDIT,
	  .body = replay_body, .in_size = IN_SIZE, .reply = "Replayed",
	  .summary = "Sends deliveries again under their own ids."),

	/* who */
	R(POST, "/api/v1/session", ANYONE, h_session_open, .body = session_body, .in_size = IN_SIZE,
	  .reply = "Session", .summary = "Signs in."),
	R(GET, "/api/v1/session", VIEWER, h_session, .reply = "Session",
	  .summary = "Who is signed in."),
	R(DELETE, "/api/v1/session", VIEWER, h_session_close, .summary = "Signs out."),
	R(PATCH, "/api/v1/session/user", VIEWER, h_session_user, .body = session_user_body,
	  .in_size = IN_SIZE, .reply = "Session",
	  .summary = "One's own name, language, looks and password."),
	R(GET, "/api/v1/users", MANAGER, h_users, .query = users_query, .in_size = IN_SIZE,
	  .reply = "UserList", .summary = "Accounts in reach."),
	R(POST, "/api/v1/users", ADMIN, h_user_add, .flags = ROUTE_AUDIT, .body = user_body,
	  .in_size = IN_SIZE, .reply = "User", .summary = "A new account."),
	R(PATCH, "/api/v1/users/{id}", ADMIN, h_user_set, .flags = ROUTE_AUDIT,
	  .body = user_set_body, .in_size = IN_SIZE, .reply = "User",
	  .summary = "Changes name, role or whether it is active."),
	R(GET, "/api/v1/tokens", ADMIN, h_tokens, .reply = "TokenList",
	  .summary = "API tokens, without their texts."),
	R(POST, "/api/v1/tokens", ADMIN, h_token_add, .flags = ROUTE_AUDIT, .body = token_body,
	  .in_size = IN_SIZE, .reply = "Token",
	  .summary = "A new token; its text is in this answer only."),
	R(DELETE, "/api/v1/tokens/{id}", ADMIN, h_token_revoke, .flags = ROUTE_AUDIT,
	  .summary = "Revokes a token."),

	/* the program */
	R(GET, "/api/v1/openapi.json", ANYONE, h_openapi, .summary = "This description."),
	R(GET, "/healthz", ANYONE, h_health, .summary = "The process answers."),
	R(GET, "/readyz", ANYONE, h_ready, .summary = "The store answers and is migrated."),
	R(GET, "/metrics", ANYONE, h_metrics, .summary = "Prometheus metrics."),
};
const size_t api_route_count = LL_COUNT(api_routes);
