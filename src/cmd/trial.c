/* Receipts that were under the reader's hands when the last process died. */
#include "cmd/server.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/limits.h"
#include "base/log.h"
#include "store/store.h"
#include "understand/understand.h"

#define CPU_SECONDS 10

struct trial {
	struct server *s;
	bool ok;
	struct err *e;
};

/* In the child: the same reading as before; it ends well, or the parent sees how it ended. */
static void read_and_exit(const struct receipt_body_row *r, const char *publisher)
{
	struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS }, core = { 0, 0 };
	struct offer_facts facts = { .publisher = publisher, .offer = r->offer_id, .title = "" };
	struct arena *a = arena_new("trial", LIMIT_ARENA_REQUEST);
	struct touch *touches;
	struct err e;
	size_t n;

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	LL_IGNORE(understand_shape(a, r->body, str_of(r->content_type), &e) == SHAPE_LEAD);
	LL_IGNORE(understand(a, r->body, str_of(r->content_type), &facts, &touches, &n, &e));
	_exit(0);
}

static bool survives(const struct receipt_body_row *r, const char *publisher)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		read_and_exit(r, publisher);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static bool set_aside(struct sql_db *db, const char *publisher, struct id id, struct err *e)
{
	AUTO_TX tx = { 0 };

	return sql_begin(db, &tx, e) &&
	       receipt_crashed(db, &(struct receipt_crashed_in){ publisher, id }, NULL, e) &&
	       receipt_trouble(db,
			       &(struct receipt_trouble_in){
				       publisher, id, receipt_state_text(RECEIPT_SET_ASIDE),
				       "reader-crash",
				       "Reading this receipt brought the program down. It is kept, "
				       "and can be read "
				       "again after an upgrade." },
			       NULL, e) &&
	       counter_add(db, &(struct counter_add_in){ publisher, "receipts.set-aside", 1 }, NULL,
			   e) &&
	       sql_commit(&tx, e);
}

static void try_one(void *ctx, const char *mark)
{
	struct trial *t = ctx;
	struct cmd *c = t->s->cmd;
	struct str id_text_ = str_upto(str_of(mark), ID_TEXT - 1);
	const char *publisher = strlen(mark) > ID_TEXT ? mark + ID_TEXT : "";
	struct receipt_body_row r;
	struct id id;
	int found;

	if (!t->ok || !id_parse(id_text_, &id))
		return;
	found = receipt_body(c->db, &(struct receipt_body_in){ publisher, id }, c->arena, &r, t->e);
	if (found == 0 || (found > 0 && survives(&r, publisher)))
		return;
	LOG(LOG_WARN, "receipt.set-aside",
	    LOG_T("receipt", arena_strndup(c->arena, id_text_.p, id_text_.n)));
	t->ok = found > 0 && set_aside(c->db, publisher, id, t->e);
}

bool trial_of_marks(struct server *s, struct err *e)
{
	struct trial t = { .s = s, .ok = true, .e = e };

	mark_left(s->marks, try_one, &t);
	return t.ok;
}
