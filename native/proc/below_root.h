/* SPDX-License-Identifier: MIT */
/* Finding files by their path in the root and mount namespace of a traced process. Any thread. */
#ifndef PROC_BELOW_ROOT_H
#define PROC_BELOW_ROOT_H

#include <stdint.h>
#include "proc/mounts.h"

/*
 * Finds `path` below the root of thread `tid`, with or without a leading slash. Links in folders are followed
 * below that root; the file itself must not be a link. Returns a descriptor with O_PATH, which the caller
 * must close, or a negative errno. -EREMOTE: the file or a folder on the way to it is on a file system that
 * is not local, and `type` is its name; see check_file_system(). `type` is empty otherwise.
 *
 * Unlike openat2() with RESOLVE_IN_ROOT, this never looks a name up in such a file system.
 */
int find_below_root(int32_t tid, const char *path, char type[FILE_SYSTEM_BYTES]);

#endif
