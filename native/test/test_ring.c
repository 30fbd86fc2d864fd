/* SPDX-License-Identifier: MIT */
/*
 * Tests of the ring buffer reader: it returns each record once and complete, at any position. A file replaces
 * the ring buffer map.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "check.h"
#include "events/ring.h"

#define BYTES	  (4UL << 20) /* larger than the window through which the reader maps the ring */
#define RECORD	  336
#define RECORDS	  40000
#define STEP	  (RECORD + BPF_RINGBUF_HDR_SZ)
#define NO_RECORD 2

static int fd;

struct taken {
	uint64_t count;
	uint64_t next; /* number that the next record must have */
	bool wrong;
	int answer;
};

static long page(void)
{
	return sysconf(_SC_PAGESIZE);
}

/* Writes to both copies of the data, which are the same memory in the kernel. */
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

static void records_wrap_around_the_end_of_the_ring(void)
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

static void waits_for_busy_records_and_skips_discarded_ones(void)
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

static void stops_after_the_record_for_which_the_callback_fails(void)
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

static void rejects_a_record_larger_than_the_ring(void)
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
		{"records wrap around the end of the ring", records_wrap_around_the_end_of_the_ring},
		{"waits for busy records and skips discarded ones",
		 waits_for_busy_records_and_skips_discarded_ones},
		{"stops after the record for which the callback fails",
		 stops_after_the_record_for_which_the_callback_fails},
		{"rejects a record larger than the ring", rejects_a_record_larger_than_the_ring},
	};

	return RUN(tests);
}
