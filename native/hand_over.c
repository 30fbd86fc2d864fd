/* SPDX-License-Identifier: MIT */
/*
 * Detaching takes the kernel more than 50 ms a tracepoint, in which it waits for every
 * processor, and whoever closes the last descriptor of a hook has to stay so long. A
 * process that outlives us by that time does.
 */
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
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

/* A grandchild, which is no concern of ours: init waits for it. */
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

int hand_over_links(const struct a4t *session)
{
	struct kept kept = {};
	int ends[2];

	keep_links(&kept, session);
	if (!kept.count || pipe2(ends, O_CLOEXEC))
		return -1;
	start_outliving(&kept, ends[0]);
	close(ends[0]);
	return ends[1];
}
