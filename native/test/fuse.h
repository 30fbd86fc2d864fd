/* SPDX-License-Identifier: MIT */
/* A FUSE file system whose server never answers, so that every request to it hangs. */
#ifndef TEST_FUSE_H
#define TEST_FUSE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>
#include "check.h"

/*
 * Mounts the file system on `folder`. The first call moves this process to its own mount namespace. Skips the
 * test and returns 0 if mounting is impossible here.
 */
static inline int mount_silent_fuse(const char *folder)
{
	static int unshared;
	char options[96];
	int server;

	if (!root_or_skip())
		return 0;
	server = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", server);
	if (server >= 0 && !unshared)
		unshared = !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (unshared && !mount("accept4-trace", folder, "fuse", MS_NOSUID | MS_NODEV, options))
		return 1;
	skip("FUSE file systems cannot be mounted here");
	close(server);
	return 0;
}

#endif
