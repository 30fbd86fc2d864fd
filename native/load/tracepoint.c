/* SPDX-License-Identifier: MIT */
#include "load/tracepoint.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/stat.h>
#include <unistd.h>

static int detached_tracefs(void)
{
	int context = syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	int mount = -1;

	if (context < 0)
		return -errno;
	if (!syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (mount < 0)
		mount = -errno;
	close(context);
	return mount;
}

static int open_tracefs(void)
{
	int dir = open("/sys/kernel/tracing/events", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0) {
		close(dir);
		return open("/sys/kernel/tracing", O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	/*
	 * tracefs is mounted. A mount of our own would not help, because it would have the same permissions.
	 */
	if (errno == EACCES)
		return -EACCES;
	return detached_tracefs();
}

static int read_number(int dir, const char *path)
{
	char text[32] = "";
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	return len > 0 ? atoi(text) : -EIO;
}

/*
 * Does not use faccessat(), which checks the rights of the real user and ignores ambient and file
 * capabilities.
 */
int find_in_tracefs(const char *file)
{
	int tracefs = open_tracefs(), err;
	struct stat status;

	if (tracefs < 0)
		return tracefs;
	err = fstatat(tracefs, file, &status, 0) ? -errno : 0;
	close(tracefs);
	return err;
}

int tracepoint_id(const char *category, const char *name)
{
	int tracefs = open_tracefs(), id;
	char path[128];

	if (tracefs < 0)
		return tracefs;
	snprintf(path, sizeof(path), "events/%s/%s/id", category, name);
	id = read_number(tracefs, path);
	close(tracefs);
	return id;
}
