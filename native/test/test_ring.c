/* SPDX-License-Identifier: MIT */
/* Every record once and whole, wherever it lies in the ring. A file stands in for the map. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "check.h"
#include "events/ring.h"

/* Larger than the window. */
#define BYTES	  (4UL << 20)
#define RECORD	  336
#define RECORDS	  40000
#define STEP	  (RECORD + BPF_RINGBUF_HDR_SZ)
#define NO_RECORD 2

static int fd;

struct taken {
	uint64_t count;
	uint64_t next; /* what the next record must say */
	bool wrong;
	int answer;
};

static long page(void)
{
	return sysconf(_SC_PAGESIZE);
}

/* The kernel's two copies of the data are the same memory. */
static void put(unsigned long position, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		off_t at = 2 * page() + (position + i) % BYTES;

		CHECK_EQ(1, pwrite(fd, (const char *)bytes + i, 1, at));
		CHECK_EQ(1, pwrite(fd, (const char *)bytes + i, 1, at + BYTES));
	}
}

static void produce(unsigned long position, uint32_t bits, uint64_t number)
{
	struct {
		uint32_t len;
		uint32_t unused;
		uint64_t first;
	} head = {.len = RECORD | bits, .first = number};
	unsigned long end = position + STEP;

	put(position, &head, sizeof(head));
	put(position + STEP - sizeof(number), &number, sizeof(number));
	CHECK_EQ(sizeof(end), pwrite(fd, &end, sizeof(end), page()));
}

static int take(void *context, void *record, size_t bytes)
{
	struct taken *taken = context;

	taken->wrong |=
		bytes != RECORD || memcmp(record, &taken->next, sizeof(taken->next)) ||
		memcmp((char *)record + RECORD - sizeof(taken->next), &taken->next, sizeof(taken->next));
	taken->count++;
	taken->next++;
	return taken->answer;
}

static struct ring open_file(void)
{
	struct ring ring;

	fd = memfd_create("ring", 0);
	CHECK_EQ(0, ftruncate(fd, 2 * page() + 2 * BYTES));
	CHECK_EQ(0, open_ring(&ring, fd, BYTES));
	return ring;
}

static void close_file(struct ring *ring)
{
	close_ring(ring);
	close(fd);
}

static void reads_over_the_end(void)
{
	struct ring ring = open_file();
	struct taken taken = {};

	for (uint64_t i = 0; i < RECORDS; i++) {
		produce(i * STEP, 0, i);
		if (i % 97 == 0)
			CHECK_EQ(0, read_ring(&ring, take, &taken));
	}
	CHECK_EQ(0, read_ring(&ring, take, &taken));
	CHECK_EQ(RECORDS, taken.count);
	CHECK(!taken.wrong);
	CHECK_EQ(RECORDS * STEP, *ring.consumer);
	close_file(&ring);
}

static void waits_for_what_is_written_and_skips_what_was_given_up(void)
{
	struct ring ring = open_file();
	struct taken taken = {};

	produce(0, BPF_RINGBUF_DISCARD_BIT, 7);
	produce(STEP, 0, 0);
	produce(2 * STEP, BPF_RINGBUF_BUSY_BIT, 1);
	CHECK_EQ(0, read_ring(&ring, take, &taken));
	CHECK_EQ(1, taken.count);
	produce(2 * STEP, 0, 1);
	CHECK_EQ(0, read_ring(&ring, take, &taken));
	CHECK_EQ(2, taken.count);
	CHECK(!taken.wrong);
	close_file(&ring);
}

static void stops_behind_the_record_that_ends_it(void)
{
	struct ring ring = open_file();
	struct taken taken = {.answer = -ENOSPC};

	produce(0, 0, 0);
	produce(STEP, 0, 1);
	CHECK_EQ(-ENOSPC, read_ring(&ring, take, &taken));
	CHECK_EQ(-ENOSPC, read_ring(&ring, take, &taken));
	CHECK_EQ(0, read_ring(&ring, take, &taken));
	CHECK_EQ(NO_RECORD, taken.count);
	CHECK(!taken.wrong);
	close_file(&ring);
}

static void refuses_what_no_ring_holds(void)
{
	struct ring ring = open_file();
	struct taken taken = {};
	uint32_t len = BYTES / 2;

	produce(0, 0, 0);
	put(0, &len, sizeof(len));
	CHECK_EQ(-EMSGSIZE, read_ring(&ring, take, &taken));
	CHECK_EQ(0, taken.count);
	close_file(&ring);
	CHECK_EQ(-EBADF, open_ring(&ring, -1, BYTES));
	close_ring(&ring);
}

int main(void)
{
	static const struct test tests[] = {
		{"reads over the end", reads_over_the_end},
		{"waits for what is written and skips what was given up",
		 waits_for_what_is_written_and_skips_what_was_given_up},
		{"stops behind the record that ends it", stops_behind_the_record_that_ends_it},
		{"refuses what no ring holds", refuses_what_no_ring_holds},
	};

	return RUN(tests);
}
