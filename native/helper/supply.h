/* SPDX-License-Identifier: MIT */
/*
 * Opens files of a traced process for the unwinder, which has no right to open them itself. All files are
 * hostile: see proc/regular.h. Thread-safe.
 */
#ifndef HELPER_SUPPLY_H
#define HELPER_SUPPLY_H

#include <stdint.h>
#include "proc/mounts.h"

/* Opens the memory maps of process `tgid`. Returns a descriptor or a negative errno. */
int open_maps(int32_t tgid);

/*
 * Opens the file that process `tgid` has mapped at `start`, the first address of a mapping, for reading. Uses
 * the file's name only if CAP_CHECKPOINT_RESTORE is missing, because another file can have that name by now.
 * Returns a descriptor or a negative errno; -ENOENT if no file is mapped at `start` any more. `unread` is the
 * reason if errno does not say enough, else empty.
 */
int open_mapped_file(int32_t tgid, uint64_t start, char unread[FILE_SYSTEM_BYTES]);

/*
 * Like open_mapped_file(), but for thread `tid`, with O_PATH, and without any check of the file. Sets `type`
 * as find_below_root() does.
 */
int find_mapped_file(int32_t tid, uint64_t start, char type[FILE_SYSTEM_BYTES]);

#endif
