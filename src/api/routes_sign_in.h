/* Rows of the route table, for routes.c: signing in by a provider, and who is whom there. */
#pragma once
#define ROUTES_SIGN_IN                                                                             \
	R(GET, "/api/v1/sign-in", ANYONE, h_sign_in_ways, .reply = "SignInWays",                   \
	  .summary = "By which providers people may sign in, for the sign-in page."),              \
		R(GET, "/sign-in/{provider}", ANYONE, h_sign_in_begin, .flags = ROUTE_PAGE,        \
		  .summary = "Sends the browser to a provider"),                                   \
		R(GET, "/sign-in/{provider}/return", ANYONE, h_sign_in_return,                     \
		  .flags = ROUTE_PAGE | ROUTE_AUDIT,                                               \
		  .summary = "Where the provider sends it back to"),                               \
		R(GET, "/api/v1/providers", ADMIN, h_providers, .query = bare_list_query,          \
		  .in_size = API_IN_MAX, .reply = "ProviderList",                                  \
		  .summary = "Providers that people sign in by (OpenID Connect), without their "   \
			     "secrets."),                                                          \
		R(POST, "/api/v1/providers", ADMIN, h_provider_add, .flags = ROUTE_AUDIT,          \
		  .body = provider_body, .in_size = API_IN_MAX, .reply = "Provider",               \
		  .summary = "A new provider. For administrators of the whole installation."),     \
		R(GET, "/api/v1/providers/{id}", ADMIN, h_provider, .reply = "Provider",           \
		  .summary = "One provider."),                                                     \
		R(PATCH, "/api/v1/providers/{id}", ADMIN, h_provider_set, .flags = ROUTE_AUDIT,    \
		  .body = provider_set_body, .in_size = API_IN_MAX, .reply = "Provider",           \
		  .summary = "Changes a provider; its issuer stays what it is."),                  \
		R(DELETE, "/api/v1/providers/{id}", ADMIN, h_provider_remove,                      \
		  .flags = ROUTE_AUDIT,                                                            \
		  .summary = "Removes a provider, unlinks who is linked there, and ends their "    \
			     "sessions."),                                                         \
		R(POST, "/api/v1/users/{id}/identities", ADMIN, h_user_link, .flags = ROUTE_AUDIT, \
		  .body = user_link_body, .in_size = API_IN_MAX, .reply = "User",                  \
		  .summary = "Links an account to a person at a provider, who signs in to it "     \
			     "from then on."),                                                     \
		R(DELETE, "/api/v1/users/{id}/identities/{provider}", ADMIN, h_user_unlink,        \
		  .flags = ROUTE_AUDIT, .summary = "Unlinks it, and ends its sessions.")
