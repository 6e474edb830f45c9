#include "base/metric.h"

#include <stdatomic.h>

enum type { COUNTER, GAUGE, HISTOGRAM };

static const struct row {
	const char *name, *help;
	enum type type;
} rows[METRIC_COUNT] = {
	[METRIC_HTTP_REQUESTS] = { "leadline_http_requests_total", "Requests answered.", COUNTER },
	[METRIC_HTTP_CONNECTIONS] = { "leadline_http_connections", "Open connections.", GAUGE },
	[METRIC_HTTP_SECONDS] = { "leadline_http_seconds", "Time to answer.", HISTOGRAM },
	[METRIC_INTAKE_ACCEPTED] = { "leadline_intake_accepted_total", "Receipts stored.",
				     COUNTER },
	[METRIC_INTAKE_REPEATED] = { "leadline_intake_repeated_total", "Same bytes again.",
				     COUNTER },
	[METRIC_INTAKE_UNREADABLE] = { "leadline_intake_unreadable_total",
				       "Receipts without a lead.", COUNTER },
	[METRIC_INTAKE_REFUSED] = { "leadline_intake_refused_total",
				    "Requests refused, nothing kept.", COUNTER },
	[METRIC_INTAKE_BATCHES] = { "leadline_intake_batches_total", "Group commits.", COUNTER },
	[METRIC_INTAKE_SECONDS] = { "leadline_intake_seconds", "Received to acknowledged.",
				    HISTOGRAM },
	[METRIC_PLACE_RECEIPTS] = { "leadline_place_receipts_total", "Receipts placed.", COUNTER },
	[METRIC_PLACE_LEADS] = { "leadline_place_leads_total", "Leads made.", COUNTER },
	[METRIC_PLACE_TOUCHES] = { "leadline_place_touches_total", "Touches recorded.", COUNTER },
	[METRIC_PLACE_SET_ASIDE] = { "leadline_place_set_aside_total", "Receipts set aside.",
				     COUNTER },
	[METRIC_PLACE_FAILURES] = { "leadline_place_failures_total",
				    "Batches that failed and are tried again.", COUNTER },
	[METRIC_PLACE_BACKLOG] = { "leadline_place_backlog", "Receipts waiting to be placed.",
				   GAUGE },
	[METRIC_PLACE_SECONDS] = { "leadline_place_seconds", "Received to placed.", HISTOGRAM },
	[METRIC_MATCH_LEADS] = { "leadline_match_leads",
				 "Leads that matching knows: rises while they are read.", GAUGE },
	[METRIC_MATCH_WARMING] = { "leadline_match_warming",
				   "Publishers whose leads are being read; they wait for placing.",
				   GAUGE },
	[METRIC_MATCH_SECONDS] = { "leadline_match_seconds",
				   "One lead compared with all that are like it.", HISTOGRAM },
	[METRIC_DELIVERY_ATTEMPTS] = { "leadline_delivery_attempts_total", "Attempts made.",
				       COUNTER },
	[METRIC_DELIVERY_DONE] = { "leadline_delivery_done_total", "Deliveries done.", COUNTER },
	[METRIC_DELIVERY_RETRIES] = { "leadline_delivery_retries_total", "Attempts to be repeated.",
				      COUNTER },
	[METRIC_DELIVERY_REJECTED] = { "leadline_delivery_rejected_total",
				       "Deliveries refused for good.", COUNTER },
	[METRIC_DELIVERY_IN_FLIGHT] = { "leadline_delivery_in_flight", "Attempts under way.",
					GAUGE },
	[METRIC_DELIVERY_SECONDS] = { "leadline_delivery_seconds",
				      "Received to acknowledged by the peer.", HISTOGRAM },
	[METRIC_FOLLOW_READ] = { "leadline_follow_read_total",
				 "Leads of which a CRM said something new.", COUNTER },
	[METRIC_FOLLOW_FAILURES] = { "leadline_follow_failures_total",
				     "Questions for changed records that failed.", COUNTER },
	[METRIC_STREAMS] = { "leadline_streams", "Open event streams.", GAUGE },
	[METRIC_STORE_ERRORS] = { "leadline_store_errors_total",
				  "Statements that failed in the store.", COUNTER },
	[METRIC_SIGNIN_FAILURES] = { "leadline_signin_failures_total", "Sign-ins refused.",
				     COUNTER },
	[METRIC_AUDIT_FAILURES] = { "leadline_audit_failures_total",
				    "Changes that could not be written to the audit.", COUNTER },
	[METRIC_JOB_FAILURES] = { "leadline_job_failures_total",
				  "Periodic work that failed for one publisher.", COUNTER },
};

/* Upper bounds in us: from a batch in memory to a peer that hangs. */
static const int64_t bounds[] = { 100,     250,     500,     1000,     2500,    5000,
				  10000,   25000,   50000,   100000,   250000,  500000,
				  1000000, 2500000, 5000000, 10000000, 60000000 };
#define BUCKETS (LL_COUNT(bounds) + 1)

static struct {
	_Atomic int64_t value; /* histograms: the sum in us */
	_Atomic int64_t bucket[BUCKETS];
} cells[METRIC_COUNT];

void metric_add(enum metric m, int64_t n)
{
	atomic_fetch_add_explicit(&cells[m].value, n, memory_order_relaxed);
}

void metric_set(enum metric m, int64_t n)
{
	atomic_store_explicit(&cells[m].value, n, memory_order_relaxed);
}

void metric_seen(enum metric m, int64_t us)
{
	size_t i = 0;

	while (i < LL_COUNT(bounds) && us > bounds[i])
		i++;
	atomic_fetch_add_explicit(&cells[m].bucket[i], 1, memory_order_relaxed);
	metric_add(m, us);
}

int64_t metric_read(enum metric m)
{
	return atomic_load_explicit(&cells[m].value, memory_order_relaxed);
}

static void write_histogram(struct buf *b, enum metric m)
{
	int64_t total = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		total += atomic_load_explicit(&cells[m].bucket[i], memory_order_relaxed);
		if (i < LL_COUNT(bounds))
			buf_printf(b, "%s_bucket{le=\"%g\"} %lld\n", rows[m].name,
				   (double)bounds[i] / 1e6, (long long)total);
		else
			buf_printf(b, "%s_bucket{le=\"+Inf\"} %lld\n", rows[m].name,
				   (long long)total);
	}
	buf_printf(b, "%s_sum %.6f\n%s_count %lld\n", rows[m].name, (double)metric_read(m) / 1e6,
		   rows[m].name, (long long)total);
}

void metric_write(struct buf *b)
{
	static const char *const type_text[] = { "counter", "gauge", "histogram" };

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", rows[m].name, rows[m].help,
			   rows[m].name, type_text[rows[m].type]);
		if (rows[m].type == HISTOGRAM)
			write_histogram(b, m);
		else
			buf_printf(b, "%s %lld\n", rows[m].name, (long long)metric_read(m));
	}
}
