/* SPDX-License-Identifier: MIT */
/* Opening files that a traced process may have chosen. Any thread. */
#ifndef PROC_REGULAR_H
#define PROC_REGULAR_H

#include <stdint.h>
#include "proc/mounts.h"

/*
 * Opens the file that `found`, a descriptor with O_PATH, refers to, for reading. It must be a regular file of
 * at most `most` bytes on a file system that the kernel serves. Does not wait for anybody, e.g. not for the
 * holder of a lease. Returns a descriptor or a negative errno. -EACCES: not a regular file. -EFBIG: too
 * large. -EREMOTE: see check_file_system().
 */
int open_regular(int found, int32_t tid, uint64_t most, char type[FILE_SYSTEM_BYTES]);

#endif
