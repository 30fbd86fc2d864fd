/* SPDX-License-Identifier: MIT */
/*
 * Walks paths one component at a time, so that each component can be checked before it is used. Thread-safe.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <limits.h>

struct path {
	char rest[PATH_MAX]; /* relative to the folder reached so far, unless it begins with a slash */
	char name[NAME_MAX + 1];
	int links; /* followed so far */
};

/* Returns 0 or -ENAMETOOLONG. */
int begin_path(struct path *path, const char *text);

/*
 * Moves the first component of `rest` to `name`. `name` becomes empty if `rest` consists only of slashes.
 * `rest` is empty after the last component. Returns 0 or -ENAMETOOLONG.
 */
int take_name(struct path *path);

/*
 * Reads the symbolic link that the O_PATH descriptor `link` refers to, and inserts its target in front of
 * `rest`. Returns 0 or a negative errno; -ELOOP after too many links.
 */
int put_link(struct path *path, int link);

/*
 * Opens the file that `found`, a descriptor with O_PATH, refers to. Does not open it by name, because the
 * name may lead to another file by now. Waits for the reader of a FIFO, unless `flags` has O_NONBLOCK.
 * Returns a descriptor or a negative errno.
 */
int open_found(int found, int flags);

#endif
