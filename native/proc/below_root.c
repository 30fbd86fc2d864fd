/* SPDX-License-Identifier: MIT */
#include "proc/below_root.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/path.h"

/* The maximum depth; deeper files fail with -ENAMETOOLONG. */
#define MAX_FOLDERS 64

struct walk {
	int32_t tid;
	struct path path;
	int folders[MAX_FOLDERS]; /* descriptors with O_PATH: the root, then each folder on the way */
	int depth;
	char *type;
};

/* Returned instead of a descriptor or an errno if the walk goes on. */
#define GO_ON INT_MAX

/*
 * Goes back up by closing folders. Opening ".." instead could lead out of the root if the process has moved a
 * folder.
 */
static void leave_to(struct walk *walk, int depth)
{
	while (walk->depth > depth)
		close(walk->folders[--walk->depth]);
}

/* Continues in `folder`, which the walk owns from now on. */
static int enter(struct walk *walk, int folder)
{
	if (walk->depth == MAX_FOLDERS) {
		close(folder);
		return -ENAMETOOLONG;
	}
	walk->folders[walk->depth++] = folder;
	return GO_ON;
}

static int follow(struct walk *walk, int link)
{
	int err = put_link(&walk->path, link);

	if (err)
		return err;
	if (*walk->path.rest == '/')
		leave_to(walk, 1);
	return GO_ON;
}

static int use_found(struct walk *walk, int found, mode_t mode, bool last)
{
	int result;

	if (last && !S_ISLNK(mode))
		return found;
	if (S_ISDIR(mode))
		return enter(walk, found);
	if (last)
		result = -ELOOP;
	else
		result = S_ISLNK(mode) ? follow(walk, found) : -ENOTDIR;
	close(found);
	return result;
}

/*
 * Asks for the mode only once the file system is known to be local. Otherwise, fstat() could wait for the
 * server of the file system.
 */
static int check_found(struct walk *walk, int found, bool last)
{
	int err = check_file_system(found, walk->tid, walk->type);
	struct stat status;

	if (!err && fstat(found, &status))
		err = -errno;
	if (!err)
		return use_found(walk, found, status.st_mode, last);
	close(found);
	return err;
}

/* Crosses a mount point without a request to the file system that is mounted there. */
static int look_up(struct walk *walk, bool last)
{
	int folder = walk->folders[walk->depth - 1];
	int found = openat(folder, walk->path.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	return found < 0 ? -errno : check_found(walk, found, last);
}

static int step(struct walk *walk)
{
	const char *name = walk->path.name;
	int err = take_name(&walk->path);
	bool last = !*walk->path.rest;

	if (err)
		return err;
	if (*name && strcmp(name, ".") && strcmp(name, ".."))
		return look_up(walk, last);
	if (!strcmp(name, "..") && walk->depth > 1)
		leave_to(walk, walk->depth - 1);
	return last ? -EISDIR : GO_ON;
}

static int enter_root(struct walk *walk)
{
	char root[64];
	int folder;

	snprintf(root, sizeof(root), "/proc/%d/root", walk->tid);
	folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return folder < 0 ? -errno : check_found(walk, folder, false);
}

int find_below_root(int32_t tid, const char *path, char type[FILE_SYSTEM_BYTES])
{
	struct walk walk = {.tid = tid, .type = type};
	int result = begin_path(&walk.path, path);

	*type = '\0';
	if (result)
		return result;
	result = enter_root(&walk);
	while (result == GO_ON)
		result = step(&walk);
	leave_to(&walk, 0);
	return result;
}
