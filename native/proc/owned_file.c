/* SPDX-License-Identifier: MIT */
/* Files that a traced process offers to its tracers, such as perf maps. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "a4t.h"
#include "base/error.h"
#include "proc/below_root.h"
#include "proc/living.h"
#include "proc/regular.h"

/*
 * Checks the open file rather than its name, which may refer to another file by now. The owner and the number
 * of hard links matter: a user can make a hard link to a file of root or, in a user namespace, bind-mount
 * such a file.
 */
static int check_owner(int fd, uint32_t uid)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	return status.st_uid == uid && status.st_nlink == 1 ? 0 : -EACCES;
}

static int open_owned(int found, int32_t tid, uint32_t uid, uint64_t most, char *type)
{
	int fd = open_regular(found, tid, most, type), err = fd < 0 ? fd : check_owner(fd, uid);

	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

int a4t_open_below_root(int32_t tgid, const char *path, uint32_t uid, uint64_t most, struct a4t_error *error)
{
	char type[FILE_SYSTEM_BYTES] = "";
	int32_t tid = living_thread(tgid);
	int found = find_below_root(tid, path, type);
	int fd = found < 0 ? found : open_owned(found, tid, uid, most, type);

	if (found >= 0)
		close(found);
	if (fd >= 0)
		return fd;
	fail(error, fd, "open %s of process %d", path, tgid);
	snprintf(error->detail, sizeof(error->detail), "%s", fd == -EREMOTE ? type : "");
	return fd;
}
