/* SPDX-License-Identifier: MIT */
/*
 * net.core.somaxconn of a process. /proc/sys/net shows the reader's own network namespace, so we enter the
 * process's.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"

static int32_t read_limit(void)
{
	char text[16];
	int fd = open("/proc/sys/net/core/somaxconn", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return len ? -errno : -ENODATA;
	text[len] = '\0';
	return strtol(text, NULL, 10);
}

static int open_namespace(const char *process)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Changes this thread's namespace, only for the time that it takes to read a number. */
static int32_t read_limit_in(int namespace, int own)
{
	int32_t limit;

	if (setns(namespace, CLONE_NEWNET))
		return -errno;
	limit = read_limit();
	return setns(own, CLONE_NEWNET) ? -errno : limit;
}

static bool is_same(int one, int other)
{
	struct stat a, b;

	return !fstat(one, &a) && !fstat(other, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int32_t a4t_somaxconn(int32_t tgid)
{
	char process[16];
	int own = open_namespace("thread-self"), namespace;
	int32_t limit;

	if (own < 0)
		return -errno;
	snprintf(process, sizeof(process), "%d", living_thread(tgid));
	namespace = open_namespace(process);
	if (namespace < 0)
		limit = -errno;
	else
		limit = is_same(namespace, own) ? read_limit() : read_limit_in(namespace, own);
	if (namespace >= 0)
		close(namespace);
	close(own);
	return limit;
}
