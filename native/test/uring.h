/* SPDX-License-Identifier: MIT */
/* Connects by io_uring. */
#ifndef URING_H
#define URING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"

static inline char *map_ring(int ring, size_t size, off_t offset)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, offset);

	CHECK(memory != MAP_FAILED);
	return memory;
}

/*
 * Connects by an io_uring of its own. Returns the result, which is 0 or a negative errno; -ENOSYS or -EPERM
 * if there is no io_uring.
 */
static inline int connect_by_ring(int client, const struct sockaddr *address, socklen_t len)
{
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params), result;
	const struct io_uring_cqe *results;
	struct io_uring_sqe *entry;
	char *submissions, *completions;

	if (ring < 0)
		return -errno;
	submissions = map_ring(ring, params.sq_off.array + sizeof(__u32), IORING_OFF_SQ_RING);
	completions =
		map_ring(ring, params.cq_off.cqes + params.cq_entries * sizeof(*results), IORING_OFF_CQ_RING);
	entry = (void *)map_ring(ring, sizeof(*entry), IORING_OFF_SQES);
	*entry = (struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = client, .addr = (uintptr_t)address, .off = len};
	__atomic_store_n((__u32 *)(submissions + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	CHECK_EQ(1, syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	CHECK_EQ(1, __atomic_load_n((__u32 *)(completions + params.cq_off.tail), __ATOMIC_ACQUIRE));
	results = (const void *)(completions + params.cq_off.cqes);
	result = results[0].res;
	close(ring);
	return result;
}

#endif
