/* SPDX-License-Identifier: MIT */
/*
 * From the ring buffer to the caller's buffer, whole records only: those whose busy bit the kernel has
 * cleared (bpf_ringbuf_commit() in kernel/bpf/ringbuf.c). The tracing thread calls these.
 */
#ifndef EVENTS_BATCH_H
#define EVENTS_BATCH_H

#include <stddef.h>
#include "a4t.h"

struct batch {
	char *buf;	  /* the caller's */
	uint32_t cap;	  /* bytes of buf */
	uint32_t most;	  /* bytes of the largest record */
	uint32_t used;	  /* bytes of buf */
	uint64_t last_ns; /* exit_ns of the last record */
};

/* Opens the ring of the loaded programs: 0 or a negative errno. close_batch() must follow either way. */
int open_batch(struct a4t *session);

/* May be opened again. */
void close_batch(struct a4t *session);

/* Appends a record: a take_fn of `batch`. Negative once the next record might not fit. */
int take_record(void *batch, void *record, size_t size);

/* Fills `buf` without waiting. Returns bytes, or a negative errno; -EINVAL if `cap` is less than a record. */
int read_batch(struct a4t *session, void *buf, uint32_t cap);

#endif
