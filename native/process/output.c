/* SPDX-License-Identifier: MIT */
/*
 * Output files. A file is opened with the rights of the user who ran sudo if they suffice, so that a new file
 * belongs to that user. Otherwise, root opens the file: see root_path.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "a4t.h"
#include "base/error.h"
#include "base/path.h"
#include "process/identity.h"
#include "process/inheritance.h"
#include "process/root_path.h"

#define ORDINARY_MODE 0666
#define PRIVATE_MODE  0600
/* Limited, because another process may create and remove the file again and again. */
#define MAX_TRIES 10
#define AS_IT_IS  -1

struct output {
	int folder;
	const char *name; /* in the folder */
	int flags;
	mode_t mode; /* of a new file */
	const struct identity *invoker;
	bool planted;
};

static int open_folder(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int fd;

	*name = slash ? slash + 1 : path;
	if (!**name)
		return slash ? -EISDIR : -ENOENT;
	if (snprintf(folder, sizeof(folder), "%.*s", (int)(*name - path), path) >= (int)sizeof(folder))
		return -ENAMETOOLONG;
	fd = open(slash ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_trusted(uid_t owner, const struct identity *invoker)
{
	return owner == 0 || owner == getuid() || owner == invoker->uid;
}

/*
 * Whether another user may have planted the file. Like the kernel, this only suspects files in sticky folders
 * that anybody can write to, such as /tmp. A file there is suspect unless it belongs to root, us, the user
 * who ran sudo or the owner of the folder. A regular file with more than one hard link is always suspect
 * there. fs.protected_symlinks, _regular, _fifos and _hardlinks protect similarly, but may be off.
 */
static bool may_be_planted(const struct output *output, const struct stat *found)
{
	struct stat folder;

	if (fstat(output->folder, &folder))
		return true;
	if ((folder.st_mode & (S_ISVTX | S_IWOTH)) != (S_ISVTX | S_IWOTH))
		return false;
	return (found->st_uid != folder.st_uid && !is_trusted(found->st_uid, output->invoker)) ||
	       (S_ISREG(found->st_mode) && found->st_nlink > 1);
}

/* Retries, because a signal can interrupt opening a FIFO, which waits for a reader. */
static int open_in(const struct output *output, int flags)
{
	int fd;

	do
		fd = openat(output->folder, output->name, flags, output->mode);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

static int open_existing(struct output *output)
{
	int found = openat(output->folder, output->name, O_PATH | O_NOFOLLOW | O_CLOEXEC), fd;
	struct stat status;

	if (found < 0)
		return -errno;
	output->planted = fstat(found, &status) || may_be_planted(output, &status);
	if (output->planted)
		fd = -EACCES;
	else if (S_ISLNK(status.st_mode))
		fd = open_in(output, output->flags | O_CREAT);
	else
		fd = open_found(found, output->flags);
	close(found);
	return fd;
}

static int open_file(struct output *output)
{
	int fd = -ENOENT;

	for (int tries = 0; fd == -ENOENT && tries < MAX_TRIES; tries++) {
		fd = open_in(output, output->flags | O_CREAT | O_EXCL | O_NOFOLLOW);
		if (fd == -EEXIST)
			fd = open_existing(output);
	}
	return fd;
}

/*
 * Whether the path, such as /dev/fd/7, names a descriptor that we did not inherit. The number may now belong
 * to a file that we have opened ourselves.
 */
static bool is_own_file(const struct output *output)
{
	return is_own_descriptors(output->folder) && !is_inherited(atoi(output->name));
}

static int open_path(struct output *output, const char *path)
{
	int fd;

	output->folder = open_folder(path, &output->name);
	if (output->folder < 0)
		return output->folder;
	fd = is_own_file(output) ? -EBADF : open_file(output);
	close(output->folder);
	return fd;
}

/* Sets the effective ids of this thread only. */
static int switch_to_user(const struct identity *user)
{
	if (syscall(SYS_setgroups, user->group_count, user->groups) ||
	    syscall(SYS_setresgid, AS_IT_IS, user->gid, AS_IT_IS) ||
	    syscall(SYS_setresuid, AS_IT_IS, user->uid, AS_IT_IS))
		return -errno;
	return 0;
}

/*
 * Restores the ids in reverse order, because only root can change groups. Aborts rather than continue as
 * another user.
 */
static void switch_back(const struct identity *own)
{
	if (syscall(SYS_setresuid, AS_IT_IS, own->uid, AS_IT_IS) ||
	    syscall(SYS_setresgid, AS_IT_IS, own->gid, AS_IT_IS) ||
	    syscall(SYS_setgroups, own->group_count, own->groups))
		abort();
}

/* Opens the file as the user who ran sudo. Returns -EPERM if there is no such user. */
static int open_as_invoker(struct output *output, const char *path)
{
	struct identity own;
	int fd;

	if (output->invoker->uid == NO_USER)
		return -EPERM;
	fd = own_identity(&own);
	if (!fd) {
		fd = switch_to_user(output->invoker);
		if (!fd)
			fd = open_path(output, path);
		switch_back(&own);
	}
	free_identity(&own);
	return fd;
}

static bool is_refused(int fd)
{
	return fd == -EACCES || fd == -EPERM;
}

static int open_output(struct output *output, const char *path, const char **why)
{
	int fd;

	*why = NULL;
	if (geteuid() != 0)
		fd = open_path(output, path);
	else
		fd = open_as_invoker(output, path);
	if (output->planted)
		*why = path_is_planted;
	else if (geteuid() == 0 && is_refused(fd))
		fd = open_as_root(path, output->flags, output->mode, why);
	return fd;
}

int a4t_open_output(const char *path, uint32_t how, struct a4t_error *error)
{
	struct identity invoker;
	struct output output = {
		.flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | (how & A4T_APPEND ? O_APPEND : O_TRUNC),
		.mode = how & A4T_PRIVATE ? PRIVATE_MODE : ORDINARY_MODE,
		.invoker = &invoker,
	};
	const char *why;
	int fd = find_invoker(&invoker, &why);

	if (fd) {
		free_identity(&invoker);
		return fail_to_find_invoker(error, fd, why);
	}
	fd = open_output(&output, path, &why);
	free_identity(&invoker);
	if (fd >= 0)
		return fd;
	fail(error, fd, "write to %s", path);
	snprintf(error->detail, sizeof(error->detail), "%s", why ? why : "");
	return fd;
}

/* Linux closes the descriptor even if close() is interrupted, so close() must not be repeated. */
int a4t_close_output(int32_t fd)
{
	return close(fd) && errno != EINTR ? -errno : 0;
}
