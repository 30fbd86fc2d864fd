/* SPDX-License-Identifier: MIT */
/* Describes the file that a descriptor of a traced process refers to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"

static const char deleted[] = " (deleted)";

/*
 * The kernel appends this to the path of a deleted file (d_path() in fs/d_path.c). A file name can end like
 * this, too.
 */
static void cut_deleted(struct a4t_file *file, const struct stat *stat)
{
	size_t mark = sizeof(deleted) - 1;

	if (stat->st_nlink || file->path_len <= mark)
		return;
	if (memcmp(file->path + file->path_len - mark, deleted, mark))
		return;
	file->path_len -= mark;
	file->deleted = 1;
}

static void set_device(struct a4t_file *file, const struct stat *stat)
{
	file->device = S_ISCHR(stat->st_mode) ? 'c' : S_ISBLK(stat->st_mode) ? 'b' : 0;
	file->major = major(stat->st_rdev);
	file->minor = minor(stat->st_rdev);
}

int a4t_describe_fd(int32_t tgid, int32_t fd, uint64_t inode, struct a4t_file *file)
{
	char link[64];
	struct stat stat_before;
	ssize_t len;

	*file = (struct a4t_file){};
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", living_thread(tgid), fd);
	if (stat(link, &stat_before))
		return -errno;
	len = readlink(link, file->path, sizeof(file->path));
	if (len < 0)
		return -errno;
	if (stat_before.st_ino != inode)
		return -ESTALE;
	file->path_len = len;
	cut_deleted(file, &stat_before);
	set_device(file, &stat_before);
	return 0;
}
