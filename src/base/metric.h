/*
 * Counters, gauges and histograms in one static table (metric.c), atomics, Prometheus text out.
 * To add one: a row here and a row there.
 */
#pragma once
#include "base/buf.h"

enum metric {
	METRIC_HTTP_REQUESTS = 0,
	METRIC_HTTP_CONNECTIONS, /* gauge */
	METRIC_HTTP_SECONDS,     /* histogram, us in */
	METRIC_INTAKE_ACCEPTED,
	METRIC_INTAKE_REPEATED,
	METRIC_INTAKE_UNREADABLE,
	METRIC_INTAKE_REFUSED, /* 404, 405, 413, 503 */
	METRIC_INTAKE_BATCHES,
	METRIC_INTAKE_SECONDS, /* histogram: received to answered */
	METRIC_PLACE_RECEIPTS,
	METRIC_PLACE_LEADS,
	METRIC_PLACE_TOUCHES,
	METRIC_PLACE_SET_ASIDE,
	METRIC_PLACE_FAILURES,
	METRIC_PLACE_BACKLOG, /* gauge: receipts waiting */
	METRIC_PLACE_SECONDS, /* histogram: received to placed */
	METRIC_MATCH_LEADS,   /* gauge: read, or placed since */
	METRIC_MATCH_WARMING, /* gauge: publishers whose leads are being read */
	METRIC_MATCH_SECONDS, /* histogram: one lead against all others, us in */
	METRIC_DELIVERY_ATTEMPTS,
	METRIC_DELIVERY_DONE,
	METRIC_DELIVERY_RETRIES,
	METRIC_DELIVERY_REJECTED,
	METRIC_DELIVERY_IN_FLIGHT, /* gauge */
	METRIC_DELIVERY_SECONDS,   /* histogram: received to acknowledged */
	METRIC_FOLLOW_READ,
	METRIC_FOLLOW_FAILURES,
	METRIC_STREAMS, /* gauge: open event streams */
	METRIC_STORE_ERRORS,
	METRIC_SIGNIN_FAILURES,
	METRIC_AUDIT_FAILURES,
	METRIC_JOB_FAILURES, /* of one publisher */
	METRIC_COUNT,
};
void metric_add(enum metric m, int64_t n);   /* counters and gauges */
void metric_set(enum metric m, int64_t n);   /* gauges */
void metric_seen(enum metric m, int64_t us); /* histograms */
int64_t metric_read(enum metric m);
void metric_write(struct buf *b); /* the Prometheus exposition format, version 0.0.4 */
