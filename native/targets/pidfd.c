/* SPDX-License-Identifier: MIT */
#include "targets/pidfd.h"
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Raises the soft limit, which is 1024 on most systems. Each target needs a descriptor. */
static bool allow_more_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return false;
	limit.rlim_cur = limit.rlim_max;
	return !setrlimit(RLIMIT_NOFILE, &limit);
}

/* A pidfd becomes readable once all threads have ended, even before the parent has waited. */
static bool has_ended(int pidfd)
{
	struct pollfd end = {.fd = pidfd, .events = POLLIN};

	return poll(&end, 1, 0) > 0;
}

/* For the id of a thread, pidfd_open() fails with EINVAL, or since Linux 6.16 with ENOENT. */
int open_process(int32_t tgid)
{
	int pidfd = syscall(SYS_pidfd_open, tgid, 0);

	if (pidfd < 0 && errno == EMFILE && allow_more_files())
		pidfd = syscall(SYS_pidfd_open, tgid, 0);
	if (pidfd < 0)
		return errno == ENOENT ? -EINVAL : -errno;
	if (!has_ended(pidfd))
		return pidfd;
	close(pidfd);
	return -ESRCH;
}

bool is_alive(int32_t tgid)
{
	int pidfd = open_process(tgid);

	if (pidfd >= 0)
		close(pidfd);
	return pidfd != -ESRCH;
}
