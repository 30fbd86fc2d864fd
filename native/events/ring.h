/* SPDX-License-Identifier: MIT */
/*
 * A BPF ring buffer, read through a window that moves over it. libbpf would map the complete buffer twice,
 * and the kernel counts every page of such a mapping as resident: 32 MiB for a ring of 16 MiB. The layout is
 * that of struct bpf_ringbuf in kernel/bpf/ringbuf.c. One thread reads a ring.
 */
#ifndef EVENTS_RING_H
#define EVENTS_RING_H

#include <stddef.h>
#include <stdint.h>

/* All zero = closed. */
struct ring {
	int fd; /* of the map; close_ring() does not close it */
	uint64_t bytes;
	uint64_t page;
	unsigned long *consumer; /* position of the reader; written by the reader */
	unsigned long *producer; /* position of the kernel; read-only */
	char *window;		 /* the mapped part of the data; NULL = none yet */
	uint64_t window_start;
	uint64_t window_bytes;
};

/* A negative result stops reading. The record counts as read anyway. */
typedef int (*take_fn)(void *context, void *record, size_t bytes);

/* `bytes` is max_entries of the map. Returns 0 or a negative errno; close_ring() must follow either way. */
int open_ring(struct ring *ring, int map_fd, uint64_t bytes);

/*
 * Takes all complete records. Returns 0, the negative result of `take`, or a negative errno; -EMSGSIZE for a
 * corrupt record.
 */
int read_ring(struct ring *ring, take_fn take, void *context);

/* Afterwards, open_ring() may be called again. */
void close_ring(struct ring *ring);

#endif
