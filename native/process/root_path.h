/* SPDX-License-Identifier: MIT */
/* Opens an output file with root's rights, although another user may try to redirect the path. */
#ifndef PROCESS_ROOT_PATH_H
#define PROCESS_ROOT_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/* Reasons for -EACCES, for `detail` of struct a4t_error. */
extern const char path_is_planted[];
extern const char path_is_untrusted[];

/*
 * Opens or creates `path` for writing. `flags` and `mode` are those of open(2). Checks each component of the
 * path.
 *
 * A folder must belong to root. Other users must not be able to write to it, unless it is sticky. In a sticky
 * folder that others can write to, the file must be new, or a regular file that belongs to root and has no
 * other name. Links are followed only if they belong to root and nobody else can write to their folder.
 *
 * If the path leads to /proc/self/fd/N, like /dev/stdout and /dev/fd/N, descriptor N is duplicated instead of
 * opened. This descriptor must be inherited and open for writing. Other magic links in /proc are refused.
 *
 * Returns a descriptor or a negative errno. `*why` is the reason if these rules caused -EACCES, else NULL.
 */
int open_as_root(const char *path, int flags, mode_t mode, const char **why);

/* Whether the descriptor `folder` refers to /proc/self/fd. */
bool is_own_descriptors(int folder);

#endif
