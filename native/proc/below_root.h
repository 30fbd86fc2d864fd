/* SPDX-License-Identifier: MIT */
/* Finding files by their path in the root and mount namespace of a traced process. Thread-safe. */
#ifndef PROC_BELOW_ROOT_H
#define PROC_BELOW_ROOT_H

#include <stdint.h>
#include "proc/mounts.h"

/*
 * Finds `path`, with or without a leading slash, below the root of thread `tid`. Symbolic links on the way
 * are resolved below that root; the file itself must not be a link. Returns an O_PATH descriptor, which the
 * caller must close, or a negative errno. -EREMOTE: the file or a folder on the way is on a file system that
 * is not local, and `type` names that file system; see check_file_system(). `type` is empty otherwise.
 *
 * Unlike openat2() with RESOLVE_IN_ROOT, this never looks up a name in a file system that is not local.
 */
int find_below_root(int32_t tid, const char *path, char type[FILE_SYSTEM_BYTES]);

#endif
