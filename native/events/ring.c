/* SPDX-License-Identifier: MIT */
#include "events/ring.h"
#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

/* Must be much larger than a record, because moving the window takes about 10 us. */
#define WINDOW_BYTES (512 * 1024)

/*
 * Page 0 has the reader's position, page 1 the kernel's. The data follows, mapped twice, so that no record is
 * split.
 */
#define DATA_PAGE 2

static void *map_pages(const struct ring *ring, int protection, uint64_t bytes, uint64_t offset)
{
	void *pages = mmap(NULL, bytes, protection, MAP_SHARED, ring->fd, offset);

	return pages == MAP_FAILED ? NULL : pages;
}

int open_ring(struct ring *ring, int map_fd, uint64_t bytes)
{
	*ring = (struct ring){.fd = map_fd, .bytes = bytes, .page = sysconf(_SC_PAGESIZE)};
	ring->consumer = map_pages(ring, PROT_READ | PROT_WRITE, ring->page, 0);
	if (!ring->consumer)
		return -errno;
	ring->producer = map_pages(ring, PROT_READ, ring->page, ring->page);
	return ring->producer ? 0 : -errno;
}

static void close_window(struct ring *ring)
{
	if (ring->window)
		munmap(ring->window, ring->window_bytes);
	ring->window = NULL;
}

static int move_window(struct ring *ring, uint64_t start)
{
	uint64_t rest = 2 * ring->bytes - start;

	close_window(ring);
	ring->window_start = start;
	ring->window_bytes = rest < WINDOW_BYTES ? rest : WINDOW_BYTES;
	ring->window =
		map_pages(ring, PROT_READ, ring->window_bytes, DATA_PAGE * ring->page + ring->window_start);
	return ring->window ? 0 : -errno;
}

/* Returns a pointer to `len` mapped bytes at `position`; NULL with errno on failure. */
static void *data_at(struct ring *ring, unsigned long position, uint64_t len)
{
	uint64_t at = position & (ring->bytes - 1), start = at & ~(ring->page - 1);

	if (len > ring->bytes) {
		errno = EMSGSIZE;
		return NULL;
	}
	if (ring->window && at >= ring->window_start && at + len <= ring->window_start + ring->window_bytes)
		return ring->window + (at - ring->window_start);
	/* Our records are never larger than a window, so this one is corrupt. */
	if (at + len - start > WINDOW_BYTES) {
		errno = EMSGSIZE;
		return NULL;
	}
	return move_window(ring, start) ? NULL : ring->window + (at - ring->window_start);
}

/* Reads the record at `*position` and advances. Returns 1 if the kernel is still writing the record. */
static int read_record(struct ring *ring, unsigned long *position, take_fn take, void *context)
{
	uint32_t *header = data_at(ring, *position, BPF_RINGBUF_HDR_SZ), head, len;
	char *record;
	int err = 0;

	if (!header)
		return -errno;
	head = __atomic_load_n(header, __ATOMIC_ACQUIRE);
	if (head & BPF_RINGBUF_BUSY_BIT)
		return 1;
	len = head & ~BPF_RINGBUF_DISCARD_BIT;
	if (!(head & BPF_RINGBUF_DISCARD_BIT)) {
		record = data_at(ring, *position, BPF_RINGBUF_HDR_SZ + len);
		if (!record)
			return -errno;
		err = take(context, record + BPF_RINGBUF_HDR_SZ, len);
	}
	*position += (BPF_RINGBUF_HDR_SZ + len + 7) & ~7UL;
	__atomic_store_n(ring->consumer, *position, __ATOMIC_RELEASE);
	return err < 0 ? err : 0;
}

int read_ring(struct ring *ring, take_fn take, void *context)
{
	unsigned long position = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE), end;
	int err = 0;

	do {
		end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
		while (!err && position < end)
			err = read_record(ring, &position, take, context);
	} while (!err && end != __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE));
	return err < 0 ? err : 0;
}

void close_ring(struct ring *ring)
{
	close_window(ring);
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	if (ring->producer)
		munmap(ring->producer, ring->page);
	*ring = (struct ring){};
}
