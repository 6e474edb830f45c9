/* Rows of the route table, for routes.c: accounts, teams, tokens. */
#pragma once
#define ROUTES_PEOPLE                                                                              \
	R(GET, "/api/v1/users", MANAGER, h_users, .query = users_query, .in_size = API_IN_MAX,     \
	  .reply = "UserList", .summary = "Accounts in reach."),                                   \
		R(POST, "/api/v1/users", ADMIN, h_user_add, .flags = ROUTE_AUDIT,                  \
		  .body = user_body, .in_size = API_IN_MAX, .reply = "User",                       \
		  .summary = "A new account."),                                                    \
		R(PATCH, "/api/v1/users/{id}", ADMIN, h_user_set, .flags = ROUTE_AUDIT,            \
		  .body = user_set_body, .in_size = API_IN_MAX, .reply = "User",                   \
		  .summary = "Changes name, role, reach or whether it is active."),                \
		R(GET, "/api/v1/teams", VIEWER, h_teams, .flags = ROUTE_REACH,                     \
		  .query = teams_query, .in_size = API_IN_MAX, .reply = "TeamList",                \
		  .summary = "Teams; with who is in them for sellers and above who reach all, "    \
			     "else null."),                                                        \
		R(POST, "/api/v1/teams", MANAGER, h_team_add, .flags = ROUTE_AUDIT,                \
		  .body = team_body, .in_size = API_IN_MAX, .reply = "Team",                       \
		  .summary = "A new team."),                                                       \
		R(GET, "/api/v1/teams/{id}", VIEWER, h_team, .flags = ROUTE_REACH,                 \
		  .reply = "Team", .summary = "One team."),                                        \
		R(PATCH, "/api/v1/teams/{id}", MANAGER, h_team_set, .flags = ROUTE_AUDIT,          \
		  .body = team_set_body, .in_size = API_IN_MAX, .reply = "Team",                   \
		  .summary = "Another name, or other members: all that are in it are given. With " \
			     "If-Match: 412 when somebody else changed it meanwhile."),            \
		R(DELETE, "/api/v1/teams/{id}", MANAGER, h_team_remove, .flags = ROUTE_AUDIT,      \
		  .summary = "Removes a team that no lead belongs to. With If-Match: 412 when "    \
			     "somebody else changed it meanwhile."),                               \
		R(GET, "/api/v1/tokens", ADMIN, h_tokens, .query = bare_list_query,                \
		  .in_size = API_IN_MAX, .reply = "TokenList",                                     \
		  .summary = "API tokens, without their texts."),                                  \
		R(POST, "/api/v1/tokens", ADMIN, h_token_add, .flags = ROUTE_AUDIT,                \
		  .body = token_body, .in_size = API_IN_MAX, .reply = "Token",                     \
		  .summary = "A new token; its text is in this answer only."),                     \
		R(DELETE, "/api/v1/tokens/{id}", ADMIN, h_token_revoke, .flags = ROUTE_AUDIT,      \
		  .summary = "Revokes a token.")
