/* Private to lead.c and lead_work.c: working on leads from the command line. */
#pragma once
#include "cmd/cmd.h"

#define LEAD_WORK_TEXTS 12 /* members that go into the body as they are */
struct lead_work_flags {
	const char *text[LEAD_WORK_TEXTS];
	bool answered, override;
};
extern const struct field lead_accept_flags[], lead_decline_flags[], lead_win_flags[],
	lead_undo_flags[], lead_owner_flags[], lead_note_flags[], lead_call_flags[],
	lead_lose_flags[], lead_move_flags[], lead_check_flags[], lead_mail_flags[];

bool lead_accept_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_decline_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_win_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_lose_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_undo_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_owner_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_note_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_call_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_mail_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_bounced_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_withdraw_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_move_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_check_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
bool lead_uncheck_cmd(struct cmd *c, const void *flags, struct err *e) LL_MUST;
