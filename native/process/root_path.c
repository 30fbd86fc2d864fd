/* SPDX-License-Identifier: MIT */
#include "process/root_path.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "base/path.h"
#include "process/inheritance.h"

/* Limited, because another process may create and remove the file again and again. */
#define MAX_TRIES 10
/* PROC_ROOT_INO of include/linux/proc_fs.h. */
#define PROC_ROOT_INODE 1

const char path_is_planted[] = "another user may have put it there";
const char path_is_untrusted[] = "another user can change the path, so root does not write to it";

/* What other users can do in a folder. */
enum trust {
	NOBODY_ELSE_WRITES,
	STICKY, /* create entries, but not rename or remove those of root */
};

struct walk {
	int folder; /* O_PATH */
	enum trust trust;
	struct path path;
	int flags;
	mode_t mode; /* of a new file */
	const char *why;
};

/* Returned instead of a descriptor or an errno if the walk goes on. */
#define GO_ON INT_MAX

static int refuse(struct walk *walk, const char *why)
{
	walk->why = why;
	return -EACCES;
}

static bool others_can_write(const struct stat *folder)
{
	return folder->st_mode & S_IWOTH || (folder->st_mode & S_IWGRP && folder->st_gid != 0);
}

/* Continues in `folder`, which the walk owns from now on. */
static int enter(struct walk *walk, int folder)
{
	struct stat status;

	close(walk->folder);
	walk->folder = folder;
	if (fstat(folder, &status))
		return -errno;
	if (!S_ISDIR(status.st_mode))
		return -ENOTDIR;
	if (status.st_uid != 0 || (others_can_write(&status) && !(status.st_mode & S_ISVTX)))
		return refuse(walk, path_is_untrusted);
	walk->trust = others_can_write(&status) ? STICKY : NOBODY_ELSE_WRITES;
	return GO_ON;
}

static int enter_path(struct walk *walk, const char *path)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return folder < 0 ? -errno : enter(walk, folder);
}

static bool is_on_proc(int folder)
{
	struct statfs file_system;

	return !fstatfs(folder, &file_system) && file_system.f_type == PROC_SUPER_MAGIC;
}

/* Links in subfolders of /proc are magic: the kernel follows them to an object, not to a path. */
static bool has_magic_links(int folder)
{
	struct stat status;

	return is_on_proc(folder) && !fstat(folder, &status) && status.st_ino != PROC_ROOT_INODE;
}

bool is_own_descriptors(int folder)
{
	int own = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat ours, other;
	bool same;

	if (own < 0)
		return false;
	same = !fstat(own, &ours) && !fstat(folder, &other) && ours.st_dev == other.st_dev &&
	       ours.st_ino == other.st_ino;
	close(own);
	return same;
}

/*
 * Opening the descriptor again with root's rights could make a read-only descriptor writable, so it is
 * copied.
 */
static int copy_descriptor(struct walk *walk)
{
	char *end;
	long fd = strtol(walk->path.name, &end, 10);
	int status, copy;

	if (*end || fd < 0 || fd > INT_MAX)
		return -ENOENT;
	if (!is_inherited(fd))
		return -EBADF;
	status = fcntl(fd, F_GETFL);
	if (status < 0)
		return -errno;
	if ((status & O_ACCMODE) == O_RDONLY || status & O_PATH)
		return refuse(walk, "the descriptor is not open for writing");
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return copy < 0 ? -errno : copy;
}

static int follow(struct walk *walk, int link, const struct stat *status)
{
	struct path *path = &walk->path;
	int err;

	if (has_magic_links(walk->folder))
		return is_own_descriptors(walk->folder) && !*path->rest ? copy_descriptor(walk)
									: refuse(walk, path_is_untrusted);
	if (status->st_uid != 0 || walk->trust != NOBODY_ELSE_WRITES)
		return refuse(walk, path_is_planted);
	err = put_link(path, link);
	if (err)
		return err;
	return *path->rest == '/' ? enter_path(walk, "/") : GO_ON;
}

static int open_existing(struct walk *walk, int found, const struct stat *status)
{
	bool own = S_ISREG(status->st_mode) && status->st_uid == 0 && status->st_nlink == 1;

	if (walk->trust == STICKY && !own)
		return refuse(walk, path_is_planted);
	return open_found(found, walk->flags);
}

static int use_found(struct walk *walk, int found, bool last)
{
	struct stat status;
	int result;

	if (fstat(found, &status))
		result = -errno;
	else if (S_ISLNK(status.st_mode))
		result = follow(walk, found, &status);
	else if (!last)
		return enter(walk, found);
	else
		result = S_ISDIR(status.st_mode) ? -EISDIR : open_existing(walk, found, &status);
	close(found);
	return result;
}

static int look_up(struct walk *walk, bool last)
{
	int found = openat(walk->folder, walk->path.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return found < 0 ? -errno : use_found(walk, found, last);
}

static int open_last(struct walk *walk)
{
	int result = -ENOENT;

	for (int tries = 0; result == -ENOENT && tries < MAX_TRIES; tries++) {
		int fd = openat(walk->folder, walk->path.name, walk->flags | O_CREAT | O_EXCL | O_NOFOLLOW,
				walk->mode);

		if (fd >= 0)
			return fd;
		result = errno == EEXIST ? look_up(walk, true) : -errno;
	}
	return result;
}

/* True for "/", ".", ".." and any path that ends in "/". */
static bool names_folder(const char *name, bool slash)
{
	return slash || !*name || !strcmp(name, ".") || !strcmp(name, "..");
}

static int step(struct walk *walk)
{
	struct path *path = &walk->path;
	size_t len = strlen(path->rest);
	bool slash = len && path->rest[len - 1] == '/';
	int err = take_name(path);

	if (err)
		return err;
	if (*path->rest)
		return look_up(walk, false);
	return names_folder(path->name, slash) ? -EISDIR : open_last(walk);
}

int open_as_root(const char *path, int flags, mode_t mode, const char **why)
{
	struct walk walk = {.folder = -1, .flags = flags, .mode = mode};
	int result;

	*why = NULL;
	if (!*path)
		return -ENOENT;
	result = begin_path(&walk.path, path);
	if (result)
		return result;
	result = enter_path(&walk, *path == '/' ? "/" : ".");
	while (result == GO_ON)
		result = step(&walk);
	close(walk.folder);
	*why = walk.why;
	return result;
}
