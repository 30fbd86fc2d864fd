/* SPDX-License-Identifier: MIT */
#include "base/write.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>
#include "a4t.h"

/* The number of the write in progress, for a signal handler; 0 = none. Wraps around. */
static volatile sig_atomic_t under_way;

int write_under_way(void)
{
	return under_way;
}

/* Whether to repeat the write that has just failed with `errno`. Waits for room on EAGAIN. */
static bool can_repeat(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	if (errno != EAGAIN)
		return errno == EINTR;
	while (poll(&room, 1, -1) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

int a4t_write(int32_t fd, const void *bytes, uint32_t count)
{
	static sig_atomic_t begun;
	ssize_t written;

	begun = begun % INT_MAX + 1;
	under_way = begun;
	do
		written = write(fd, bytes, count);
	while (written < 0 && can_repeat(fd));
	under_way = 0;
	return written < 0 ? -errno : (int)written;
}
