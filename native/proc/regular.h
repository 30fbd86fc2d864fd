/* SPDX-License-Identifier: MIT */
/* Opens regular files that a traced process may have chosen. Thread-safe. */
#ifndef PROC_REGULAR_H
#define PROC_REGULAR_H

#include <stdint.h>
#include "proc/mounts.h"

/*
 * Opens the file that the O_PATH descriptor `found` refers to, for reading. It must be a regular file of at
 * most `most` bytes on a file system that the kernel itself serves. Never blocks, not even if another process
 * holds a lease on the file. Returns a descriptor or a negative errno. -EACCES: not a regular file. -EFBIG:
 * too large. -EREMOTE: see check_file_system().
 */
int open_regular(int found, int32_t tid, uint64_t most, char type[FILE_SYSTEM_BYTES]);

#endif
