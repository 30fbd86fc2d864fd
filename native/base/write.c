/* SPDX-License-Identifier: MIT */
#include "base/write.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>
#include "a4t.h"

/* How many writes have begun and ended. Both wrap around. */
static atomic_uint begun, ended;

int write_under_way(void)
{
	unsigned int last = begun;

	return last == ended ? 0 : (int)(last % INT_MAX + 1);
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
	ssize_t written;

	begun++;
	do
		written = write(fd, bytes, count);
	while (written < 0 && can_repeat(fd));
	ended++;
	return written < 0 ? -errno : (int)written;
}
