/* Private to api/: tasks as they are shown. */
#pragma once
#include "api/handlers.h"
#include "desk/desk.h"

void write_task(struct json_out *o, const char *key, const struct task_page_row *t, int64_t now_ms);
/* `tasks`, the open ones of a lead, and `proposal` where it has none. seen: desk_seen(). */
bool write_tasks(struct http_request *rq, struct json_out *o, const struct lead_page_row *l,
		 const struct engagement_get_row *seen, struct err *e) LL_MUST;
/* The task of the path; its publisher is the row's. */
bool find_task(struct http_request *rq, struct task_page_row *ret, struct err *e) LL_MUST;
