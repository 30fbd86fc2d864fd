/* SPDX-License-Identifier: MIT */
/*
 * Copies complete records from the ring buffer to the caller's buffer. A record is complete once the kernel
 * has cleared its busy bit (bpf_ringbuf_commit() in kernel/bpf/ringbuf.c). The tracing thread calls these.
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

/*
 * Opens the ring of the loaded programs. Returns 0 or a negative errno; close_batch() must follow either way.
 */
int open_batch(struct a4t *session);

/* Afterwards, open_batch() may be called again. */
void close_batch(struct a4t *session);

/*
 * A take_fn (ring.h) that appends a record to `batch`. Returns 0; -ENOSPC if the record after this one might
 * not fit; or -EMSGSIZE for a record of an impossible size.
 */
int take_record(void *batch, void *record, size_t size);

/*
 * Fills `buf` without waiting. Returns bytes, or a negative errno; -EINVAL if `cap` is too small for a
 * record.
 */
int read_batch(struct a4t *session, void *buf, uint32_t cap);

#endif
