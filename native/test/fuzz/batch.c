/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes a4t_poll() with arbitrary ring contents. The caller must get each complete record once and in order,
 * and nothing may be written past the buffer. Input: struct asked, then the contents of the ring.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fuzz.h"
#include "events/wakeup.h"
#include "state.h"

struct asked {
	uint8_t stacks; /* bit 0: whether stacks are recorded */
	uint8_t wakes;	/* bit n: a4t_wake() before the n-th poll */
	uint16_t room;	/* bytes of the buffer beyond one record of the largest kind */
};

/* Takes the next complete record, without its header. Returns false if the reader would wait for more. */
static bool next_record(struct bytes *ring, struct bytes *record)
{
	uint32_t header[2], len;

	for (;;) {
		struct bytes rest = *ring;

		if (!take_bytes(&rest, header, sizeof(header)) || header[0] & BPF_RINGBUF_BUSY_BIT)
			return false;
		len = header[0] & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		if (len > rest.len)
			return false;
		*record = (struct bytes){rest.at, len};
		skip_bytes(&rest, ((size_t)len + 7) & ~7UL);
		*ring = rest;
		if (!(header[0] & BPF_RINGBUF_DISCARD_BIT))
			return true;
	}
}

static __u64 awake_until_ns;
static struct a4t session = {.events.awake_until_ns = &awake_until_ns};

#define RING_BYTES (64 * 1024)

/* Laid out as the kernel maps a ring: consumer position, producer position, and the data twice. */
static struct {
	int fd;
	size_t page;
	char *map;
} memory;

static void make_memory(void)
{
	memory.fd = memfd_create("ring", MFD_CLOEXEC);
	memory.page = sysconf(_SC_PAGESIZE);
	REQUIRE(memory.fd >= 0 && !ftruncate(memory.fd, 2 * memory.page + 2 * RING_BYTES));
	memory.map = mmap(NULL, 2 * memory.page + 2 * RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			  memory.fd, 0);
	REQUIRE(memory.map != MAP_FAILED);
}

/*
 * Returns the producer position, which is after the last complete record, or after the header of the busy
 * record that follows it.
 */
static size_t reserved(struct bytes ring)
{
	const uint8_t *start = ring.at;
	struct bytes record;
	uint32_t header;

	while (next_record(&ring, &record))
		;
	if (ring.len < BPF_RINGBUF_HDR_SZ)
		return ring.at - start;
	memcpy(&header, ring.at, sizeof(header));
	return ring.at - start + (header & BPF_RINGBUF_BUSY_BIT ? BPF_RINGBUF_HDR_SZ : 0);
}

static void fill_memory(struct bytes ring)
{
	unsigned long *consumer = (void *)memory.map, *producer = (void *)(memory.map + memory.page);
	char *data = memory.map + 2 * memory.page;

	memcpy(data, ring.at, ring.len);
	memcpy(data + RING_BYTES, ring.at, ring.len);
	*consumer = 0;
	*producer = reserved(ring);
}

/* Compares a batch with the ring as it was before the poll. Returns the rest of the ring. */
static struct bytes check_batch(struct bytes ring, const char *batch, int used)
{
	struct bytes record;
	int at = 0;

	while (at < used) {
		REQUIRE(next_record(&ring, &record));
		REQUIRE(record.len <= (size_t)(used - at));
		REQUIRE(!memcmp(batch + at, record.at, record.len));
		at += record.len;
	}
	return ring;
}

static bool has_strange_record(struct bytes ring, size_t most)
{
	struct bytes record;

	while (next_record(&ring, &record))
		if (record.len < sizeof(struct accept_event) || record.len > most)
			return true;
	return false;
}

static void read_all(const struct asked *asked, struct bytes ring, size_t most)
{
	uint32_t cap = most + asked->room;
	char *buf = malloc(cap);
	struct a4t_wakeup wakeup;
	int used;

	fill_memory(ring);
	for (int poll = 0;; poll++) {
		bool woken = poll < 8 && asked->wakes >> poll & 1;

		if (woken)
			a4t_wake(&session);
		used = a4t_poll(&session, buf, cap, 0, &wakeup);
		REQUIRE(wakeup.reasons == (woken ? A4T_WOKEN : 0));
		if (used < 0)
			REQUIRE(used == -EMSGSIZE && has_strange_record(ring, most));
		if (used <= 0)
			break;
		REQUIRE((uint32_t)used <= cap);
		REQUIRE(session.events.recheck_until_ns);
		ring = check_batch(ring, buf, used);
	}
	if (used == 0)
		REQUIRE(!next_record(&ring, &(struct bytes){}));
	free(buf);
}

static void open_session(void)
{
	make_memory();
	REQUIRE(open_ring(&session.events.ring, memory.fd, RING_BYTES) == 0);
	session.events.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	session.events.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	REQUIRE(watch(&session, session.events.wake_fd, EPOLLIN, WATCH_WAKE, 0) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes input = {data, size};
	struct asked asked;

	if (!take_bytes(&input, &asked, sizeof(asked)) || input.len > RING_BYTES)
		return 0;
	if (!memory.map)
		open_session();
	session.wanted.stacks = asked.stacks & 1;
	session.events.recheck_until_ns = 0;
	read_all(&asked, input,
		 session.wanted.stacks ? sizeof(struct accept_event_with_stack)
				       : sizeof(struct accept_event_long));
	return 0;
}
