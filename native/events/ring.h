/* SPDX-License-Identifier: MIT */
#ifndef A4T_RING_H
#define A4T_RING_H

#include <stddef.h>
#include <stdint.h>

/* The reader's side of a BPF ring buffer. Zero = closed. */
struct ring {
	int fd; /* the map's, which is not the ring's to close */
	uint64_t bytes;
	uint64_t page;
	unsigned long *consumer;
	unsigned long *producer;
	char *window; /* a part of the data, NULL = none yet */
	uint64_t window_start;
	uint64_t window_bytes;
};

/* A negative result ends the reading, with this record as the last one that was read. */
typedef int (*take_fn)(void *context, void *record, size_t bytes);

/* `bytes`: the map's max_entries. 0 or a negative errno; closed by close_ring() either way. */
int open_ring(struct ring *ring, int map_fd, uint64_t bytes);
/* Takes whole records until there is no more; 0, a negative errno or what `take` has ended it with. */
int read_ring(struct ring *ring, take_fn take, void *context);
/* May be opened again. */
void close_ring(struct ring *ring);

#endif
