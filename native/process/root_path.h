/* SPDX-License-Identifier: MIT */
/* Opening a file for output with root's rights along a path that another user may want to redirect. */
#ifndef PROCESS_ROOT_PATH_H
#define PROCESS_ROOT_PATH_H

#include <stdbool.h>

/* Why a path was refused with -EACCES; in `detail` of struct a4t_error. */
extern const char path_is_planted[];
extern const char path_is_untrusted[];

/*
 * Opens or creates `path` with the flags of open(2), for writing. Each component is checked.
 *
 * A folder must belong to root. Other users must not be able to write to it, unless it is sticky. In a sticky
 * folder the file is new, or it is a regular file that belongs to root and has no other name. Links are
 * followed if they belong to root and nobody else can write to their folder.
 *
 * /proc/self/fd/N, which /dev/stdout and /dev/fd/N lead to, is duplicated rather than opened. It must be open
 * for writing, and inherited. Other magic links of /proc are refused.
 *
 * Returns a descriptor or a negative errno. `*why` is the reason for -EACCES, or NULL.
 */
int open_as_root(const char *path, int flags, const char **why);

/* Whether `folder`, a descriptor, is /proc/self/fd. */
bool is_own_descriptors(int folder);

#endif
