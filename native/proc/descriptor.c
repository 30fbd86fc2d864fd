/* SPDX-License-Identifier: MIT */
/* Describes the file that a descriptor of a traced process refers to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"

static const char deleted[] = " (deleted)";

/*
 * The kernel appends `deleted` to the path of a deleted file (d_path() in fs/d_path.c). The name of an
 * existing file can end like this, too, so the link count decides.
 */
static void cut_deleted(struct a4t_file *file, const struct statx *status)
{
	size_t mark = sizeof(deleted) - 1;

	if (status->stx_nlink || file->path_len <= mark)
		return;
	if (memcmp(file->path + file->path_len - mark, deleted, mark))
		return;
	file->path_len -= mark;
	file->deleted = 1;
}

static void set_device(struct a4t_file *file, const struct statx *status)
{
	file->device = S_ISCHR(status->stx_mode) ? 'c' : S_ISBLK(status->stx_mode) ? 'b' : 0;
	file->major = status->stx_rdev_major;
	file->minor = status->stx_rdev_minor;
}

/*
 * Reads only what the kernel already knows, because the server of a network or FUSE file system may never
 * answer.
 */
static int read_status(const char *link, struct statx *status)
{
	return statx(AT_FDCWD, link, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, status) ? -errno : 0;
}

int a4t_describe_fd(int32_t tgid, int32_t fd, uint64_t inode, struct a4t_file *file)
{
	char link[64];
	struct statx before;
	ssize_t len;
	int err;

	*file = (struct a4t_file){};
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", living_thread(tgid), fd);
	err = read_status(link, &before);
	if (err)
		return err;
	len = readlink(link, file->path, sizeof(file->path));
	if (len < 0)
		return -errno;
	if (before.stx_ino != inode)
		return -ESTALE;
	file->path_len = len;
	cut_deleted(file, &before);
	set_device(file, &before);
	return 0;
}
