/* SPDX-License-Identifier: MIT */
/* Files below the root of a traced process. The process may be hostile and in another mount namespace. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"

/* O_NONBLOCK: opening a FIFO does not wait for a writer. Regular files ignore it. */
static int open_in_root(int root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* Checks the open file rather than its name, which may refer to another file by now. */
static int check_file(int fd, uint32_t uid, uint64_t most)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || (status.st_uid != 0 && status.st_uid != uid))
		return -EACCES;
	return (uint64_t)status.st_size > most ? -EFBIG : 0;
}

int a4t_open_below_root(int32_t tgid, const char *path, uint32_t uid, uint64_t most)
{
	char link[64];
	int root, fd, err;

	snprintf(link, sizeof(link), "/proc/%d/root", living_thread(tgid));
	root = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	fd = open_in_root(root, path);
	close(root);
	err = fd < 0 ? fd : check_file(fd, uid, most);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}
