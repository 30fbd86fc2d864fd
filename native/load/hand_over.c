/* SPDX-License-Identifier: MIT */
#include "load/hand_over.h"
#include <fcntl.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "process/identity.h"
#include "state.h"

#define MAX_LINKS (LINKS + 2 * RELATED_CALLS)

struct kept {
	int fds[MAX_LINKS + 1];
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
		keep_link(kept, session->hooks.links[link]);
	for (int call = 0; call < RELATED_CALLS; call++)
		for (int end = 0; end < 2; end++)
			keep_link(kept, session->hooks.related[call][end]);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Also closes stdin, stdout and stderr, because the reader of a pipe may be waiting for the end of file. */
static void close_all_but(struct kept *kept)
{
	unsigned int from = 0;

	qsort(kept->fds, kept->count, sizeof(kept->fds[0]), by_number);
	for (size_t i = 0; i < kept->count; i++) {
		unsigned int fd = kept->fds[i];

		if (fd > from)
			syscall(SYS_close_range, from, fd - 1, 0);
		from = fd + 1;
	}
	syscall(SYS_close_range, from, ~0U, 0);
}

/*
 * Runs in the new process. Holds the descriptors until the original process has closed its own. At that
 * moment, reading from the pipe `others` returns the end of file.
 */
static void hold_until_closed(struct kept *kept, int others)
{
	char byte;

	kept->fds[kept->count++] = others;
	close_all_but(kept);
	_exit(read(others, &byte, 1) != 0);
}

/*
 * Registers the descriptors with an io_uring that is not used otherwise. After the io_uring is closed, a
 * kernel worker releases the descriptors (io_ring_exit_work() in io_uring/io_uring.c). Returns -1 if this
 * kernel has no io_uring, or does not allow it.
 */
static int keep_in_kernel(const struct kept *kept)
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

/* Forks twice, so that init reaps the process. */
static void start_holder(struct kept *kept, int others)
{
	sigset_t all, before;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	child = fork();
	if (child == 0) {
		if (fork() == 0)
			hold_until_closed(kept, others);
		_exit(0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (child > 0)
		waitpid(child, NULL, 0);
}

static int keep_in_process(struct kept *kept)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	start_holder(kept, ends[0]);
	close(ends[0]);
	return ends[1];
}

/*
 * The init process of a container might reap only the children that it has started itself, so an orphan that
 * it adopts could remain as a zombie. In a container, this process therefore waits until the hooks are
 * detached, which is slow, but leaves nothing behind.
 */
static bool init_reaps(void)
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
	held = keep_in_kernel(&kept);
	return held >= 0 || !init_reaps() ? held : keep_in_process(&kept);
}
