/* SPDX-License-Identifier: MIT */
/* Files of traced processes: what an fd refers to, and files below their root. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "a4t.h"
#include "proc/living.h"

static const char deleted[] = " (deleted)";

/* The kernel adds it to a path that is no more; a name can end so, too, but then it has a link. */
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

/* O_NONBLOCK: a FIFO does not wait for a writer. For regular files it means nothing. */
static int open_in_root(int root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* Looks at the open file, not at its name, which may lead to another one by now. */
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

int a4t_terminal_width(int32_t fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

int a4t_is_terminal(int32_t fd)
{
	return isatty(fd);
}
