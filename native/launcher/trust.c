/* SPDX-License-Identifier: MIT */
/*
 * Refuses to load libraries that another user may have provided. If the command has file capabilities, users
 * could make a hard link to it in a folder of their own, next to libraries of their own.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include "launcher/launcher.h"

static bool others_can_write(const struct stat *folder)
{
	return folder->st_mode & S_IWOTH || (folder->st_mode & S_IWGRP && folder->st_gid != 0);
}

/*
 * `last`: whether this is the last folder of the path, from which the libraries are loaded. The folders above
 * it can be sticky, because others can create entries there, but not replace those of root.
 */
static bool is_trusted(const char *folder, bool last)
{
	struct stat status;

	return !lstat(folder, &status) && status.st_uid == 0 &&
	       (!others_can_write(&status) || (status.st_mode & S_ISVTX && !last));
}

/* `path` is absolute, without links. */
static bool only_root_can_change(const char *path)
{
	char folder[PATH_MAX];

	for (size_t end = strlen(path); end > 0; end--) {
		if (path[end] && path[end] != '/')
			continue;
		snprintf(folder, sizeof(folder), "%.*s", (int)end, path);
		if (!is_trusted(folder, !path[end]))
			return false;
	}
	return is_trusted("/", false);
}

void require_trusted(char library[PATH_MAX])
{
	char resolved[PATH_MAX];

	if (!getauxval(AT_SECURE))
		return;
	if (!realpath(library, resolved))
		fail("find its installation", strerror(errno));
	if (!only_root_can_change(resolved))
		fail_with_hint("load its libraries", "another user can change the path of the installation",
			       "a command with capabilities must be installed in folders that only root can "
			       "write to");
	strcpy(library, resolved);
}
