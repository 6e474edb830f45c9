/*
 * An answer out of a file: a piece at a time, the next one when the client took the last, so that
 * what it takes of memory is one piece however long the file is. A client that takes nothing for
 * the idle time-out is let go. The connection counts as busy until the last piece is on its way.
 */
#include "http/server.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/problem.h"

#define PIECE ((size_t)64 * 1024)

struct file_answer {
	h2o_generator_t generator;
	h2o_linklist_t link; /* in loop->files */
	h2o_req_t *req;
	FILE *file;
	void (*gone)(void);
	uint64_t left;
	int64_t moved_ms; /* monotonic: the last piece was given then */
	char piece[PIECE];
};

static struct file_answer *of_generator(h2o_generator_t *g)
{
	return H2O_STRUCT_FROM_MEMBER(struct file_answer, generator, g);
}

/* The request is over, however it ended. */
static void on_gone(void *answer)
{
	struct file_answer *f = answer;

	h2o_linklist_unlink(&f->link);
	http_file_close(f->file, f->gone);
}

static void on_proceed(h2o_generator_t *generator, h2o_req_t *req)
{
	struct file_answer *f = of_generator(generator);
	size_t want = f->left < PIECE ? (size_t)f->left : PIECE;
	size_t n = fread(f->piece, 1, want, f->file);
	h2o_iovec_t piece = h2o_iovec_init(f->piece, n);
	h2o_send_state_t state;

	f->left -= n;
	f->moved_ms = clock_mono();
	state = n < want  ? H2O_SEND_STATE_ERROR
		: f->left ? H2O_SEND_STATE_IN_PROGRESS
			  : H2O_SEND_STATE_FINAL;
	if (state == H2O_SEND_STATE_ERROR) {
		LOG(LOG_ERROR, "http.file-short", LOG_I("missing", (int64_t)(f->left)));
		req->http1_is_persistent = 0;
	}
	if (state != H2O_SEND_STATE_IN_PROGRESS)
		connection_waits(connection_of(req));
	h2o_send(req, &piece, 1, state); /* after the last one the request may be gone, and f */
}

void file_send(h2o_req_t *req, FILE *file, uint64_t size, void (*gone)(void))
{
	struct file_answer *f = h2o_mem_alloc_shared(&req->pool, sizeof(*f), on_gone);

	/* All but the piece: that is written before it is read. */
	f->generator = (h2o_generator_t){ .proceed = on_proceed };
	f->link = (h2o_linklist_t){ NULL, NULL };
	f->req = req;
	f->file = file;
	f->gone = gone;
	f->left = size;
	f->moved_ms = clock_mono();
	h2o_linklist_insert(&loop_of(req)->files, &f->link);
	h2o_start_response(req, &f->generator);
	on_proceed(&f->generator, req);
}

void files_tick(struct loop *l, int64_t mono_ms)
{
	for (h2o_linklist_t *at = l->files.next, *next; at != &l->files; at = next) {
		struct file_answer *f = H2O_STRUCT_FROM_MEMBER(struct file_answer, link, at);

		next = at->next;
		if (mono_ms - f->moved_ms > l->s->c.idle_timeout_ms)
			connection_end(connection_of(f->req));
	}
}
