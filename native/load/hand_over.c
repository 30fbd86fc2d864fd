/* SPDX-License-Identifier: MIT */
/*
 * Detaching takes the kernel more than 50 ms a tracepoint, in which it waits for every
 * processor, and whoever closes the last descriptor of a hook has to wait so long. A worker of
 * the kernel does that for us when it holds the hooks as the files of an io_uring. Where there is
 * none, a process that outlives us does.
 */
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "session.h"

#define MOST_LINKS (LINKS + 2 * RELATED_CALLS)

struct kept {
	int fds[MOST_LINKS + 1];
	size_t count;
};

static void keep_link(struct kept *kept, const struct bpf_link *link)
{
	if (link)
		kept->fds[kept->count++] = bpf_link__fd(link);
}

static void keep_links(struct kept *kept, const struct a4t *session)
{
	for (int link = 0; link < LINKS; link++)
		keep_link(kept, session->links[link]);
	for (int call = 0; call < RELATED_CALLS; call++)
		for (int end = 0; end < 2; end++)
			keep_link(kept, session->related_links[call][end]);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Somebody may wait for the end of our streams. */
static void close_all_but(struct kept *kept)
{
	unsigned int from = 0;

	qsort(kept->fds, kept->count, sizeof(kept->fds[0]), by_number);
	for (size_t i = 0; i < kept->count; i++) {
		unsigned int fd = kept->fds[i];

		if (fd > from)
			close_range(from, fd - 1, 0);
		from = fd + 1;
	}
	close_range(from, ~0U, 0);
}

/* Lives until nobody else has these descriptors: `others` ends with the last other one. */
static void outlive(struct kept *kept, int others)
{
	char byte;

	kept->fds[kept->count++] = others;
	close_all_but(kept);
	_exit(read(others, &byte, 1) != 0);
}

/*
 * The ring is never used. The kernel lets go of its files some time after the close of the ring itself, by
 * a worker. -1: this kernel has no io_uring, or does not allow it.
 */
static int give_to_kernel(const struct kept *kept)
{
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return -1;
	if (!syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, kept->fds, kept->count))
		return ring;
	close(ring);
	return -1;
}

/* A grandchild: init waits for it. */
static void start_outliving(struct kept *kept, int others)
{
	sigset_t all, before;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	child = fork();
	if (child == 0) {
		if (fork() == 0)
			outlive(kept, others);
		_exit(0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (child > 0)
		waitpid(child, NULL, 0);
}

static int give_to_process(struct kept *kept)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	start_outliving(kept, ends[0]);
	close(ends[0]);
	return ends[1];
}

/*
 * The first process of a container may wait for no child but its own: each process that outlives us would
 * remain as a zombie. Closing the hooks ourselves is slow, but leaves nothing behind.
 */
static bool init_waits(void)
{
	return !own_pid_namespace();
}

int hand_over_links(const struct a4t *session)
{
	struct kept kept = {};
	int held;

	keep_links(&kept, session);
	if (!kept.count)
		return -1;
	held = give_to_kernel(&kept);
	return held >= 0 || !init_waits() ? held : give_to_process(&kept);
}
