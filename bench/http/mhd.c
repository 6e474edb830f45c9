/* mhd - a smallest server on libmicrohttpd, to choose the HTTP library by measurement.
 *
 * Takes the whole body and answers a fixed 200, on one internal thread, by epoll or by poll.
 *
 *	mhd epoll|poll [PORT [CERTIFICATE KEY]]
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct upload {
	size_t n;
	char body[64 * 1024];
};

static struct MHD_Response *fixed;

static enum MHD_Result on_request(void *self, struct MHD_Connection *conn, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **state)
{
	struct upload *u = *state;

	(void)self, (void)url, (void)method, (void)version;
	if (!u) {
		u = malloc(sizeof(*u));
		if (!u)
			return MHD_NO;
		u->n = 0;
		*state = u;
		return MHD_YES;
	}
	if (*size) {
		if (*size > sizeof(u->body) - u->n)
			return MHD_NO;
		memcpy(u->body + u->n, data, *size);
		u->n += *size;
		*size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(conn, MHD_HTTP_OK, fixed);
}

static void on_end(void *self, struct MHD_Connection *conn, void **state,
		   enum MHD_RequestTerminationCode why)
{
	(void)self, (void)conn, (void)why;
	free(*state);
	*state = NULL;
}

static char *read_file(const char *path)
{
	char *text = calloc(1, 64 * 1024);
	FILE *f = fopen(path, "r");

	if (!text || !f || !fread(text, 1, 64 * 1024 - 1, f)) {
		perror(path);
		exit(1);
	}
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	static char json[] =
		"{\"receipt\":\"00000000-0000-7000-8000-000000000000\",\"understood\":true}";
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = { { MHD_OPTION_END, 0, NULL },
					{ MHD_OPTION_END, 0, NULL },
					{ MHD_OPTION_END, 0, NULL } };
	struct MHD_Daemon *daemon;
	sigset_t stop;
	int number;

	if (argc < 2)
		return 2;
	flags |= strcmp(argv[1], "poll") == 0 ? MHD_USE_POLL : MHD_USE_EPOLL | MHD_USE_TURBO;
	if (argc == 5) {
		flags |= MHD_USE_TLS;
		tls[0] =
			(struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, read_file(argv[3]) };
		tls[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, read_file(argv[4]) };
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	fixed = MHD_create_response_from_buffer(strlen(json), json, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(fixed, "Content-Type", "application/json");
	daemon = MHD_start_daemon(flags, argc > 2 ? (unsigned short)strtoul(argv[2], NULL, 10) : 0,
				  NULL, NULL, on_request, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_end,
				  NULL, MHD_OPTION_CONNECTION_LIMIT, 20000u,
				  MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u, MHD_OPTION_ARRAY, tls,
				  MHD_OPTION_END);
	if (!daemon)
		return 1;
	printf("listening %u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	sigwait(&stop, &number);
	MHD_stop_daemon(daemon);
	return 0;
}
